#!/usr/bin/env bash
# ping says so when nobody answers, and how to call it. That it hears answers is tested by accept_all.sh.
set -euo pipefail
fail() { echo "$*"; exit 1; }

rc=0
out=$("$1" 2>&1) || rc=$?
[[ $rc == 2 && $out == usage:* ]] || fail "without arguments: exit $rc, $out"
rc=0
out=$("$1" 127.0.0.1 9 "" 2>&1) || rc=$?
[[ $rc == 2 && $out == secret:* ]] || fail "empty secret: exit $rc, $out"
rc=0
out=$("$1" 127.0.0.1 1 s3cret 2>&1) || rc=$? # nobody listens on port 1
[[ $rc == 1 && $out == "no answer from 127.0.0.1 port 1" ]] || fail "nobody there: exit $rc, $out"
