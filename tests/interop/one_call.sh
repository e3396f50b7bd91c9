#!/usr/bin/env bash
# One login, one call: the same packet five times, a retry with a new id from another port, and the first one again when all is over.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right, phone: "+15551234567"}'
after=2s
start
story <<'PYTHON'
from radius import *

first, second = Request("alice", "right", id=7), Request("alice", "right", id=9)
one, other = Nas(), Nas()
for _ in range(5):
    one.send(first)
until_lines("factor_start", 1)
other.send(second)
answers = []
for nas, request in ((one, first), (other, second)):
    reply, _ = nas.receive(8)
    expect(reply and request.check(reply) == ACCESS_ACCEPT, f"the request with id {request.id} is not accepted")
    answers.append(reply)

expect(one.receive(0.3) == (None, None), "a second answer to the five packets")
for nas, request, reply in ((one, first, answers[0]), (other, second, answers[1])):
    for _ in range(2):
        expect(nas.ask(request, 2)[1] == reply, "a kept reply is not what was sent before")

expect(len(events("factor_start")) == 1, "more than one call")
ended = until_lines("login", 1)
expect([(e["verdict"], e["reason"], e["waiters"]) for e in ended] == [("accept", "approved", 2)], f"login lines: {ended}")
expect(Nas().ask(Request("alice", "right"))[0] == ACCESS_ACCEPT, "a new login is not accepted")
expect(len(events("factor_start")) == 2, "the new login did not ring")
PYTHON
finish
