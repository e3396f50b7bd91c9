#!/usr/bin/env bash
# The users of a slapd come into the store, and follow it; whoever has gone is removed, but not many at a time, and nobody is when
# the directory is empty, cut short or down. Names that are added one by one are looked up.
. "$(dirname "$0")/directory.bash"
need jq radclient ldapmodify
peers slapd

authority ca
certificate dc ca "IP:$host"
people_before() { # over two pages
  person alice right 'telephoneNumber: +1 555 123 0001'
  person bob right 'telephoneNumber: see reception'
  crowd 0 1200
}
people_before
slapd_access="limits dn.exact=\"$service\" size=unlimited"
slapd_with 1 dc
search=", search: {user: '$service', password: '$service_password', identity: entryUUID, number_attribute: telephoneNumber}"
directory "$(ldaps 1)" "$search"
top_more="store: {type: sqlite, path: users.db}
control: {path: $work/control}"
export RADMFA_CONTROL=$work/control
start

change() { ldapmodify -x -H "ldap://$host:$((port + 2))" -D "cn=admin,$base" -w "$service_password" >"$work/ldapmodify" 2>&1 || fail "ldapmodify: $(<"$work/ldapmodify")"; }
# import STATUS WORDS ARGUMENT...
import() {
  local status=0
  "$RADMFACTL" user import --directory corp "${@:3}" >"$work/out" 2>&1 || status=$?
  (($1 == status)) && grep -qE -- "$2" "$work/out" || fail "import ${*:3}: exit $status, not $1 with $2: $(<"$work/out")"
}
users() { "$RADMFACTL" --json stats | jq .users; }
user() { "$RADMFACTL" --json user show "$1" | jq -e "$2" >"$work/json" || fail "$1 is not $2: $("$RADMFACTL" user show "$1")"; }
none() { ! "$RADMFACTL" user show "$1" >"$work/out" 2>&1 || fail "$1 is there"; }

import 0 'it would be: 1202 added, 0 changed, 0 removed, 0 unchanged' --dry-run
[[ $(users) == 0 ]] || fail '--dry-run has changed something'
import 0 '^1202 added, 0 changed, 0 removed, 0 unchanged'
user alice '.number == "+15551230001" and .number_state == "entered" and .number_is_directorys and (.identity | length == 36)'
user bob '.number == null and .number_state == "none"'
import 0 '^0 added, 0 changed, 0 removed, 1202 unchanged'

# A login has the identity that the import has.
[[ $(radclient_login 'CORP\\alice' right) == *'Received Access-Accept'* ]] || fail 'alice is not accepted'
until_true 5 has_lines login 1
user alice ".identity == \"$(sed -n 's/.*"event":"login".*"identity":"\([^"]*\)".*/\1/p' "$log" | tail -n 1)\""

# The directory changes.
change <<LDIF
dn: uid=alice,$people
changetype: modify
replace: telephoneNumber
telephoneNumber: +1 555 123 0009

dn: uid=bob,$people
changetype: modrdn
newrdn: uid=robert
deleteoldrdn: 1

dn: uid=user000000,$people
changetype: delete

LDIF
import 0 '^0 added, 2 changed, 1 removed, 1199 unchanged'
user alice '.number == "+15551230009"'
user robert '.number == null'
none user000000

# Numbers that are no longer the directory's stay.
"$RADMFACTL" user set alice --number +15551230002 >"$work/out" || fail "$(<"$work/out")"
import 0 '^0 added, 0 changed, 0 removed, 1201 unchanged'
user alice '.number == "+15551230002"'

# More than 5 % gone are too many.
"$RADMFACTL" user block user000001 --why stolen >"$work/out" || fail "$(<"$work/out")"
for ((i = 1; i <= 62; i++)); do printf 'dn: uid=user%06d,%s\nchangetype: delete\n\n' "$i" "$people"; done | change
import 1 '61 users are not in the directory any more, and not removed'
[[ $(users) == 1201 ]] || fail 'somebody was removed'
import 1 'not removed' --remove-max 60
import 0 '61 removed, 1139 unchanged' --remove-max 61
user user000001 '.blocked.why == "stolen"'
none user000062

# One by one: the directory says who it is.
"$RADMFACTL" user remove robert >"$work/out" || fail "$(<"$work/out")"
"$RADMFACTL" user add 'CORP\robert' --number +15551230003 >"$work/out" || fail "robert is not added: $(<"$work/out")"
user robert '.name == "robert" and (.identity | length == 36) and .number == "+15551230003"'
! "$RADMFACTL" user add nobody >"$work/out" 2>&1 && grep -q '(not_found)' "$work/out" || fail "nobody is added: $(<"$work/out")"
has_lines user_change 1264 || fail "the log tells of $(lines user_change) changes"

# Cut short: slapd's own limit ends the list before its end.
kill_slapd 1
sed -i 's/^limits .*/sizelimit size.soft=700 size.hard=700 size.prtotal=700/' "$work/slapd1/slapd.conf"
start_slapd 1
before=$(users)
import 1 'was not read to its end.*nobody removed' --remove-max 100000
[[ $(users) == "$before" ]] || fail 'somebody was removed'

# Nobody, since nobody may be read; and nobody there at all.
kill_slapd 1
sed -i 's/^sizelimit .*//; s/ by dn.exact="[^"]*" read by users search/ by users auth/' "$work/slapd1/slapd.conf"
start_slapd 1
import 1 'was not read to its end|^0 added, 0 changed, 0 removed, 0 unchanged' --remove-max 100000 || true
[[ $(users) == "$before" ]] || fail 'somebody was removed'
kill_slapd 1
import 1 '\(unavailable\)' --remove-max 100000
[[ $(users) == "$before" ]] || fail 'somebody was removed'
! grep -q "$service_password" "$log" || fail 'a password is in the log'

# One at a time; and radmfad ends although a directory is silent.
start_slapd 1
kill -STOP "${slapd_pids[1]}"
"$RADMFACTL" user import --directory corp >"$work/first" 2>&1 &
first=$!
is_busy() { ! "$RADMFACTL" user import --directory corp --dry-run >"$work/out" 2>&1 && grep -q '(busy)' "$work/out"; }
until_true 10 slapd_has_unread 1
is_busy || fail "two at a time: $(<"$work/out")"
began=$SECONDS
finish
((SECONDS - began < 10)) || fail "radmfad took $((SECONDS - began)) s to end"
! wait "$first" || fail 'an import was cut off, and does not say so'
kill -CONT "${slapd_pids[1]}"
kill_slapd 1

# Without an account that reads it.
: >"$log"
directory "$(ldaps 1)" ", search: {identity: entryUUID}"
start
import 1 '\(invalid\)'
! "$RADMFACTL" user add zoe >"$work/out" 2>&1 && grep -q -- '--identity' "$work/out" || fail "zoe is added: $(<"$work/out")"
finish
