#!/usr/bin/env bash
# Forty reloads while logins come and go on two loops: each gets its verdict, and the memory does not grow.
. "$(dirname "$0")/lib.bash"

hash=$("$RADMFACTL" hash <<<right)
{
  for i in {1..20}; do
    echo "- {name: user$i, password: right}"
    echo "- {name: hashed$i, password_hash: \"$hash\"}" # many: few checks of one user may wait
  done
} | write_users
after=1ms..200ms
workers=2
policy_more=', reject_delay: 50ms, join: false'
start
if is_sanitized; then export GROWTH_KIB=200000; else export GROWTH_KIB=4096; fi
story <<'PYTHON'
import random, signal
from radius import *

waiting = {}
def send_some(count):
    for _ in range(count):
        right = random.random() < 0.8
        kind = "hashed" if random.random() < 0.05 else "user"
        user = f"{kind}{random.randint(1, 20)}"
        nas, request = Nas(), Request(user, "right" if right else "wrong")
        nas.send(request)
        waiting[nas.socket.fileno()] = (nas, request, ACCESS_ACCEPT if right else ACCESS_REJECT)

def receive_some(seconds):
    for fd in select.select(list(waiting), [], [], seconds)[0]:
        nas, request, code = waiting.pop(fd)
        expect(request.check(nas.receive(0)[0]) == code, "a wrong verdict")
        nas.socket.close()

def reload():
    before = len([m for m in messages() if "configuration reloaded" in m])
    os.kill(PID, signal.SIGHUP)
    end = time.monotonic() + 5
    while len([m for m in messages() if "configuration reloaded" in m]) == before:
        expect(time.monotonic() < end, "a reload did not happen")
        send_some(5)
        receive_some(0.01)

def drain_all():
    end = time.monotonic() + 10
    while waiting:
        expect(time.monotonic() < end, f"{len(waiting)} logins got no answer")
        receive_some(0.1)

def round_of_reloads(count):
    for _ in range(count):
        reload()
        send_some(10)
        receive_some(0.02)
    drain_all()

round_of_reloads(10)
before = resident_kib()
round_of_reloads(40)
growth = resident_kib() - before
expect(growth < int(os.environ["GROWTH_KIB"]), f"40 reloads cost {growth} KiB")
until(5, lambda: len(os.listdir(f"/proc/{PID}/task")) < 20, "the threads of old configurations to end")
PYTHON
finish
