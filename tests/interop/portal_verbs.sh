#!/usr/bin/env bash
# The portal's socket, with a users file, a simulated telephone and a store: every verb and every refusal; and beside each scenario
# a thief, who knows the password and nothing else: what he can read, and what he can change, is nothing.
. "$(dirname "$0")/lib.bash"

write_users <<'YAML'
- {name: root, password: right, phone: "+15550001001"}
- {name: alice, password: right}
- {name: bob, password: right, phone: "+15550001003"}
- {name: carl, password: right, phone: "+15550001004", simulated: {answer: deny}}
- {name: dora, password: right, phone: "+15550001005", simulated: {answer: busy}}
- {name: erik, password: right, phone: "+15550001006", simulated: {answer: fraud}}
- {name: fay, password: right, phone: "+15550001007", simulated: {answer: no_answer}}
- {name: gus, password: right, phone: "+15550001008", simulated: {answer: unavailable}}
- {name: hugo, password: right, phone: "+15550001009", simulated: {answer: approve, after: 120s}}
- {name: ida, password: right}
- {name: jim, password: right}
YAML
# portal KEYS
portal() {
  top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}
portal: {path: $work/portal, policy: lab, administrators: [root], issuer: Example$1}"
  rm -f "$work"/users.db*
}
portal ', enrolment: directory_number'
start

story <<'PYTHON'
from portal_socket import *
from radius import *

bare = Socket()
hello = bare.do("hello")
expect(hello["languages"] == ["en", "de"] and hello["enrolment"] == "directory_number" and hello["session_s"] == 900, hello)

# ---- signing in: one word and one text for everybody who may not ----
said = set()
for user, password in (("alice", "wrong"), ("nobody", "right"), ("alice", "x" * 200), ("bob\\", "right"), ("nobody", "x" * 200)):
    began = time.monotonic()
    said.add(bare.refuses("wrong", "sign_in", user=user, password=password, address="192.0.2.9"))
    expect(time.monotonic() - began > 0.9, f"{user} is refused at once")
expect(len(said) == 1, said)
for missing in ("user", "password", "address"):
    arguments = {"user": "alice", "password": "right", "address": "192.0.2.9"}
    bare.refuses("bad_request", "sign_in", **{**arguments, missing: ""})
    bare.refuses("bad_request", "sign_in", **{**arguments, missing: 7})
    del arguments[missing]
    bare.refuses("bad_request", "sign_in", **arguments)
for address in ("192.0.2.9:80", "nowhere", "192.0.2.0/24"):
    bare.refuses("bad_request", "sign_in", user="alice", password="right", address=address)
bare.refuses("invalid", "sign_in", user="alice", password="right", address="192.0.2.9", language="xx")
bare.refuses("unknown_verb", "sign_on")
for verb, arguments in VERBS.items():
    bare.refuses("session", verb, session="A" * 43, **arguments)
    bare.refuses("session", verb, **arguments)
    bare.refuses("bad_request", verb, session="A" * 43, what="else", **arguments)
v6 = Session("alice", address="2001:db8::7")
v6.do("sign_out")

# ---- the number that the directory has is called, and kept ----
thief("root", "+15550001001")
root, heard = Session("root", language="de"), []
expect(root.first["must_verify"] and root.first["verify_by"] == ["call"] and not root.first["is_admin"], root.first)
root.refuses("denied", "set_number", number="+15551112222")
me = root.do("verify_call", events=heard)["me"]
expect(heard == ["calling", "ringing", "answered"], heard)
expect(me["is_verified"] and me["is_admin"] and me["number"] == "+15550001001" and me["language"] == "de", me)
thief("root", "+15550001001")
shown = root.do("user", primary="local", identity="root")["user"]
expect(shown["number_state"] == "verified" and shown["number_is_directorys"] and shown["number"] == "+1xxxxxxxx01", shown)

# ---- every end of a call ----
for user, word in (("carl", "denied"), ("dora", "busy"), ("fay", "no_answer"), ("gus", "unavailable")):
    session = Session(user)
    session.refuses(word, "verify_call")
    expect(not session.me()["is_verified"], f"{user} is verified")
    thief(user, session.first["number"])
