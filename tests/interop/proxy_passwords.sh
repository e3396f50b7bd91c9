#!/usr/bin/env bash
# radclient asks FreeRADIUS through radmfad: PAP, CHAP, MS-CHAP and MS-CHAPv2, right and wrong.
. "$(dirname "$0")/upstream.bash"
peers radclient freeradius

long=$(printf '0123456789abcdef%.0s' {1..8})
accounts="alice Cleartext-Password := \"right horse\"
bob Cleartext-Password := \"$long\"
carol Cleartext-Password := \"P%ä\$\$ wörd\"
User Cleartext-Password := \"clientPass\""
home 1
proxies_to '' 1
factors='[]'
start

for method in User-Password CHAP-Password MS-CHAP-Password; do
  accepts 'User-Name = "alice"' "$method = \"right horse\""
  rejects 'User-Name = "alice"' "$method = \"wrong horse\""
  accepts 'User-Name = "carol"' "$method = \"P%ä\$\$ wörd\""
  rejects 'User-Name = "nobody"' "$method = \"right horse\""
done
accepts 'User-Name = "bob"' "User-Password = \"$long\""
rejects 'User-Name = "bob"' "User-Password = \"${long%?}\""
rejects 'User-Name = "alice"' # no password at all: FreeRADIUS says so, not we

said=$(asks "${ms_chap_v2[@]}")
success=$(printf S=407A5589115FD0D6209F510FE9C04566932CDA56 | od -An -v -tx1 | tr -d ' \n')
[[ $said == *'Received Access-Accept'*"MS-CHAP2-Success = 0x00$success"* ]] || fail "MS-CHAPv2: $said"
rejects "${ms_chap_v2[@]/%d6df/d6de}"

finish
(($(lines login) == 17)) || fail "$(lines login) logins in the log, not 17"
! grep -qF -e 'right horse' -e "$long" "$log" || fail "a password is in the log"
