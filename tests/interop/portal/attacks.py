"""attacks.py: what strangers try, against fake_radmfad.py."""
import json, re, ssl, threading
from web import *

FAKE_LOG = os.environ.get("PORTAL_SOCKET", "") + ".log"


def asked(verb):
    with open(FAKE_LOG) as log:
        return [line for line in map(json.loads, log) if line["do"] == verb]


def verified(user):
    web = Web()
    expect(web.sign_in(user, "right").location == "/", f"{user} signs in")
    web.post("/verify/call")
    until(lambda: "Confirmed. Thank you" in web.get("/call").text, f"{user} is verified")
    web.get("/")
    return web


def forms():
    """CSRF: a form that another site sends has the cookie, if the browser gives it, but no token."""
    alice, mallory = verified("alice"), Web()
    mallory.get("/sign-in")
    changes = ["/sign-out", "/pin", "/number", "/app/begin", "/app/remove", "/factor", "/logins/report", "/verify/call", "/language",
               "/admin/user/block", "/admin/user/invite", "/admin/user/bypass", "/admin/pending/hangup", "/call/stop"]
    before = len(open(FAKE_LOG).readlines())
    own = alice.csrf
    for path in changes:
        for token in ("", "x", mallory.csrf, own[:-1], own.swapcase()):
            alice.csrf = token
            answer = alice.post(path, {"pin": "1234", "again": "1234", "language": "de", "login": "0" * 16})
            expect(answer.status == 403, f"{path} with a wrong token: {answer.status}")
        alice.csrf = own
        for name, value in (("Origin", "https://evil.example"), ("Origin", "null"), ("Origin", f"http://{HOST}"),
                            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site")):
            answer = alice.post(path, {"language": "de"}, {name: value})
            expect(answer.status == 403, f"{path} from {value}: {answer.status}")
        answer = alice.ask("POST", path, json.dumps({"csrf": own}), {"Content-Type": "text/plain"})
        expect(answer.status == 415, f"{path} as text/plain: {answer.status}")
    expect(len(open(FAKE_LOG).readlines()) == before, "radmfad was asked nothing by them")
    expect(alice.get("/").status == 200 and alice.post("/language", {"language": "en"}, {"Origin": URL}).status == 303,
           "the right one goes through")
    sign_in = Web().post("/sign-in", {"user": "mallory", "password": "right"})
    expect(sign_in.status == 403, "nobody is signed in as somebody else by a form from elsewhere")


def planted():
    """Session fixation: a cookie that was there before the sign-in is of no use after it."""
    mallory, victim = Web(), Web()
    mallory.get("/sign-in")
    victim.cookies = dict(mallory.cookies)
    expect(victim.sign_in("bob", "right").location == "/", "the victim signs in")
    expect(victim.token != mallory.token and not victim.token.startswith("p."), "with a cookie of his own")
    expect(mallory.get("/").location == "/sign-in", "the planted one is signed in to nothing")
    stranger = Web()
    stranger.cookies = {"__Host-radmfa": "A" * 43}
    expect(stranger.get("/").location.startswith("/sign-in"), "a cookie that nobody got is none")
    expect(not stranger.token or stranger.token.startswith("p."), "and is forgotten")
    token = victim.token
    expect(victim.post("/sign-out").status == 303 and not victim.token, "signed out")
    victim.cookies = {"__Host-radmfa": token}
    expect(victim.get("/").location.startswith("/sign-in"), "an old cookie is no session")


def headers():
    web = Web()
    for path in ("/sign-in", "/", "/nowhere", "/static/portal.js"):
        got = web.get(path).headers
        policy = got["Content-Security-Policy"]
        expect("default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy, f"{path}: {policy}")
        expect(got["X-Content-Type-Options"] == "nosniff" and got["Strict-Transport-Security"].startswith("max-age=31536000")
               and got["Referrer-Policy"] == "same-origin" and "Server" not in got, f"{path}: {got}")
        expect(got["Cache-Control"] == ("public, max-age=86400" if "static" in path else "no-store"), f"{path} is cached")
    for cookie in web.get("/sign-in", cookies={}).headers.get_all("Set-Cookie"):
        for word in ("__Host-", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            expect(word in cookie, f"{word} in {cookie}")
        expect("Domain" not in cookie, cookie)


def names():
    """Scripts in names, numbers and reasons stay text, in pages, attributes, addresses and downloads."""
    evil = '<script>alert(1)</script>'
    alice = verified("alice")
    pages = ["/admin/users", "/admin/users?text=script", "/admin/pending", "/admin/history", "/logins",
             "/admin/user?primary=local&identity=" + "%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%27%26%7B%7Bt%3Askip%7D%7D",
             "/admin/users?text=" + '%22%3E%3Cscript%3Ealert(1)', "/admin/history?user=%22onfocus%3D%22alert(1)&from=2026-01-01",
             "/?done=%3Cscript%3E", "/sign-in?done=verified%3Cscript%3E"]
    for page in pages:
        answer = alice.get(page)
        expect(answer.status == 200, f"{page}: {answer.status}")
        expect(evil not in answer.text and "<b>" not in answer.text and '"onfocus' not in answer.text, f"{page} has a script in it")
        expect(not re.search(r"<script(?! src=\"/static/portal\.js\?v=[0-9a-f]{12}\" defer>)", answer.text), f"{page} has another script")
    expect("&lt;script&gt;alert(1)" in alice.get("/admin/users").text, "the name is shown as it is")
    web = Web()
    answer = web.sign_in(evil + '"\'', "wrong")
    expect(answer.status == 401 and evil not in answer.text, "a name that was typed comes back as text or not at all")
    rows = alice.get("/admin/history.csv")
    expect(rows.headers["Content-Type"].startswith("text/csv") and "attachment" in rows.headers["Content-Disposition"], "a download")
    lines = rows.text.split("\r\n")
    expect(len(lines) == 72 and lines[0].startswith('"time","id"'), f"{len(lines)} lines")
    expect("\"'=cmd|" in rows.text and '"=cmd|' not in rows.text, "no cell is a formula")
    bob = verified("bob")
    for page in ("/admin/users", "/admin/pending", "/admin/history", "/admin/history.csv", "/admin/user?primary=local&identity=alice"):
        expect(bob.get(page).status == 403, f"{page} is for administrators")
    expect(bob.post("/admin/user/block", {"primary": "local", "identity": "alice", "why": "x"}).status == 403, "so is a block")
    expect(not asked("block"), "and radmfad is not even asked")


def paths():
    web = Web()
    for path in ("/static/../main.c", "/static/..%2f..%2fetc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/static/",
                 "/static/portal.css/../../etc/passwd", "/../../../../etc/passwd", "/sign-in/..", "/.git/config", "/static/portal.css%00.html",
                 "/" + "a" * 8000, "/%", "/%zz", "*"):
        connection = connect()
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        got = b""
        while chunk := connection.recv(65536):
            got += chunk
        expect(got.split()[1] in (b"404", b"400", b"414", b"431", b"405"), f"{path[:60]}: {got[:60]}")
        expect(b"root:" not in got, f"{path[:60]} is a file")
    for query in ("?x=%", "?x=%00", "?x=%ff", "?" + "&".join("a=1" for _ in range(40))):
        expect(web.get("/sign-in" + query).status == 400, query)


def status_of(head, body=b""):
    connection = connect()
    connection.sendall(head.encode() + b"\r\n" + body)
    got = b""
    try:
        while chunk := connection.recv(65536):
            got += chunk
    except OSError:
        pass
    return int(got.split()[1]) if got else None


def much():
    """More than anybody needs: refused, and the next request is answered as ever."""
    head = f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    expect(status_of(head + "Content-Length: 16385\r\n") == 413, "a body that is too long")
    expect(status_of(head + "Content-Length: 99999999999999999999\r\n") in (400, 413), "one that has no end")
    expect(status_of(head + "Content-Length: -1\r\n") in (400, 413), "one that is shorter than nothing")
    chunk = b"1000\r\n" + b"a" * 4096 + b"\r\n"
    expect(status_of(head + "Transfer-Encoding: chunked\r\n", chunk * 6 + b"0\r\n\r\n") in (413, None), "one in pieces")
    big = f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nX: " + "a" * 40000 + "\r\n"
    expect(status_of(big) in (431, 413, 400, None), "a head that is too long")
    many = f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n" + "X: y\r\n" * 4000
    expect(status_of(many) in (431, 413, 400, None), "a head of too many lines")
    expect(status_of(f"GET /sign-in HTTP/1.1\r\nConnection: close\r\n") == 400, "no Host")
    expect(status_of("\x00\xff\x16 garbage\r\n") in (400, None), "no HTTP")
    expect(Web().get("/sign-in").status == 200, "it goes on")


def methods():
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "FOO"):
        answer = Web().ask(method, "/sign-in")
        expect(answer.status in (405, 400), f"{method}: {answer.status}")
    expect(Web().get("/sign-out").status == 405 and Web().ask("POST", "/", "").status == 405, "the other method")
    head = Web().ask("HEAD", "/sign-in")
    expect(head.status == 200 and not head.body, "HEAD is GET without the page")


def answers():
    """radmfad goes, or says what nobody understands: a page says so, and it is asked again."""
    for user in ("gone", "garbage", "unavailable"):
        answer = Web().sign_in(user, "right")
        expect(answer.status == 503, f"{user}: {answer.status}")
        expect(Web().sign_in("bob", "right").location == "/", f"after {user} it goes on")
    expect(Web().sign_in("limit", "right").status == 429, "over a limit")
    wrong, unknown = Web().sign_in("bob", "wrong"), Web().sign_in("nobody at all", "right")
    without = lambda page: re.sub(r'value="[^"]*"', "", page.text)
    expect(wrong.status == unknown.status == 401 and without(wrong) == without(unknown), "unknown and wrong are alike")


def slowly():
    """Slowloris: whoever dawdles with TLS, head or body is closed in time, and holds up nobody."""
    begun, closed = time.monotonic(), {}

    def dawdle(kind):
        connection = connect(wrap=kind != "no TLS")
        head = f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n"
        if kind == "body":
            connection.sendall(head.encode() + b"\r\n")
        try:
            for octet in (b"\x16\x03" * 500 if kind == "no TLS" else head.encode() + b"X: " if kind == "head" else b"a" * 9000):
                if kind != "idle":
                    connection.sendall(bytes([octet]))
                connection.settimeout(0.25)
                try:
                    if not connection.recv(4096):
                        break
                except (TimeoutError, ssl.SSLWantReadError):
                    pass
        except OSError:
            pass
        closed[kind] = time.monotonic() - begun

    threads = [threading.Thread(target=dawdle, args=(kind,)) for kind in ("no TLS", "head", "body", "idle")]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        at = time.monotonic()
        expect(Web().get("/sign-in").status == 200, "others are answered meanwhile")
        expect(time.monotonic() - at < 1.5, f"in good time: {time.monotonic() - at}")
        time.sleep(0.3)
    for kind, seconds in closed.items():
        expect(2.5 < seconds < 9, f"{kind}: closed after {seconds:.1f} s, not 3")


def tls_versions():
    host, port = HOST.rsplit(":", 1)
    for version, good in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
        made = context()
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
        made.minimum_version = made.maximum_version = version
        try:
            with socket.create_connection((host, int(port)), 10) as raw, made.wrap_socket(raw, server_hostname=host) as sock:
                got = sock.version()
        except (ssl.SSLError, OSError):
            got = None
        expect(bool(got) == good, f"{version.name}: {got}")


def wait_for_ever():
    """A sign-in that radmfad does not answer, while the portal is ended."""
    answer = Web().sign_in("slow", "right")
    expect(answer.status == 503, f"who waited is told: {answer.status}")


def is_waited_for():
    until(lambda: any(line["user"] == "slow" for line in asked("sign_in")), "the question is out")