erik = Session("erik")
second = Session("erik")
erik.refuses("fraud", "verify_call")
erik.is_over()
second.is_over()
bare.refuses("wrong", "sign_in", user="erik", password="right", address="192.0.2.1")
expect(root.do("user", primary="local", identity="erik")["user"]["blocked"]["why"].startswith("reported fraud"), "erik is not blocked")

hugo, stranger = Session("hugo"), Session("hugo", address="198.51.100.1")
call = hugo.begin("verify_call")
expect(hugo.socket.next_of(call)["event"] == "calling", "nothing rings")
stranger.refuses("limit", "verify_call")  # nor can it be his session that is confirmed
stranger.do("stop_call")
hugo.do("stop_call")
try:
    hugo.socket.end(call)
    raise AssertionError("a call that was stopped verifies")
except Refused as refused:
    expect(refused.word == "hung_up", refused)
for end in ("sign_out", "close"):
    hugo = Session("hugo")
    call = hugo.begin("verify_call")
    hugo.socket.next_of(call)
    if end == "sign_out":
        hugo.do("sign_out")
        try:
            hugo.socket.end(call)
        except Refused as refused:
            expect(refused.word == "hung_up", refused)
    else:
        hugo.socket.file.close()
        hugo.socket.socket.close()
    until(5, lambda: stranger.do("stop_call") == {}, "the socket")

# ---- who has no number is invited ----
alice = Session("alice")
expect(not alice.first["must_verify"] and not alice.first["may_enrol"] and alice.first["needs_invite"], alice.first)
for verb in ("set_number", "set_pin", "history", "report_fraud", "users"):
    alice.refuses("denied", verb, **VERBS[verb])
alice.refuses("denied", "verify_call")
alice.refuses("wrong", "use_invite", code="AAAA-AAAA-AAAA")
root.refuses("not_found", "invite", primary="local", identity="alice")
admin = Socket(os.environ["WORK"] + "/control")
admin.do("user.add", user="alice", primary="local")  # which ends no session of hers
invite = admin.do("user.invite", user="alice")
alice.refuses("wrong", "use_invite", code="nonsense")
me = alice.do("use_invite", code=invite["code"].lower().replace("-", " "))["me"]
expect(me["may_enrol"] and not me["needs_invite"], me)
other = Session("alice")  # the code is the session's that typed it
expect(not other.first["may_enrol"], other.first)
for number in ("", "12", "+1555", "x" * 63, "+1 555 0001002 ext 12345678901"):
    alice.refuses("invalid" if number else "bad_request", "set_number", number=number)
alice.refuses("invalid", "set_number", number="5550001002", country_code="0")
heard = []
me = alice.do("set_number", events=heard, number="(555) 000-1002", country_code="+1", extension="77")["me"]
expect(heard == ["calling", "ringing", "answered"], heard)
expect(me["is_verified"] and (me["number"], me["extension"]) == ("+15550001002", "77"), me)
other.is_over()
late = Session("alice")
late.refuses("denied", "use_invite", code=invite["code"])
expect(admin.do("user.show", user="alice")["invite_until"] is None, "the invitation is not used up")
thief("alice", "+15550001002")

# ---- what she may do now ----
for pin in ("123", "12345678901", "12a4", "1234#"):
    alice.refuses("invalid", "set_pin", pin=pin)
expect(alice.do("set_pin", pin="4711")["me"]["has_pin"], "no PIN is kept")
expect(alice.do("set_factor", factor="robot")["me"]["factor"] == "robot", "no factor is kept")
alice.refuses("invalid", "set_factor", factor="nothing")
expect(alice.do("set_language", language="de")["me"]["language"] == "de", "no language is kept")
alice.refuses("invalid", "set_language", language="xx")
for verb in ("passcode_begin", "passcode_confirm", "passcode_remove", "verify_passcode"):
    alice.refuses("unavailable", verb, **VERBS[verb])  # the policy has none
for verb in ("users", "user", "block", "unblock", "bypass", "invite", "pending", "hangup", "all_history"):
    alice.refuses("denied", verb, **VERBS[verb])
alice.refuses("not_found", "report_fraud", login="0" * 16)
for login in ("", "xyz", "0" * 15, "0" * 17, "G" * 16):
    alice.refuses("bad_request", "report_fraud", login=login)
