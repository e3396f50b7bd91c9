#!/usr/bin/env bash
# A disk that is full: what must be written before somebody is let in lets nobody in; all other logins go on; and when there is room
# again, so is all else.
. "$(dirname "$0")/directory.bash"
packages+=([oathtool]=oathtool)
need oathtool
in_own_network "$@"

mkdir "$work/disk"
mount -t tmpfs -o size=1m radmfa "$work/disk"
trap 'umount -l "$work/disk"; clean_up' EXIT
write_users <<'YAML'
- {name: alice, password: right, simulated: {answer: deny}}
- {name: bob, password: right}
- {name: carol, password: right}
- {name: dora, password: right, simulated: {answer: fraud}}
YAML
factors='[code, robot]'
factor_more='code: {type: totp, window: 1}'
policy_more=', reject_delay: 0s, unenrolled: reject'
top_more='store: {type: sqlite, path: disk/users.db}
control: {path: control}'
export SECRET_HEX=3132333435363738393031323334353637383930
start
story <<'PYTHON'
import os

from control import Control

c = Control(os.environ["WORK"] + "/control")
for user in ("alice", "bob", "carol", "dora"):
    c.ask("user.add", user=user, factor="code" if user == "bob" else "robot")
PYTHON
finish
python3 - "$work/disk/users.db" <<'PYTHON'
import os
import sqlite3
import sys

with sqlite3.connect(sys.argv[1]) as db:
    db.execute("UPDATE users SET totp_secret = ?, totp_step = 0 WHERE identity = 'bob'", (bytes.fromhex(os.environ["SECRET_HEX"]),))
PYTHON

: >"$log"
start_as_it_is
story <<'PYTHON'
import os
import subprocess

from control import Control
from radius import *

c = Control(os.environ["WORK"] + "/control")
FILL = os.environ["WORK"] + "/disk/fill"


def code():
    return subprocess.run(["oathtool", "--totp", os.environ["SECRET_HEX"]], capture_output=True, text=True, check=True).stdout.strip()


def ends(user, password, reply, reason):
    before = len(events("login"))
    got = login(user, password)
    end = until_lines("login", before + 1)[before]
    assert (got, end["reason"]) == (reply, reason), (user, got, end)


c.ask("user.bypass", user="alice", minutes=5, why="phone broken", by="root")
with open(FILL, "wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass

# Neither is let in on what could not be written: a bypass that stays, a passcode that would be good twice.
ends("alice", "right", ACCESS_REJECT, "denied")
ends("alice", "right", ACCESS_REJECT, "denied")
ends("bob", "right" + code(), ACCESS_REJECT, "denied")
ends("carol", "right", ACCESS_ACCEPT, "approved")
# Who reported fraud is blocked all the same.
ends("dora", "right", ACCESS_REJECT, "fraud")
ends("dora", "right", ACCESS_REJECT, "blocked")
for verb, more in (("user.set", {"number": "+15551230001"}), ("user.unblock", {}), ("user.block", {"why": "x"})):
    assert "cannot be written" in c.refuses("failed", verb, user="carol", **more)
assert c.ask("user.show", user="carol")["number"] is None, "what was refused is shown"
assert c.ask("user.show", user="alice")["bypass"], "the bypass is used up"
until(5, lambda: "the store cannot be written" in open(LOG).read(), "the log says so")

os.unlink(FILL)
until(10, lambda: "the store can be written again" in open(LOG).read(), "the log says when there is room")
ends("alice", "right", ACCESS_ACCEPT, "bypass")
ends("alice", "right", ACCESS_REJECT, "denied")
ends("bob", "right" + code(), ACCESS_ACCEPT, "approved")
PYTHON
finish
