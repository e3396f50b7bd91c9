#!/usr/bin/env bash
# Asked to end twice, radmfad ends at once, though a login is pending; with nothing pending once is enough.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right, simulated: {after: 40s}}'
start
story <<'PYTHON'
from radius import *
Nas().send(Request("alice", "right"))
until_lines("factor_start", 1)
PYTHON
kill -TERM "$pid"
# The loop has its order when it refuses a new login: were there nothing to wait for, it would be over.
story <<'PYTHON'
from radius import *
nas = Nas()

def is_refused():
    nas.send(Request("bob", "right"))
    return dropped().get("draining")

until(5, is_refused, "a new login is refused")
PYTHON
! is_gone_or_zombie "$pid" || fail "a pending login was not waited for"
began=$SECONDS
kill -TERM "$pid"
ended_with 0
((SECONDS - began <= 4)) || fail "the second SIGTERM took $((SECONDS - began)) s"

start
began=$SECONDS
kill -INT "$pid" # a background job of a script ignores it unless radmfad asks for it
ended_with 0
((SECONDS - began <= 4)) || fail "with nothing pending it took $((SECONDS - began)) s"
