#!/usr/bin/env bash
# The telephones of the other scripts, held against each other without radmfad: a baresip calls phone.py, and sipp.
. "$(dirname "$0")/phone.bash"
as_root "$@"
peers sipp baresip

cases <<'CASES'
keys      180 200 heard:5 press:17#/doubled info:5    -> accept approved approved
digest    407:known-to-trunks 180 200 heard:5 press:8          -> accept approved approved
session   180 200 heard:5 hold quiet:0.2 resume heard:5 bye -> accept approved approved
busy      180 486                                     -> reject busy busy
tls       180 200 heard:5 press:9                     -> accept approved approved
CASES
authority ca
certificate phone ca "IP:$host"
phone 1
phone 2 tls phone
keys '3#'
sipp_phone 3 answers
sipp_phone 4 answers tcp
sipp_phone 5 asks_who
sipp_phone 6 is_busy
sipp_phone 7 rings
baresip_phone 9 mfa ';auth_user=mfa;auth_pass=known-to-trunks'
caller=$work/baresip9

# dials NUMBER N [KEYS]: at telephone N; KEYS of the URI begin with a semicolon.
dials() {
  : >"$caller"
  baresip_does 9 "/dial sip:$1@$host:$(phone_port "$2")${3:-}"
}
hears() { baresip_hears 9 "$1"; }
hangs_up() {
  baresip_does 9 /hangup
  hears 'terminate call'
}

dials 15551230001 1
hears "received DTMF: '5'"
hangs_up
for key in 1 7 '#'; do
  (($(grep -ac "received event: '$key' (end=0)" "$caller") == 1)) || fail "$key was not heard once: $(<"$caller")"
done
dials 15551230002 1
hears "received event: '8' (end=1)"
hangs_up
dials 15551230003 1
hears 'session closed'
dials 15551230004 1
hears 'session closed: 486'
dials 15551230005 2 ';transport=tls'
hears "received event: '9' (end=1)"
hangs_up
dials 3 3
hears "received event: '#' (end=1)"
hangs_up
dials 4 4 ';transport=tcp'
hears "received event: '#' (end=1)"
hangs_up
dials 5 5
hears "received event: '#' (end=1)"
hangs_up
dials 6 6
hears 'session closed: 486'
dials 7 7
hears '180 Ringing'
baresip_does 9 /hangup
for n in 3 4 5 6 7; do sipp_is_content "$n"; done
story <<'PYTHON'
from calls import *

def count(what, number):
    return len(seen(what, number))

expect(count("INVITE", "15551230001") == count("ACK", "15551230001") == count("BYE", "15551230001") == 1, f"{seen()}")
expect([line["right"] for line in seen("proof")] == [True], f"{seen()}")
expect(count("INVITE", "15551230002") == 2, f"{seen()}")
expect([line["of"] for line in seen("200", "15551230003")] == ["INVITE", "INVITE", "BYE"], f"{seen()}")
expect(seen("INVITE", "15551230005")[0]["transport"] == "tls", f"{seen()}")
PYTHON
