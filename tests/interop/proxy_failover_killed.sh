#!/usr/bin/env bash
# One of two FreeRADIUS is killed under load, with requests that it had not read, and started again: the other one gets these
# and all that follow, and the first one is asked again once it is back. No login is lost, and none gets a wrong verdict.
. "$(dirname "$0")/upstream.bash"
peers freeradius

home 1
home 2
proxies_to ', retransmit: 200ms' 1 2
factors='[]'
start

rate=200
if is_sanitized; then rate=50; fi
begin_loads "$rate" 8
until_true 10 has_accepted 1 "$((rate / 2))"
(($(accepted 2) == 0)) || fail "the second server was asked while the first one was there"
kill -STOP "${home_pids[1]}"
until_true 10 has_unread 1
kill_home 1
until_true 10 has_accepted 2 "$((rate / 2))"
start_home 1
until_true 10 has_accepted 1 "$((rate / 2))"
end_loads
finish