for cursor in ("x", "1", "1-2-3"):
    alice.refuses("bad_request", "history", before=cursor)
for most in (0, 201, "9"):
    alice.refuses("bad_request", "history", max=most)
thief("alice", "+15550001002")

# ---- a change of the number: the old one is told, other sessions are over ----
other = verified("alice")
me = alice.do("set_number", number="+1 555 000 1012")["me"]
expect(me["number"] == "+15550001012" and me["extension"] is None and me["has_pin"], me)
other.is_over()
told = until(5, lambda: [line for line in events("user_change") if line["what"] == "told"], "a call that tells")
expect(told[0]["number"] == "+1xxxxxxxx02" and told[0]["how"] == "approved", told)
thief("alice", "+15550001012")

# ---- what somebody else changes ends sessions ----
admin.do("user.set", user="alice", number="+15550001022", verified=True)
alice.is_over()
alice = verified("alice")
admin.do("user.set", user="alice", language="en")
alice.me()
admin.do("user.set", user="alice", pin_hash=None)
alice.is_over()
alice = verified("alice")
admin.do("user.block", user="alice", why="tests")
alice.is_over()
bare.refuses("wrong", "sign_in", user="alice", password="right", address="192.0.2.1")
admin.do("user.unblock", user="alice")
alice = verified("alice")
admin.do("user.remove", user="alice")
alice.is_over()
alice = Session("alice")
expect(alice.first["needs_invite"], alice.first)

# ---- an administrator's number is called before it counts; an invitation may put another in its place ----
admin.do("user.add", user="ida", primary="local", number="+15550001010")
ida = Session("ida")
expect(ida.first["must_verify"] and ida.first["needs_invite"], ida.first)
thief("ida", "+15550001010")
expect(ida.do("verify_call")["me"]["is_verified"], "ida")
expect(admin.do("user.show", user="ida")["number_state"] == "verified", "an answered number is not verified")
admin.do("user.add", user="jim", primary="local", number="+15550001011")
code = admin.do("user.invite", user="jim")["code"]
jim = Session("jim")
jim.refuses("denied", "set_number", number="+15550001111")
expect(jim.do("use_invite", code=code)["me"]["may_enrol"], "jim")
expect(jim.me()["number"] == "+1xxxxxxxx11", "a number is shown to who has not answered it")
expect(jim.do("set_number", number="+15550001111")["me"]["number"] == "+15550001111", "jim")

# ---- administrators ----
users = root.do("users")
expect({user["identity"] for user in users["users"]} == {"erik", "ida", "jim", "root"} and users["more"] is None, users)
expect("+1555" not in json.dumps(users), "numbers are shown")
expect([user["identity"] for user in root.do("users", text="id")["users"]] == ["ida"], "a search")
root.refuses("bad_request", "users", after="x")
root.refuses("not_found", "user", primary="local", identity="zoe")
root.refuses("bad_request", "user", primary="local")
root.refuses("bad_request", "block", primary="local", identity="ida")
ida_again = verified("ida")
blocked = root.do("block", primary="local", identity="ida", why="seen twice")["user"]
expect(blocked["blocked"]["why"] == "seen twice", blocked)
ida_again.is_over()
expect(root.do("unblock", primary="local", identity="ida")["user"]["blocked"] is None, "ida")
for minutes in (-1, 1441, "5", None):
    root.refuses("bad_request", "bypass", primary="local", identity="ida", minutes=minutes, why="x")
root.refuses("bad_request", "bypass", primary="local", identity="ida", minutes=5)
bypass = root.do("bypass", primary="local", identity="ida", minutes=5, why="phone lost")["user"]["bypass"]
expect((bypass["why"], bypass["by"]) == ("phone lost", "root"), bypass)
expect(root.do("bypass", primary="local", identity="ida", minutes=0, why="found")["user"]["bypass"] is None, "a bypass stays")
for hours in (0, 721):
    root.refuses("bad_request", "invite", primary="local", identity="ida", hours=hours)
code = root.do("invite", primary="local", identity="ida", hours=1)
expect(len(code["code"]) == 14 and code["user"]["invite_until"] == code["until"], code)
expect(root.do("pending") == {"logins": [], "more": None}, "pending")
root.refuses("invalid", "hangup", login="x")
expect(root.do("all_history")["more"] is None, "all_history")
for what in ("blocked", "unblocked", "bypass", "invited"):
    until(5, lambda: [line for line in events("user_change") if (line["what"], line["by"]) == (what, "root")], f"{what} by root")
