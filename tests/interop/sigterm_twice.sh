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
until_true 5 log_says draining
sleep 0.2
is_alive "$pid" || fail "a pending login was not waited for"
began=$SECONDS
kill -TERM "$pid"
ended_with 0
((SECONDS - began <= 4)) || fail "the second SIGTERM took $((SECONDS - began)) s"

start
began=$SECONDS
kill -INT "$pid" # a background job of a script ignores it unless radmfad asks for it
ended_with 0
((SECONDS - began <= 4)) || fail "with nothing pending it took $((SECONDS - began)) s"
