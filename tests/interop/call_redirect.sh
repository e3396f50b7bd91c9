#!/usr/bin/env bash
# Where redirects are followed: to the other number through our trunk, as a call of its own: prefixes hold for it, so do the limits, and
# a phone that has rung is not left for another. Round and round it does not go.
. "$(dirname "$0")/phone.bash"

sound=short
client_more=', timeout: 8s'
policy_more=', on_unavailable: reject'
top_more='limits: {calls_per_second: 100, per_user: 9/10m, per_number: 1/10m}'
cases <<'CASES'
moved   302:+15551239999         -> accept approved approved 200
abroad  302:+445551230001        -> reject bad_number forbidden
rang    180 302:+15551239998     -> reject no_answer no_answer 302
CASES
cat >>"$work/scenes" <<'SCENES'
+15551239999 180 200 heard:20 press:#
+15551239998 180 200 heard:20 press:#
+15551239997 302:+15551239997
SCENES
for name in late round; do
  user "$name"
  to=+15551239999
  [[ $name == late ]] || to=+15551239997
  echo "$number 302:$to" >>"$work/scenes"
done
phone 1
calls "$(trunk 1)" ', follow_redirects: on'
start
run_cases
story <<'PYTHON'
from calls import *

expect(not seen("INVITE", "445551230001"), "a forbidden number was dialled")
expect(not seen("INVITE", "15551239998"), "a phone that rang was left for another")
for user in ("late", "round"):
    expect(login(user, PASSWORD) == ACCESS_REJECT, f"{user} is let in")
expect(len(seen("INVITE", "15551239999")) == 1, "per_number does not hold for a redirect")
expect(len(seen("INVITE", "15551239997")) == 1, "round and round")
PYTHON
finish
