#!/usr/bin/env bash
# radclient logs in: the phone rings for a second, others come and go meanwhile; a wrong password is answered after reject_delay.
. "$(dirname "$0")/lib.bash"
need radclient

write_users <<'YAML'
- {name: alice, password: "right horse", phone: "+15551234567", simulated: {after: 2s}}
- {name: bob, password: "quick", phone: "+15551234568"}
- {name: carol, password: "no thanks", phone: "+15551234569", simulated: {answer: deny}}
YAML
policy_more=', reject_delay: 700ms'
start

now_ms() { date +%s%3N; }
# took MIN MAX WHAT: since `began`.
took() {
  local ms=$(($(now_ms) - began))
  ((ms >= $1 && ms <= $2)) || fail "$3 took $ms ms, not $1 to $2"
}

began=$(now_ms)
radclient_login alice 'right horse' >"$work/alice" &
alice=$!
until_true 5 has_lines factor_start 1
[[ $(radclient_login bob quick) == *'Received Access-Accept'* ]] || fail "bob is not let in while alice's phone rings"
is_alive "$alice" || fail "alice was answered before her phone was"
wait "$alice"
took 2000 3500 "alice's login"
grep -q 'Received Access-Accept' "$work/alice" || fail "alice is not let in: $(<"$work/alice")"

began=$(now_ms)
[[ $(radclient_login alice 'wrong horse') == *'Received Access-Reject'* ]] || fail "a wrong password is not rejected"
took 700 1500 "a wrong password"
began=$(now_ms)
[[ $(radclient_login nobody 'right horse') == *'Received Access-Reject'* ]] || fail "an unknown user is not rejected"
took 700 1500 "an unknown user"
[[ $(radclient_login carol 'no thanks') == *'Received Access-Reject'* ]] || fail "a denied call is not a reject"
[[ $(printf 'Message-Authenticator = 0x00\n' | radclient -x "$host:$port" status "$secret" 2>&1) == *'Received Access-Accept'* ]] ||
  fail "Status-Server gets no answer"
(($(lines factor_start) == 3)) || fail "$(lines factor_start) calls, not 3"
finish
