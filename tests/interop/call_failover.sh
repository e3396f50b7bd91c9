#!/usr/bin/env bash
# The first trunk refuses, is silent, or says that it is out of order: the second one is asked. When none is left, the policy decides.
. "$(dirname "$0")/phone.bash"

sound=short
answers='180 200 heard:20 press:#'

# phones FIRST SECOND: scenes of two trunks; "refuses": nobody is there.
phones() {
  local n scene
  people_count=0
  user alice
  for n in 1 2; do
    scene=${!n}
    [[ $scene != refuses ]] || continue
    echo "$number $scene" >"$work/scenes"
    phone "$n"
  done
}

# ends FIRST SECOND ON_UNAVAILABLE EXPECTATION TRUNK
ends() {
  local n
  rm -rf "$work"/records* "$work"/phone[12]
  : >"$log"
  : >"$work/users.yaml"
  phones "$1" "$2"
  echo "alice $number $4" >"$work/cases"
  policy_more=", on_unavailable: $3"
  calls "$(trunk 1 udp ', name: first'), $(trunk 2 udp ', name: second')"
  start
  TRUNK=$5 story <<'PYTHON'
from calls import *
call = run_cases()["alice"]
expect(call["trunk"] == os.environ["TRUNK"], f"{call}")
PYTHON
  finish
  for n in "${!phone_pids[@]}"; do end_phone "$n"; done
  phone_pids=()
}
ends refuses "$answers" reject 'accept approved approved 200' second
ends 503 "$answers" reject 'accept approved approved 200' second
ends silent "$answers" reject 'accept approved approved 200' second
ends "$answers" 503 reject 'accept approved approved 200' first
ends 486 "$answers" reject 'reject busy busy 486' first # an answer
ends refuses 503 reject 'reject factor_unavailable trunk_down 503' second
ends 502 refuses silent 'silent factor_unavailable trunk_down' second
ends refuses refuses accept 'accept factor_unavailable trunk_down' second
