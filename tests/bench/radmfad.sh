#!/usr/bin/env bash
# The load generator against radmfad itself, whose telephones ring for a second.
. "$(dirname "$0")/lib.bash"

for i in {0..199}; do echo "- {name: user$i, password: pass$i}"; done | write_users
after=1s
start
address=$host:$port
load 0 --rate 400 --logins 200 --users user%d --password pass%d
finish
expect 'load.ok == 200' 'load.not_signed_first == 0' 'timing["from_sent"]["p50"] >= 990'
(($(lines factor_start) == 200)) || fail "$(lines factor_start) calls, not 200"
