#!/usr/bin/env bash
# Another RADIUS server says that a password is right, and not whose: whom the store knows is one person under each form of his name,
# blocked under one and under all; and somebody of his name in another domain, whom it knows too, is not he.
. "$(dirname "$0")/upstream.bash"
peers radclient freeradius

accounts='bob Cleartext-Password := "right"
CORP\bob Cleartext-Password := "right"
bob@corp.example Cleartext-Password := "right"
bob@other.example Cleartext-Password := "right"
carol Cleartext-Password := "right"'
home 1
proxies_to '' 1
policy_more=', reject_delay: 0s'
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}"
start
story <<'PYTHON'
import os

from control import Control
from radius import *

c = Control(os.environ["WORK"] + "/control")
FORMS = ("bob", r"CORP\bob", "bob@corp.example")


def ends(user, reply, reason, identity):
    before = len(events("login"))
    got = login(user, "right")
    end = until_lines("login", before + 1)[before]
    assert (got, end["reason"], end["identity"]) == (reply, reason, identity), (user, got, end)


for form in FORMS:
    ends(form, ACCESS_ACCEPT, "approved", None)  # nobody says who it is
c.ask("user.add", user="bob")
c.ask("user.add", user="bob@other.example")
for form in FORMS:
    ends(form, ACCESS_ACCEPT, "approved", "bob")
c.ask("user.block", user="bob", why="left the company")
for form in FORMS:
    ends(form, ACCESS_REJECT, "blocked", None)
ends("bob@other.example", ACCESS_ACCEPT, "approved", "bob@other.example")
c.ask("user.unblock", user="bob")

# One bypass, whichever name is typed.
c.ask("user.bypass", user="bob", minutes=5, why="phone broken", by="root")
ends(r"CORP\bob", ACCESS_ACCEPT, "bypass", "bob")
ends("bob", ACCESS_ACCEPT, "approved", "bob")
ends("carol", ACCESS_ACCEPT, "approved", None)
PYTHON
finish
