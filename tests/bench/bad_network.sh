#!/usr/bin/env bash
# Whatever is lost, doubled, forged, cut or overtaken on the way: with retransmissions every login ends well, none is a second request,
# and each fault that one side makes is counted by the other.
. "$(dirname "$0")/lib.bash"

upstream --verdict check --seed 1 --lose 10% --lose-requests 10% --forge 5% --truncate 5% --reorder 5%
load 0 --rate 1000 --logins 1000 --timeout 20s --retransmit 500ms,30 --seed 2 --lose 2%
finish
expect 'load.ok == load.planned == upstream.distinct == upstream.logins == 1000' \
  'upstream.logins_repeated == upstream.bad_passwords == 0' \
  'load.requests_sent == upstream.received' \
  'upstream.received == upstream.distinct + upstream.retransmissions + upstream.requests_lost' \
  'upstream.requests_lost > 20 and upstream.lost > 20 and upstream.held_back > 10' \
  'upstream.sent == load.replies_received' \
  'load.replies_lost > 0 and load.requests_lost > 0' \
  '0 <= upstream.forged - load.forged <= load.replies_lost and load.forged > 10' \
  '0 <= upstream.truncated - load.malformed <= load.replies_lost and load.malformed > 10'

upstream --double 10%
load 0 --rate 1000 --logins 500
finish
expect 'upstream.sent == load.replies_received == 500 + upstream.doubled' \
  'load.doubled == upstream.doubled > 20' 'load.ok == 500 and load.forged == 0'
