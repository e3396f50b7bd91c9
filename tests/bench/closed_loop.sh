#!/usr/bin/env bash
# A closed loop keeps so many logins waiting and no more, by PAP and by CHAP, with Proxy-State and from several addresses.
. "$(dirname "$0")/lib.bash"

upstream --verdict check --delay 20ms
load 0 --outstanding 16 --logins 500 --proxy-state on --sources 4
finish
expect 'load.ok == load.planned == upstream.distinct == 500' 'load.most_pending == upstream.most_pending == 16' \
  'load.proxy_state_wrong == 0' 'load.sockets == upstream.source_ports == 4'
jq -e '[.series[].answered] | add == 500' "$work/load.json" >/dev/null || fail "its seconds do not add up: $(<"$work/load.json")"
grep -q 'closed loop, 16 outstanding' "$work/load.out" || fail "it does not tell: $(<"$work/load.out")"

# By time: how many there were is seen at the end.
upstream --delay 10ms
load 0 --outstanding 8 --duration 500ms
finish
expect 'load.ok == load.planned == upstream.distinct' '50 < load.ok <= 400'

upstream --verdict check
load 0 --outstanding 8 --logins 100 --method chap
load 1 --outstanding 8 --logins 100 --method chap --password wrong%d
finish
expect 'load.rejected == upstream.bad_passwords == upstream.accepts == 100'

# Each user of a file may have his own verdict.
policy_more=', reject_delay: 0s'
write_users <<<'- {name: alice, password: right}'
start
address=$host:$port
printf 'alice right\nalice wrong reject\nnobody x reject\n' >"$work/users"
load 0 --outstanding 2 --logins 30 --users-file "$work/users" --proxy-state on --timeout 5s
finish
expect 'load.ok == 30' 'load.rejected == load.proxy_state_wrong == load.not_signed_first == 0'

# Against an echo every datagram is a login that was let in.
echo_server
load 0 --echo --outstanding 64 --logins 20000
finish
expect 'load.ok == load.replies_received == 20000' 'load.forged == load.doubled == 0'

"$RADMFA_BENCH" load --selftest --duration 200ms >"$work/selftest" || fail "no ceiling: $(<"$work/selftest")"
(($(grep -cE '^(built and verified|sent and received only) +[0-9]' "$work/selftest") == 2)) || fail "$(<"$work/selftest")"
