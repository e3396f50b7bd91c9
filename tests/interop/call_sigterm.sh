#!/usr/bin/env bash
# SIGTERM while phones ring and somebody listens: what can still be answered is, and at the end nothing rings and nobody is left on
# the line. Asked twice, everything is hung up at once.
. "$(dirname "$0")/phone.bash"

client_more=', timeout: 12s'
cases <<'CASES'
answers 180 wait:1 200 heard:20 press:#   -> accept approved approved 200
rings   180                               -> reject no_answer no_answer
listens 180 200                           -> reject denied cancelled
CASES
phone 1
calls "$(trunk 1)" ', ring_timeout: 5s'

# with_calls STORY: once somebody listens and others' phones ring.
with_calls() {
  start
  story <<PYTHON
import signal
from calls import *

of = {case.user: case.number for case in all_cases()}
nas = {user: Nas() for user in of}
asked = {user: Request(user, PASSWORD) for user in of}
for user in $1:
    nas[user].send(asked[user])
    until_seen("INVITE", of[user], 1 + len(seen("CANCEL", of[user])) + len(seen("BYE", of[user])))
os.kill(PID, signal.SIGTERM)
until_said("draining")
$2
PYTHON
  ended_with 0
}
with_calls '("answers", "rings")' '
for user, code in (("answers", ACCESS_ACCEPT), ("rings", ACCESS_REJECT)):
    reply, _ = nas[user].receive(10)
    expect(reply and asked[user].check(reply) == code, f"{user} did not get his verdict")
'
: >"$log"
with_calls '("rings", "listens")' '
until_seen("ACK", of["listens"])
os.kill(PID, signal.SIGTERM)
'
story <<'PYTHON'
from calls import *
of = {case.user: case.number for case in all_cases()}
until_seen("CANCEL", of["rings"], 2)
until_seen("BYE", of["answers"])
until_seen("BYE", of["listens"])
PYTHON
