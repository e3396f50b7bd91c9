#!/usr/bin/env bash
# On a wildcard socket the reply leaves from the address that was asked; IPv6 works as IPv4 does; the longest prefix wins.
. "$(dirname "$0")/lib.bash"

write_users <<<'- {name: alice, password: right}'
has_ipv6() { grep -q '^00000000000000000000000000000001 ' /proc/net/if_inet6 2>/dev/null; }
listen="{udp: \"0.0.0.0:$port\"}"
if has_ipv6; then listen+=", {udp: \"[::1]:$port\"}"; fi
for workers in 1 3; do
  start
  IPV6=$(has_ipv6 && echo yes || true) story <<'PYTHON'
from radius import *

def asks(address, source):
    nas, request = Nas(source, (address, SERVER[1])), Request("alice", "right")
    nas.send(request)
    reply, sender = nas.receive(5)
    expect(reply and request.check(reply) == ACCESS_ACCEPT, f"{address} does not accept")
    expect(sender[:2] == (address, SERVER[1]), f"asked {address}, answered by {sender}")

for address in ("127.0.0.1", "127.0.0.2", SERVER[0]):
    asks(address, "127.0.0.1")
if os.environ["IPV6"]:
    asks("::1", "::1")
    until(3, lambda: any(e["peer"].startswith("[::1]:") for e in events("login")), "a login of [::1] in the log")
else:
    print("this machine has no IPv6: that part is not tested")
PYTHON
  finish
done

# A socket for both families sees an IPv4 client under its own address.
if has_ipv6; then
  listen="{udp: \"[::]:$port\"}" workers=1
  : >"$log"
  start
  story <<'PYTHON'
from radius import *
for address, source in (("::1", "::1"), ("127.0.0.2", "127.0.0.1")):
    nas, request = Nas(source, (address, SERVER[1])), Request("alice", "right")
    nas.send(request)
    reply, sender = nas.receive(2)
    if reply is None and address == "127.0.0.2":
        print("[::] takes IPv6 alone here")
        break
    expect(reply and request.check(reply) == ACCESS_ACCEPT, f"{address} does not accept")
    expect(sender[0] == address, f"asked {address}, answered by {sender}")
PYTHON
  finish
fi
