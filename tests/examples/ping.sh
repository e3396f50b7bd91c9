#!/usr/bin/env bash
# ping says so when nobody answers, and how to call it. That it hears answers is tested by accept_all.sh.
. "$(dirname "$0")/lib.bash"

expect 2 'usage:'
expect 2 'secret:' 127.0.0.1 9 ''
expect 1 'no answer from 127.0.0.1 port 1' 127.0.0.1 1 s3cret # nobody listens on port 1
