#!/usr/bin/env bash
# The trunk is killed while 200 phones ring: every login gets its verdict by on_unavailable, and when the trunk is back, calls go through
# again by themselves.
. "$(dirname "$0")/phone.bash"

client_more=', timeout: 40s'
top_more='limits: {calls: 200, calls_per_second: 1000}'
cases <<<'back 180 200 heard:20 press:# -> accept approved approved 200'
cases < <(for ((i = 0; i < 200; i++)); do echo "ringing$i 180 -> silent factor_unavailable trunk_down"; done)
phone 1
calls "$(trunk 1)"
start
export PHONE_PID=${phone_pids[1]}
story <<'PYTHON'
import signal
from calls import *

logins = Logins([case for case in all_cases() if case.user != "back"])
until(20, lambda: len({line["number"] for line in seen("INVITE")}) == 200, "200 phones that ring")
os.kill(int(os.environ["PHONE_PID"]), signal.SIGKILL)
killed = time.monotonic()
logins.check(30)
print(f"all had their verdict {time.monotonic() - killed:.1f} s after it")
PYTHON
wait "$PHONE_PID" 2>/dev/null || true
phone 1
run_cases 'cases=[case for case in all_cases() if case.user == "back"]'
finish
