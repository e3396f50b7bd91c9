#!/usr/bin/env bash
# Over a limit, a client's own or that of all, a login is refused at once, in silence or with a Reject, and counted.
. "$(dirname "$0")/lib.bash"

for i in {1..9}; do echo "- {name: user$i, password: right}"; done | write_users
after=2s

# over_the_limit SILENT|REJECT
over_the_limit() {
  : >"$log"
  start
  MODE=$1 story <<'PYTHON'
from radius import *

admitted = []
for i in (1, 2, 3):
    nas, request = Nas(), Request(f"user{i}", "right")
    nas.send(request)
    admitted.append((nas, request))
until_lines("factor_start", 3)
began = time.monotonic()
silent = os.environ["MODE"] == "silent"
for i in (4, 5, 6, 7):
    code = login(f"user{i}", "right", seconds=0.2 if silent else 5)
    expect(code == (None if silent else ACCESS_REJECT), f"the login over the limit: {code}")
expect(time.monotonic() - began < 1.9, "refusals were late")
expect(status_server() == ACCESS_ACCEPT, "Status-Server is exempt from limits")
for nas, request in admitted:
    reply, _ = nas.receive(8)
    expect(reply and request.check(reply) == ACCESS_ACCEPT, "an admitted login is not accepted")
until(4, lambda: dropped().get("limit") == 4, "four drops in the log")
expect(len([e for e in events("drop") if e["reason"] == "limit"]) <= 3, "a line for each drop, not for each second")
expect(all(e.get("client") == "lab" for e in events("drop")), "the drop lines do not name the client")
expect(login("user9", "right") == ACCESS_ACCEPT, "afterwards there is no room")
PYTHON
  finish
}

client_more=', pending: 3'
over_the_limit silent
policy_more=', on_unavailable: reject'
over_the_limit reject
client_more=''
top_more='limits: {pending: 3}'
over_the_limit reject
policy_more=''
workers=3
over_the_limit silent
