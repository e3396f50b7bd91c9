#!/usr/bin/env bash
# accept_all answers a signed login and Status-Server, not an unsigned login, and ends by Ctrl-C.
. "$(dirname "$0")/lib.bash"

start 'listens on 127.0.0.1:'
reply=$(login bob x) || fail "no answer: $reply"
[[ $reply == *'Received Access-Accept'* && $reply == *'Reply-Message = "hello"'* ]] || fail "$reply"
if reply=$(radius <<<'User-Name=bob,User-Password=x'); then fail "unsigned, and answered: $reply"; fi
ping || fail "ping: not answered"
if ping wrong; then fail "ping: wrong secret, and answered"; fi
[[ $(count_printed accepted) == 1 ]] || fail "not exactly one request was accepted"
finish
