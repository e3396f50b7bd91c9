#!/usr/bin/env bash
# EAP through radmfad, with two FreeRADIUS in turn: each conversation stays with the one whose State it has, and the client
# gets the keys.
. "$(dirname "$0")/upstream.bash"
peers eapol_test freeradius

accounts='alice Cleartext-Password := "right horse"'
home 1
home 2
proxies_to ', strategy: round_robin' 1 2
factors='[]'
start

for i in 1 2; do
  eap_login MD5 alice 'right horse' -n || fail "MD5: $(eap_end)"
  for method in MSCHAPV2 PEAP; do
    eap_login "$method" alice 'right horse' || fail "$method: $(eap_end)"
    has_keys || fail "$method without keys: $(eap_end)"
  done
done
for method in MD5 PEAP; do
  ! eap_login "$method" alice 'wrong horse' || fail "$method lets a wrong password in"
  has_eap_failure || fail "$method ends without EAP-Failure: $(eap_end)"
done
has_accepted 1 1 && has_accepted 2 1 || fail "one server has done all: $(accepted 1) and $(accepted 2)"
finish
