"""webdriver.py: Debian's chromium through chromedriver, by the W3C's WebDriver protocol and nothing but the
standard library. A Browser is a profile of its own; `with Browser(folder) as browser:` ends both programs by pid."""
import base64, json, os, re, signal, subprocess, time, urllib.error, urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Failed(Exception):
    pass


class Browser:
    def __init__(self, folder, width=1000, height=900, dark=False, script=True, language="en-GB"):
        os.makedirs(folder, exist_ok=True)
        self.log = open(os.path.join(folder, "chromedriver.log"), "wb")
        env = {**os.environ, "HOME": folder, "TMPDIR": folder, "LANGUAGE": language[:2]}
        self.driver = subprocess.Popen(["chromedriver", "--port=0", "--log-level=WARNING"], stdout=subprocess.PIPE,
                                       stderr=self.log, env=env, start_new_session=True)
        self.url = f"http://127.0.0.1:{self.port()}/session"
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--host-resolver-rules=MAP portal.test 127.0.0.1", f"--lang={language}",
                     f"--window-size={width},{height}", f"--user-data-dir={os.path.join(folder, 'profile')}"]
        prefs = {"intl.accept_languages": language, "credentials_enable_service": False}
        if not script:
            prefs["profile.managed_default_content_settings.javascript"] = 2
        if dark:
            arguments.append("--force-dark-mode")
        options = {"args": arguments, "prefs": prefs}
        try:
            answer = self.ask("POST", "", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "acceptInsecureCerts": True, "goog:chromeOptions": options}}})
            self.url += "/" + answer["sessionId"]
            self.emulate(width, height, dark)
        except BaseException:
            self.close()
            raise

    def port(self):
        for line in self.driver.stdout:
            found = re.search(rb"started successfully on port (\d+)", line)
            if found:
                return int(found[1])
        raise Failed("chromedriver does not start: apt-get install chromium chromium-driver")

    def ask(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise Failed(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def command(self, name, **params):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": name, "params": params})

    def emulate(self, width, height, dark):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def close(self):
        try:
            self.ask("DELETE", "")
        except Exception:
            pass
        try:  # the driver and its browser have a process group of their own
            os.killpg(self.driver.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.driver.wait()
        self.driver.stdout.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- what a person does ----

    def go(self, url):
        self.ask("POST", "/url", {"url": url})

    @property
    def address(self):
        return self.ask("GET", "/url")

    @property
    def source(self):
        return self.ask("GET", "/source")

    def all(self, css):
        return [e[ELEMENT] for e in self.ask("POST", "/elements", {"using": "css selector", "value": css})]

    def has(self, css):
        return bool(self.all(css))

    def one(self, css, seconds=10):
        end = time.monotonic() + seconds
        while True:
            found = self.all(css)
            if found:
                return found[0]
            if time.monotonic() > end:
                raise Failed(f"no {css} in {self.address}:\n{self.text('body')}")
            time.sleep(0.05)

    def text(self, css="main"):
        while True:  # a page may go while it is read
            try:
                return self.ask("GET", f"/element/{self.one(css)}/text")
            except Failed as failed:
                if "stale" not in str(failed):
                    raise

    def type(self, css, text):
        element = self.one(css)
        self.ask("POST", f"/element/{element}/clear")
        self.ask("POST", f"/element/{element}/value", {"text": text})

    def click(self, css):
        self.ask("POST", f"/element/{self.one(css)}/click")

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, text, css="main", seconds=20):
        end = time.monotonic() + seconds
        while text not in self.text(css):
            if time.monotonic() > end:
                raise Failed(f"no “{text}” in {self.address}:\n{self.text('body')}")
            time.sleep(0.05)

    @property
    def cookies(self):
        return {c["name"]: c for c in self.ask("GET", "/cookie")}

    def shot(self, path):
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return innerWidth")
        data = self.command("Page.captureScreenshot", captureBeyondViewport=True,
                            clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