expect({line["how"] for line in events("enrolment")} == {"directory_number", "invite", "administrator"}, events("enrolment"))
expect("+15550001" not in open(os.environ["LOG"]).read(), "a number is logged whole")

# ---- sessions: as many as may be, and who has the password alone ends none that is verified ----
mine = verified("root")
for i in range(12):
    Session("root", address="198.51.100.1")
mine.me()
root.me()
PYTHON
finish

# Who may enrol under the other words; limits of guessing.
portal ', enrolment: networks, networks: [10.0.0.0/8, "2001:db8::/32"]'
start
story <<'PYTHON'
from portal_socket import *
from radius import *

for address, may in (("10.1.2.3", True), ("2001:db8:1::1", True), ("11.1.2.3", False), ("2001:db9::1", False)):
    expect(Session("alice", address=address).first["may_enrol"] == may, f"{address} may enrol: {not may}")
# a number that is known is in nobody's way but a thief's
bob = Session("bob", address="10.1.2.3")
expect(bob.first["must_verify"] and not bob.first["may_enrol"], bob.first)
bob.refuses("denied", "set_number", number="+15559999999")
outside = Session("alice", address="11.1.2.3")
outside.refuses("denied", "set_number", number="+15559999999")
# two enrol at once: the first one has it
one, two = (Session("alice", address="10.1.2.3") for _ in range(2))
expect(one.do("set_number", number="+15550001002")["me"]["is_verified"], "alice")
two.is_over()
three = Session("alice", address="10.1.2.3")
three.refuses("denied", "set_number", number="+15559999999")
thief("alice", "+15550001002")

# ---- limits, by user under each spelling, and by address ----
bare = Socket()
waiting = [bare.begin("sign_in", user=("ida", "IDA ", "Ida")[i % 3], password="wrong", address=f"192.0.2.{i}") for i in range(14)]
words = []
for number in waiting:
    try:
        bare.end(number)
    except Refused as refused:
        words.append(refused.word)
expect(words.count("wrong") == 10 and words.count("limit") == 4, words)
bare.refuses("limit", "sign_in", user="ida", password="right", address="192.0.2.200")
waiting = [bare.begin("sign_in", user=f"user{i}", password="wrong", address=f"2001:db8:7::{i:x}") for i in range(53)]
words = []
for number in waiting:
    try:
        bare.end(number)
    except Refused as refused:
        words.append(refused.word)
expect(words.count("wrong") == 50 and words.count("limit") == 3, words)
Session("jim", address="2001:db8:8::1")
jim = Session("jim", address="192.0.2.7")
for i in range(5):
    jim.refuses("wrong", "use_invite", code="AAAA-AAAA-AAAA")
jim.refuses("limit", "use_invite", code="AAAA-AAAA-AAAA")
PYTHON
finish

portal ', enrolment: open'
start
until_true 5 log_says 'can enrol a phone of his own for him'
story <<'PYTHON'
from portal_socket import *
from radius import *

alice = Session("alice")
expect(alice.first["may_enrol"], alice.first)
expect(alice.do("set_pin", pin="1234")["me"]["has_pin"], "a PIN comes before the number")
expect(alice.do("set_number", number="+15550001002")["me"]["is_verified"], "alice")
thief("alice", "+15550001002")
bob = Session("bob")
expect(bob.first["must_verify"] and not bob.first["may_enrol"], "a number of the users file is replaced by who likes")
PYTHON
sed -i 's/session: .*/&/; s/, policy: lab, admin/, policy: lab, session: 20m, admin/' "$work/radmfad.yaml"
kill -HUP "$pid"
until_true 5 log_says 'configuration reloaded'
story <<'PYTHON'
from portal_socket import *

expect(Socket().do("hello")["session_s"] == 1200, "what may change does not")
PYTHON
sed -i "s|path: $work/portal|path: $work/elsewhere|" "$work/radmfad.yaml"
kill -HUP "$pid"
until_true 5 log_says '`portal` has changed, and that is a change that needs a restart'
finish
[[ ! -e $work/portal ]] || fail 'the socket was left behind'

