"""shots.py URL FOLDER: pictures of every page, as fake_radmfad.py has people see them: light, dark, and 360 px wide."""
import os, sys
from webdriver import Browser

url, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
ADMIN = "/admin/users /admin/users?text=script /admin/user?primary=local&identity=alice /admin/pending /admin/history".split()


def look(browser, kind):
    def shot(name):
        wide = browser.run("return document.documentElement.scrollWidth > innerWidth")
        print(f"{kind}-{name}{' IS TOO WIDE' if wide else ''}")
        browser.shot(os.path.join(folder, f"{kind}-{name}.png"))

    def sign_in(user):
        browser.go(url + "/sign-in")
        browser.type("#user", user)
        browser.type("#password", "right")
        browser.click("button.primary")

    browser.go(url + "/sign-in")
    shot("sign-in")
    sign_in("nobody")
    browser.one(".error")
    shot("sign-in-wrong")
    sign_in("carol")
    browser.one("a[href='/invite']")
    shot("home-new")
    browser.click("a[href='/invite']")
    browser.one("#code")
    shot("invite")
    browser.type("#code", "ABCD-EFGH-JKM0")
    browser.click("main button.primary")
    browser.one("#phone")
    shot("home-invited")
    sign_in("alice")
    browser.one("a[href='/verify']")
    shot("home-unverified")
    browser.click("main a[href='/verify']")
    browser.one("#code")
    shot("verify")
    browser.click("form[action='/verify/call'] button")
    browser.one(".steps li.done")
    shot("call-under-way")
    browser.one("main a.button.primary")
    shot("call-done")
    for path in "/ /number /pin /factor /app /logins".split():
        browser.go(url + path)
        shot("page-" + (path[1:] or "home"))
    browser.click("details summary") if browser.has("details summary") else None
    shot("page-logins-report")
    browser.go(url + "/app")
    browser.click("form[action='/app/begin'] button")
    browser.one("#secret")
    shot("app-begun")
    for path in ADMIN:
        browser.go(url + path)
        shot("admin-" + path.split("/")[2].split("&")[0].replace("?", "-").replace("=", "-"))
    browser.go(url + ADMIN[2])
    browser.click("#invite button")
    browser.one("#invitation")
    shot("admin-user-invited")
    browser.go(url + "/nowhere")
    shot("error")


for kind, width, dark in ("light", 1000, False), ("dark", 1000, True), ("small", 360, False):
    with Browser(f"/tmp/radmfa-shots-{os.getpid()}-{kind}", width, 800, dark, language="de-DE" if kind == "dark" else "en-GB") as browser:
        look(browser, kind)
