"""What listens at a socket and is no radmfad, or a radmfad whose users are strangers:
fake_control.py SOCKET MODE. It prints a line when it listens."""
import json
import os
import random
import socketserver
import sys

EVIL = "\x1b]0;owned\x07\u202egnp.exe"
USER = {
    "primary": "local", "identity": "x", "name": EVIL, "number": "+15551230001", "extension": None,
    "number_state": "entered", "number_is_directorys": False, "language": "en", "factor": None, "has_pin": False,
    "has_passcode": False, "blocked": {"since": "2026-12-01T09:00:00.000Z", "why": "=cmd|' /C calc'!A0\x1b[2J"},
    "bypass": None, "invite_until": None, "created": "2026-12-01T09:00:00.000Z", "changed": "2026-12-01T09:00:00.000Z",
    "revision": 1}
LOGIN = {
    "time": "2026-12-01T09:00:00.123Z", "id": "00000000000000aa", "client": "lab", "peer": "192.0.2.1:1812",
    "user": "\t=1+1\n" + EVIL, "identity": "a\0b", "primary": "local", "policy": "lab", "verdict": "reject",
    "reason": "primary_reject", "factor": None, "stages_ms": {"primary": 12, "factor": 0, "total": 1234}}
PENDING = {
    "id": "00000000000000bb", "client": "lab", "peer": "192.0.2.1:1812", "user": EVIL, "identity": None,
    "policy": "lab", "factor": "robot", "state": "factor", "since": "2026-12-01T09:00:00.000Z",
    "deadline": "2026-12-01T09:00:50.000Z", "waiters": 1}


def page(key, item, request, cursor):
    """Three pages of two."""
    n = (request.get(cursor) or {"n": 0})["n"]
    return {"ok": {key: [item, item], "more": {"n": n + 1} if n < 2 else None}}


ANSWERS = {
    "user.show": lambda request: {"ok": USER},
    "user.set": lambda request: {"ok": USER},
    "user.remove": lambda request: {"error": "not_found", "text": "nobody is called " + request["user"]},
    "user.list": lambda request: page("users", USER, request, "after"),
    "history": lambda request: page("logins", LOGIN, request, "before"),
    "pending": lambda request: page("logins", PENDING, request, "after"),
    "import.directory": lambda request: {
        "ok": {"added": 1, "changed": 0, "removed": 0, "unchanged": 5, "refused_removals": 7, "asked": request}},
    "stats": lambda request: {"ok": {"version": "0.1.0", "logins": {"approved": 3}, "drops": {}, "datagrams": 2 ** 60}},
}


class Store:
    """Users, so far as an import needs them. Each third change is refused as busy, but nobody's three times in a row."""

    def __init__(self):
        self.users, self.changes, self.refused = {}, 0, {}

    def answer(self, request):
        key, verb = request["user"].lower(), request["do"]
        user = self.users.get(key)
        if verb == "user.add":
            if user:
                return {"error": "exists", "text": "he is there"}
            user = self.users[key] = {
                "name": request["user"], "number": None, "number_state": "none", "language": None, "blocked": None}
        if not user:
            return {"error": "not_found", "text": "nobody is called so"}
        self.changes += verb != "user.show"
        if verb in ("user.set", "user.block") and self.changes % 3 == 0 and self.refused.get(key, 0) < 2:
            self.refused[key] = self.refused.get(key, 0) + 1
            return {"error": "busy", "text": "he has changed"}
        if verb != "user.show":
            self.refused.pop(key, None)
        if "number" in request:
            user["number"] = "+" + request["country_code"] + request["number"]
        if verb == "user.block":
            user["blocked"] = {"why": request["why"]}
        return {"ok": dict(user)}


STORE = Store()


class Asked(socketserver.StreamRequestHandler):
    def say(self, octets):
        self.wfile.write(octets)

    def answer(self, request):
        answer = ANSWERS.get(request["do"], lambda _: {"error": "unknown_verb", "text": "what?"})(request)
        self.say(json.dumps({"id": request["id"], "event": "ringing"}).encode() + b"\n")
        self.say(json.dumps({"id": request["id"], **answer}).encode() + b"\n")

    def shuffle(self):
        """Answers whatever has come so far in another order."""
        waiting = b""
        while octets := self.request.recv(65536):
            *lines, waiting = (waiting + octets).split(b"\n")
            answers = [{"id": request["id"], **STORE.answer(request)} for request in map(json.loads, lines)]
            random.shuffle(answers)
            self.say(b"".join(json.dumps(answer).encode() + b"\n" for answer in answers))

    def handle(self):
        if MODE == "store":
            return self.shuffle()
        for line in self.rfile:
            request = json.loads(line)
            if MODE == "strangers":
                self.answer(request)
            elif MODE == "endless":
                while True:
                    self.say(b"x" * 65536)
            elif MODE == "half":
                return self.say(b'{"id": 1, "ok"')
            elif MODE == "closes":
                return None
            else:
                self.say(LINES[MODE] + b"\n")
        return None

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # whoever asked has gone


LINES = {
    "garbage": b"HTTP/1.1 400 Bad Request\x1b[2J",
    "array": b"[1]",
    "neither": b'{"id": 1}',
    "both": b'{"id": 1, "ok": {}, "error": "failed"}',
    "twice": b'{"id": 1, "ok": {}, "ok": {}}',
    "other_id": b'{"id": 77, "ok": {}}',
}

PATH, MODE = sys.argv[1:]
if os.path.exists(PATH):
    os.unlink(PATH)
with Server(PATH, Asked) as server:
    print("listens", flush=True)
    server.serve_forever()
