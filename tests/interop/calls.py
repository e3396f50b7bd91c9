"""Logins for which a phone rings: the cases of phone.bash, and what was seen at the telephones."""
import collections
import glob

from radius import *

PASSWORD = "right for the phone"
CODES = {"accept": ACCESS_ACCEPT, "reject": ACCESS_REJECT, "silent": None}
Case = collections.namedtuple("Case", "user number verdict reason outcome status", defaults=(None,))


def all_cases():
    with open(os.environ["WORK"] + "/cases") as file:
        return [Case(*line.split()) for line in file]


def seen(what=None, number=None, phone="*"):
    """Lines of phone.py; a number in whatever form."""
    found = []
    for path in glob.glob(f"{os.environ['WORK']}/phone{phone}"):
        with open(path, "rb") as file:
            complete = file.read().rpartition(b"\n")[0]
        found += [{"phone": int(path[-1]), **json.loads(line)} for line in complete.splitlines() if line.startswith(b"{")]
    digits = number and number.lstrip("+")
    return [line for line in found if what in (None, line["saw"]) and digits in (None, line.get("number", "").lstrip("+"))]


def until_seen(what, number, count=1, seconds=10):
    return until(seconds, lambda: len(seen(what, number)) >= count and seen(what, number), f"{what} at the phone of {number}")


def check_call(case, login, call):
    expect((login["verdict"], login["reason"]) == (case.verdict, case.reason), f"{case} ended otherwise: {login} {call}")
    expect(call["outcome"] == case.outcome, f"{case}: {call}")
    expect(case.status is None or call["sip_status"] == int(case.status), f"{case}: {call}")
    expect(case.number not in json.dumps(call), f"a number stands in the log: {call}")


def of_user(event, user):
    """What the log has of one: logins or calls."""
    return [line for line in events(event) if line["identity"] == user]


class Logins:
    """All log in at once, with the right password; each has his own verdict and his own call."""

    def __init__(self, cases):
        self.asked = {case: (Nas(), Request(case.user, PASSWORD)) for case in cases}
        self.before = {(event, case): len(of_user(event, case.user)) for event in ("login", "call") for case in cases}
        for nas, request in self.asked.values():
            nas.send(request)

    def next(self, event, case, end):
        before = self.before[event, case]
        lines = until(end - time.monotonic(), lambda: of_user(event, case.user)[before:], f"{event} of {case}")
        return lines[0]

    def check(self, seconds=15):
        """Returns the calls, by user."""
        end, called = time.monotonic() + seconds, {}
        for case, (nas, request) in self.asked.items():
            called[case.user] = self.next("call", case, end)
            check_call(case, self.next("login", case, end), called[case.user])
            reply, _ = nas.receive(0 if case.verdict == "silent" else 2)
            expect((reply and request.check(reply)) == CODES[case.verdict], f"{case}: another reply than in the log")
        return called


def run_cases(seconds=15, cases=None):
    return Logins(cases or all_cases()).check(seconds)
