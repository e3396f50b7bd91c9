#!/usr/bin/env bash
# The SIP stack against sipp: calls over UDP, TCP and TLS (which sipp has from socat), digest, and what TLS must refuse:
# another name, another CA, a certificate that has ended, an old version. No INVITE may leave us then.
. "$(dirname "$0")/lib.bash"
packages+=([sipp]=sip-tester [socat]=socat)
need sipp socat openssl
: "${SIP_CALLER:?set it to the program that places calls}"
cd "$work"

# free_port: sets `free`; on our own address nobody else has one.
free=$port
free_port() { free=$((free + 1)); }

# phone ARGUMENT...: starts sipp on a free port; sets `phone_port`, `phone_pid`.
phone() {
  free_port
  phone_port=$free
  sipp -i "$host" -p "$phone_port" -m 1 -nostdin -timeout 60 -trace_err -error_file "$work/sipp.err" "$@" >"$work/sipp.out" 2>&1 &
  phone_pid=$!
  pids+=("$phone_pid")
  until_true 10 has_socket "$phone_port"
}
has_socket() { grep -q "$(printf ':%04X ' "$1")" /proc/net/udp /proc/net/tcp; }

# phone_is_happy: it had its call, to the end.
phone_is_happy() {
  local status=0
  until_true 20 is_gone_or_zombie "$phone_pid"
  wait "$phone_pid" || status=$?
  ((status == 0)) || fail "sipp ended with $status: $(cat "$work/sipp.err" 2>/dev/null)"
}

# call ARGUMENT...: what became of it, in `told`.
call() {
  told=$("$SIP_CALLER" "$@" 2>"$log") || fail "the caller failed: $told $(cat "$log")"
  no_complaints
}
tells() { grep -qE -- "$1" <<<"$told" || fail "no \"$1\" in: $told"; }
tells_once() { (($(grep -cE -- "$1" <<<"$told") == 1)) || fail "not once \"$1\" in: $told"; }

answered() {
  tells '^ringing 180 '
  tells_once '^answered 200 OK with SDP$'
  tells_once '^ended 487 hung up$'
  phone_is_happy
}

# sipp's own telephone (-sn uas) waits after the BYE, and counts a call as failed whose TCP connection goes meanwhile.
cat >answer.xml <<'XML'
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="answers, and hears the end">
  <recv request="INVITE"/>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Length: 0

]]></send>
  <send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0

]]></send>
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
XML

# ---- UDP and TCP ----
phone -sf answer.xml -t u1
call -H 100 "sip:$host:$phone_port"
answered
phone -sf answer.xml -t t1
call -H 100 "sip:$host:$phone_port;transport=tcp"
answered

