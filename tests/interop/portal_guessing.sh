#!/usr/bin/env bash
# Passwords and codes are guessed at the portal, one after the other and all at once: what was allowed is little, by user and by
# address, and whoever guesses learns nothing about names.
. "$(dirname "$0")/portal.bash"

for name in alice bob carol dave; do echo "- {name: $name, password: right}"; done | write_users
with_portal ', enrolment: invite'
start
until_true 10 has_socket
portal
ctl user add dave >/dev/null
ctl user invite dave >/dev/null
browse <<'PYTHON'
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from web import *

def sign_in(user, password, source):
    return Web(source).sign_in(user, password)

def all_at_once(jobs):
    with ThreadPoolExecutor(40) as pool:
        return Counter(answer.status for answer in pool.map(lambda job: sign_in(*job), jobs))

# By user: from many addresses, all at once.
found = all_at_once([("alice", f"guess{i}", f"127.0.1.{i + 1}") for i in range(40)])
expect(found[401] <= 10 and found[401] + found[429] == 40, f"guesses of one password: {found}")
expect(sign_in("alice", "right", "127.0.2.1").status == 429, "not even with the right one")
expect(sign_in("ALICE", "right", "127.0.2.1").status == 429, "nor by another spelling of the name")
expect(sign_in("bob", "right", "127.0.2.1").location == "/", "others can")

# By address: of many users, some of whom there are.
found = all_at_once([(f"user{i}", "Winter2026!", "127.0.3.1") for i in range(80)])
expect(found[401] <= 50 and found[401] + found[429] == 80, f"one password for all: {found}")
expect(sign_in("carol", "right", "127.0.3.1").status == 429, "nobody from there")
expect(sign_in("carol", "right", "127.0.3.2").location == "/", "but from elsewhere")

# Codes of invitations.
dave = Web("127.0.4.1")
expect(dave.sign_in("dave", "right").location == "/", "dave signs in")
found = Counter(dave.post("/invite", {"code": f"AAAA-AAAA-AAA{i}"}).status for i in range(8))
expect(found[403] <= 5 and found[429] >= 3, f"guesses of a code: {found}")

# Unknown, wrong and blocked take as long.
def seconds(user, password):
    begun = time.monotonic()
    expect(sign_in(user, password, "127.0.5.1").status == 401, user)
    return time.monotonic() - begun
times = [seconds("carol", "wrong"), seconds("nobody", "right")]
expect(max(times) - min(times) < 0.5 and min(times) > 0.9, f"{times}")
PYTHON
ctl user add bob >/dev/null 2>&1 || true
ctl user block bob --why test >/dev/null
browse <<'PYTHON'
from web import *
begun = time.monotonic()
expect(Web("127.0.6.1").sign_in("bob", "right").status == 401 and time.monotonic() - begun > 0.9, "so is who is blocked")
PYTHON
! grep -q Winter2026 "$log" "$portal_log" || fail "a password stands in a log"
finish_portal
finish
