#!/usr/bin/env bash
# proxy hands a login on to a server that accepts all, which has another secret, and its answer back.
. "$(dirname "$0")/lib.bash"

"$(dirname "$program")/accept_all" 127.0.0.1:0 'of the upstream' >"$work/upstream" 2>&1 &
upstream=$!
trap 'kill "$upstream" ${pid:-} 2>/dev/null || true; rm -rf "$work"' EXIT
is_up() { grep -q 'listens on' "$work/upstream"; }
until_true is_up
more=("$(sed -n 's/^listens on //p' "$work/upstream")" 'of the upstream')

start 'listens on port '
reply=$(login bob x) || fail "no answer: $reply"
[[ $reply == *'Received Access-Accept'* && $reply == *'Reply-Message = "hello"'* ]] || fail "$reply"
reply=$(radius 10 <<<'User-Name=bob,User-Password=x,Proxy-State=0x6f6e65,Message-Authenticator=0') || fail "$reply"
[[ $reply == *'Proxy-State = 0x6f6e65'* ]] || fail "Proxy-State does not come back: $reply"
if reply=$(radius <<<'User-Name=bob,User-Password=x'); then fail "unsigned, and answered: $reply"; fi
ping || fail "ping: not answered"
[[ $(grep -c accepted "$work/upstream") == 2 ]] || fail "not exactly two requests reached the upstream"
finish
kill -INT "$upstream"
wait "$upstream" || fail "the upstream ended with $?"
