#!/usr/bin/env bash
# Trunks by TCP and by TLS, of which the certificate is looked at: a name that is not the trunk's, and somebody else's signature, are a
# trunk that is down, and not even the number is told to it.
. "$(dirname "$0")/phone.bash"

sound=short
authority ca
authority other
certificate right ca "IP:$host"
certificate named ca DNS:trunk.example
certificate strange other "IP:$host"
policy_more=', on_unavailable: reject'
cases <<<'alice 180 200 heard:20 press:# -> accept approved approved 200'
phone 1 tcp
phone 2 tls right
phone 3 tls named
phone 4 tls strange

# says N TRANSPORT EXPECTATION
says() {
  : >"$log"
  echo "alice $number $3" >"$work/cases"
  calls "$(trunk "$1" "$2")" ', ca_file: ca.pem'
  start
  run_cases
  finish
}
says 1 tcp 'accept approved approved 200'
says 2 tls 'accept approved approved 200'
says 3 tls 'reject factor_unavailable trunk_down'
says 4 tls 'reject factor_unavailable trunk_down'
story <<'PYTHON'
from calls import *
expect(sorted(line["phone"] for line in seen("INVITE")) == [1, 2], f"{seen('INVITE')}")
PYTHON
