"""web.py: a browser without a screen, for what a real one would not send."""
import functools, http.client, os, re, socket, ssl, time
from html import unescape
from urllib.parse import urlencode, urlsplit

URL = os.environ.get("PORTAL_URL", "")
HOST = urlsplit(URL).netloc


def expect(truth, what):
    if not truth:
        raise SystemExit(f"not so: {what}")


def context():
    return ssl.create_default_context(cafile=os.environ["PORTAL_CA"])


@functools.cache
def shared_context():
    return context()


def connect(source=None, wrap=True, seconds=20):
    host, port = HOST.rsplit(":", 1)
    raw = socket.create_connection((host, int(port)), seconds, source_address=source and (source, 0))
    return shared_context().wrap_socket(raw, server_hostname=host) if wrap else raw


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        self.text = self.body.decode("utf-8", "replace")
        self.location = self.headers.get("Location")


class Web:
    """A visitor with his cookies. `source`: the address that he comes from."""

    def __init__(self, source=None):
        self.source, self.cookies, self.csrf = source, {}, ""

    def ask(self, method, path, body=None, headers=None, cookies=None):
        connection = http.client.HTTPSConnection(HOST, context=shared_context(), timeout=40,
                                                 source_address=self.source and (self.source, 0))
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in (self.cookies if cookies is None else cookies).items())}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, {**sent, **(headers or {})})
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer

    def get(self, path, **more):
        answer = self.ask("GET", path, **more)
        found = re.search(r'name="csrf" value="([^"]*)"', answer.text)
        self.csrf = unescape(found[1]) if found else self.csrf
        return answer

    def post(self, path, fields=None, headers=None, **more):
        return self.ask("POST", path, urlencode({"csrf": self.csrf, **(fields or {})}), headers, **more)

    def sign_in(self, user, password):
        self.get("/sign-in")
        answer = self.post("/sign-in", {"user": user, "password": password})
        if answer.location == "/":
            self.get("/")
        return answer

    @property
    def token(self):
        return self.cookies.get("__Host-radmfa")


def until(truth, what, seconds=20):
    end = time.monotonic() + seconds
    while not truth():
        expect(time.monotonic() < end, what)
        time.sleep(0.05)
