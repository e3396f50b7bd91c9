#!/usr/bin/env bash
# FreeRADIUS checks the password, and then the phone rings, once: with the factor's yes what FreeRADIUS said comes through, with
# its no it does not, and by EAP there is EAP-Failure.
. "$(dirname "$0")/upstream.bash"
peers radclient eapol_test freeradius

accounts='alice Cleartext-Password := "right horse"
	Class = 0x7374616666,
	Tunnel-Password:1 = "first tunnel",
	Tunnel-Password:2 = "second tunnel",
	Reply-Message = "Welcome"'
home 1
proxies_to '' 1
policy_more=', reject_delay: 0'

# rang N: how often since `start`.
rang() {
  until_true 3 has_lines factor_start "$1"
  (($(lines factor_start) == $1)) || fail "it rang $(lines factor_start) times, not $1"
}

after=1s
start
rejects 'User-Name = "alice"' 'User-Password = "wrong horse"'
rang 0
printf 'User-Name = "alice"\nUser-Password = "right horse"\nMessage-Authenticator = 0x00\n' |
  radclient -x -r 20 -t 0.3 "$host:$port" auth "$secret" >"$work/radclient" 2>&1 || fail "$(<"$work/radclient")"
said=$(<"$work/radclient")
[[ $said == *'Received Access-Accept'*'Class = 0x7374616666'* ]] || fail "not accepted, or without Class: $said"
[[ $said == *'first tunnel'*'second tunnel'*'Welcome'* ]] || fail "not all came through: $said"
(($(grep -c '^Sent' <<<"$said") >= 2)) || fail "radclient did not repeat itself: $said"
rang 1
(($(accepted 1) == 1)) || fail "FreeRADIUS was asked $(accepted 1) times"
for method in MD5 PEAP; do
  more=()
  [[ $method != MD5 ]] || more=(-n) # it has no keys
  eap_login "$method" alice 'right horse' "${more[@]}" || fail "$method: $(eap_end)"
done
has_keys || fail "PEAP without keys: $(eap_end)"
! eap_login PEAP alice 'wrong horse' || fail "a wrong password is let in"
rang 3
finish

: >"$log"
answer=deny after=0
start
said=$(asks 'User-Name = "alice"' 'User-Password = "right horse"')
[[ $said == *'Received Access-Reject'* ]] || fail "not rejected: $said"
[[ $said != *Class* && $said != *tunnel* && $said != *Welcome* ]] || fail "the accept is in the reject: $said"
for method in MD5 PEAP; do
  ! eap_login "$method" alice 'right horse' -n || fail "$method is let in"
  has_eap_failure || fail "$method ends without EAP-Failure: $(eap_end)"
done
rang 3
finish
