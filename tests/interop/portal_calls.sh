#!/usr/bin/env bash
# The portal's socket with a telephone that rings: each end of a call is told; a number that was changed is told at the old one, and
# who says there that it was not he is blocked.
. "$(dirname "$0")/phone.bash"

cases <<'CASES'
alice   180 wait:0.3 200 heard:20 press:#  -> x x x
busy    180 486                            -> x x x
away    180 480                            -> x x x
no      180 603                            -> x x x
wrong   180 200 heard:20 press:1# heard:20 press:2# heard:20 press:3# -> x x x
robbed  180 200 heard:20 press:0#          -> x x x
fraud   180 200 heard:20 press:0#          -> x x x
rings   180 wait:60                        -> x x x
often   180 486                            -> x x x
CASES
user_more=", pin: '4711'"
cases <<'CASES'
knows   180 200 heard:20 press:4711#                                        -> x x x
pound   180 200 heard:20 press:# heard:20 press:# heard:20 press:#          -> x x x
CASES
policy_more=', pin: required'
cat >>"$work/scenes" <<'SCENES'
+15551239001 180 200 heard:20 press:#
+15551239002 180 200 heard:20 press:0#
+15551239003 180 200 heard:20 press:#
SCENES
phone 1
calls "$(trunk 1)"
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}
portal: {path: $work/portal, policy: lab, enrolment: directory_number}
limits: {per_user: 5/10m, per_number: 5/10m}"
start
story <<'PYTHON'
import portal_socket
from portal_socket import *
from calls import *

portal_socket.PASSWORD = password = PASSWORD
admin = Socket(os.environ["WORK"] + "/control")
Session.__init__.__defaults__ = (password, *Session.__init__.__defaults__[1:])

# ---- each end of a call ----
alice, heard = Session("alice"), []
me = alice.do("verify_call", events=heard)["me"]
expect(heard == ["calling", "ringing", "answered"] and me["is_verified"], heard)
for user, word, last in (("busy", "busy", "ringing"), ("away", "no_answer", "ringing"), ("no", "declined", "ringing"),
                         ("wrong", "denied", "answered"), ("fraud", "fraud", "answered")):
    session, heard = Session(user), []
    try:
        session.do("verify_call", events=heard)
        raise AssertionError(f"{user} is verified")
    except Refused as refused:
        expect(refused.word == word and heard[-1] == last, f"{user}: {refused} {heard}")
    if user == "fraud":
        session.is_over()
    else:
        expect(not session.me()["is_verified"], user)
rings = Session("rings")
call = rings.begin("verify_call")
expect([rings.socket.next_of(call)["event"] for _ in "12"] == ["calling", "ringing"], "it does not ring")
rings.do("stop_call")
try:
    rings.socket.end(call)
    raise AssertionError("verified")
except Refused as refused:
    expect(refused.word == "hung_up", refused)
until_seen("CANCEL", "+15551230008")

# ---- a PIN is asked for where there is one: the telephone alone does not set another ----
expect(Session("knows").do("verify_call")["me"]["is_verified"], "a right PIN")
Session("pound").refuses("denied", "verify_call")

# ---- a new number: who answers it without being asked says nothing of the account ----
alice.refuses("fraud", "set_number", number="+15551239002")
expect(alice.me()["number"] == "+15551230001", "a number that was not confirmed is kept")
me = alice.do("set_number", number="+15551239001")["me"]
expect(me["number"] == "+15551239001", me)
told = until(20, lambda: [line for line in events("user_change") if line["what"] == "told"], "a call to the old number")
expect((told[0]["number"], told[0]["how"]) == ("+1xxxxxxxx01", "approved"), told)
alice.me()
thief("alice", "+15551239001")

# ---- the old number's owner says that it was not he ----
admin.do("user.add", user="robbed", primary="local")
robber = Session("robbed")
robber.do("use_invite", code=admin.do("user.invite", user="robbed")["code"])
me = robber.do("set_number", number="+15551239003")["me"]
expect(me["is_verified"], me)
until(20, lambda: admin.do("user.show", user="robbed")["blocked"], "a block")
robber.is_over()
user = admin.do("user.show", user="robbed")
expect(user["number"] == "+15551239003" and user["blocked"]["why"].startswith("said that the change"), user)
Socket().refuses("wrong", "sign_in", user="robbed", password=password, address="192.0.2.1")

# ---- a thief can have the victim's telephone ring, so often and no more ----
often = Session("often")
for i in range(5):
    often.refuses("busy", "verify_call")
often.refuses("limit", "verify_call")
for user, number in (("busy", "+15551230002"), ("often", "+15551230009")):
    thief(user, number)
PYTHON
finish
