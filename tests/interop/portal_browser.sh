#!/usr/bin/env bash
# People use the portal in a real browser, telephones ring that are called by SIP, and radclient logs in: somebody enrols with an
# invitation, changes the number, sets up an app, reports fraud; an administrator lets somebody in once, and hangs up a login that
# appears while it is looked at. Beside each of them a thief has signed in who knows the password and nothing else: what he could
# read or change is nothing.
. "$(dirname "$0")/portal.bash"
need chromium chromedriver radclient

sound=short
write_users <<YAML
- {name: alice, password: '$password'}
- {name: carol, password: '$password'}
- {name: erin, password: '$password'}
YAML
cat >"$work/scenes" <<'SCENES'
+15551230001 180 wait:0.3 200 heard:20 press:#
+15551230002 wait:0.6 180 wait:1.5 200 heard:110 press:#
+15551230003 wait:0.6 180 wait:1.5 200 heard:110 press:#
+15551230004 180
SCENES
phone 1
calls "$(trunk 1)"
factors='[phone, passcode]'
factor_more+='
  passcode: {type: totp}'
top_more='limits: {calls_per_second: 100, per_user: 100/10m, per_number: 100/10m}'
with_portal ', enrolment: invite, administrators: [alice]'
start
until_true 10 has_socket
portal

ctl user add alice --number +15551230001 --verified >/dev/null
ctl user add carol >/dev/null
ctl user add erin --number +15551230004 --verified >/dev/null
INVITATION=$(ctl --json user invite carol | jq -r .code) browse <<<'from people import *; tell()'
finish_portal
! grep -qF "$password" "$portal_log" "$log" || fail "a password stands in a log"
finish
