#!/usr/bin/env bash
# SIGHUP: new users, secrets and policies for new logins; a pending one ends under its own; what is wrong changes nothing.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right, phone: "+15551234567"}'
after=3s
start
cp "$work/radmfad.yaml" "$work/good.yaml"
story <<'PYTHON'
import signal
from radius import *

FILE = os.environ["WORK"] + "/radmfad.yaml"
with open(FILE) as file:
    good = file.read()

reloads = 0
def reload(text, says):
    global reloads
    with open(FILE, "w") as file:
        file.write(text)
    before = sum(says in message for message in messages())
    os.kill(PID, signal.SIGHUP)
    until(5, lambda: sum(says in message for message in messages()) > before, f"{says!r} after a reload")

pending, slow = Nas(), Request("alice", "right")
pending.send(slow)
until_lines("factor_start", 1)

# Another secret, a factor that denies, and a new user.
changed = good.replace(SECRET.decode(), "a whole new secret").replace("answer: approve, after: 3s", "answer: deny")
with open(os.environ["WORK"] + "/users.yaml", "a") as file:
    file.write("- {name: bob, password: right, simulated: {answer: approve}}\n")
reload(changed, "configuration reloaded")
expect(login("bob", "right", secret=b"a whole new secret") == ACCESS_ACCEPT, "the new user is not accepted")
expect(login("bob", "right", seconds=0.3) is None, "the old secret still works")
reply, _ = pending.receive(8)
expect(reply and slow.check(reply) == ACCESS_ACCEPT, "the pending login got no accept signed with its own secret")
expect(login("alice", "right", secret=b"a whole new secret") == ACCESS_REJECT, "the new factor does not deny")

# What is wrong, or would need a restart, changes nothing.
for text, says in (
    (changed + "colour: blue\n", "reload refused"),
    (changed + "colour: blue\n", "radmfad.yaml:"),
    (changed.replace("policy: lab", "policy: lba"), "the old configuration stays"),
    (changed.replace("workers: 1", "workers: 2"), "needs a restart"),
    (changed + "limits: {receive_buffer: 8MiB}\n", "needs a restart"),
    (changed.replace(f":{SERVER[1]}", f":{SERVER[1] + 1}"), "needs a restart"),
    ("a: [1\n b: }{", "the old configuration stays"),
):
    reload(text, says)
    expect(login("bob", "right", secret=b"a whole new secret") == ACCESS_ACCEPT, f"after {says!r} nobody gets in")

# The log's level and the old secret come back.
reload(good.replace("level: info", "level: warning").replace("after: 3s", "after: 0"), "warning")
until(5, lambda: login("bob", "right", seconds=0.3) == ACCESS_ACCEPT, "the first secret works again")
PYTHON
lines=$(lines login)
story <<'PYTHON'
from radius import *
expect(login("bob", "right") == ACCESS_ACCEPT, "bob is not accepted")
PYTHON
(($(lines login) == lines)) || fail "a login is told at level warning"
finish