# Apps; and the portal beside logins by RADIUS: what a thief of the password gets there, he gets here.
factors='[robot, passcode]'
factor_more='passcode: {type: totp, window: 1}'
policy_more=', reject_delay: 0'
portal ', enrolment: open'
start
story <<'PYTHON'
from portal_socket import *
from radius import *

admin = Socket(os.environ["WORK"] + "/control")

# ---- an app is enrolled by its first code, which is used up by that ----
ida = Session("ida")
ida.refuses("invalid", "passcode_confirm", code="123456")
app = ida.do("passcode_begin")
expect(app["uri"].startswith("otpauth://totp/Example:ida?secret=" + app["secret"] + "&issuer=Example&"), app)
now = time.time()
wrong = "000000" if passcode(app["secret"], now) != "000000" else "111111"
ida.refuses("wrong", "passcode_confirm", code=wrong)
expect(not ida.me()["has_passcode"], "an app counts before it is confirmed")
code = passcode(app["secret"], now)
me = ida.do("passcode_confirm", code=code)["me"]
expect(me["is_verified"] and me["has_passcode"] and me["verify_by"] == ["passcode"], me)
ida.refuses("invalid", "passcode_remove")  # it is all she has
again = Session("ida")
expect(again.first["must_verify"] and again.first["verify_by"] == ["passcode"], again.first)
again.refuses("wrong", "verify_passcode", code=code)
again.refuses("denied", "passcode_begin")
thief("ida")
expect(again.do("verify_passcode", code=passcode(app["secret"], now + 30))["me"]["is_verified"], "the next code is refused")
again.refuses("wrong", "verify_passcode", code=passcode(app["secret"], now + 30))
expect(app["secret"] not in open(os.environ["LOG"]).read(), "a secret is logged")

# ---- an app beside a number; five wrong codes ----
me = ida.do("set_number", number="+15550001010")["me"]
expect(sorted(me["verify_by"]) == ["call", "passcode"], me)
again.is_over()
expect(ida.do("set_factor", factor="passcode")["me"]["factor"] == "passcode", "a choice")
stranger = Session("ida", address="198.51.100.1")
for i in range(5):
    try:
        stranger.do("verify_passcode", code=wrong)
    except Refused as refused:
        last = refused.word
        expect(last in ("wrong", "limit"), refused)
stranger.refuses("limit", "verify_passcode", code=passcode(app["secret"], now + 60))
me = ida.do("passcode_remove")["me"]
expect(not me["has_passcode"] and me["factor"] is None, me)
stranger.is_over()
thief("ida", "+15550001010")

# ---- logins are hers to see; one that was not hers blocks her ----
expect(login("ida", "right") == ACCESS_ACCEPT, "the simulated telephone approves")
expect(login("ida", "wrong") == ACCESS_REJECT, "a wrong password")
expect(login("jim", "right") in (ACCESS_ACCEPT, ACCESS_REJECT), "jim")
seen = until(5, lambda: len(ida.do("history")["logins"]) >= 2 and ida.do("history")["logins"], "her logins")
expect({line["user"] for line in seen} == {"ida"} and {line["reason"] for line in seen} == {"approved", "wrong_password"}, seen)
expect(set(seen[0]) == {"time", "id", "user", "verdict", "reason", "factor", "client"}, seen)
first = ida.do("history", max=1)
rest = ida.do("history", max=1, before=first["more"])
expect([first["logins"][0]["id"], rest["logins"][0]["id"]] == [line["id"] for line in seen], (first, rest))
jims = admin.do("history", user="jim")["logins"][0]["id"]
ida.refuses("not_found", "report_fraud", login=jims)
thief("ida", "+15550001010")
other = verified("ida")
ida.do("report_fraud", login=seen[0]["id"])
ida.is_over()
other.is_over()
expect(login("ida", "right") == ACCESS_REJECT, "who is blocked comes in")
until(5, lambda: [line for line in events("login") if line["user"] == "ida"][-1]["reason"] == "blocked", "a login that is blocked")
admin.do("user.unblock", user="ida")
expect(login("ida", "right") == ACCESS_ACCEPT, "who is blocked no more stays out")
verified("ida")
PYTHON
finish
