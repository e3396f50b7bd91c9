#!/usr/bin/env bash
# Wrong calls end with 2 and say what is wrong; --help and --version with 0; a port in use with 1.
. "$(dirname "$0")/lib.bash"

# refused STATUS TEXT WORD...
refused() {
  local want=$1 text=$2 status=0 said
  shift 2
  said=$("$RADMFA_BENCH" "$@" 2>&1 >/dev/null) || status=$?
  ((status == want)) || fail "radmfa-bench $* ended with $status, not $want"
  [[ $said == *"$text"* ]] || fail "radmfa-bench $*: $said"
}

refused 2 'usage: radmfa-bench load'
refused 2 '`fly` is not one of its commands' fly
refused 2 'radmfa-bench micro: --only: `everything` is not one of those that it prints' micro --only everything
refused 2 '--times needs --only' micro --times 5
refused 2 'radmfa-bench echo: --reply-size: `5` is not a number from 20 to 4096' echo --reply-size 5
refused 2 'radmfa-bench load: --rate: `abc` is not a number per second' load --rate abc
refused 2 'radmfa-bench load: --server is missing' load --secret x
refused 2 'radmfa-bench load: it needs --secret or --secret-file' load --server 127.0.0.1:1
refused 2 'radmfa-bench upstream: --delay: `soon` is not a delay' upstream --delay soon
refused 2 '`--quick` is not one of its options' load --quick
refused 1 '/nowhere/report: No such file' load --server 127.0.0.1:1 --secret x --json /nowhere/report

[[ $("$RADMFA_BENCH" --version) == 'radmfa-bench '[0-9]* ]] || fail "no version"
[[ $("$RADMFA_BENCH" upstream --help) == *'--stop-after TIME'* ]] || fail "no help"

upstream
refused 1 'Address already in use' upstream --listen "$address" --secret x
finish

# The secret may lie in a file; an interrupted run ends with 1 and tells how far it came.
printf '%s\n' "$secret" >"$work/secret"
upstream
"$RADMFA_BENCH" load --server "$address" --secret-file "$work/secret" --duration 60s >"$work/load.out" 2>>"$log" &
load_pid=$!
pids+=("$load_pid")
until_true 10 is_connected
kill -INT "$load_pid"
status=0
wait "$load_pid" || status=$?
((status == 1)) || fail "an interrupted run ended with $status"
grep -q '^Interrupted' "$work/load.out" && grep -q 'unfinished' "$work/load.out" || fail "it does not tell"
finish
