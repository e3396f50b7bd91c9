#!/usr/bin/env bash
# Two thousand connections to the portal that ask for nothing: logins go on, people sign in, and who comes later finds a place.
. "$(dirname "$0")/portal.bash"
need radclient

write_users <<'YAML'
- {name: alice, password: right, phone: "+15551234567"}
- {name: bob, password: right}
YAML
with_portal
start
until_true 10 has_socket
portal_more='limits: {connections: 2100, connections_per_address: 150, request_timeout: 2m}'
portal
ulimit -n "$(ulimit -Hn)"
browse <<'PYTHON'
from web import *
import ssl, subprocess

RADIUS = [f"{os.environ['RADIUS_HOST']}:{os.environ['RADIUS_PORT']}", "auth", os.environ["RADIUS_SECRET"]]

def radclient():
    attributes = b'User-Name = "alice"\nUser-Password = "right"\nMessage-Authenticator = 0x00\n'
    ran = subprocess.run(["radclient", "-x", "-r", "1", "-t", "5", *RADIUS], input=attributes, stdout=subprocess.PIPE)
    return b"Received Access-Accept" in ran.stdout

def idle(i):
    return connect(source=f"127.1.{i // 100}.{1 + i % 100 // 5}")

def logins(what):
    for _ in range(10):
        begun = time.monotonic()
        expect(radclient(), f"alice logs in {what}")
        expect(time.monotonic() - begun < 2, f"alice waits {what}")
    visitor = Web("127.2.0.1")
    expect(visitor.sign_in("bob", "right").location == "/", f"bob signs in {what}")

def is_closed(sock):
    sock.settimeout(0)
    try:
        return not sock.recv(1)
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    except OSError:
        return True

held = [idle(i) for i in range(2000)]
logins("beside 2,000 idle connections")

# One address has its share and no more.
own = []
try:
    for _ in range(200):
        own.append(connect(source="127.3.0.1"))
except OSError:
    pass
expect(90 <= len(own) <= 150, f"one address has {len(own)} connections")

# All places are taken: who has waited longest without asking for anything gives up his.
time.sleep(1.1)
late = [connect(source=f"127.4.0.{i + 1}") for i in range(50)]
logins("where all places are taken")
expect(sum(is_closed(sock) for sock in held) >= 10, "the oldest have gone")
PYTHON
kill -0 "$portal_pid" || fail "the portal is gone"
finish_portal
finish
