#!/usr/bin/env bash
# own_factor rings once for a right password, is busy for a second one, and not at all for a wrong one.
set -euo pipefail
work=$(mktemp -d)
: >"$work/out"
"$1" 127.0.0.1:0 s3cret >"$work/out" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "$*"; cat "$work/out"; exit 1; }

for _ in {1..100}; do
  port=$(sed -n 's/^listens on port //p' "$work/out")
  [[ -z $port ]] || break
  sleep 0.05
done
[[ -n $port ]] || fail "no address printed"

login() { # USER PASSWORD: prints what radclient says, with the milliseconds that it took
  local from=${EPOCHREALTIME/./}
  radclient -x -r 1 -t 10 "127.0.0.1:$port" auth s3cret 2>&1 \
    <<<"User-Name=$1,User-Password=$2,Message-Authenticator=0" || true
  echo "took $(((${EPOCHREALTIME/./} - from) / 1000)) ms"
}

login alice right >"$work/alice" &
alice=$!
for _ in {1..100}; do
  ! grep -q 'the phone rings' "$work/out" || break
  sleep 0.01
done
busy=$(login bob right)
[[ $busy == *'Received Access-Reject'* ]] || fail "the line is not busy: $busy"
wait "$alice"
grep -q 'Received Access-Accept' "$work/alice" || fail "alice: $(cat "$work/alice")"
took=$(sed -n 's/^took \(.*\) ms/\1/p' "$work/alice")
((took >= 2000 && took < 9000)) || fail "alice: $took ms"

wrong=$(login carol wrong)
[[ $wrong == *'Received Access-Reject'* ]] || fail "a wrong password: $wrong"
[[ $(grep -c 'the phone rings' "$work/out") == 1 ]] || fail "it did not ring exactly once"
"$(dirname "$1")/ping" 127.0.0.1 "$port" s3cret || fail "ping: not answered"

kill -INT "$pid"
wait "$pid" || fail "exit code $?"
