#!/usr/bin/env bash
# A real slapd: right, wrong and unknown, under each form of a name, over LDAPS and StartTLS; and that a server whose certificate
# is not to be believed makes the primary unavailable, never a password wrong.
. "$(dirname "$0")/directory.bash"
peers slapd

authority ca
authority other
certificate good ca "IP:$host"
certificate named ca DNS:dc.corp.example
certificate expired ca "IP:$host" -1
certificate strange other "IP:$host"
password=$' t\xc3\xbcr "q\' back\\slash '
export PASSWORD=$password ALICE=6b29fc40-ca47-1067-b31d-00dd010662da
person alice "$password" "entryUUID: $ALICE"
printf 'dn: ou=others,%s\nobjectClass: organizationalUnit\nou: others\n\n' "$base" >>"$work/people.ldif"
people=ou=others,$base person alice 'of another alice'
slapd_with 1 good
slapd_with 2 named
slapd_with 3 expired
slapd_with 4 strange
search=", search: {base: '$base', user: '$service', password: '$service_password', identity: entryUUID}"
policy_more=', on_unavailable: reject, reject_delay: 500ms'

# logs_in SERVERS: under every form of the name; and every no is one.
logs_in() {
  : >"$log"
  directory "$1" "$search, max_failures: 100/1h"
  start
  story <<'PYTHON'
from radius import *

PASSWORD = os.environ["PASSWORD"]
for name in ("alice", "ALICE", r"CORP\alice", r"corp\alice", "alice@corp.example", "Alice@CORP.example"):
    before = len(events("login"))
    expect(login(name, PASSWORD) == ACCESS_ACCEPT, f"{name} is not accepted")
    end = until_lines("login", before + 1)[-1]
    expect((end["user"], end["identity"], end["reason"]) == (name, os.environ["ALICE"], "approved"), f"{end}")

NO = {  # name, password: the reason and what the directory said
    ("alice", PASSWORD + "x"): ("wrong_password", "wrong_password"),
    ("alice", PASSWORD.strip()): ("wrong_password", "wrong_password"),
    ("alice", "of another alice"): ("wrong_password", "wrong_password"),
    ("alice", ""): ("wrong_password", "empty_password"),
    ("alice@other.example", PASSWORD): ("unknown_user", "not_our_name"),
    (r"OTHER\alice", PASSWORD): ("unknown_user", "not_our_name"),
    ("alice)(uid=*", PASSWORD): ("wrong_password", "wrong_password"),
    ("*", PASSWORD): ("wrong_password", "wrong_password"),
    ("nobody", PASSWORD): ("wrong_password", "wrong_password"),  # slapd does not tell who exists
}
asked = {}  # all at once
began = time.monotonic()
for name, password in NO:
    asked[name, password] = nas, request = Nas(), Request(name, password)
    nas.send(request)
for case, (nas, request) in asked.items():
    reply, _ = nas.receive(8)
    expect(reply and request.check(reply) == ACCESS_REJECT, f"{case} is not rejected")
    expect(time.monotonic() - began >= 0.499, f"{case} was rejected at once")  # it counts whole milliseconds
ended = until_lines("login", 6 + len(NO))[6:]
reasons = {event["id"]: event["reason"] for event in ended}
refused = events("ldap_refused")
found = sorted((event["user"], reasons[event["id"]], event["outcome"]) for event in refused)
expect(found == sorted((name, *why) for (name, _), why in NO.items()), f"{found}")
expect(not events("ldap_unanswered"), f"{events('ldap_unanswered')}")
PYTHON
  ! log_says "$password" || fail "a password is in the log"
  finish
}

# is_unavailable SERVERS ERROR: the right password is not called wrong, and no bind reached a server.
is_unavailable() {
  : >"$log"
  directory "$1" "$search, timeout: 1s, connect_timeout: 1s"
  start
  until_true 10 has_lines ldap_down 1
  ERROR=$2 story <<'PYTHON'
from radius import *

expect(login("alice", os.environ["PASSWORD"]) == ACCESS_REJECT, "not rejected")
end = until_lines("login", 1)[-1]
expect(end["reason"] == "primary_unavailable", f"{end}")
errors = {event["error"] for event in events("ldap_down")}
expect(errors == {os.environ["ERROR"]}, f"{events('ldap_down')}")
PYTHON
  finish
}

logs_in "$(ldaps 1)"
logs_in "$(start_tls 1)"
logs_in "$(ldaps 2 ', server_name: DC.corp.example')"
before=$(binds_at 2)
is_unavailable "$(ldaps 2)" 'certificate is for another name'
is_unavailable "$(start_tls 2)" 'certificate is for another name'
is_unavailable "$(ldaps 3)" 'certificate is not to be trusted'
is_unavailable "$(start_tls 3)" 'certificate is not to be trusted'
is_unavailable "$(ldaps 4)" 'certificate is not to be trusted'
(($(binds_at 2) == before && $(binds_at 3) + $(binds_at 4) == 0)) || fail "a password went to a server that is not to be believed"

