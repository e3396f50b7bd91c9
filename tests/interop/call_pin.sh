#!/usr/bin/env bash
# A PIN, then "#": the right one, at the first try or at the third, also where each key arrives twice; a wrong one thrice; never "#"
# alone. No PIN stands in the log. And a digit that must be heard.
. "$(dirname "$0")/phone.bash"

sound=short
user_more=', pin: "90817263"'
policy_more=', pin: required'
cases <<'CASES'
right   180 200 heard:20 press:90817263#                        -> accept approved approved 200
doubled 180 200 heard:20 press:90817263#/doubled                -> accept approved approved 200
lossy   180 200 heard:20 press:90817263#/lossy                  -> accept approved approved 200
both    180 200 heard:20 both:90817263#                         -> accept approved approved 200
anew    180 200 heard:20 press:9081*90817263#                   -> accept approved approved 200
third   180 200 heard:20 press:1# heard:30 press:90817264# heard:30 press:90817263# -> accept approved approved 200
thrice  180 200 heard:20 press:1111# heard:30 press:2222# heard:30 press:90817264#  -> reject denied denied 200
pound   180 200 heard:20 press:# heard:30 press:# heard:30 press:#                  -> reject denied denied 200
long    180 200 heard:20 press:908172639081726390817263# heard:30 bye               -> reject hung_up hung_up 200
fraud   180 200 heard:20 press:0#                               -> reject fraud fraud 200
CASES
phone 1
calls "$(trunk 1)"
start
run_cases 25
! log_says 90817263 || fail "a PIN stands in the log"
! log_says 90817264 || fail "what was pressed stands in the log"
finish

: >"$log"
rm -rf "$work"/{cases,scenes,users.yaml}
user_more=''
policy_more=', challenge: digit'
cases <<'CASES'
hears   180 200 heard:20 press:?#                               -> accept approved approved 200
by_info 180 200 heard:50 info:?#                                -> accept approved approved 200
deaf    180 200 heard:20 press:# heard:30 press:# heard:30 press:#  -> reject denied denied 200
CASES
phone 2
calls "$(trunk 2)"
start
run_cases 25
finish
