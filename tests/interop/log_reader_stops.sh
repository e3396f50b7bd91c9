#!/usr/bin/env bash
# Who reads the log stops reading: logins go on at their pace, and what did not fit is counted, to the line.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right}'
write_config
mkfifo "$work/pipe"
exec 8<>"$work/pipe" # so that neither side waits for the other
log=$work/pipe
start_as_it_is
log=$work/read
export LOG=$log PIPE=$work/pipe
story <<'PYTHON'
import fcntl
from radius import *

LOGINS, slowest, waiting, sent = 14000, 0, {}, 0
sockets = [Nas() for _ in range(40)]
for number in range(0, LOGINS, len(sockets)):
    waiting = {}
    for nas in sockets:
        request = Request("alice", "right", more=attribute(NAS_PORT, struct.pack("!I", sent)))
        sent += 1
        nas.send(request)
        waiting[nas] = (request, time.monotonic())
    for nas, (request, began) in waiting.items():
        reply, _ = nas.receive(5)
        expect(reply and request.check(reply) == ACCESS_ACCEPT, "a login was lost")
        slowest = max(slowest, time.monotonic() - began)
expect(slowest < 1, f"the slowest login took {slowest:.2f} s")

# The reader reads again.
fd = os.open(os.environ["PIPE"], os.O_RDONLY | os.O_NONBLOCK)
octets, last = b"", time.monotonic()
while time.monotonic() - last < 1:
    if select.select([fd], [], [], 0.1)[0]:
        octets += os.read(fd, 1 << 16)
        last = time.monotonic()
found = [json.loads(line) for line in octets.splitlines()]
told = [event for event in found if event["event"] in ("login", "factor_start")]
lost = sum(int(event["text"].split()[0]) for event in found if event.get("text", "").endswith("log lines lost"))
expect(lost > 0, "nothing was lost: the test is too small")
expect(len(told) + lost == 2 * sent, f"{len(told)} lines and {lost} lost are not {2 * sent}")
expect(login("alice", "right") == ACCESS_ACCEPT, "afterwards nobody gets in")
PYTHON

# It stops once more; ending takes no longer than the patience of 2 s, and still exits with 0.
python3 -c 'import fcntl, os
fcntl.fcntl(8, fcntl.F_SETFL, os.O_NONBLOCK)
try:
    while True: os.write(8, b"x" * 4096)
except BlockingIOError: pass'
began=$SECONDS
kill -TERM "$pid"
status=0
until_true 10 is_gone_or_zombie "$pid"
wait "$pid" || status=$?
((status == 0 && SECONDS - began <= 5)) || fail "it ended with $status after $((SECONDS - began)) s"
