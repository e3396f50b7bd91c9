#!/usr/bin/env bash
# accept_all answers a signed login and Status-Server, not an unsigned login, and ends by Ctrl-C.
set -euo pipefail
work=$(mktemp -d)
: >"$work/out"
"$1" 127.0.0.1:0 s3cret >"$work/out" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "$*"; cat "$work/out"; exit 1; }

for _ in {1..100}; do
  port=$(sed -n 's/^listens on 127\.0\.0\.1://p' "$work/out")
  [[ -z $port ]] || break
  sleep 0.05
done
[[ -n $port ]] || fail "no address printed"

ask() { radclient -x -r 1 -t 1 "127.0.0.1:$port" auth s3cret 2>&1; }
reply=$(ask <<<'User-Name=bob,User-Password=x,Message-Authenticator=0') || fail "no answer: $reply"
[[ $reply == *'Received Access-Accept'* && $reply == *'Reply-Message = "hello"'* ]] || fail "$reply"
if reply=$(ask <<<'User-Name=bob,User-Password=x'); then fail "unsigned, and answered: $reply"; fi
"$(dirname "$1")/ping" 127.0.0.1 "$port" s3cret || fail "ping: not answered"
if "$(dirname "$1")/ping" 127.0.0.1 "$port" wrong 2>/dev/null; then fail "ping: wrong secret, and answered"; fi
[[ $(grep -c accepted "$work/out") == 1 ]] || fail "not exactly one request was accepted"

kill -INT "$pid"
wait "$pid" || fail "exit code $?"
