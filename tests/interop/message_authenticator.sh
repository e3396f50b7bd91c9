#!/usr/bin/env bash
# Blast-RADIUS (CVE-2024-3596): what `require`, `auto` and `off` let in; every reply carries Message-Authenticator first.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right}'
workers=3 # what one loop learned of an address, the others know
for signing in require auto off; do
  : >"$log"
  start
  MODE=$signing story <<'PYTHON'
from radius import *

STATE = attribute(PROXY_STATE, b"first") + attribute(PROXY_STATE, b"\0second\xff")
mode, sent = os.environ["MODE"], 0

def asks(source, **how):
    """From that address: its code or None, and that Proxy-State comes back in order. Request.check looks at the reply's signature."""
    global sent
    request, refused = Request("alice", "right", **how), mode == "require" or source == "127.0.0.1" or "more" in how
    silent = mode != "off" and not how.get("signed", True) and refused
    sent += silent
    code, reply = Nas(source).ask(request, 0.4 if silent else 5)
    if reply:
        states = [value for kind, value in attributes_of(reply) if kind == PROXY_STATE]
        expect(states == ([b"first", b"\0second\xff"] if "more" in how else []), f"Proxy-State in the reply: {states}")
    expect(code == (None if silent else ACCESS_ACCEPT), f"{mode}, {source}, {how}: {code}")

asks("127.0.0.1")
for _ in range(6):  # several ports, so several loops
    asks("127.0.0.1", signed=False)
asks("127.0.0.2", signed=False)
asks("127.0.0.2", signed=False, more=STATE)
asks("127.0.0.2", more=STATE)
if mode != "off":
    until(4, lambda: dropped() == {"no_message_authenticator": sent}, f"{sent} dropped for want of Message-Authenticator")

forged = bytearray(Request("alice", "right").bytes)
forged[25] ^= 1
nas = Nas()
nas.send(bytes(forged))
expect(nas.receive(0.3)[0] is None, "a forged Message-Authenticator is answered")
until(4, lambda: dropped().get("forged") == 1, "it is counted")
nas.send(Request(code=STATUS_SERVER, signed=False))
expect(nas.receive(0.3)[0] is None, "Status-Server without Message-Authenticator is answered")
PYTHON
  finish
done
