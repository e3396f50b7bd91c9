#!/usr/bin/env bash
# own_factor rings once for a right password, is busy for a second one, and not at all for a wrong one.
. "$(dirname "$0")/lib.bash"

timed_login() { # also prints the milliseconds that it took
  local from=${EPOCHREALTIME/./}
  login "$@" || true # a reject
  echo "took $(((${EPOCHREALTIME/./} - from) / 1000)) ms"
}

start 'listens on port '
timed_login alice right >"$work/alice" &
alice=$!
until_true has_printed 'the phone rings'
busy=$(login bob right) || true
[[ $busy == *'Received Access-Reject'* ]] || fail "the line is not busy: $busy"
wait "$alice"
grep -q 'Received Access-Accept' "$work/alice" || fail "alice: $(cat "$work/alice")"
took=$(sed -n 's/^took \(.*\) ms/\1/p' "$work/alice")
((took >= 2000 && took < 9000)) || fail "alice: $took ms"

wrong=$(login carol wrong) || true
[[ $wrong == *'Received Access-Reject'* ]] || fail "a wrong password: $wrong"
[[ $(count_printed 'the phone rings') == 1 ]] || fail "it did not ring exactly once"
ping || fail "ping: not answered"
finish