# ---- digest ----
cat >auth.xml <<'XML'
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="asks who we are">
  <recv request="INVITE"/>
  <send><![CDATA[
SIP/2.0 401 Unauthorized
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]a
[last_Call-ID:]
[last_CSeq:]
WWW-Authenticate: Digest realm="pbx", nonce="47364c23432d2e131a5fb210812c", qop="auth", algorithm=MD5
Content-Length: 0

]]></send>
  <recv request="ACK"/>
  <recv request="INVITE">
    <action><verifyauth assign_to="ok" username="mfa" password="secret"/></action>
  </recv>
  <nop hide="true" test="ok" next="good"/>
  <send next="end"><![CDATA[
SIP/2.0 403 Forbidden
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]b
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <label id="good"/>
  <send next="end"><![CDATA[
SIP/2.0 486 Busy Here
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]b
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <label id="end"/>
  <recv request="ACK"/>
</scenario>
XML
phone -sf auth.xml -t u1
call -u mfa -p secret "sip:$host:$phone_port"
tells_once '^ended 486 Busy Here$'
phone_is_happy
phone -sf auth.xml -t u1
call -u mfa -p wrong "sip:$host:$phone_port"
tells_once '^ended 403 Forbidden$'
phone_is_happy

# ---- TLS ----
ca() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.crt" -subj "/CN=$1" -days 2 2>>"$log"; }
# leaf FILE CA ALTERNATIVE_NAME DAYS
leaf() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj /CN=pbx 2>>"$log"
  openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days "$4" \
    -extfile <(echo "subjectAltName=$3") -out "$1.crt" 2>>"$log"
  cat "$1.key" "$1.crt" >"$1.pem"
}
ca ours
ca theirs
leaf named ours DNS:localhost 2
leaf numbered ours "IP:$host" 2
leaf other ours DNS:other.example 2
leaf foreign theirs "IP:$host" 2
leaf past ours "IP:$host" -1

# tls_phone CERTIFICATE [SOCAT_OPTION]: sipp behind TLS; sets `tls_port`.
tls_phone() {
  phone -sf answer.xml -t t1
  free_port
  tls_port=$free
  socat "OPENSSL-LISTEN:$tls_port,bind=$host,reuseaddr,fork,verify=0,cert=$1.pem${2:-}" "TCP:$host:$phone_port" 2>"$work/socat.err" &
  socat_pid=$!
  pids+=("$socat_pid")
  until_true 10 has_socket "$tls_port"
}
end_tls_phone() {
  kill "$socat_pid" "$phone_pid" 2>/dev/null || true
  wait "$socat_pid" "$phone_pid" 2>/dev/null || true
}

tls_phone numbered
call -c ours.crt -H 100 "sip:$host:$tls_port;transport=tls"
answered
end_tls_phone

# A trunk that goes while the telephone rings ends the call.
sed '/<send retrans/i <pause milliseconds="60000"/>' answer.xml >ring.xml
phone -sf ring.xml -t t1
free_port
tls_port=$free
socat "OPENSSL-LISTEN:$tls_port,bind=$host,reuseaddr,verify=0,cert=numbered.pem" "TCP:$host:$phone_port" 2>/dev/null &
socat_pid=$!
pids+=("$socat_pid")
until_true 10 has_socket "$tls_port"
"$SIP_CALLER" -c ours.crt "sip:$host:$tls_port;transport=tls" >told 2>"$log" &
caller_pid=$!
pids+=("$caller_pid")
until_true 10 grep -q '^ringing' told
end_tls_phone
until_true 10 is_gone_or_zombie "$caller_pid"
told=$(<told)
tells_once '^ended 503 local '
no_complaints

# refused WHY: at once, told why, and sipp has seen no call.
refused() {
  tells_once "^ended 503 local .*$1"
  tells_once '.'
  is_alive "$phone_pid" || fail "sipp has had a call"
  end_tls_phone
}
tls_phone other
call -c ours.crt "sip:$host:$tls_port;transport=tls"
refused 'mismatch'
tls_phone foreign
call -c ours.crt "sip:$host:$tls_port;transport=tls"
refused 'issuer certificate'
tls_phone past
call -c ours.crt "sip:$host:$tls_port;transport=tls"
refused 'expired'
tls_phone numbered ,openssl-max-proto-version=TLS1.1,cipher=ALL:@SECLEVEL=0
call -c ours.crt "sip:$host:$tls_port;transport=tls"
refused 'version|TLS|handshake|alert'

# ---- a name of /etc/hosts, and an outbound proxy ----
grep -qE '^127\.0\.0\.1[[:space:]].*\blocalhost\b' /etc/hosts || fail "localhost is not in /etc/hosts"
host=127.0.0.1
tls_phone named
call -c ours.crt -H 100 "sip:localhost:$tls_port;transport=tls"
answered
end_tls_phone
phone -sf answer.xml -t u1
call -H 100 -x "sip:localhost:$phone_port" "sip:pbx.elsewhere.example"
answered

# ---- OPTIONS, and who is there ----
cat >options.xml <<'XML'
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="says what it can">
  <recv request="OPTIONS"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
XML
phone -sf options.xml -t t1
free_port
tls_port=$free
socat "OPENSSL-LISTEN:$tls_port,bind=$host,reuseaddr,fork,verify=0,cert=named.pem" "TCP:$host:$phone_port" 2>/dev/null &
pids+=($!)
until_true 10 has_socket "$tls_port"
call -c ours.crt -o "sip:localhost:$tls_port;transport=tls"
tells_once "^probed 200 tls 127.0.0.1:$tls_port \"TLSv1.[23]\" \"CN *= *pbx\" expires$"
phone_is_happy
echo "calls over UDP, TCP and TLS; refused: another name, another CA, a past certificate, an old version"
