#!/usr/bin/env bash
# A radmfad asks a radmfad, and that asks FreeRADIUS: every leg has its own secret, every proxy adds its Proxy-State behind
# those that came, and the client gets back its own.
. "$(dirname "$0")/upstream.bash"
peers radclient eapol_test freeradius

# FreeRADIUS tells which Proxy-State it got.
accounts='alice Cleartext-Password := "right horse"
	Tunnel-Password:1 = "first tunnel",
	Tunnel-Password:2 = "second tunnel",
	Reply-Message = "%{Proxy-State[*]}"'
home 2
factors='[]'
outer_port=$port outer_secret=$secret outer_log=$log between='known to both radmfads'

listens_at $((outer_port + 1))
secret=$between log=$work/inner.log
proxies_to '' 1
start
inner=$pid

listens_at "$outer_port"
secret=$outer_secret log=$outer_log upstream_secret=$between
proxies_to '' 1
start

for method in User-Password CHAP-Password MS-CHAP-Password; do
  accepts 'User-Name = "alice"' "$method = \"right horse\""
  rejects 'User-Name = "alice"' "$method = \"wrong horse\""
done
said=$(asks 'User-Name = "alice"' 'User-Password = "right horse"' 'Proxy-State = 0x02' 'Proxy-State = 0x01' 'Proxy-State = 0x02')
said=${said#*Received}
[[ $said == *Access-Accept*'first tunnel'*'second tunnel'* ]] || fail "not accepted, or no passwords: $said"
grep -qE 'Reply-Message = "0x02,0x01,0x02,0x[0-9a-f]+,0x[0-9a-f]+"' <<<"$said" || fail "Proxy-State at the end: $said"
returned=$(grep -o 'Proxy-State = .*' <<<"$said" | paste -sd ' ')
[[ $returned == 'Proxy-State = 0x02 Proxy-State = 0x01 Proxy-State = 0x02' ]] || fail "Proxy-State returned: $returned"

eap_login PEAP alice 'right horse' || fail "PEAP: $(eap_end)"
has_keys || fail "PEAP without keys: $(eap_end)"
finish
pid=$inner log=$work/inner.log finish
