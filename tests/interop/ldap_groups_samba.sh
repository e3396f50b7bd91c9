#!/usr/bin/env bash
# Groups within groups of a Samba domain controller, by Active Directory's rule for them.
. "$(dirname "$0")/directory.bash"
in_own_network
peers samba

samba_domain
for user in nobody robot staff leaver reader; do samba_user "$user" 'Right.Passw0rd' 'userAccountControl: 512'; done
samba_group 'robots (inner)' robot staff leaver
samba_group 'robots' 'robots (inner)'
samba_group 'exempt' 'robots'
samba_group 'workers' staff
samba_group 'all staff' 'workers'
samba_group 'leavers' leaver
start_samba

ca=samba/private/tls/ca bind='{user}@corp.example.test' domains='[CORP, corp.example.test]'
as_service=", user: 'CORP\\reader', password: 'Right.Passw0rd'"
policy_more=', on_unavailable: reject, reject_delay: 500ms'
dn() { printf "'CN=%s,CN=Users,$samba_base'" "$1"; }
lists="refuse: [$(dn leavers)], require: [$(dn 'all staff')], exempt: [$(dn Exempt)]"

# ends KEYS WHO=REASON...: how logins end, where the search has these keys.
ends() {
  : >"$log"
  directory '{url: "ldaps://127.0.0.1", server_name: dc1.corp.example.test}' ", search: {base: '$samba_base'$1}"
  start
  story "${@:2}" <<'PYTHON'
from radius import *

for number, case in enumerate(sys.argv[1:], 1):
    user, reason = case.split("=")
    reply = login(user, "Right.Passw0rd")
    end = until_lines("login", number)[-1]
    expect(end["reason"] == reason, f"{case}: {end}")
    expect(reply == (ACCESS_ACCEPT if reason in ("approved", "exempt") else ACCESS_REJECT), f"{case}: {reply}")
PYTHON
  finish
}

cases=(nobody=approved robot=exempt staff=approved leaver=blocked)
ends "$as_service, groups: {$lists}" "${cases[@]}"
ends ", groups: {$lists}" "${cases[@]}" # each user for himself
ends "$as_service, groups: {$lists, nested: false}" nobody=approved robot=approved staff=approved leaver=blocked
