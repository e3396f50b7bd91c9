#!/usr/bin/env bash
# radsecproxy in front: radclient and eapol_test ask it, it asks radmfad, and that asks FreeRADIUS; three secrets on three legs.
. "$(dirname "$0")/upstream.bash"
peers radclient eapol_test radsecproxy freeradius

accounts='alice Cleartext-Password := "right horse"
	Tunnel-Password:1 = "the tunnel",
	Reply-Message = "Welcome"'
home 1
proxies_to '' 1
factors='[]'
start

front=$((port + 2)) front_secret='known in front alone'
cat >"$work/radsecproxy.conf" <<CONF
ListenUDP $host:$front
LogLevel 3
client nas {
  host 127.0.0.1
  type udp
  secret "$front_secret"
}
server radmfad {
  host $host
  port $port
  type udp
  secret "$secret"
}
realm * {
  server radmfad
}
CONF
launch radsecproxy "listening for udp on $host:$front" radsecproxy -f -c "$work/radsecproxy.conf"

# through COMMAND...: what asks, asks radsecproxy.
through() { port=$front secret=$front_secret "$@"; }

for method in User-Password CHAP-Password MS-CHAP-Password; do
  through accepts 'User-Name = "alice"' "$method = \"right horse\""
  through rejects 'User-Name = "alice"' "$method = \"wrong horse\""
done
said=$(through asks 'User-Name = "alice"' 'User-Password = "right horse"' 'Proxy-State = 0x01' 'Proxy-State = 0x02')
[[ $said == *'Received Access-Accept'*'Tunnel-Password:1 = "the tunnel"'* ]] || fail "no Tunnel-Password: $said"
[[ ${said#*Received} == *'Proxy-State = 0x01'*'Proxy-State = 0x02'* ]] || fail "no Proxy-State: $said"

through eap_login PEAP alice 'right horse' || fail "PEAP: $(eap_end)"
has_keys || fail "PEAP without keys: $(eap_end)"
! through eap_login PEAP alice 'wrong horse' || fail "PEAP lets a wrong password in"
! grep -iE 'invalid|failed|not signed' "$work/radsecproxy" || fail "radsecproxy does not like our replies"
finish
