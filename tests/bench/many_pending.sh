#!/usr/bin/env bash
# Eight thousand logins wait at once, over as many source ports as 256 identifiers each take; none is lost.
. "$(dirname "$0")/lib.bash"

upstream --delay 4s
load 0 --rate 8000 --logins 8000
finish
expect 'load.ok == 8000' 'load.most_pending == upstream.most_pending == 8000' \
  'load.sockets == upstream.source_ports == 32'

# With one socket only 256 can wait; the others are told as not sent, and the run as invalid.
upstream --delay 2s
load 1 --rate 1000 --logins 300 --sockets 1
finish
expect 'load.ok == load.most_pending == 256' 'load.not_sent == 44'
grep -q '^INVALID: ' "$work/load.out" || fail "an incomplete run is called valid"
