#!/usr/bin/env bash
# A trunk that asks who calls, by 401 and 407: the right password, and the wrong one, which is a trunk that is not to be had. One
# registers there.
. "$(dirname "$0")/phone.bash"

sound=short
cases <<'CASES'
www       401:known-to-trunks 180 200 heard:20 press:#  -> accept approved approved 200
proxy     407:known-to-trunks 180 200 heard:20 press:#  -> accept approved approved 200
wrong     401:otherwise 180 200 heard:20 press:#        -> reject factor_unavailable trunk_auth 401
wrong_too 407:otherwise 180 200 heard:20 press:#        -> reject factor_unavailable trunk_auth 407
CASES
policy_more=', on_unavailable: reject'
phone 1
calls "$(trunk 1 udp ', user: mfa, password: known-to-trunks, register: on')"
start
story <<<'from calls import *; until(5, lambda: seen("REGISTER"), "a REGISTER")'
until_true 20 log_says '"event":"trunk_registered"'
run_cases
! log_says known-to-trunks || fail "a trunk's password is in the log"
finish
