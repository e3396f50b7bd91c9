#!/usr/bin/env bash
# SIGTERM: new logins and Status-Server get silence, retransmissions are served, what is pending gets its verdict, exit 0.
. "$(dirname "$0")/lib.bash"

write_users <<'YAML'
- {name: alice, password: right, simulated: {after: 3s}}
- {name: bob, password: right}
YAML
workers=2
start
story <<'PYTHON'
import signal
from radius import *

done, pending, joins = Nas(), Nas(), Nas()
first, slow, retry = Request("bob", "right"), Request("alice", "right"), Request("alice", "right")
code, kept = done.ask(first)
expect(code == ACCESS_ACCEPT, "bob is not accepted")
pending.send(slow)
until_lines("factor_start", 2)

os.kill(PID, signal.SIGTERM)
until_said("draining")

def both_loops_are_silent():
    """Each takes the order when its turn comes."""
    asked = [Nas() for _ in range(12)]
    for nas in asked:
        nas.send(Request(code=STATUS_SERVER))
    return not select.select([nas.socket for nas in asked], [], [], 0.2)[0]

until(5, both_loops_are_silent, "silence for Status-Server")
expect(login("bob", "right", seconds=0.4) is None, "a new login is answered while draining")
expect(status_server(seconds=0.4) is None, "Status-Server is answered while draining")
expect(done.ask(first, 2)[1] == kept, "a kept reply is not served while draining")
pending.send(slow)
joins.send(retry)
for nas, request in ((pending, slow), (joins, retry)):
    reply, _ = nas.receive(8)
    expect(reply and request.check(reply) == ACCESS_ACCEPT, "what was pending is not accepted")
expect(len(events("factor_start")) == 2, "draining rang again")
PYTHON
ended_with 0
[[ $(tail -n 1 "$log") == *'radmfad ends'* ]] || fail "the log does not say that it ended"
has_lines login 2 || fail "a login has no line"
