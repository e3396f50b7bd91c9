#!/usr/bin/env bash
# Administrators ask radmfad by its control socket: users, who waits and is hung up, history, counts; and what it refuses.
. "$(dirname "$0")/lib.bash"

write_users <<'YAML'
- {name: alice, password: right}
- {name: bob, password: right}
YAML
after=60s
workers=2
policy_more=', reject_delay: 0s'
factor_more='phone: {type: call, trunks: [{uri: "sip:127.0.0.1:9"}], from: "+15551230000", allowed_prefixes: ["+1"]}'
factors='[robot, phone]'
top_more='store: {type: sqlite, path: users.db}
control: {path: control, group: no-such-group}'
start
until_true 5 test -S "$work/control"
[[ $(stat -c %a "$work/control") == 600 ]] || fail 'others may connect'
until_true 5 log_says 'there is no group `no-such-group`'

"$RADMFAD" --check --config "$work/radmfad.yaml" >"$work/out" 2>>"$log" || true # nobody is at the trunk
grep -q '^control .*a process listens there, ok' "$work/out" || fail "--check says: $(grep ^control "$work/out")"

story <<'PYTHON'
import os
import subprocess
import sys

from control import Control
from radius import *

path = os.environ["WORK"] + "/control"
c = Control(path)
assert c.ask("ping")["version"]

# Users.
alice = c.ask("user.add", user="alice", number="(555) 123-4567 x89", country_code="1", language="de")
assert alice["primary"] == "local" and alice["identity"] == "alice", alice
assert (alice["number"], alice["extension"], alice["number_state"]) == ("+15551234567", "89", "entered"), alice
c.refuses("exists", "user.add", user="ALICE")
assert "allowed_prefixes" in c.refuses("invalid", "user.add", user="bob", number="+442079460018")
c.refuses("invalid", "user.add", user="bob", number="12")
c.refuses("invalid", "user.add", user="bob", factor="pigeon")
c.refuses("invalid", "user.add", user="bob", verified=True)
c.refuses("not_found", "user.add", user="bob", primary="nobody")
c.refuses("bad_request", "user.add", user="bob", nubmer="+15551234567")
c.refuses("bad_request", "user.add", user=7)
c.refuses("bad_request", "user.add")
c.refuses("not_found", "user.show", user="carol")
c.refuses("unknown_verb", "user.praise", user="alice")
changed = c.ask("user.set", user="alice", verified=True, language=None, factor="phone")
assert (changed["number_state"], changed["language"], changed["factor"]) == ("verified", None, "phone"), changed
assert c.ask("user.set", user="alice", number="+15551234567x89")["number_state"] == "verified"
assert c.ask("user.set", user="alice", number="+15559999999")["number_state"] == "entered"
assert c.ask("user.set", user="alice", number=None)["number"] is None
assert c.ask("user.set", user="alice", calls="20/1h")["calls"] == "20/1h"
c.refuses("invalid", "user.set", user="alice", calls="20")
c.refuses("invalid", "user.set", user="alice", calls="1001/1h")
assert c.ask("user.set", user="alice", language="de")["calls"] == "20/1h"
assert c.ask("user.set", user="alice", language=None, calls=None)["calls"] is None
c.refuses("invalid", "user.set", user="alice", pin_hash="1234")
blocked = c.ask("user.block", user="alice", why="lost his phone\u202e")
assert blocked["blocked"]["why"] == "lost his phone\u202e" and blocked["blocked"]["since"], blocked
assert c.ask("user.unblock", user="alice")["blocked"] is None
assert c.ask("user.block", user="stranger", primary="local", why="seen in the log")["name"] == "stranger"
c.refuses("not_found", "user.block", user="carol", why="nobody knows him")
c.refuses("not_found", "user.block", user="carol", primary="lcoal", why="a typing error blocks nobody")
assert c.ask("user.block", user="CORP\\dave", primary="local", why="gone")["identity"] == "dave"
bypass = c.ask("user.bypass", user="alice", minutes=10, why="no phone today", by="root")["bypass"]
assert bypass["why"] == "no phone today" and bypass["by"] == "root", bypass
c.refuses("invalid", "user.bypass", user="alice", minutes=1441, why="for ever")
c.refuses("bad_request", "user.bypass", user="alice", minutes=5)
assert c.ask("user.bypass", user="alice", minutes=0)["bypass"] is None
invite = c.ask("user.invite", user="alice", hours=2)
assert len(invite["code"]) == 14 and invite["until"] == invite["user"]["invite_until"], invite

