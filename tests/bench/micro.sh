#!/usr/bin/env bash
# What each step costs is told for each of them, as text and as JSON; with valgrind also in instructions.
. "$(dirname "$0")/lib.bash"

"$RADMFA_BENCH" micro --json "$work/micro.json" >"$work/micro.out" 2>>"$log" || fail "it ended with $?"
for subject in parse verify reveal hide chap build sign verify_reply step login again dedup; do
  grep -qE "^$subject +-?[0-9.]+ +-?[0-9.]+ " "$work/micro.out" || fail "no $subject: $(<"$work/micro.out")"
done
jq -e '.subjects.login | .median_ns >= .least_ns and .least_ns > 0' "$work/micro.json" >/dev/null || fail "$(<"$work/micro.json")"
jq -e '.subjects.login.least_ns > .subjects.verify.least_ns' "$work/micro.json" >/dev/null || fail "$(<"$work/micro.json")"

# A sanitized program cannot run in valgrind; then it must say that it cannot, and not print figures.
status=0
"$RADMFA_BENCH" micro --only step --instructions >"$work/micro.out" 2>"$work/micro.err" || status=$?
if is_sanitized; then
  ((status == 1)) && grep -q '^radmfa-bench micro: --instructions: ' "$work/micro.err" || fail "$status: $(<"$work/micro.err")"
else
  ((status == 0)) && grep -qE '^step +[0-9.]+ +[0-9.]+ +[1-9][0-9]* ' "$work/micro.out" || fail "$status: $(<"$work/micro.out" "$work/micro.err")"
fi
