#!/usr/bin/env bash
# The portal's socket with a directory: who somebody is under each of his names, and the number that is called is the directory's.
. "$(dirname "$0")/directory.bash"
peers slapd

authority ca
certificate good ca "IP:$host"
ALICE=6b29fc40-ca47-1067-b31d-00dd010662da
export ALICE
person alice right "entryUUID: $ALICE" 'telephoneNumber: +1 555 000 1002'
person bob right 'telephoneNumber: (555) 000-1003' # which is none without a country
person carl right
person dora right 'telephoneNumber: +1 555 000 1005'
person erin right 'telephoneNumber: +1 555 000 1006'
person fred right 'telephoneNumber: +1 555 000 1007'
slapd_with 1 good
group 1 helpdesk "uid=erin,$people"
search=", search: {base: '$base', user: '$service', password: '$service_password', identity: entryUUID, number_attribute: telephoneNumber, number_is_trusted: true, groups: {administrators: ['CN=helpdesk, $base'], nested: false}}"
directory "$(ldaps 1)" "$search, max_failures: 4/1h"
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}
portal: {path: $work/portal, policy: lab, enrolment: directory_number, administrators: ['CORP\\root', $ALICE]}"
start
story <<'PYTHON'
from portal_socket import *
from radius import *

ALICE = os.environ["ALICE"]
admin = Socket(os.environ["WORK"] + "/control")

# ---- one person under each of his names ----
sessions = [Session(name) for name in ("alice", r"CORP\alice", "alice@corp.example", "ALICE")]
for session in sessions:
    expect(session.first["must_verify"] and session.first["verify_by"] == ["call"], session.first)
thief("alice", "+15550001002")
alice = sessions[0]
alice.refuses("denied", "set_number", number="+15559999999")
me = alice.do("verify_call")["me"]
expect(me["is_verified"] and me["number"] == "+15550001002" and me["is_admin"], me)
for session in sessions[1:]:
    session.is_over()
user = admin.do("user.show", user=ALICE)
expect((user["identity"], user["name"], user["number"], user["number_state"], user["number_is_directorys"]) ==
       (ALICE, "alice", "+15550001002", "verified", True), user)
again = Session("alice@corp.example")
again.refuses("denied", "set_number", number="+15559999999")
thief("ALICE", "+15550001002")
me = alice.do("set_number", number="+15550001012")["me"]
expect(me["number"] == "+15550001012", me)
told = until(5, lambda: [line for line in events("user_change") if line["what"] == "told"], "the old number")
expect(told[0]["number"] == "+1xxxxxxxx02" and told[0]["identity"] == ALICE, told)

# ---- whose number is none, or who has none, is invited; the directory's number is told then ----
for user in ("bob", "carl"):
    session = Session(user)
    expect(not session.first["may_enrol"] and session.first["needs_invite"] and not session.first["must_verify"], session.first)
    session.refuses("denied", "verify_call")
    session.refuses("denied", "set_number", number="+15559999999")
dora = Session("dora")
until(5, lambda: [line for line in events("sign_in") if line["user"] == "dora"], "a line of dora")
identity = [line["identity"] for line in events("sign_in") if line["user"] == "dora"][0]
admin.do("user.add", user="dora", primary="corp", identity=identity)
code = admin.do("user.invite", user="dora")["code"]
expect(dora.do("use_invite", code=code)["me"]["may_enrol"], "dora")
dora.do("set_number", number="+15550001015")
told = until(5, lambda: [line for line in events("user_change") if line["what"] == "told" and line["user"] == "dora"], "hers")
expect(told[0]["number"] == "+1xxxxxxxx05", told)

# ---- administrators by a group, once they are verified; the group's others are none ----
erin, fred = Session("erin"), Session("fred")
erin.refuses("denied", "users")
erin.do("verify_call"), fred.do("verify_call")
expect(erin.me()["is_admin"] and not fred.me()["is_admin"], "who is in the group administers")
expect("alice" in {user["name"] for user in erin.do("users")["users"]}, "users")
fred.refuses("denied", "users")

# ---- the directory's own limit of wrong passwords ----
bare = Socket()
for i in range(6):
    bare.refuses("wrong", "sign_in", user="carl", password="wrong", address=f"192.0.2.{i}")
bare.refuses("wrong", "sign_in", user="carl", password="right", address="192.0.2.77")
expect(login("carl", "right") == ACCESS_REJECT, "a login is not counted together with the portal")
PYTHON
# Another list of groups is not the one that somebody was found in.
story <<'PYTHON'
from portal_socket import *

erin = verified("erin")
expect(erin.me()["is_admin"], "erin")
with open(os.environ["WORK"] + "/erin", "w") as file:
    file.write(erin.token)
PYTHON
sed -i "s/CN=helpdesk/CN=others/" "$work/radmfad.yaml"
kill -HUP "$pid"
until_true 10 log_says 'configuration reloaded'
story <<'PYTHON'
from portal_socket import *

token = open(os.environ["WORK"] + "/erin").read()
socket = Socket()
expect(not socket.do("me", session=token)["me"]["is_admin"], "erin is an administrator of a group that is none now")
socket.refuses("denied", "users", session=token)
PYTHON
kill_slapd 1
story <<'PYTHON'
from portal_socket import *

Socket().refuses("unavailable", "sign_in", user="alice", password="right", address="192.0.2.1")
PYTHON
finish
