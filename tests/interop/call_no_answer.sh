#!/usr/bin/env bash
# Nobody answers: the call is taken back while there still were time to talk, also where the answer crosses the CANCEL; the RADIUS client
# hears it just before it would wait in vain, as if the phone had rung on.
. "$(dirname "$0")/phone.bash"

client_more=', timeout: 8s'
cases <<'CASES'
rings     180                   -> reject no_answer no_answer
crosses   180 cancelled 200     -> reject no_answer no_answer
in_forks  180@a 183@b           -> reject no_answer no_answer
CASES
phone 1

calls "$(trunk 1)"
start
story <<'PYTHON'
from calls import *

began = time.monotonic()
called = run_cases(20)
took = time.monotonic() - began
expect(6.5 <= took <= 8, f"it took {took:.1f} s")
for case in all_cases():
    until_seen("CANCEL", case.number)
    rang_ms = called[case.user]["rang_ms"]
    expect(3000 <= rang_ms <= 4500, f"{case} rang for {rang_ms} ms")
    if case.user == "crosses":
        until_seen("BYE", case.number)
PYTHON
finish
