#!/usr/bin/env bash
# A retransmission while the answer is pending is ignored, one after it gets the same answer again, and with --drop-duplicates none.
. "$(dirname "$0")/lib.bash"

upstream --delay 500ms
load 0 --rate 1000 --logins 100 --retransmit 200ms,1
finish
expect 'load.ok == 100' 'load.retransmissions == upstream.retransmissions == upstream.ignored == 100' \
  'upstream.sent == upstream.distinct == 100'

upstream --lose 100%
load 1 --rate 1000 --logins 100 --retransmit 200ms,1 --timeout 500ms
finish
expect 'load.lost == upstream.answered_again == 100' 'upstream.lost == 200 and upstream.sent == 0'

upstream --drop-duplicates --lose 100%
load 1 --rate 1000 --logins 100 --retransmit 200ms,1 --timeout 500ms
finish
expect 'load.lost == upstream.ignored == upstream.lost == 100'

# What comes after the timeout is late, and no answer; the last logins keep the run alive for it.
upstream --delay 600ms
load 1 --rate 100 --logins 200 --timeout 300ms
finish
expect 'load.lost == 200' 'load.late > 100' 'load.ok == load.forged == load.doubled == 0'
