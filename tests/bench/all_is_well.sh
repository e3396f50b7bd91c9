#!/usr/bin/env bash
# A thousand logins over a network without faults: both sides count the same, and each login is one request with the right password.
. "$(dirname "$0")/lib.bash"

upstream --verdict check --delay 20ms
load 0 --rate 2000 --logins 1000
finish
expect 'load.planned == load.ok == load.requests_sent == load.replies_received == 1000' \
  'load.lost == load.doubled == load.late == load.forged == load.malformed == load.not_signed_first == 0' \
  'upstream.received == upstream.distinct == upstream.logins == upstream.sent == upstream.accepts == 1000' \
  'upstream.message_authenticator_first == 1000' \
  'upstream.retransmissions == upstream.bad_passwords == upstream.logins_repeated == upstream.pending == 0' \
  'upstream.source_ports == load.sockets' \
  'timing["from_due"]["count"] == 1000' \
  '20 <= timing["from_sent"]["p50"] <= timing["from_due"]["p50"] <= timing["from_due"]["max"]'
grep -q '^logins  *1,000$' "$work/load.out" || fail "no text report: $(<"$work/load.out")"
grep -q '^requests  *1,000$' "$work/upstream.out" || fail "no text report: $(<"$work/upstream.out")"
