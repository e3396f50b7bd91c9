#!/usr/bin/env bash
# Passcodes of an authenticator app (oathtool) behind the password: each good once, never seen by the primary, for who uses one alone.
. "$(dirname "$0")/lib.bash"
packages+=([oathtool]=oathtool [radclient]=freeradius-utils)
need oathtool radclient

write_users <<'YAML'
- {name: alice, password: right}
- {name: bob, password: "ends in 123456"}
- {name: carol, password: right}
YAML
factors='[code]'
factor_more='code: {type: totp, window: 1}'
policy_more=', reject_delay: 0s, reuse_approval: 10s, unenrolled: reject'
top_more='store: {type: sqlite, path: users.db}
control: {path: control}'
secret_hex=3132333435363738393031323334353637383930
start
python3 - "$work/control" <<'PYTHON'
import sys

from control import Control

c = Control(sys.argv[1])
for user in ("alice", "bob"):
    c.ask("user.add", user=user)
PYTHON
finish
sqlite3_secret() { # USER: as the portal would have written it
  python3 - "$work/users.db" "$1" "$secret_hex" <<'PYTHON'
import sqlite3
import sys

with sqlite3.connect(sys.argv[1]) as db:
    db.execute("UPDATE users SET totp_secret = ?, totp_step = 0 WHERE identity = ?", (bytes.fromhex(sys.argv[3]), sys.argv[2]))
    assert db.total_changes == 1
PYTHON
}
sqlite3_secret alice
: >"$log"
start_as_it_is
code_now() { oathtool --totp "$secret_hex" "$@"; }
export SECRET_HEX=$secret_hex

answer_of() { radclient_login "$@" | grep -oE 'Received Access-(Accept|Reject)' || echo none; }
code=$(code_now)
[[ $(answer_of alice "right$code") == *Accept ]] || fail 'a right code behind a right password is refused'
[[ $(answer_of 'CORP\\alice' "right$(code_now -N '30 seconds')") == *Accept ]] || fail 'another form of the name, and a clock that is fast, are refused'
[[ $(answer_of alice "right") == *Reject ]] || fail 'a password alone gets in'
[[ $(answer_of alice "right000000") == *Reject ]] || fail 'a wrong code gets in'
[[ $(answer_of alice "wrong$code") == *Reject ]] || fail 'a wrong password gets in'
[[ $(answer_of bob 'ends in 123456') == *Reject ]] || fail 'who has no app gets in'
[[ $(answer_of carol "right$code") == *Reject ]] || fail 'whom the store does not know gets in'

story <<'PYTHON'
import os
import subprocess

from radius import *


def code_now():
    return subprocess.run(["oathtool", "--totp", os.environ["SECRET_HEX"]], capture_output=True, text=True, check=True).stdout.strip()


reasons = [event["reason"] for event in until_lines("login", 7)]
# Somebody without an app types what looks like a code: it is his password's end, and goes to the primary whole.
assert reasons == ["approved", "approved", "denied", "denied", "wrong_password", "unenrolled", "wrong_password"], reasons

# A code is good once: the steps of the last minute were used above.
assert login("alice", "right" + code_now()) == ACCESS_REJECT
assert until_lines("login", 8)[-1]["reason"] == "denied"
text = open(LOG).read()
assert code_now() not in text, "a code stands in the log"
PYTHON
finish

# Five wrong codes, and none is looked at any more: also a right one is refused. A fresh secret, a fresh radmfad.
secret_hex=4132333435363738393031323334353637383930
sqlite3_secret alice
: >"$log"
start_as_it_is
old=$(code_now)
[[ $(answer_of alice "right$old") == *Accept ]] || fail 'a right code is refused'
for wrong in 1 2 3 4; do
  [[ $(answer_of alice "right00000$wrong") == *Reject ]] || fail 'a wrong code gets in'
done
[[ $(answer_of alice "right$old") == *Reject ]] || fail 'a code gets in twice' # and is the fifth wrong one
[[ $(answer_of alice "right$(code_now -N '30 seconds')") == *Reject ]] || fail 'a thief may try as many codes as he likes'
finish

# Many at once with one code: one login has it, and who retries it waits for the same verdict.
: >"$log"
start_as_it_is
CODE=$(code_now -N '30 seconds') story <<'PYTHON'
import os

from radius import *

code = os.environ["CODE"]
requests = [(Nas(), Request("alice", "right" + code, more=attribute(31, b"desk %d" % i))) for i in range(50)]
for nas, request in requests:
    nas.send(request)
codes = []
for nas, request in requests:
    reply, _ = nas.receive(8)
    codes.append(request.check(reply))
assert codes.count(ACCESS_ACCEPT) == 1, codes
retry = [(Nas(), Request("alice", "right" + code)) for _ in range(2)]
nas, request = requests[codes.index(ACCESS_ACCEPT)]
kept = nas.ask(request)
assert kept[0] == ACCESS_ACCEPT, "a retransmission gets the kept reply"
PYTHON
finish

sed -i '/^store:/d' "$work/radmfad.yaml"
if "$RADMFAD" --check --config "$work/radmfad.yaml" 2>"$work/err"; then fail 'passcodes without a store'; fi
grep -q 'factor `code` needs `store`' "$work/err" || fail "without a store: $(<"$work/err")"
