#!/usr/bin/env bash
# Somebody, or a voice mail that talks, answers and presses nothing: the prompt comes thrice, then it is a no. Nobody who hangs up is
# let in either.
. "$(dirname "$0")/phone.bash"

sound=short
client_more=', timeout: 60s'
cases <<'CASES'
silent     180 200                 -> reject denied denied 200
voice_mail 180 200 talk            -> reject denied denied 200
hangs_up   180 200 heard:10 bye    -> reject hung_up hung_up 200
at_once    180 200 bye             -> reject hung_up hung_up 200
CASES
phone 1
calls "$(trunk 1)"
start
run_cases 50
story <<'PYTHON'
from calls import *
import wave

def pieces(packets):
    """What is heard, each time between silences."""
    is_sound = [set(bytes.fromhex(packet["payload"])) - {0xFF} for packet in packets]
    return sum(bool(now) and not before for before, now in zip([set(), *is_sound], is_sound))

of = {case.user: case.number for case in all_cases()}
until_seen("BYE", of["silent"])
with open(f"{os.environ['WORK']}/records1/{of['silent']}.a.rtp") as file:
    heard = pieces([json.loads(line) for line in file])
expect(heard == 4, f"{heard} prompts were heard, and not three and a goodbye")
PYTHON
finish
