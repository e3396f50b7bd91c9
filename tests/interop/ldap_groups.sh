#!/usr/bin/env bash
# Groups of a real slapd: who is refused, who needs no factor, which group wins; and that nobody is let in where the directory
# does not say in which groups he is.
. "$(dirname "$0")/directory.bash"
need ldapadd
peers slapd

authority ca
certificate good ca "IP:$host"
for user in nobody staff robot leaver both; do person "$user" right; done
slapd_access="access to attrs=memberOf by dn.exact=\"$service\" read by * none"
slapd_with 1 good
group 1 staff "uid=staff,$people" "uid=both,$people"
group 1 'robots (old)' "uid=robot,$people" "uid=both,$people" "uid=leaver,$people"
group 1 leavers "uid=leaver,$people"

as_service=", user: '$service', password: '$service_password'"
lists="refuse: ['cn=leavers,$base'], require: ['CN=Staff, $base'], exempt: ['cn=robots (old),$base'], nested: false"
policy_more=', on_unavailable: reject, reject_delay: 500ms'

# ends KEYS WHO=REASON...: how logins end, where the search has these keys.
ends() {
  : >"$log"
  directory "$(ldaps 1)" ", search: {identity: entryUUID$1}"
  start
  story "${@:2}" <<'PYTHON'
from radius import *

for number, case in enumerate(sys.argv[1:], 1):
    user, reason = case.split("=")
    began = time.monotonic()
    reply = login(user, "right")
    end = until_lines("login", number)[-1]
    expect(end["reason"] == reason, f"{case}: {end}")
    expect(reply == (ACCESS_ACCEPT if reason in ("approved", "exempt") else ACCESS_REJECT), f"{case}: {reply}")
    if reason == "blocked":
        expect(time.monotonic() - began >= 0.5, f"{user} was rejected at once")
        expect(events("ldap_refused")[-1]["outcome"] == "group", f"{events('ldap_refused')}")
    if reason == "primary_unavailable":
        expect(events("ldap_unanswered")[-1]["outcome"] == "look_up", f"{events('ldap_unanswered')}")
PYTHON
  finish
}

ends "$as_service, groups: {$lists}" nobody=approved staff=approved robot=exempt leaver=blocked both=approved
ends "$as_service, groups: {$lists, others: exempt}" nobody=exempt staff=approved robot=exempt leaver=blocked both=approved
ends "$as_service, groups: {$lists, others: refuse}" nobody=blocked staff=approved robot=exempt leaver=blocked both=approved

# a user who may not read his own groups
for others in require exempt refuse; do
  ends ", groups: {$lists, others: $others}" nobody=primary_unavailable robot=primary_unavailable leaver=primary_unavailable
done
