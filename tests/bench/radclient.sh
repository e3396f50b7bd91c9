#!/usr/bin/env bash
# Others understand the upstream server: radclient, and an independent reading of its replies.
. "$(dirname "$0")/lib.bash"
need radclient

upstream --verdict check --attribute 'Reply-Message=Welcome' --attribute Class=0x01ff
port=${address##*:}
export RADIUS_PORT=$port
answer=$(radclient_login user000007 pass000007)
[[ $answer == *'Received Access-Accept'*'Reply-Message = "Welcome"'*'Class = 0x01ff'* ]] || fail "radclient: $answer"
answer=$(radclient_login user000007 wrong)
[[ $answer == *'Received Access-Reject'* ]] || fail "radclient: $answer"
RADIUS_HOST=$host story <<'PYTHON'
from radius import *

server = (os.environ["RADIUS_HOST"], int(os.environ["RADIUS_PORT"]))
nas, request = Nas(server=server), Request("user000001", "pass000001")
code, first = nas.ask(request)
expect(code == ACCESS_ACCEPT, f"code {code}")
code, second = nas.ask(request)
expect(second == first, "a retransmission gets another answer")
expect(Nas(server=server).ask(Request(code=STATUS_SERVER))[0] == ACCESS_ACCEPT, "Status-Server gets no answer")
nas.send(b"\x01\x02")
forged = bytearray(Request("user000001", "pass000001").bytes)
forged[30] ^= 1
nas.send(bytes(forged))
expect(nas.receive(0.2) == (None, None), "garbage is answered")
PYTHON
finish
expect 'upstream.distinct == 3' 'upstream.retransmissions == upstream.answered_again == 1' \
  'upstream.status_server == upstream.malformed == upstream.bad_message_authenticator == 1' \
  'upstream.bad_passwords == 1'