# Pages.
for i in range(25):
    c.ask("user.add", user=f"many{i:02}")
names, more = [], None
while True:
    page = c.ask("user.list", text="MANY", max=10, after=more)
    names += [user["name"] for user in page["users"]]
    more = page["more"]
    if not more:
        break
assert names == [f"many{i:02}" for i in range(25)], names
c.ask("user.remove", user="many00")
c.refuses("not_found", "user.remove", user="many00")

# Who waits, seen and hung up: over two loops.
nas = [Nas() for _ in range(5)]
requests = [Request("bob", "right", id=i) for i in range(5)]
for i in range(5):
    nas[i].send(requests[i])


def pending():
    found, more = [], None
    while True:
        page = c.ask("pending", max=2, after=more)
        found += page["logins"]
        more = page["more"]
        if not more:
            return found


until(5, lambda: len(pending()) == 5, "five wait")
seen = [login for login in pending() if login["state"] == "factor"]
assert len(seen) == 1 and seen[0]["user"] == "bob" and seen[0]["factor"] == "robot", seen
assert seen[0]["since"] < seen[0]["deadline"], seen
assert len([login for login in pending() if login["state"] == "follows"]) == 4
c.refuses("invalid", "hangup", login="abc")
c.refuses("not_found", "hangup", login="%016x" % (int(seen[0]["id"], 16) ^ 1 << 40))
c.ask("hangup", login=seen[0]["id"])
for i in range(5):
    reply, _ = nas[i].receive(5)
    assert requests[i].check(reply) == ACCESS_REJECT
until(5, lambda: not pending(), "nobody waits")
c.refuses("not_found", "hangup", login=seen[0]["id"])
until(5, lambda: c.ask("history", user="bob")["logins"], "a login is in the history")
ended = c.ask("history", user="bob")["logins"][0]
assert (ended["verdict"], ended["reason"], ended["id"]) == ("reject", "hung_up", seen[0]["id"]), ended
assert c.ask("history", reason="approved")["logins"] == []
assert c.ask("history", until="2001-01-01T00:00:00Z")["logins"] == []
c.refuses("invalid", "history", until="yesterday")
stats = c.ask("stats")
assert stats["logins"] == {"hung_up": 1}, stats
assert stats["joined"] == 4 and stats["pending"] == 0, stats

# Strangers to the protocol, and clients that hang about.
silent = [Control(path) for _ in range(60)]
c.socket.sendall(b"no json\n[1]\n{}\n\n")
for _ in range(4):
    assert c.read()["error"] == "bad_request"
deep = Control(path)
deep.socket.sendall(b"[" * 60000 + b"\n")
assert deep.read()["error"] == "bad_request"
long = Control(path)
long.socket.sendall(b'{"do": "' + b"x" * 70000)
assert long.read()["error"] == "too_long" and long.read() is None
lazy = Control(path)
try:
    lazy.socket.settimeout(2)
    for _ in range(100000):
        lazy.send("user.list", max=25)
except (TimeoutError, BrokenPipeError, ConnectionResetError):
    pass  # who does not read is read no more, or closed
assert c.ask("ping")

# Killed in the middle: what it has asked for is done, its answers are nobody's.
victim = subprocess.Popen([sys.executable, "-c", """
import os, signal, sys
from control import Control
c = Control(sys.argv[1])
for i in range(300):
    c.send("user.add", user=f"killed{i}")
    c.send("pending", max=1000)
    c.send("history", max=500)
os.kill(os.getpid(), signal.SIGKILL)
""", path])
assert victim.wait() == -9, victim.returncode
until(10, lambda: c.ask("user.list", text="killed")["users"], "what was asked before is done")
for i in range(3):
    half = Control(path)
    half.socket.sendall(b'{"do": "user.list", "id"')
    half.close()
assert c.ask("ping")
for client in silent:
    client.close()
PYTHON
log_says '"event":"user_change"' || fail 'changes are not in the log'
log_says '"what":"blocked"' || fail 'a block is not in the log'
finish
[[ ! -e $work/control ]] || fail 'the socket was left behind'

top_more="store: {type: sqlite, path: users.db}
control: {path: control, group: $(id -gn)}"
start
until_true 5 test -S "$work/control"
[[ $(stat -c '%a %G' "$work/control") == "660 $(id -gn)" ]] || fail "not the group's: $(stat -c '%a %G' "$work/control")"
finish
