#!/usr/bin/env bash
# Every line is JSON with the documented fields, whatever a user is called; text is one line each too; nowhere is a password.
. "$(dirname "$0")/lib.bash"

write_users <<'YAML'
- {name: alice, password: "Secret-Word-1", simulated: {after: 300ms}}
- {name: mallory, password: "Secret-Word-2", simulated: {answer: fraud}}
YAML
policy_more=', reject_delay: 0'
start
story <<'PYTHON'
import re
from radius import *

NAMES = ["x\ny", "\x1b[31mred", 'quo"te\\', "\u202eevil", "\u200bzero", "Jürgen €", "\x7f\x85", "\ufeffbom", "a" * 253, "x y=z"]
for name in NAMES:
    expect(login(name, "Secret-Word-3") == ACCESS_REJECT, f"{name!r} is not rejected")
for octets in (b"\xff\xfe", b"caf\xe9", b"\xed\xa0\x80", b"\xc0\xaf", b"nul\0in"):
    expect(login(octets, "Secret-Word-3") == ACCESS_REJECT, f"{octets} is not rejected")
expect(login("alice", "Secret-Word-1") == ACCESS_ACCEPT, "alice is not accepted")
expect(login("mallory", "Secret-Word-2") == ACCESS_REJECT, "fraud is not rejected")
expect(login("mallory", "Secret-Word-2") == ACCESS_REJECT, "the blocked one is not rejected")
Nas().send(Request("alice", "Secret-Word-1", secret=b"wrong secret"))
until_lines("drop", 1)
logins = until_lines("login", len(NAMES) + 5 + 3)

KEYS = {"ts", "event", "id", "client", "peer", "user", "identity", "policy", "verdict", "reason", "factor", "waiters", "stages_ms"}
for event in logins:
    expect(KEYS <= event.keys() <= KEYS | {"hint"}, f"fields: {event}")
    expect(event["stages_ms"].keys() == {"primary", "factor", "total"}, f"stages: {event}")
for event in events():
    expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["ts"]), f"time stamp: {event}")
users = [event["user"] for event in logins]
for name in NAMES:
    expect(name in users, f"{name!r} is not in the log as it was typed")
story = {e["user"] + "/" + e["reason"]: e for e in logins}
alice = story["alice/approved"]
expect((alice["verdict"], alice["client"], alice["policy"], alice["factor"]) == ("accept", "lab", "lab", "robot"), f"{alice}")
expect(300 <= alice["stages_ms"]["factor"] <= alice["stages_ms"]["total"] < 2000, f"{alice}")
expect({"mallory/fraud", "mallory/blocked", "x\ny/unknown_user"} <= story.keys(), f"{story.keys()}")
expect(all({"id", "user", "factor"} <= e.keys() for e in until_lines("factor_start", 2)), "fields of factor_start")
drop = events("drop")[0]
expect(drop["reason"] == "forged" and drop["peer"].startswith("127.0.0.1:") and drop["count"] == 1, f"{drop}")
PYTHON
finish

# no_raw_bytes: nothing in the log moves a cursor or turns a line round.
no_raw_bytes() {
  python3 - "$log" <<'PYTHON' || fail "the log has octets that deceive"
import sys, unicodedata
with open(sys.argv[1], "rb") as file:
    text = file.read().decode("utf-8")
bad = [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
sys.exit(repr(bad) if bad else 0)
PYTHON
  ! grep -q 'Secret-Word\|wrong secret\|testing123' "$log" || fail "a password or a secret is in the log"
}
no_raw_bytes

: >"$log"
log_format=text
start
story <<'PYTHON'
from radius import *
for name in (b"x\ny", b"\x1b[31mred", b"\xff\xfe", "\u202eevil".encode(), b'sp ace"'):
    expect(login(name, "Secret-Word-3") == ACCESS_REJECT, f"{name} is not rejected")
expect(login("alice", "Secret-Word-1") == ACCESS_ACCEPT, "alice is not accepted")
PYTHON
finish
no_raw_bytes
(($(grep -c ' login ' "$log") == 6)) || fail "not one line of text for each login"
for words in 'user="x\x0ay"' 'user="\x1b[31mred"' 'user="\xff\xfe"' 'user="\xe2\x80\xaeevil"' 'user="sp ace\""' 'user=alice' 'reason=approved'; do
  log_says "$words" || fail "no $words in the text log"
done

: >"$log"
log_level=warning log_format=json
start
story <<'PYTHON'
from radius import *
expect(login("alice", "Secret-Word-1") == ACCESS_ACCEPT, "alice is not accepted")
Nas().send(Request("alice", "Secret-Word-1", secret=b"wrong secret"))
until_lines("drop", 1)
PYTHON
finish
(($(lines login) + $(lines factor_start) == 0)) || fail "a login is told at level warning"
no_raw_bytes
