#!/usr/bin/env bash
# What the store says of somebody counts at his login: blocked, let in once, a number of his own; fraud blocks for good, also past a restart.
. "$(dirname "$0")/lib.bash"

write_users <<'YAML'
- {name: alice, password: right}
- {name: bob, password: right}
- {name: carol, password: right, simulated: {answer: fraud}}
- {name: slow, password: right, simulated: {after: 2s}}
YAML
policy_more=', reject_delay: 1s'
top_more='store: {type: sqlite, path: users.db}
control: {path: control}'
start

story <<'PYTHON'
import os
import time

from control import Control
from radius import *

c = Control(os.environ["WORK"] + "/control")
c.ask("user.add", user="alice")


def login_and_time(user, password):
    began = time.monotonic()
    return login(user, password), time.monotonic() - began


# Blocked: as a wrong password, but in the log.
c.ask("user.block", user="alice", why="left the company")
code, took = login_and_time("alice", "right")
assert code == ACCESS_REJECT and took >= 0.99, (code, took)
wrong, wrong_took = login_and_time("alice", "wrong")
assert wrong == ACCESS_REJECT and abs(wrong_took - took) < 0.5, (wrong_took, took)
until_lines("login", 2)
assert [event["reason"] for event in events("login")] == ["blocked", "wrong_password"], events("login")
assert not events("factor_start")
c.ask("user.unblock", user="alice")
assert login("alice", "right") == ACCESS_ACCEPT

# Blocked while he is asked: his yes comes too late.
before = len(until_lines("login", 3))
nas, request = Nas(), Request("slow", "right")
nas.send(request)
until(5, lambda: [one for one in c.ask("pending")["logins"] if one["state"] == "factor"], "slow is asked")
c.ask("user.block", user="slow", primary="local", why="reported stolen")
reply, _ = nas.receive(8)
assert request.check(reply) == ACCESS_REJECT, "who was blocked meanwhile is let in"
assert until_lines("login", before + 1)[before]["reason"] == "blocked", events("login")[before:]

# A bypass is for one login, however many ask at once: fifty of fifty workstations.
c.ask("user.bypass", user="alice", minutes=5, why="phone broken", by="root")
before = len(until_lines("login", 4))
requests = [(Nas(), Request("alice", "right", more=attribute(31, b"desk %d" % i))) for i in range(50)]
for nas, request in requests:
    nas.send(request)
for nas, request in requests:
    reply, _ = nas.receive(8)
    assert request.check(reply) == ACCESS_ACCEPT
until_lines("login", before + 50)
reasons = [event["reason"] for event in events("login")[before:]]
assert reasons.count("bypass") == 1 and reasons.count("approved") == 49, reasons
assert c.ask("user.show", user="alice")["bypass"] is None

# One that is over is none.
c.ask("user.bypass", user="alice", minutes=5, why="again", by="root")
c.ask("user.bypass", user="alice", minutes=0)
assert login("alice", "right") == ACCESS_ACCEPT
assert events("login")[-1]["reason"] == "approved" or until_lines("login", before + 51)[-1]["reason"] == "approved"

# Fraud blocks, and is in the store.
assert login("carol", "right") == ACCESS_REJECT
until(5, lambda: c.ask("user.list", text="carol")["users"], "carol is in the store")
assert c.ask("user.show", user="carol")["blocked"]["why"] == "reported fraud"
assert login("carol", "right") == ACCESS_REJECT
until(5, lambda: events("login")[-1]["reason"] == "blocked", "the block is the reason")
until(5, lambda: len(c.ask("history", max=500)["logins"]) == len(events("login")), "each login is in the history")
assert c.ask("history", user="carol", reason="fraud")["logins"][0]["primary"] == "local"
PYTHON
finish

: >"$log"
start_as_it_is
story <<'PYTHON'
import os

from control import Control
from radius import *

assert login("carol", "right") == ACCESS_REJECT
assert until_lines("login", 1)[0]["reason"] == "blocked"
c = Control(os.environ["WORK"] + "/control")
c.ask("user.unblock", user="carol")
assert login("carol", "right") == ACCESS_REJECT  # she says again that it was not her
assert until_lines("login", 2)[1]["reason"] == "fraud"
PYTHON
finish
