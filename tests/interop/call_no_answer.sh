#!/usr/bin/env bash
# Nobody answers: the call is taken back when it has rung for ring_timeout, or so long that nobody could listen to the end any more
# before the RADIUS client stops to wait; also where the answer crosses the CANCEL.
. "$(dirname "$0")/phone.bash"

client_more=', timeout: 12s'
cases <<'CASES'
rings     180                   -> reject no_answer no_answer
crosses   180 cancelled 200     -> reject no_answer no_answer
in_forks  180@a 183@b           -> reject no_answer no_answer
CASES
phone 1

# takes_back RING_TIMEOUT AT_LEAST AT_MOST: seconds
takes_back() {
  : >"$log"
  calls "$(trunk 1)" ", ring_timeout: $1"
  start
  AT_LEAST=$2 AT_MOST=$3 story <<'PYTHON'
from calls import *

cancels = len(seen("CANCEL"))
began = time.monotonic()
run_cases(20)
took = time.monotonic() - began
expect(float(os.environ["AT_LEAST"]) <= took <= float(os.environ["AT_MOST"]), f"it took {took:.1f} s")
until(5, lambda: len(seen("CANCEL")) == cancels + 3, "a CANCEL at each phone")
of = {case.user: case.number for case in all_cases()}
until_seen("BYE", of["crosses"], len(seen("INVITE", of["crosses"])))
PYTHON
  finish
}
takes_back 5s 5 10
takes_back 30s 5 11
