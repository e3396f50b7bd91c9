#!/usr/bin/env bash
# A password is octets: spaces, quotes, backslashes, umlauts, a percent sign, 128 octets; in clear or hashed by `radmfactl hash`.
. "$(dirname "$0")/lib.bash"
need radclient

# radclient reads a backslash twice: behind it stands nothing that would mean something.
long=$(printf '\-23456789abcdef%.0s' {1..8})
((${#long} == 128)) || fail "the test's own password has ${#long} octets"
passwords=(' two  spaces ' $'qu"ot\'e' 'back\slash' 'Pä$$wörd €' '%s%n{alice}' '0' "$long" "${long%?}")

for i in "${!passwords[@]}"; do
  password=${passwords[i]}
  hash=$(printf '%s\n' "$password" | "$RADMFACTL" hash)
  quoted=${password//\'/\'\'} # as YAML wants it between single quotes
  printf -- '- {name: clear%d, password: '\''%s'\''}\n- {name: hashed%d, password_hash: "%s"}\n' "$i" "$quoted" "$i" "$hash"
done | write_users
policy_more=', reject_delay: 0'
start

for i in "${!passwords[@]}"; do
  password=${passwords[i]//\\/\\\\} # as radclient wants it between double quotes
  password=${password//\"/\\\"}
  for kind in clear hashed; do
    [[ $(radclient_login "$kind$i" "$password") == *'Received Access-Accept'* ]] || fail "$kind password: ${passwords[i]}"
    [[ $(radclient_login "$kind$i" "${password}x") == *'Received Access-Reject'* ]] || ((${#passwords[i]} == 128)) ||
      fail "$kind password with another octet is not rejected: ${passwords[i]}"
  done
done
for password in "${passwords[@]}"; do
  ((${#password} == 1)) || ! log_says "$password" || fail "a password is in the log: $password"
done
finish
