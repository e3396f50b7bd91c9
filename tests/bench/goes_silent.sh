#!/usr/bin/env bash
# A server that stands still for a while neither hears nor answers, and then goes on: who retransmits long enough gets in.
. "$(dirname "$0")/lib.bash"

upstream --stop-after 300ms --stop-for 700ms --delay 50ms
load 0 --rate 500 --logins 500 --retransmit 250ms,8 --timeout 5s
finish
expect 'load.ok == 500' 'upstream.requests_while_stopped > 100' 'upstream.lost_while_stopped > 0' \
  'upstream.logins_repeated == 0' 'timing["from_due"]["max"] > 300'

# Nobody at the port: the system says so, every login is lost.
load 1 --rate 1000 --logins 20 --timeout 300ms
expect 'load.lost == 20' 'load.refused > 0'

# A server that starts late: what the system said about its port before is no reason to stop listening.
# no_ports: datagrams that came for a port where nobody listens, as the system counts them.
no_ports() { awk '$1 == "Udp:" && $3 ~ /^[0-9]+$/ {print $3}' /proc/net/snmp; }
before=$(no_ports)
has_been_refused() { (($(no_ports) >= before + 25)); }
load 0 --rate 100 --logins 50 --timeout 20s --retransmit 250ms,70 &
loader=$!
pids+=("$loader")
until_true 10 has_been_refused
upstream --listen "$address"
wait "$loader" || fail "not every login got in"
finish
expect 'load.ok == upstream.distinct == 50' 'load.refused > 0'
