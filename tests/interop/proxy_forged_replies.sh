#!/usr/bin/env bash
# Three in ten of the upstream's replies come with the opposite verdict, forged by somebody without the secret. None is
# believed: a retransmission gets another reply, and every login its true verdict. With Message-Authenticator in replies, and
# without.
. "$(dirname "$0")/upstream.bash"

rate=100
if is_sanitized; then rate=30; fi
factors='[]' workers=2
for unsigned in '' --no-message-authenticator; do
  upstream 1 --verdict check --forge 30% --seed 7 ${unsigned:+"$unsigned"}
  proxies_to ', retransmit: 100ms, retransmit_max: 200ms' 1
  : >"$log"
  start
  begin_loads "$rate" 2
  end_loads
  upstream_counted "distinct == logins == 3 * $rate" "forged > $rate / 2" 'logins_repeated == 0'
  story <<'PYTHON'
from radius import *
with open(os.environ["WORK"] + "/upstream.json") as file:
    forged = json.load(file)["counts"]["forged"]

def all_are_told():
    told = dropped()
    return told.get("upstream_reply_forged", 0) + told.get("upstream_reply_late", 0) >= forged

until(3, all_are_told, f"{forged} forged replies in the log: {dropped()}")
drop = next(e for e in events("drop") if e["reason"] == "upstream_reply_forged")
expect(drop["server"] == "home1" and drop["hint"] == "secret may be wrong", f"{drop}")
PYTHON
  finish
done
