#!/usr/bin/env bash
# bench/compare finds every server at work and prints a line for each. Its figures are of no interest here: others run beside it.
. "$(dirname "$0")/lib.bash"

servers=echo,login,login+log+clients+proxy-state,freeradius-pap,proxy,radsecproxy,freeradius-proxy
"$SOURCE_DIR/bench/compare" --rounds 1 --time 200ms --outstanding 16 --only $servers >"$work/table" 2>>"$log" ||
  fail "it ended with $?: $(<"$work/table")"
for label in 'UDP echo' 'radmfad login' 'radmfad login+log+clients+proxy-state' 'FreeRADIUS PAP from a file' 'radmfad proxy' \
  'radsecproxy proxy, UDP' 'FreeRADIUS proxy'; do
  grep -qE "^${label//+/[+]}  +[0-9.]+ +[0-9.]+ +[1-9][0-9]* +0 +[0-9]+( |$)" "$work/table" || fail "no line for $label: $(<"$work/table")"
done

status=0
"$SOURCE_DIR/bench/compare" --only nobody >"$work/table" 2>"$work/said" || status=$?
((status == 1)) && grep -q 'there is no server nobody' "$work/said" || fail "$status: $(<"$work/said")"
