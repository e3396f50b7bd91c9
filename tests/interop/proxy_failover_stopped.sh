#!/usr/bin/env bash
# One of two FreeRADIUS stands still under load (SIGSTOP: its system takes what is sent, and nobody answers) and goes on later:
# after `failover_after` the other one is asked. No login is lost, and none gets a wrong verdict, whatever the first one says
# afterwards of what lay there.
. "$(dirname "$0")/upstream.bash"
peers freeradius

home 1
home 2
server_more=', status_server: on'
proxies_to ', retransmit: 200ms, failover_after: 500ms' 1 2
factors='[]' workers=2
start

rate=200
if is_sanitized; then rate=50; fi
begin_loads "$rate" 8
until_true 10 has_accepted 1 "$((rate / 2))"
(($(accepted 2) == 0)) || fail "the second server was asked while the first one was there"
kill -STOP "${home_pids[1]}"
until_true 10 has_accepted 2 "$rate"
before=$(accepted 1)
kill -CONT "${home_pids[1]}"
until_true 10 has_accepted 1 "$((before + rate))"
end_loads
finish
