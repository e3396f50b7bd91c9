#!/usr/bin/env bash
# Which calls are not placed: of a prefix that is not allowed, or denied; too many for a number or for a user. A number that is being
# called is not dialled once more: whoever else wants it waits, and gets his own call.
. "$(dirname "$0")/phone.bash"

sound=short
policy_more=', on_unavailable: reject'
top_more='limits: {calls_per_second: 100, per_user: 2/10m, per_number: 3/10m}'
cases <<'CASES'
abroad  180 200 heard:20 press:#   -> reject bad_number forbidden
premium 180 200 heard:20 press:#   -> reject bad_number forbidden
often   180 200 heard:20 press:#   -> accept approved approved
first   180 wait:0.5 200 heard:20 press:#  -> accept approved approved
CASES
sed -i 's/+15551230001/+19005550001/; s/+15551230002/+15556660002/' "$work/users.yaml" "$work/scenes" "$work/cases"
echo "- {name: second, password: '$password', phone: '+15551230004'}" >>"$work/users.yaml"
phone 1
calls "$(trunk 1)" ", allowed_prefixes: ['+1555'], denied_prefixes: ['+1555666']"
start
story <<'PYTHON'
from calls import *

of = {case.user: case for case in all_cases()}
for name in ("abroad", "premium"):
    expect(login(name, PASSWORD) == ACCESS_REJECT, f"{name} is let in")
    expect(not seen("INVITE", of[name].number), f"the number of {name} was dialled")

for again in (1, 2):
    run_cases(cases=[of["often"]])
    until_seen("BYE", of["often"].number, again)
expect(login("often", PASSWORD) == ACCESS_REJECT, "a third call of one user")
until(5, lambda: dropped().get("limit") == 1, "a line about the limit")
expect(len(seen("INVITE", of["often"].number)) == 2, "a third call of one user")

first, second = Nas(), Nas()
asked = Request("first", PASSWORD), Request("second", PASSWORD)
first.send(asked[0])
until_seen("INVITE", of["first"].number)
second.send(asked[1])
for nas, request in zip((first, second), asked):
    reply, _ = nas.receive(15)
    expect(reply and request.check(reply) == ACCESS_ACCEPT, "who waits for a number is not accepted")
until_seen("BYE", of["first"].number, 2)
order = [line["saw"] for line in seen(None, of["first"].number) if line["saw"] in ("INVITE", "BYE")]
expect(order == ["INVITE", "BYE"] * 2, f"one number twice at once: {order}")
run_cases(cases=[of["first"]])
expect(login("first", PASSWORD) == ACCESS_REJECT, "a fourth call of one number")
expect(len(seen("INVITE", of["first"].number)) == 3, "a fourth call of one number")
PYTHON
finish
