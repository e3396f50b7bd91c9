#!/usr/bin/env bash
# bench/ldap in short: every login and every bind of the library ends well, and the table has a line for each.
. "$(dirname "$0")/lib.bash"

"$SOURCE_DIR/bench/ldap" --only slapd --rounds 1 --time 1 --pending 0 >"$work/out" 2>&1 || fail "$(<"$work/out")"
for asker in "OpenLDAP's library" radmfad 'radmfad, entry looked up'; do
  grep -qE "^slapd, $asker +[1-9][0-9]* +[0-9]+\.[0-9]+ +[1-9][0-9]*$" "$work/out" || fail "no line of $asker: $(<"$work/out")"
done
