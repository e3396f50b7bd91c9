#!/usr/bin/env bash
# --check asks the trunks and tells what it finds; --call places one call and tells its story; both beside the daemon, or without it.
. "$(dirname "$0")/phone.bash"

authority ca
authority other
certificate right ca "IP:$host"
certificate strange other "IP:$host"
cases <<'CASES'
alice  180 wait:0.2 200 heard:20 press:#  -> accept approved approved 200
bob    180 486                            -> reject busy busy 486
CASES
phone 1
phone 2 tls right
phone 3 tls strange

# says STATUS WORDS ARGUMENT...: radmfad ends with it, and its output has these words.
says() {
  local status=0 out
  out=$(timeout 30 "$RADMFAD" --config "$work/radmfad.yaml" "${@:3}" 2>&1) || status=$?
  ((status == $1)) || fail "radmfad ${*:3} ended with $status, not $1: $out"
  grep -qE -- "$2" <<<"$out" || fail "no \"$2\" in: $out"
}
calls "$(trunk 1 udp ', name: plain'), $(trunk 2 tls ', name: safe')" ', ca_file: ca.pem'
start
says 0 'trunk +plain +.*answers OPTIONS with 200 in [0-9]+ ms, speaks PCMU PCMA' --check
says 0 'trunk +safe +.*tls, TLSv1.*certificate .* until 20.*answers OPTIONS with 200' --check
says 0 'approved; rang' --call +15551230001
says 0 'packets of sound sent, [1-9][0-9]* heard' --call +15551230001
says 1 'busy; rang' --call +15551230002
says 1 'not placed: `allowed_prefixes`' --call +445551230001
finish
calls "$(trunk 3 tls ', name: strange'), $(trunk 4 udp ', name: away')" ', ca_file: ca.pem'
write_config
says 1 'trunk +strange .*no answer to OPTIONS: unable to get local issuer' --check
says 1 'trunk +away .*no answer to OPTIONS: nobody listens' --check
says 1 'trunk away cannot: nobody listens' --call +15551230001
says 1 'trunk_down; rang' --call +15551230001
