#!/usr/bin/env bash
# The users of a Samba domain controller come into the store: people, and neither groups nor machines nor who is disabled; over
# several pages, and one is found under each form of his name.
. "$(dirname "$0")/directory.bash"
in_own_network
need jq
peers samba

samba_domain
enabled='userAccountControl: 512'
samba_user reader 'Reads.Passw0rd' "$enabled"
samba_user alice 'Right.Passw0rd' "$enabled" 'telephoneNumber: (555) 123-0001 x42'
samba_user disabled 'Right.Passw0rd' 'userAccountControl: 514'
for ((i = 0; i < 520; i++)); do # no password: that takes Samba no time
  printf 'dn: CN=many%d,CN=Users,%s\nchangetype: add\nobjectClass: user\nsAMAccountName: many%d\nuserAccountControl: 544\n\n' "$i" "$samba_base" "$i"
done >>"$work/samba.ldif"
printf 'dn: CN=desk,CN=Computers,%s\nchangetype: add\nobjectClass: computer\nsAMAccountName: desk$\nuserAccountControl: 4096\n\n' \
  "$samba_base" >>"$work/samba.ldif"
samba_group staff alice
start_samba

ca=samba/private/tls/ca bind='{user}@corp.example.test' domains='[CORP, corp.example.test]'
directory '{url: "ldaps://127.0.0.1", server_name: dc1.corp.example.test, name: dc1}' \
  ", search: {base: '$samba_base', user: 'CORP\\reader', password: 'Reads.Passw0rd', number_attribute: telephoneNumber, country_code: \"1\"}"
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}"
export RADMFA_CONTROL=$work/control
start

# import WORDS ARGUMENT...
import() { "$RADMFACTL" --json user import --directory corp "${@:2}" >"$work/json" && jq -e "$1" "$work/json" >/dev/null || fail "not $1: $(<"$work/json")"; }
user() { "$RADMFACTL" --json user show "$1" | jq -e "$2" >"$work/out" || fail "$1 is not $2: $("$RADMFACTL" user show "$1")"; }

# Administrator, dns-dc1, reader, alice and many; Guest and krbtgt are disabled, too.
import '.added == 524 and .disabled == 3 and .unfit == 0'
user alice '.identity | test("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")'
user alice '.number == "+15551230001" and .extension == "42" and .number_is_directorys'
for name in disabled 'desk$' desk staff krbtgt Guest; do
  ! "$RADMFACTL" user show "$name" >"$work/out" 2>&1 || fail "$name is a user"
done
import '.unchanged == 524 and .disabled == 3 and .removed == 0'

# Who is disabled later stays; who is gone goes.
printf '%s\n' "dn: CN=many0,CN=Users,$samba_base" 'changetype: modify' 'replace: userAccountControl' 'userAccountControl: 514' '' \
  "dn: CN=many1,CN=Users,$samba_base" 'changetype: delete' >"$work/later.ldif"
samba_changes "$work/later.ldif"
import '.unchanged == 523 and .removed == 1 and .refused_removals == 0'

identity=$("$RADMFACTL" --json user show alice | jq .identity)
for name in alice 'CORP\alice' alice@corp.example.test; do
  "$RADMFACTL" user remove "$identity" >"$work/out" 2>&1 || "$RADMFACTL" user remove alice >"$work/out" 2>&1 || fail "$(<"$work/out")"
  "$RADMFACTL" user add "$name" >"$work/out" 2>&1 || fail "$name is not added: $(<"$work/out")"
  user alice ".identity == $identity"
done
! "$RADMFACTL" user add 'OTHER\alice' >"$work/out" 2>&1 && grep -q '(not_found)' "$work/out" || fail "another domain's: $(<"$work/out")"
finish
