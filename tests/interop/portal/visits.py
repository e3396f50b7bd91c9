"""visits.py: the story of portal_pages.sh."""
from web import *
from webdriver import Browser

WORK = os.environ["WORK"]


def sign_in(browser, user):
    browser.go(URL + "/sign-in")
    browser.type("#user", user)
    browser.type("#password", "right")
    browser.click("main button.primary")


def without_script():
    """Everything that can be done is done by links and forms; a call's page loads itself again."""
    with Browser(f"{WORK}/plain", script=False) as browser:
        sign_in(browser, "carol")
        browser.click("main a[href='/invite']")
        browser.type("#code", "ABCD-EFGH-JKM0")
        browser.click("main button.primary")
        browser.wait_for("The code is right")
        browser.click("#phone a")
        browser.type("#number", "+44 20 7946 0099")
        browser.click("main button.primary")
        browser.wait_for("The call was declined")
        browser.click("main a.button.primary")
        browser.type("#number", "+44 20 7946 0017")
        browser.click("main button.primary")
        browser.wait_for("End the call")
        browser.wait_for("Confirmed. Thank you")
        browser.click("main a.button.primary")
        browser.wait_for("+442079460017")
        browser.click("#app a")
        browser.click("form[action='/app/begin'] button")
        browser.type("#code", "123456")
        browser.click("main button.primary")
        browser.wait_for("Your app is set up")
        browser.click("header form[action='/sign-out'] button")
        browser.wait_for("You are signed out")


def in_german():
    with Browser(f"{WORK}/german", language="de-DE") as browser:
        browser.go(URL + "/sign-in")
        browser.wait_for("Benutzername")
        browser.click(".language button")
        browser.wait_for("User name")
        browser.click(".language button")
        sign_in(browser, "nobody")
        browser.wait_for("Der Name oder das Passwort ist falsch.")
        sign_in(browser, "dave")
        browser.wait_for("Angemeldet als dave")
        expect(browser.run("return document.documentElement.lang") == "de", "the page says that it is German")
        browser.go(URL + "/verify")
        browser.click(".language button")
        browser.wait_for("Show that it is you")


def live():
    """What changes is read out: the region that screen readers watch stays the same element."""
    with Browser(f"{WORK}/live") as browser:
        sign_in(browser, "alice")
        browser.click("main a[href='/verify']")
        browser.click("form[action='/verify/call'] button")
        browser.one("#word")
        browser.run("window.word = document.getElementById('word')")
        browser.wait_for("Your phone rings")
        browser.click("form[action='/call/stop'] button")
        browser.wait_for("The call has ended before it was confirmed")
        browser.click("main a.button.primary")
        browser.click("form[action='/verify/call'] button")
        browser.run("window.word = document.getElementById('word')")
        browser.wait_for("Confirmed. Thank you")
        expect(browser.run("return window.word === document.getElementById('word')"), "the live region stays")
        browser.click("main a.button.primary")
        browser.go(URL + "/admin/users")
        expect(len(browser.all("a.row")) == 100, "a page of users")
        browser.click("p a.button")
        browser.wait_for("user119")
        expect(browser.run("return document.scripts.length") == 1, "no other script has come in")
        errors = [entry for entry in browser.ask("POST", "/se/log", {"type": "browser"}) if "favicon" not in entry["message"]]
        expect(not errors, f"the browser complains: {errors}")


def away():
    with Browser(f"{WORK}/away") as browser:
        sign_in(browser, "alice")
        browser.wait_for("This cannot be done at the moment")
