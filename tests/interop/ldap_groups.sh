#!/usr/bin/env bash
# Groups of a real slapd: who is refused, who needs no factor, which group wins; and that nobody is let in where the directory
# does not say in which groups he is.
. "$(dirname "$0")/directory.bash"
need ldapadd ldapmodify jq
peers radclient slapd

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
        expect(time.monotonic() - began >= 0.499, f"{user} was rejected at once")  # it counts whole milliseconds
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

# Groups are asked for once within the time of `cache`; a reload forgets them.
: >"$log"
asked_for_groups() { grep -c 'SRCH base="uid=robot,.*(memberOf=' "$work/slapd1.log" || true; }
before=$(asked_for_groups)
log_in() { [[ $(radclient_login robot right) == *'Received Access-Accept'* ]] || fail "robot is not accepted"; }
reasons() { jq -r 'select(.event == "login").reason' "$log" | paste -sd' '; }
are_reasons() { [[ $(reasons) == "$1" ]]; }
directory "$(ldaps 1)" ", search: {identity: entryUUID$as_service, groups: {$lists}, cache: 1h}"
start
for _ in 1 2 3; do log_in; done
(($(asked_for_groups) == before + 2)) || fail "slapd was asked for groups $(($(asked_for_groups) - before)) times, not twice"
printf '%s\n' "dn: cn=robots (old),$base" 'changetype: modify' 'delete: member' "member: uid=robot,$people" |
  ldapmodify -x -H "ldap://$host:$((port + 2))" -D "cn=admin,$base" -w "$service_password" >"$work/ldapmodify" 2>&1 ||
  fail "ldapmodify: $(<"$work/ldapmodify")"
log_in
kill -HUP "$pid"
until_true 10 log_says 'configuration reloaded'
log_in
until_true 10 has_lines login 5
are_reasons 'exempt exempt exempt exempt approved' || fail "logins ended $(reasons)"
finish
