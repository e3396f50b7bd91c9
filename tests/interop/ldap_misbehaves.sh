#!/usr/bin/env bash
# A server of a directory that is silent, slow, speaks no LDAP or goes away, or whose name does not resolve: the primary is
# unavailable, no password is called wrong, and meanwhile the loop of RADIUS answers as quickly as ever. Where another
# server is well, it is asked.
. "$(dirname "$0")/directory.bash"
peers slapd

authority ca
certificate dc ca "IP:$host"
person alice right
slapd_with 1 dc
policy_more=', on_unavailable: reject, reject_delay: 0'
keys=', timeout: 1s, connect_timeout: 1s'

cat >"$work/misbehaves.py" <<'PYTHON'
import os, socket, ssl, threading, time

HOW, WORK = os.environ["HOW"], os.environ["WORK"]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{WORK}/dc.pem", f"{WORK}/dc.key")

def answer(request):
    """Success: a BindResponse, a SearchResultDone (RFC 4511 4.2.2, 4.5.2). Identifiers have one octet here."""
    assert request[:1] == b"\x30" and request[2:4] == b"\x02\x01"
    tag = {0x60: b"\x61", 0x63: b"\x65"}[request[5]]
    return b"\x30\x0c\x02\x01" + request[4:5] + tag + b"\x07\x0a\x01\x00\x04\x00\x04\x00"

def misbehave(peer, said):
    if HOW == "slow":
        for octet in said:
            peer.sendall(bytes([octet]))
            time.sleep(1)
    elif HOW == "broken":
        peer.sendall(b"\x30\x80" + said[2:])  # RFC 4511 5.1: no indefinite length
    elif HOW == "ends":
        return
    time.sleep(60)

def serve(client):
    try:
        if HOW == "mute":
            time.sleep(60)
        peer = context.wrap_socket(client, server_side=True)
        while request := peer.recv(4096):
            if request[5] == 0x42:  # UnbindRequest
                break
            said = answer(request)
            if b"uid=alice" in request:
                misbehave(peer, said)
                break
            peer.sendall(said)
        peer.close()
    except OSError:
        pass

listener = socket.create_server((os.environ["RADIUS_HOST"], int(os.environ["PORT"])))
print("listening", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
PYTHON

# misbehaves HOW: a server at ldaps 9 that is well until somebody's password comes, or not even until then.
misbehaves() { HOW=$1 PORT=$((port + 19)) launch "how-$1" listening python3 "$work/misbehaves.py"; }

# is_unavailable: each time; the loop goes on meanwhile.
is_unavailable() {
  : >"$log"
  start
  story <<'PYTHON'
from radius import *

for _ in range(2):
    nas, request = Nas(), Request("alice", "right")
    nas.send(request)
    waits, reply = [], None
    while not reply:
        began = time.monotonic()
        expect(status_server() is not None, "no answer to Status-Server")
        waits.append(time.monotonic() - began)
        reply, _ = nas.receive(0.005)
    expect(request.check(reply) == ACCESS_REJECT, "not rejected")
    worst = max(waits)
    print(f"{len(waits)} times Status-Server, the slowest after {worst * 1000:.1f} ms")
    expect(worst < 0.5, "the loop was held")  # what holds it would do so for a second; other work on the machine for less
reasons = [event["reason"] for event in until_lines("login", 2)]
expect(reasons == ["primary_unavailable"] * 2, f"{reasons}")
expect(not events("ldap_refused"), f"{events('ldap_refused')}")
PYTHON
  finish
}

# helps_out: all logins but the first few, whose password the bad one got, are let in by the other one.
helps_out() {
  : >"$log"
  start
  story <<'PYTHON'
from radius import *

codes = [login("alice", "right") for _ in range(12)]
expect(codes[4:] == [ACCESS_ACCEPT] * 8, f"{codes}")
until_lines("login", len(codes))
expect(len(events("ldap_unanswered")) == codes.count(ACCESS_REJECT), f"{events('ldap_unanswered')}")
PYTHON
  finish
}

for how in mute silent slow broken ends; do
  misbehaves "$how"
  directory "$(ldaps 9)" "$keys"
  is_unavailable
  directory "$(ldaps 9), $(ldaps 1)" "$keys, connections: 1"
  helps_out
  kill "$launched"
  wait "$launched" || true
done

directory "{url: 'ldaps://dc.example.invalid', name: nobody}" "$keys"
is_unavailable
directory "{url: 'ldaps://dc.example.invalid', name: nobody}, $(ldaps 1)" "$keys"
helps_out
