"""fake_radmfad.py PATH: the portal's socket of radmfad without radmfad: it answers as the real one does, and
badly where the portal is to be tried with that. Names that matter: `gone` (the connection is closed), `garbage`
(no JSON), `slow` (no answer), `limit`, `unavailable`; the password is `right`. What was asked goes to PATH.log."""
import json, os, re, secrets, socket, sys, threading, time

STEP = float(os.environ.get("FAKE_STEP", "0.4"))  # seconds between what a call says
CODE = "ABCD-EFGH-JKM0"
PASSCODE = "123456"
EVIL = '<script>alert(1)</script>"\'&{{t:skip}}'


def person(name, **more):
    return {"primary": "local", "identity": name, "name": name, "number": None, "extension": None, "factor": None,
            "number_state": "none", "has_pin": False, "has_passcode": False, "language": None, "blocked": None,
            "bypass": None, "invite_until": None, "created": "2026-11-30T08:00:00.000Z",
            "changed": "2026-11-30T08:00:00.000Z", "revision": 1, **more}


PEOPLE = {p["name"]: p for p in [
    person("alice", number="+15551234567", number_state="verified", has_pin=True, has_passcode=True),
    person("bob", number="+442079460018", number_state="verified"),
    person("carol"),
    person("dave", number="+4930901820", number_state="verified", language="de"),
    person(EVIL, number='+1<b>"555"</b>', number_state="verified", blocked={"since": "2026-11-30T08:00:00.000Z", "why": EVIL}),
]}
PEOPLE.update({f"user{i:03}": person(f"user{i:03}") for i in range(120)})
ADMINS = {"alice"}
SESSIONS, CALLS, LOCK = {}, {}, threading.Lock()
LOGINS = [{"time": f"2026-11-30T09:{i % 60:02}:00.000Z", "id": f"{i:016x}", "client": "ad-connector", "peer": "10.0.1.23:4711",
           "user": ["alice", "=cmd|' /C calc'!A0", EVIL][i % 3], "identity": "alice", "primary": "local", "policy": "workspaces",
           "verdict": "accept" if i % 2 else "reject", "reason": "approved" if i % 2 else "no_answer", "factor": "phone",
           "stages_ms": {"primary": 12, "factor": 6100, "total": 6112}} for i in range(70)]
PENDING = {"00000000000000aa": "carol", "00000000000000ab": EVIL}


def masked(number):
    return number and number[:3] + "x" * (len(number) - 5) + number[-2:]


class Wrong(Exception):
    pass


class Session:
    def __init__(self, name, language):
        self.name, self.language, self.verified, self.invited, self.pending = name, language or "en", False, False, None

    @property
    def person(self):
        return PEOPLE[self.name]

    def me(self):
        p, enrolled = self.person, self.person["number_state"] == "verified" or self.person["has_passcode"]
        must, shown = enrolled and not self.verified, not enrolled or self.verified
        ways = (["call"] if p["number"] else []) + (["passcode"] if p["has_passcode"] else [])
        return {"name": self.name, "language": self.language, "is_admin": self.verified and self.name in ADMINS,
                "is_verified": self.verified, "must_verify": must, "verify_by": ways, "enrolment": "invite",
                "may_enrol": self.invited and not enrolled, "needs_invite": not enrolled and not self.invited,
                "number": p["number"] if self.verified else None, "extension": p["extension"] if self.verified else None,
                "has_number": shown and bool(p["number"]), "has_pin": shown and p["has_pin"], "wants_pin": False,
                "has_passcode": shown and p["has_passcode"], "factor": p["factor"] if shown else None,
                "factors": ["phone", "passcode"], "factor_types": {"phone": "call", "passcode": "totp"}, "expires_s": 900}

    def need(self, truth):
        if not truth:
            raise Wrong("denied")

    def may_change(self):
        me = self.me()
        self.need(me["is_verified"] or me["may_enrol"])


