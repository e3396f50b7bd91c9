#!/usr/bin/env bash
# Like an AD Connector: a login that the first server does not answer goes to the second one, as a new request.
. "$(dirname "$0")/lib.bash"

upstream
first=$address
kill -STOP "$pid"
upstream --verdict check
second=$address address=$first
load 0 --server "$second" --profile workspaces --timeout 500ms --retransmit 200ms,2 --logins 100
finish
expect 'load.ok == load.failovers == upstream.distinct == 100' 'load.retransmissions == 200' 'load.lost == 0' \
  'upstream.source_ports == 2' 'timing["from_sent"]["p50"] >= 490'

# Where the second one is silent, too, it is lost after the time of both.
upstream --lose 100%
second=$address address=$first
load 1 --server "$second" --timeout 200ms --logins 20
finish
expect 'load.lost == load.failovers == upstream.distinct == 20' 'load.requests_sent == 40'
