#!/usr/bin/env bash
# parse_packet prints the packet of RFC 2865 7.1, shows no password, and refuses what is no packet.
. "$(dirname "$0")/lib.bash"

for text in 'Access-Request (1), id 0, 56 octets' 'User-Name                "nemo"' '(16 octets, not shown)' \
  'NAS-IP-Address           c0a80110' 'NAS-Port                 00000003'; do
  expect 0 "$text"
done
[[ $("$program") != *0dbe708d* ]] || fail "the hidden password is shown"

header='00112233445566778899aabbccddeeff'
expect 0 'Status-Server (12), id 1, 20 octets' 0c010014 "$header"
expect 1 'shorter than its header says' 0c010015 "$header"
expect 1 'not a well-formed RADIUS packet' 0c010016 "$header" 0101
expect 2 'usage:' 0c01001