class Connection:
    def __init__(self, sock):
        self.sock, self.lock = sock, threading.Lock()

    def say(self, request, **fields):
        with self.lock:
            try:
                self.sock.sendall(json.dumps({"id": request.get("id"), **fields}).encode() + b"\n")
            except OSError:
                pass

    def run(self):
        for line in self.sock.makefile("rb"):
            request = json.loads(line)
            with LOCK, open(sys.argv[1] + ".log", "a") as log:
                log.write(json.dumps({k: v for k, v in request.items() if k != "password"}) + "\n")
            threading.Thread(target=self.answer, args=(request,), daemon=True).start()

    def answer(self, request):
        try:
            session = SESSIONS.get(request.get("session"))
            if request["do"] not in ("hello", "sign_in") and not session:
                raise Wrong("session")
            ok = getattr(self, "do_" + request["do"])(request, session)
            if ok is not None:
                self.say(request, ok=ok)
        except Wrong as wrong:
            self.say(request, error=str(wrong), text="no")

    def do_sign_in(self, r, _):
        if r["user"] == "gone":
            self.sock.shutdown(socket.SHUT_RDWR)
            return None
        if r["user"] == "garbage":
            self.sock.sendall(b"{]\n")
            return None
        if r["user"] == "slow":
            return None
        if r["user"] in ("limit", "unavailable"):
            raise Wrong(r["user"])
        if r["user"] not in PEOPLE or r["password"] != "right" or PEOPLE[r["user"]]["blocked"]:
            raise Wrong("wrong")
        token = secrets.token_urlsafe(32)
        SESSIONS[token] = Session(r["user"], r.get("language"))
        return {"session": token, "me": SESSIONS[token].me()}

    def do_me(self, r, s):
        return {"me": s.me()}

    def do_sign_out(self, r, s):
        del SESSIONS[r["session"]]
        return {}

    def call(self, r, s, number):
        stop = threading.Event()
        if s.name in CALLS:
            raise Wrong("busy")
        CALLS[s.name] = stop
        try:
            for word in ("calling", "ringing", "answered"):
                self.say(r, event=word)
                if stop.wait(STEP):
                    raise Wrong("hung_up")
            if number.endswith("99"):
                raise Wrong("declined")
        finally:
            del CALLS[s.name]

    def do_verify_call(self, r, s):
        s.need(s.person["number"])
        self.call(r, s, s.person["number"])
        s.verified = True
        return {"me": s.me()}

    def do_stop_call(self, r, s):
        if s.name in CALLS:
            CALLS[s.name].set()
        return {}

    def do_verify_passcode(self, r, s):
        if r["code"] != PASSCODE or not s.person["has_passcode"]:
            raise Wrong("wrong")
        s.verified = True
        return {"me": s.me()}

    def do_use_invite(self, r, s):
        if r["code"].upper() != CODE:
            raise Wrong("wrong")
        s.invited = True
        return {"me": s.me()}

    def do_set_number(self, r, s):
        s.may_change()
        number = re.sub(r"[ ()-]", "", r["number"])
        if not re.fullmatch(r"\+[1-9]\d{7,14}", number):
            raise Wrong("invalid")
        self.call(r, s, number)
        s.person.update(number=number, number_state="verified", extension=r.get("extension"))
        s.verified = True
        return {"me": s.me()}

    def do_set_pin(self, r, s):
        s.may_change()
        if not re.fullmatch(r"\d{4,10}", r["pin"]):
            raise Wrong("invalid")
        s.person["has_pin"] = True
        return {"me": s.me()}

    def do_set_factor(self, r, s):
        s.need(s.verified)
        s.person["factor"] = r["factor"]
        return {"me": s.me()}

    def do_set_language(self, r, s):
        s.language = r["language"]
        return {"me": s.me()}

    def do_passcode_begin(self, r, s):
        s.may_change()
        s.pending = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        return {"uri": f"otpauth://totp/Example%20Corp:{s.name}?secret={s.pending}&issuer=Example%20Corp", "secret": s.pending}

    def do_passcode_confirm(self, r, s):
        if not s.pending or r["code"] != PASSCODE:
            raise Wrong("wrong")
        s.person["has_passcode"] = s.verified = True
        return {"me": s.me()}

    def do_passcode_remove(self, r, s):
        s.need(s.verified)
        if not s.person["number"]:
            raise Wrong("invalid")
        s.person["has_passcode"] = False
        return {"me": s.me()}

    def page(self, r, size):
        at = (r.get("before") or {"number": 0})["number"]
        more = {"time_ms": 1, "number": at + size} if at + size < len(LOGINS) else None
        return {"logins": LOGINS[at:at + size], "more": more}

    def do_history(self, r, s):
        s.need(s.verified)
        return self.page(r, 50)

    def do_report_fraud(self, r, s):
        s.need(s.verified)
        s.person["blocked"] = {"since": "2026-12-01T09:00:00.000Z", "why": "fraud"}
        for token in [t for t, other in SESSIONS.items() if other.name == s.name]:
            del SESSIONS[token]
        return {}

    # ---- administrators ----

    def admin(self, s):
        s.need(s.verified and s.name in ADMINS)

    def shown(self, p):
        return {**p, "number": masked(p["number"]), "extension": None}

    def find(self, r):
        if r["identity"] not in PEOPLE:
            raise Wrong("not_found")
        return PEOPLE[r["identity"]]

    def do_users(self, r, s):
        self.admin(s)
        after = (r.get("after") or {"identity": ""})["identity"]
        found = sorted((p for p in PEOPLE.values() if r.get("text", "") in p["name"] and p["identity"] > after),
                       key=lambda p: p["identity"])
        last = found[99] if len(found) > 100 else None
        return {"users": [self.shown(p) for p in found[:100]],
                "more": last and {k: last[k] for k in ("primary", "identity", "name")}}

    def do_user(self, r, s):
        self.admin(s)
        return {"user": self.shown(self.find(r))}

    def do_block(self, r, s):
        self.admin(s)
        self.find(r)["blocked"] = {"since": "2026-12-01T09:00:00.000Z", "why": r["why"]}
        return {}

    def do_unblock(self, r, s):
        self.admin(s)
        self.find(r)["blocked"] = None
        return {"user": self.shown(self.find(r))}

    def do_bypass(self, r, s):
        self.admin(s)
        if not 0 <= r["minutes"] <= 1440:
            raise Wrong("invalid")
        until = {"until": "2026-12-01T10:00:00.000Z", "why": r["why"], "by": s.name}
        self.find(r)["bypass"] = until if r["minutes"] else None
        return {"user": self.shown(self.find(r))}

    def do_invite(self, r, s):
        self.admin(s)
        p = self.find(r)
        p["invite_until"] = "2026-12-02T09:00:00.000Z"
        return {"code": CODE, "until": p["invite_until"], "user": self.shown(p)}

    def do_pending(self, r, s):
        self.admin(s)
        return {"logins": [{"id": i, "client": "ad-connector", "peer": "10.0.1.23:4711", "user": user, "identity": user,
                            "policy": "workspaces", "factor": "phone", "state": "factor", "since": "2026-12-01T09:00:00.000Z",
                            "deadline": "2026-12-01T09:00:50.000Z", "waiters": 1} for i, user in PENDING.items()], "more": None}

    def do_hangup(self, r, s):
        self.admin(s)
        if not PENDING.pop(r["login"], None):
            raise Wrong("not_found")
        return {}

    def do_all_history(self, r, s):
        self.admin(s)
        return self.page(r, r.get("max", 50))


def main():
    path = sys.argv[1]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=Connection(sock).run, daemon=True).start()


if __name__ == "__main__":
    main()
