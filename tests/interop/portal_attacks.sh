#!/usr/bin/env bash
# What others may try: forms from elsewhere, a planted cookie, scripts in names, paths, much, slowly, and all at once.
. "$(dirname "$0")/portal.bash"

fake_radmfad
portal_more='limits: {connections: 2500, connections_per_address: 2200, request_timeout: 3s}'
portal
browse <<<'from attacks import *; forms(); planted(); headers(); names(); paths(); much(); methods(); answers()'
browse <<<'from attacks import *; slowly()'
browse <<<'from attacks import *; tls_versions()'

# It ends although somebody waits, who is told.
python3 - <<<'from attacks import *; wait_for_ever()' &
waits=$!
browse <<<'from attacks import *; is_waited_for()'
finish_portal
wait "$waits" || fail "who waited was not answered"
