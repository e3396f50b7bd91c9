"""Raw RADIUS for the interop scripts: packets made octet by octet, replies checked. It shares no code with libradmfa.

The environment names server, secret and log (lib.bash sets it).
"""
import hashlib
import hmac
import json
import os
import select
import socket
import struct
import sys
import time

ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_REJECT, STATUS_SERVER = 1, 2, 3, 12
USER_NAME, USER_PASSWORD, NAS_PORT, CALLED_STATION_ID, PROXY_STATE, MESSAGE_AUTHENTICATOR = 1, 2, 5, 30, 33, 80

SERVER = (os.environ["RADIUS_HOST"], int(os.environ["RADIUS_PORT"]))
SECRET = os.environ["RADIUS_SECRET"].encode()
LOG = os.environ["LOG"]
PID = int(os.environ.get("RADMFAD_PID", 0))


def expect(what, message):
    if not what:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        line = frame.f_lineno
        sys.exit(f"FAILED in line {line} of the story: {message}")


def attribute(kind, value):
    return bytes([kind, len(value) + 2]) + value


def hide(password, secret, authenticator):
    """RFC 2865 5.2"""
    password += bytes(-len(password) % 16 or (0 if password else 16))
    hidden, last = b"", authenticator
    for at in range(0, len(password), 16):
        pad = hashlib.md5(secret + last).digest()
        last = bytes(a ^ b for a, b in zip(password[at : at + 16], pad))
        hidden += last
    return hidden


class Request:
    def __init__(self, user=None, password=None, id=None, secret=SECRET, signed=True, more=b"", code=ACCESS_REQUEST):
        self.id = os.urandom(1)[0] if id is None else id
        self.authenticator = os.urandom(16)
        self.secret = secret
        attributes = attribute(MESSAGE_AUTHENTICATOR, bytes(16)) if signed else b""
        if user is not None:
            attributes += attribute(USER_NAME, user if isinstance(user, bytes) else user.encode())
        if password is not None:
            octets = password if isinstance(password, bytes) else password.encode()
            attributes += attribute(USER_PASSWORD, hide(octets, secret, self.authenticator))
        attributes += more
        head = struct.pack("!BBH", code, self.id, 20 + len(attributes))
        self.bytes = head + self.authenticator + attributes
        if signed:
            mac = hmac.new(secret, self.bytes, hashlib.md5).digest()
            self.bytes = self.bytes[:22] + mac + self.bytes[38:]

    def check(self, reply):
        """The code of a genuine reply; otherwise ends the story."""
        expect(len(reply) >= 20 and struct.unpack("!H", reply[2:4])[0] == len(reply), "length of a reply")
        expect(reply[1] == self.id, f"a reply has id {reply[1]}, not {self.id}")
        signed = reply[:4] + self.authenticator + reply[20:]
        expect(hashlib.md5(signed + self.secret).digest() == reply[4:20], "a reply's authenticator is wrong")
        expect(reply[20:22] == bytes([MESSAGE_AUTHENTICATOR, 18]), "Message-Authenticator is not first in a reply")
        unsigned = signed[:22] + bytes(16) + signed[38:]
        mac = hmac.new(self.secret, unsigned, hashlib.md5).digest()
        expect(mac == reply[22:38], "a reply's Message-Authenticator is wrong")
        return reply[0]


def attributes_of(packet):
    at, found = 20, []
    while at < len(packet):
        found.append((packet[at], packet[at + 2 : at + packet[at + 1]]))
        at += packet[at + 1]
    return found


class Nas:
    """A socket at the client's end."""

    def __init__(self, source="127.0.0.1", server=SERVER):
        family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((source, 0))
        self.server = server

    def send(self, request):
        self.socket.sendto(request if isinstance(request, bytes) else request.bytes, self.server)

    def receive(self, seconds):
        """Bytes and sender, or (None, None)."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return None, None
        return self.socket.recvfrom(65535)

    def ask(self, request, seconds=8):
        """Code and bytes of the answer, or (None, None)."""
        self.send(request)
        reply, _ = self.receive(seconds)
        return (request.check(reply), reply) if reply else (None, None)


def login(user, password, seconds=8, **more):
    return Nas().ask(Request(user, password, **more), seconds)[0]


def status_server(seconds=1):
    return Nas().ask(Request(code=STATUS_SERVER), seconds)[0]


# ---- the log ----


def events(name=None):
    """Every complete line must be JSON, unless it is a sanitizer's."""
    with open(LOG, "rb") as file:
        complete = file.read().rpartition(b"\n")[0]
    found = [json.loads(line) for line in complete.splitlines() if line]
    return [event for event in found if name in (None, event["event"])]


def until(seconds, look, message):
    end = time.monotonic() + seconds
    while True:
        result = look()
        if result:
            return result
        expect(time.monotonic() < end, "waited in vain for: " + message)
        time.sleep(0.02)


def until_lines(name, count, seconds=5):
    def look():
        found = events(name)
        return found if len(found) >= count else None

    return until(seconds, look, f"{count} lines {name}")


def messages():
    return [event["text"] for event in events("message")]


def until_said(text, seconds=5):
    until(seconds, lambda: any(text in message for message in messages()), f"{text!r} in the log")


def dropped():
    """How many datagrams the log says were dropped, by reason."""
    count = {}
    for event in events("drop"):
        count[event["reason"]] = count.get(event["reason"], 0) + event["count"]
    return count


# ---- the process ----


def resident_kib():
    with open(f"/proc/{PID}/status") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1])
