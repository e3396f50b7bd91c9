#!/usr/bin/env bash
# Numbers that administrators have entered: the telephone that rings at a login is that one, as often as its user's own limit allows;
# and a call that an administrator hangs up stops ringing.
. "$(dirname "$0")/phone.bash"

cases <<'CASES'
alice 180 200 heard:20 press:#  -> accept approved approved
bob   180 wait:60               -> x x x
often 180 200 heard:20 press:#  -> accept approved approved
CASES
sed -i "s/, phone: '[^']*'//" "$work/users.yaml" # nobody but the store knows a number
phone 1
calls "$(trunk 1)"
policy_more=', on_unavailable: reject, reject_delay: 0s'
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}
limits: {per_user: 100/10m, per_number: 100/10m}"
start
story <<'PYTHON'
from calls import *
from control import Control

c = Control(os.environ["WORK"] + "/control")
of = {case.user: case for case in all_cases()}
expect(login("alice", PASSWORD) == ACCESS_REJECT, "who has no number is let in")
expect(until_lines("login", 1)[0]["reason"] == "unenrolled" and not seen("INVITE"), "something rang")
for user, case in of.items():
    c.ask("user.add", user=user, number=case.number)
run_cases(cases=[of["alice"]])
expect(len(seen("INVITE")) == 1 and until_seen("BYE", of["alice"].number), seen("INVITE"))

# ---- a limit of his own ----
c.ask("user.set", user="often", calls="2/10m")
for again in (1, 2):
    run_cases(cases=[of["often"]])
    until_seen("BYE", of["often"].number, again)
expect(login("often", PASSWORD) == ACCESS_REJECT, "a third call")
expect(len(seen("INVITE", of["often"].number)) == 2, "a third call")
until(5, lambda: dropped().get("limit") == 1, "a line about the limit")
c.ask("user.set", user="often", calls=None)
run_cases(cases=[of["often"]])

# ---- hung up ----
nas, request = Nas(), Request("bob", PASSWORD)
nas.send(request)
until_seen("INVITE", of["bob"].number)
waits = until(5, lambda: [one for one in c.ask("pending")["logins"] if one["state"] == "factor"], "bob waits")
expect((waits[0]["user"], waits[0]["factor"]) == ("bob", "phone"), waits)
c.ask("hangup", login=waits[0]["id"])
reply, _ = nas.receive(5)
expect(reply and request.check(reply) == ACCESS_REJECT, "who was hung up is not rejected")
until_seen("CANCEL", of["bob"].number)
expect(until(5, lambda: of_user("login", "bob"), "a line of bob")[0]["reason"] == "hung_up", of_user("login", "bob"))
until(5, lambda: not c.ask("pending")["logins"], "nobody waits")
c.refuses("not_found", "hangup", login=waits[0]["id"])
PYTHON
finish
