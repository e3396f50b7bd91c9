#!/usr/bin/env bash
# A wrong password costs the account one failure, however often its packet comes; after `max_failures` of them the directory is
# not asked about that user any more, whatever he types, and everybody else is.
. "$(dirname "$0")/directory.bash"
peers slapd

authority ca
certificate dc ca "IP:$host"
for user in alice bob carol; do person "$user" right; done
slapd_with 1 dc
directory "$(ldaps 1)" ', max_failures: 3/30m'
policy_more=', reject_delay: 200ms'
start

story <<'PYTHON'
from radius import *

nas, request = Nas(), Request("alice", "wrong")
for _ in range(5):
    nas.send(request)
reply, _ = nas.receive(8)
expect(request.check(reply) == ACCESS_REJECT, "not rejected")
nas.send(request)  # the kept reply
expect(nas.receive(8)[0] == reply, "another reply")
for name in (r"CORP\alice", "ALICE@corp.example"):
    expect(login(name, "wrong") == ACCESS_REJECT, f"{name} is not rejected")
for password in ("right", "wrong"):
    expect(login("alice", password) == ACCESS_REJECT, f"a login after three failures is not rejected: {password}")
for password, verdict in (("wrong", ACCESS_REJECT), ("wrong", ACCESS_REJECT), ("right", ACCESS_ACCEPT)) * 2:
    expect(login("bob", password) == verdict, f"bob: {password}")
expect(login("carol", "right") == ACCESS_ACCEPT, "carol is not accepted")
outcomes = [event["outcome"] for event in events("ldap_refused") if "alice" in event["user"].lower()]
expect(outcomes == ["wrong_password"] * 3 + ["too_many_failures"] * 2, f"{outcomes}")
PYTHON
(($(binds_at 1 alice) + $(binds_at 1 ALICE) == 3)) || fail "three wrong passwords made $(binds_at 1 alice) binds"
(($(guessed_at | grep -c uid=alice) == 3)) || fail "three wrong passwords are counted otherwise: $(guessed_at)"
finish
