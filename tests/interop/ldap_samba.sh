#!/usr/bin/env bash
# A Samba domain controller: a password of every kind of character under three forms of the name; and each no of Active
# Directory gets the same reply after the same delay, while the log tells which it was.
. "$(dirname "$0")/directory.bash"
in_own_network
peers radclient samba

odd=$'Sp \xc3\xa4\xc3\x9f"\'q\\x '
export ODD=$odd
samba_domain
enabled='userAccountControl: 512'
samba_user odd "$odd" "$enabled"
samba_user reader 'Reads.Passw0rd' "$enabled"
for user in right locked; do samba_user "$user" 'Right.Passw0rd' "$enabled"; done
samba_user disabled 'Right.Passw0rd' 'userAccountControl: 514'
samba_user expired 'Right.Passw0rd' "$enabled" 'accountExpires: 116444736000000000' # 1970
samba_user changing 'Right.Passw0rd' "$enabled" 'pwdLastSet: 0'
# Whoever types "bob" with the suffix people.example is other; by sAMAccountName it is bob.
for user in bob other; do samba_user "$user" "Password.of.$user" "$enabled"; done
for pair in bob=robert other=bob; do
  printf '%s\n' "dn: CN=${pair%=*},CN=Users,$samba_base" 'changetype: modify' 'replace: userPrincipalName' \
    "userPrincipalName: ${pair#*=}@people.example" ''
done >>"$work/samba.ldif"
printf '%s\n' "dn: $samba_base" 'changetype: modify' 'replace: lockoutThreshold' 'lockoutThreshold: 3' >>"$work/samba.ldif"
start_samba

ca=samba/private/tls/ca bind='{user}@corp.example.test' domains='[CORP, corp.example.test]'
keys=", search: {base: '$samba_base', user: 'CORP\\reader', password: 'Reads.Passw0rd'}, max_failures: off"
directory '{url: "ldaps://127.0.0.1", server_name: dc1.corp.example.test, name: dc1}' "$keys"
start

# radclient reads a backslash twice.
typed=${odd//\\/\\\\}
typed=${typed//\"/\\\"}
for name in odd 'CORP\\odd' odd@corp.example.test; do
  said=$(radclient_login "$name" "$typed")
  [[ $said == *'Received Access-Accept'* ]] || fail "$name is not accepted: $said"
done

story <<'PYTHON'
from radius import *

ended = until_lines("login", 3)
expect(len({event["identity"] for event in ended}) == 1 and len(ended[0]["identity"]) == 36, f"{ended}")
expect({event["user"] for event in ended} == {"odd", r"CORP\odd", "odd@corp.example.test"}, f"{ended}")

GOOD = "Right.Passw0rd"
CASES = {  # name, password: outcome
    ("odd", os.environ["ODD"].strip()): "wrong_password",
    ("right", "wrong"): "wrong_password",
    (r"CORP\nobody", GOOD): "wrong_password",  # a real one says 525: unknown_user
    ("right@other.example", GOOD): "not_our_name",
    ("disabled", GOOD): "disabled",
    ("expired", GOOD): "account_expired",
    ("changing", GOOD): "must_change",
    ("locked", GOOD): "locked",
}
for _ in range(3):
    expect(login("locked", "wrong") == ACCESS_REJECT, "a wrong password is not rejected")

asked = {}  # all at once
for name, password in CASES:
    nas, request = Nas(), Request(name, password)
    asked[nas.socket] = nas, request, time.monotonic()
    nas.send(request)
replies, delays = set(), []
while asked:
    ready = select.select(list(asked), [], [], 8)[0]
    expect(ready, f"{len(asked)} are not answered")
    nas, request, began = asked.pop(ready[0])
    delays.append(time.monotonic() - began)
    reply, _ = nas.receive(0)
    expect(request.check(reply) == ACCESS_REJECT, "not rejected")
    # all but what a signature depends on
    replies.add(tuple((kind, len(value), value if kind != MESSAGE_AUTHENTICATOR else b"") for kind, value in attributes_of(reply)))
expect(len(replies) == 1, f"replies differ: {replies}")
# to the millisecond: what came late in one is answered early in another
expect(0.998 <= min(delays) and max(delays) - min(delays) < 0.5, f"delays differ: {delays}")

ended = {event["id"]: event for event in until_lines("login", 6 + len(CASES))}
refused = events("ldap_refused")[3:]
expect(all(ended[event["id"]]["verdict"] == "reject" for event in refused), f"{refused}")
found = sorted((event["user"], event["outcome"]) for event in refused)
expect(found == sorted((name, outcome) for (name, _), outcome in CASES.items()), f"{found}")
PYTHON

[[ $(samba_says right badPwdCount) == 1 ]] || fail "one wrong password was counted $(samba_says right badPwdCount) times"
! log_says "$odd" && ! log_says 'Passw0rd' || fail "a password is in the log"
finish

# StartTLS, and each user looks himself up.
: >"$log"
directory '{url: "ldap://127.0.0.1", starttls: true, server_name: DC1.corp.example.test}' ", search: {base: '$samba_base'}"
start
[[ $(radclient_login 'CORP\\odd' "$typed") == *'Received Access-Accept'* ]] || fail "not accepted over StartTLS"
[[ $(radclient_login right "$typed") == *'Received Access-Reject'* ]] || fail "not rejected over StartTLS"
finish

# Somebody's own password never makes him another person, whoever searches; with the default filter nobody is taken.
is_said() { [[ $(radclient_login bob "$1") == *"Received Access-$2"* ]] || fail "bob, $1: no $2"; }
bind='{user}@people.example' policy_more=', on_unavailable: reject, reject_delay: 0'
for searches in '' ", user: 'CORP\\reader', password: 'Reads.Passw0rd'"; do
  for filter in sAMAccountName={user} userPrincipalName={bind} ''; do
    : >"$log"
    directory '{url: "ldaps://127.0.0.1", server_name: dc1.corp.example.test}' \
      ", search: {base: '$samba_base'${filter:+, filter: '($filter)'}$searches}"
    start
    is_said Password.of.bob Reject # which it is not, under this name
    case $filter in
      sAMAccountName*)
        is_said Password.of.other Reject
        until_true 5 log_says '"outcome":"another_person"'
        ;;
      userPrincipalName*) is_said Password.of.other Accept ;;
      *)
        is_said Password.of.other Reject
        until_true 5 log_says '"outcome":"look_up"' # two
        ;;
    esac
    finish
  done
done
