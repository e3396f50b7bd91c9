#!/usr/bin/env bash
# A Samba domain controller: a password of every kind of character under three forms of the name; and each no of Active
# Directory gets the same reply after the same delay, while the log tells which it was.
. "$(dirname "$0")/directory.bash"
in_own_network
peers radclient samba

odd=$'Sp \xc3\xa4\xc3\x9f"\'q\\x '
export ODD=$odd
samba_domain
for user in right disabled expired changing locked; do samba_user "$user" 'Right.Passw0rd'; done
samba_user odd "$odd"
samba_user reader 'Reads.Passw0rd'
samba_tool user disable disabled
samba_tool domain passwordsettings set --account-lockout-threshold=3
start_samba
samba_set expired accountExpires 116444736000000000 # 1970
samba_set changing pwdLastSet 0

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
CASES = [  # name, password, outcome
    ("odd", os.environ["ODD"].strip(), "wrong_password"),
    ("right", "wrong", "wrong_password"),
    (r"CORP\nobody", GOOD, "wrong_password"),  # a real one says 525: unknown_user
    ("right@other.example", GOOD, "not_our_name"),
    ("disabled", GOOD, "disabled"),
    ("expired", GOOD, "account_expired"),
    ("changing", GOOD, "must_change"),
    ("locked", "wrong", "wrong_password"),
    ("locked", "wrong", "wrong_password"),
    ("locked", "wrong", "wrong_password"),
    ("locked", GOOD, "locked"),
]
replies, delays = set(), []
for name, password, outcome in CASES:
    before, began = len(events("login")), time.monotonic()
    code, reply = Nas().ask(Request(name, password))
    delays.append(time.monotonic() - began)
    expect(code == ACCESS_REJECT, f"{name} is not rejected")
    # all but what a signature depends on
    replies.add(tuple((kind, len(value), value if kind != MESSAGE_AUTHENTICATOR else b"") for kind, value in attributes_of(reply)))
    end, refused = until_lines("login", before + 1)[-1], events("ldap_refused")[-1]
    expect((refused["user"], refused["outcome"], refused["id"]) == (name, outcome, end["id"]), f"{refused} {end}")
    expect(end["verdict"] == "reject", f"{end}")
expect(len(replies) == 1, f"replies differ: {replies}")
expect(1 <= min(delays) and max(delays) - min(delays) < 0.5, f"delays differ: {delays}")
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
