#!/usr/bin/env bash
# The kernel spreads source ports over the workers' sockets: retries that reach different loops still join one call.
. "$(dirname "$0")/lib.bash"

write_users <<'YAML'
- {name: alice, password: right, phone: "+15551234567"}
- {name: bob, password: right, phone: "+15551234568"}
YAML
after=2s
workers=4
start
story <<'PYTHON'
from radius import *

def from_many_ports(user, count):
    waiting = []
    for _ in range(count):
        nas, request = Nas(), Request(user, "right")
        nas.send(request)
        nas.send(request)
        waiting.append((nas, request))
    return waiting

both = from_many_ports("alice", 60) + from_many_ports("bob", 60)
for nas, request in both:
    reply, _ = nas.receive(10)
    expect(reply and request.check(reply) == ACCESS_ACCEPT, "one of the ports got no accept")
    expect(nas.ask(request, 2)[1] == reply, "the kept reply is another one")
ended = until_lines("login", 2)
expect(len(events("factor_start")) == 2, f"{len(events('factor_start'))} calls for two users")
expect(sorted((e["user"], e["waiters"]) for e in ended) == [("alice", 60), ("bob", 60)], f"login lines: {ended}")
for nas, _ in both:
    expect(nas.receive(0) == (None, None), "somebody got two answers")
PYTHON
finish
