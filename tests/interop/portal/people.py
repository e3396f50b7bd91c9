"""people.py: the story of portal_browser.sh, told by people with browsers."""
import base64, hashlib, hmac, json, re, struct, subprocess, sys, threading, time
from contextlib import ExitStack

from calls import PASSWORD, seen
from web import *
from webdriver import Browser

WORK, SHOTS = os.environ["WORK"], os.environ.get("SHOTS")
RADIUS = [f"{os.environ['RADIUS_HOST']}:{os.environ['RADIUS_PORT']}", "auth", os.environ["RADIUS_SECRET"]]
OLD, FIRST, SECOND, RINGS = (f"+1555123000{i}" for i in (1, 2, 3, 4))
CODE = os.environ.get("INVITATION", "")


def ctl(*command):
    ran = subprocess.run([os.environ["RADMFACTL"], "--socket", os.environ["CONTROL_SOCKET"], "--json", *command],
                         stdout=subprocess.PIPE, check=True)
    return json.loads(ran.stdout)


def logins_of(user):
    with open(os.environ["LOG"]) as log:
        logins = [json.loads(line) for line in log if '"event":"login"' in line and line.endswith("\n")]
    return [login for login in logins if login["user"] == user]


def logs_in(user, reason, password=PASSWORD, seconds=25):
    """By radclient: whether he is let in. It ends for this reason."""
    before = len(logins_of(user))
    attributes = f'User-Name = "{user}"\nUser-Password = "{password}"\nMessage-Authenticator = 0x00\n'
    ran = subprocess.run(["radclient", "-x", "-r", "1", "-t", str(seconds), *RADIUS], input=attributes.encode(),
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    until(lambda: len(logins_of(user)) > before, "the login is in the log")
    was = logins_of(user)[before]["reason"]
    expect(was == reason, f"{user}'s login: {was}, not {reason}")
    return b"Received Access-Accept" in ran.stdout


def passcode(secret, step=0):
    """RFC 6238, in the step that is `step` from now."""
    key = base64.b32decode(secret.replace(" ", "") + "=" * (-len(secret.replace(" ", "")) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1000000:06}"


def sign_in(browser, user, password=PASSWORD):
    browser.go(URL + "/sign-in")
    browser.type("#user", user)
    browser.type("#password", password)
    browser.click("main button.primary")
    browser.wait_for("Signed in as")


def shot(browser, name):
    if SHOTS:
        browser.shot(os.path.join(SHOTS, name + ".png"))


def watch_call(browser):
    """What the page of a call said, without being loaded again by anybody."""
    words = []
    browser.one("#word")
    browser.run("window.still = true")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        is_over = browser.has("main a.button.primary")
        word = browser.text("#word")
        if word not in words:
            words.append(word)
        if is_over:
            expect(browser.run("return window.still === true"), "the page itself stayed")
            return words
        time.sleep(0.05)
    raise SystemExit(f"the call does not end: {words}")


def verify_by_call(browser):
    browser.go(URL + "/verify")
    browser.click("form[action='/verify/call'] button")
    words = watch_call(browser)
    expect(words[-1] == "Confirmed. Thank you.", words)
    browser.click("main a.button.primary")
    browser.wait_for("Signed in as")
    return words


def by_hand(browser):
    """The same session, for what the pages have no button for."""
    web = Web()
    web.cookies = {name: cookie["value"] for name, cookie in browser.cookies.items()}
    return web


# ---- the thief ----

PAGES = ["/", "/verify", "/call", "/number", "/pin", "/factor", "/app", "/logins", "/invite", "/admin/users", "/admin/pending",
         "/admin/history", "/admin/history.csv", "/admin/user?primary=local&identity=alice", "/admin/user?primary=local&identity=carol"]
CHANGES = {"/number": {"number": RINGS}, "/pin": {"pin": "4711", "again": "4711"}, "/factor": {"factor": "passcode"}, "/app/begin": {},
           "/app/confirm": {"code": "123456"}, "/app/remove": {}, "/logins/report": {"login": "0123456789abcdef"},
           "/verify/code": {"code": "123456"}, "/invite": {"code": "ABCD-EFGH-JKM0"},
           "/admin/user/block": {"primary": "local", "identity": "alice", "why": "x"},
           "/admin/user/unblock": {"primary": "local", "identity": "carol"},
           "/admin/user/bypass": {"primary": "local", "identity": "carol", "minutes": "60", "why": "x"},
           "/admin/user/invite": {"primary": "local", "identity": "carol", "hours": "24"},
           "/admin/pending/hangup": {"login": "0123456789abcdef"}}


class Thief:
    """Has carol's password, a browser of his own, and her name."""

    def __init__(self, browser):
        self.browser = browser

    def finds_nothing(self, when, *secrets):
        """Everything that he can read has none of these in it, and nothing that he tries changes anything."""
        sign_in(self.browser, "carol")
        secrets = {s for s in secrets if s} | {OLD, RINGS, FIRST, SECOND} | {n[1:] for n in (OLD, RINGS, FIRST, SECOND)}
        read = []
        for page in PAGES:
            self.browser.go(URL + page)
            read.append(self.browser.source)
        web = by_hand(self.browser)
        read += [web.get(page).text for page in PAGES]
        before = ctl("user", "show", "carol"), ctl("user", "show", "alice")
        calls = len(seen())
        for path, fields in CHANGES.items():
            web.get("/")
            answer = web.post(path, fields)
            read.append(answer.text + str(answer.headers))
        time.sleep(0.3)  # a call that he had placed would be there
        expect(len(seen()) == calls, f"{when}: the thief has had nobody called")
        expect((ctl("user", "show", "carol"), ctl("user", "show", "alice")) == before, f"{when}: the thief has changed something")
        for secret in secrets:
            for text in read:
                expect(secret not in text, f"{when}: the thief reads {secret}")
        expect(not any('class="card login"' in text for text in read), f"{when}: the thief sees logins")

    def is_out(self, when):
        expect(by_hand(self.browser).get("/").location.startswith("/sign-in"), f"{when}: the thief's session goes on")


# ---- the story ----

def enrol(carol, thief):
    thief.finds_nothing("before she has enrolled", CODE)
    expect(not logs_in("carol", "unenrolled"), "nobody gets in without a factor")
    sign_in(carol, "carol")
    shot(carol, "real-new")
    carol.click("main a[href='/invite']")
    carol.type("#code", "AAAA-BBBB-CCCC")
    carol.click("main button.primary")
    carol.wait_for("The code is wrong")
    carol.type("#code", CODE.lower())
    carol.click("main button.primary")
    carol.click("#phone a")
    carol.type("#number", "12")
    carol.click("main button.primary")
    expect("no number that can be called" in watch_call(carol)[-1], "a number that is none")
    carol.click("main a.button.primary")
    carol.type("#number", "+1 (555) 123-0002")
    carol.click("main button.primary")
    words = watch_call(carol)
    expect("Your phone rings. Answer it." in words and "Answered. Do what the voice says." in words and words[-1] == "Confirmed. Thank you.", words)
    shot(carol, "real-call")
    carol.click("main a.button.primary")
    carol.wait_for(FIRST)
    shot(carol, "real-enrolled")
    thief.is_out("after the enrolment")
    calls = len(seen(None, FIRST))
    expect(logs_in("carol", "approved"), "carol logs in")
    expect(len(seen(None, FIRST)) > calls, "by a call to the number that she has enrolled")
    thief.finds_nothing("after the enrolment", CODE)
    sign_in(carol, "carol")
    expect("Enter the code" not in carol.text(), "no second invitation")


def change(carol, thief):
    carol.go(URL + "/number")
    expect(carol.address.endswith("/verify"), "who has a factor must show it in this session")
    verify_by_call(carol)
    told = len(seen(None, FIRST))
    carol.click("#phone a")
    carol.type("#number", SECOND)
    carol.click("main button.primary")
    expect(watch_call(carol)[-1] == "Confirmed. Thank you.", "the new number")
    carol.click("main a.button.primary")
    carol.wait_for(SECOND)
    until(lambda: len(seen(None, FIRST)) > told, "the old number is told by a call")
    calls = len(seen(None, SECOND))
    expect(logs_in("carol", "approved") and len(seen(None, SECOND)) > calls, "the next login rings the new number")
    thief.finds_nothing("after the change of the number")


def app(carol, thief):
    sign_in(carol, "carol")
    verify_by_call(carol)
    carol.click("#pin a")
    carol.type("#pin", "90817263")
    carol.type("#again", "90817264")
    carol.click("main button.primary")
    carol.wait_for("The two are not the same")
    carol.click("main a.button")
    carol.click("#app a")
    carol.click("form[action='/app/begin'] button")
    secret = carol.text("#secret").replace(" ", "")
    width = carol.run("return document.querySelector('.qr').naturalWidth")
    expect(width > 0, "the QR code is a picture")
    shot(carol, "real-app")
    carol.type("#code", "000000" if passcode(secret) != "000000" else "000001")
    carol.click("main button.primary")
    carol.wait_for("The code is wrong")
    told = len(seen(None, SECOND))
    carol.type("#code", passcode(secret))
    carol.click("main button.primary")
    carol.wait_for("Your app is set up")
    until(lambda: len(seen(None, SECOND)) > told, "she is told of it by a call")
    carol.click("#factor a")
    carol.click("input[value='passcode']")
    carol.click("main button.primary")
    carol.wait_for("A code of your app")
    thief.finds_nothing("after the app", secret, secret[:8])
    calls = len(seen())
    code = passcode(secret, 1)  # the one that has just been used is good once
    expect(not logs_in("carol", "denied", PASSWORD + ("111111" if code != "111111" else "222222")), "a wrong code")
    expect(logs_in("carol", "approved", PASSWORD + code) and len(seen()) == calls, "password and code, and no phone rings")
    expect(not logs_in("carol", "denied", PASSWORD + code), "a code is good once")
    return secret


def fraud(carol, thief, secret):
    sign_in(carol, "carol")
    verify_by_call(carol)
    carol.go(URL + "/logins")
    carol.one(".login")
    shot(carol, "real-logins")
    carol.click(".login summary")
    carol.click(".login details[open] button")
    carol.wait_for("Your account is blocked")
    thief.is_out("after the report")
    carol.type("#user", "carol")
    carol.type("#password", PASSWORD)
    carol.click("main button.primary")
    carol.wait_for("The name or the password is wrong")
    expect(not logs_in("carol", "blocked", PASSWORD + passcode(secret)), "she is blocked")


def bypass(alice, carol):
    sign_in(alice, "alice")
    alice.go(URL + "/admin/users")
    expect(alice.address.endswith("/verify"), "an administrator who has not been verified is none")
    verify_by_call(alice)
    alice.go(URL + "/admin/users?text=carol")
    alice.click("a.row")
    alice.wait_for("Blocked since")
    expect(SECOND not in alice.source and SECOND[1:] not in alice.source, "not even administrators see the numbers of others here")
    shot(alice, "real-user")
    alice.click("#unblock button")
    alice.wait_for("not blocked any more")
    alice.type("#bypass-minutes", "15")
    alice.type("#bypass-why", "has lost her phone")
    alice.click("#bypass button")
    alice.wait_for("has lost her phone")
    expect(logs_in("carol", "bypass"), "one login with the password alone")
    expect(not logs_in("carol", "denied"), "and no second one")
    alice.go(URL + "/admin/user?primary=local&identity=carol")
    expect("Bypass until" not in alice.text(), "it is used up")


def pending(alice):
    alice.go(URL + "/admin/pending")
    alice.wait_for("No login is pending")
    alice.run("window.still = true")
    result = []
    login = threading.Thread(target=lambda: result.append(logs_in("erin", "hung_up")))
    login.start()
    alice.wait_for("erin")
    alice.wait_for("waits for the user")
    shot(alice, "real-pending")
    expect(alice.run("return window.still === true"), "the page was not loaded again")
    expect(RINGS not in alice.source, "no number is there")
    alice.click(".login button")
    alice.wait_for("Hung up: the login is rejected")
    login.join()
    expect(result == [False], "the login is rejected")
    alice.wait_for("No login is pending")
    alice.go(URL + "/admin/history?user=erin")
    alice.wait_for("rejected: hung up")
    shot(alice, "real-history")
    rows = by_hand(alice).get("/admin/history.csv?user=erin&from=2020-01-01").text.split("\r\n")
    expect(len(rows) == 3 and '"reject","hung_up","phone"' in rows[1], f"the same as CSV: {rows}")
    expect(len(by_hand(alice).get("/admin/history.csv").text.split("\r\n")) > 8, "all of them")


def tell():
    with ExitStack() as stack:
        alice, carol, thief = (stack.enter_context(Browser(f"{WORK}/{name}")) for name in ("alice", "carol", "thief"))
        thief = Thief(thief)
        enrol(carol, thief)
        change(carol, thief)
        secret = app(carol, thief)
        fraud(carol, thief, secret)
        bypass(alice, carol)
        pending(alice)
