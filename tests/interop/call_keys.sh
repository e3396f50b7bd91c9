#!/usr/bin/env bash
# Which keys count, and once each: by RTP, doubled, lost and without ends, and by INFO, in either codec; none before the 200, none of
# a stranger; on hold and in forks. The fraud code blocks.
. "$(dirname "$0")/phone.bash"

sound=short
cases <<'CASES'
pound      180 wait:0.2 200 heard:20 press:#                    -> accept approved approved 200
early      183 press:# 200 heard:20 press:#                     -> accept approved approved 200
doubled    180 200 heard:20 press:#/doubled                     -> accept approved approved 200
lossy      180 200 heard:20 press:#/lossy                       -> accept approved approved 200
endless    180 200 heard:20 press:#/endless                     -> accept approved approved 200
pcma       180 200/pcma heard:20 press:#                        -> accept approved approved 200
other_type 180 200/events=96 heard:20 press:#                   -> accept approved approved 200
star       180 200 heard:20 press:12*#                          -> accept approved approved 200
relay      180 200 heard:20 info:#                              -> accept approved approved 200
dtmf       180 200 heard:20 info:#/dtmf                         -> accept approved approved 200
both       180 200 heard:20 both:#                              -> accept approved approved 200
held       180 200 heard:20 hold quiet:0.3 resume heard:20 press:# -> accept approved approved 200
forked     180@a 180@b 200@a 200@b heard:20@a press:#@a         -> accept approved approved 200
extended   180 200 heard:90 press:#                             -> accept approved approved 200
at_once    200 heard:20 press:#                                 -> accept approved approved 200
too_early  183 press:# 200 heard:20 bye                         -> reject hung_up hung_up 200
stranger   180 200 heard:20 stranger:# wait:0.2 bye             -> reject hung_up hung_up 200
robber     180 200 heard:20 press:0# wait:2 press:#             -> reject fraud fraud 200
by_info    180 200 heard:20 info:0#                             -> reject fraud fraud 200
CASES
sed -i "/name: extended/s/', phone: '[^']*/& x890/" "$work/users.yaml"
phone 1
calls "$(trunk 1)"
start
run_cases
story <<'PYTHON'
from calls import *

for case in all_cases():
    expect(seen("INVITE", case.number)[0]["number"] == case.number, f"{case}: another number was dialled")
    expect(len(seen("INVITE", case.number)) == 1, f"{case}: rang more than once")
    if case.outcome != "hung_up":
        until_seen("BYE", case.number)
of = {case.user: case.number for case in all_cases()}
until(5, lambda: {leg["leg"] for leg in seen("BYE", of["forked"])} == {"a", "b"}, "a BYE in both forks")
expect([line["of"] for line in seen("200", of["held"])] == ["INVITE", "INVITE"], f"{seen('200', of['held'])}")
expect("recvonly" in seen("200", of["held"])[0]["body"], "hold is not answered")
with open(f"{os.environ['WORK']}/records1/{of['extended']}.a.rtp") as file:
    sent = [json.loads(line) for line in file]
keys = {packet["timestamp"]: packet["payload"][:2] for packet in sent if packet["type"] == 101}
expect([keys[at] for at in sorted(keys)] == ["08", "09", "00"], f"the extension was dialled as {keys}")
expect(login("robber", PASSWORD) == ACCESS_REJECT, "after fraud somebody is let in")
expect(until_lines("login", len(of) + 1)[-1]["reason"] == "blocked", "after fraud nobody is blocked")
expect(len(seen("INVITE", of["robber"])) == 1, "the phone of somebody who is blocked rang")
PYTHON
finish
