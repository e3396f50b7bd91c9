#!/usr/bin/env bash
# What FreeRADIUS hides in an answer is hidden for the client anew: with its own secret radclient reads the keys and passwords.
. "$(dirname "$0")/upstream.bash"
peers radclient freeradius

accounts='User Cleartext-Password := "clientPass"
alice Cleartext-Password := "right horse"
	Tunnel-Password:1 = "first tunnel",
	Tunnel-Password:2 = "a second tunnel, longer than sixteen octets",
	Tunnel-Type:2 = L2TP,
	Class = 0x00ff,
	Class = 0x01,
	Ascend-Send-Secret = "sixteen octets !",
	Cisco-AVPair = "shell:priv-lvl=15",
	Reply-Message = "Welcome, ",
	Reply-Message = "alice"'
home 1
proxies_to '' 1
factors='[]'
start

# has WORDS...: they stand in `said` in this order.
has() {
  local word rest=$said
  for word; do
    [[ $rest == *"$word"* ]] || fail "no $word in: $said"
    rest=${rest#*"$word"}
  done
}

said=$(asks 'User-Name = "alice"' 'User-Password = "right horse"')
has 'Received Access-Accept' 'Tunnel-Password:1 = "first tunnel"' \
  'Tunnel-Password:2 = "a second tunnel, longer than sixteen octets"'
has 'Tunnel-Type:2 = L2TP' 'Class = 0x00ff' 'Class = 0x01' 'Cisco-AVPair = "shell:priv-lvl=15"' \
  'Reply-Message = "Welcome, "' 'Reply-Message = "alice"'
has 'Ascend-Send-Secret = "sixteen octets !"'

# The key that follows from this response: RFC 3079 3.5.3.
said=$(asks "${ms_chap_v2[@]}")
has 'MS-MPPE-Recv-Key = 0x' 'MS-MPPE-Send-Key = 0x8b7cdc149b993a1ba118cb153f56dccb'

# Here it is the hash of the hash of the password (RFC 2548 2.4.1): RFC 2759 9.2.
said=$(asks 'User-Name = "User"' 'MS-CHAP-Password = "clientPass"')
has 'MS-CHAP-MPPE-Keys = 0x' 41c00c584bd2d91c4017a2a12fa59f3f
finish
