"""The portal's socket of radmfad, as the portal's program uses it; and a thief, who knows a password and nothing else."""
import base64
import hashlib
import hmac
import json
import os
import socket
import struct
import time

from radius import expect

SOCKET = os.environ.get("PORTAL_SOCKET") or os.environ["WORK"] + "/portal"
PASSWORD = "right"


class Refused(Exception):
    def __init__(self, answer):
        super().__init__(answer["error"] + ": " + answer["text"])
        self.word, self.text = answer["error"], answer["text"]


class Socket:
    """One connection; many requests may be under way."""

    def __init__(self, path=SOCKET):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(40)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self.last = 0
        self.waiting = {}

    def begin(self, verb, **arguments):
        self.last += 1
        self.socket.sendall(json.dumps({"do": verb, "id": self.last, **arguments}).encode() + b"\n")
        return self.last

    def next_of(self, number):
        """The next line for that request."""
        while not self.waiting.get(number):
            line = self.file.readline()
            expect(line, "the connection was closed")
            answer = json.loads(line)
            self.waiting.setdefault(answer["id"], []).append(answer)
        return self.waiting[number].pop(0)

    def end(self, number, events=None):
        while True:
            answer = self.next_of(number)
            if "event" not in answer:
                break
            if events is not None:
                events.append(answer["event"])
        if "error" in answer:
            raise Refused(answer)
        return answer["ok"]

    def do(self, verb, events=None, **arguments):
        return self.end(self.begin(verb, **arguments), events)

    def refuses(self, word, verb, **arguments):
        """It is answered with this error; returns its text."""
        try:
            answer = self.do(verb, **arguments)
        except Refused as refused:
            expect(refused.word == word, f"{verb} {arguments}: {refused}, not {word}")
            return refused.text
        raise AssertionError(f"{verb} {arguments} is not refused, but {answer}")


class Session:
    """Somebody who has signed in."""

    def __init__(self, user, password=PASSWORD, address="192.0.2.1", **more):
        self.socket = Socket()
        answer = self.socket.do("sign_in", user=user, password=password, address=address, **more)
        self.user, self.token, self.first = user, answer["session"], answer["me"]

    def do(self, verb, events=None, **arguments):
        return self.socket.do(verb, events, session=self.token, **arguments)

    def begin(self, verb, **arguments):
        return self.socket.begin(verb, session=self.token, **arguments)

    def refuses(self, word, verb, **arguments):
        return self.socket.refuses(word, verb, session=self.token, **arguments)

    def me(self):
        return self.do("me")["me"]

    def is_over(self):
        self.refuses("session", "me")


def verified(user, **more):
    session = Session(user, **more)
    expect(session.do("verify_call")["me"]["is_verified"], "a call that was answered verifies nobody")
    return session


# Every verb that needs a session, with arguments that are fine.
VERBS = {
    "me": {}, "stop_call": {}, "verify_call": {}, "verify_passcode": {"code": "000000"}, "use_invite": {"code": "AAAA-AAAA-AAAA"},
    "set_language": {"language": "de"}, "set_number": {"number": "+15559999999"}, "set_pin": {"pin": "4711"},
    "set_factor": {"factor": "robot"}, "passcode_begin": {}, "passcode_confirm": {"code": "000000"}, "passcode_remove": {},
    "history": {}, "report_fraud": {"login": "0" * 15 + "1"}, "users": {}, "user": {"primary": "local", "identity": "root"},
    "block": {"primary": "local", "identity": "root", "why": "x"}, "unblock": {"primary": "local", "identity": "root"},
    "bypass": {"primary": "local", "identity": "root", "minutes": 5, "why": "x"}, "invite": {"primary": "local", "identity": "root"},
    "pending": {}, "hangup": {"login": "0" * 15 + "1"}, "all_history": {}, "sign_out": {},
}
FREE = {"me", "stop_call", "verify_call", "verify_passcode", "set_language", "sign_out"}


def thief(user, number=None):
    """Who knows this user's password alone: what he can read, and what he can change, is nothing. `number` is the user's."""
    session = Session(user, address="198.51.100.66")
    seen = json.dumps([session.first, session.me()])
    me = session.first
    expect(me["must_verify"] and not me["is_verified"] and not me["may_enrol"], f"the thief of {user}: {me}")
    for key in ("is_admin", "has_number", "has_pin", "has_passcode"):
        expect(me[key] is False, f"the thief of {user} learns {key}")
    for key in ("number", "extension", "factor"):
        expect(me[key] is None, f"the thief of {user} learns {key}")
    expect(not number or (number not in seen and number[-2:] not in me["name"] and number[-4:] not in seen), "a number is shown")
    for verb, arguments in VERBS.items():
        if verb not in FREE | {"use_invite"}:
            text = session.refuses("denied", verb, **arguments)
            expect(not number or number[-4:] not in text, f"{verb} tells a number")
    session.do("set_language", language="de")
    expect(session.me()["language"] == "de", "a language is not this session's")
    session.do("stop_call")
    other = Session(user, address="198.51.100.66")
    expect(other.first["language"] == "en", "a thief has changed the user's language")
    for one in (session, other):
        one.do("sign_out")
        one.is_over()
    return session


def passcode(secret, at=None):
    """The six digits of RFC 6238."""
    step = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7fffffff) % 10**6:06d}"
