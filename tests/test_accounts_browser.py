"""The door and the account page in a real browser: without scripts, with a passkey, by mail, set for every size."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import update

from newsroom import FLAGS, serving
from octavo.desk import Desk
from octavo.model import Role
from octavo.settings import MailSecurity, Settings
from octavo.store.tables_people import sessions
from octavo.web import create_app
from people import PASSWORD, account
from test_web_axe import RULES, SIZES

pytestmark = pytest.mark.browser

OTHER = "another sentence for the door"


class Postbox:
    """What a mail server took in."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    """A mail server and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path)) as opened:
        yield opened


@pytest.fixture
def door(desk: Desk) -> Iterator[str]:
    """The address of an instance; by name, because no passkey can be for a number."""
    with serving(create_app(desk)) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}, service_workers="block")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_a_home_network_without_https_lets_people_in(chromium: str, tmp_path: Path) -> None:
    """Browsers say nothing by Sec-Fetch-Site there, so a form must come with its origin."""
    with Desk.open(Settings(data=tmp_path, hosts=frozenset({"nas.local"}))) as desk, sync_playwright() as playwright:
        account(desk, "Ada", Role.OWNER)
        mapped = [*FLAGS, "--host-resolver-rules=MAP nas.local 127.0.0.1"]
        started = playwright.chromium.launch(executable_path=chromium, args=mapped, chromium_sandbox=os.geteuid() != 0)
        with serving(create_app(desk)) as address:
            log_in(started.new_page(), address.replace("127.0.0.1", "nas.local"), "Ada")
        started.close()


def test_first_run_invitation_and_log_in_without_javascript(browser: Browser, door: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    owner = context.new_page()
    owner.goto(f"{door}/account")
    owner.get_by_role("link", name="Give yourself a name").click()
    owner.get_by_label("Name", exact=True).fill("Ada")
    owner.get_by_label("Password", exact=True).fill(PASSWORD)
    owner.get_by_role("button", name="ask who comes").click()
    expect(owner).to_have_url(f"{door}/")
    owner.goto(f"{door}/readers")
    owner.get_by_label("For whom").fill("Ben")
    owner.get_by_role("button", name="Make an invitation").click()
    link = owner.locator("output").inner_text()

    guest_context = browser.new_context(java_script_enabled=False, locale="en-GB")
    guest = guest_context.new_page()
    guest.goto(f"{door}/saved")
    assert guest.url == f"{door}/log-in?next=/saved"
    guest.goto(link)
    guest.get_by_label("Name", exact=True).fill("Ben")
    guest.get_by_label("Password", exact=True).fill(OTHER)
    guest.get_by_role("button", name="Come in").click()
    expect(guest).to_have_url(f"{door}/")
    guest.goto(f"{door}/account")
    assert guest.locator("#at-browsers li").count() == 1
    guest.get_by_role("button", name="Log out").first.click()
    expect(guest).to_have_url(f"{door}/log-in")
    guest.goto(f"{door}/saved")
    guest.get_by_label("Name or mail").fill("ben")
    guest.get_by_label("Password", exact=True).fill("something else")
    guest.get_by_role("button", name="Log in").click()
    expect(guest.get_by_role("alert")).to_contain_text("no such name")
    guest.get_by_label("Password", exact=True).fill(OTHER)
    guest.get_by_role("button", name="Log in").click()
    expect(guest).to_have_url(f"{door}/saved")
    assert [cookie["httpOnly"] for cookie in guest_context.cookies()] == [True]
    context.close()
    guest_context.close()


def log_in(page: Page, door: str, name: str, password: str = PASSWORD) -> None:
    page.goto(f"{door}/log-in?next=/account")
    page.get_by_label("Name or mail").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"{door}/account")


def test_a_passkey_is_made_used_and_taken_back(page: Page, door: str, desk: Desk) -> None:
    account(desk, "Ada", Role.OWNER)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )["authenticatorId"]
    log_in(page, door, "Ada")
    page.get_by_label("Name of the device").fill("my phone")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/account?kept=passkeys*")
    assert "my phone" in page.locator("#at-passkeys li").inner_text()
    assert "never used" in page.locator("#at-passkeys li").inner_text()

    page.get_by_role("button", name="Log out", exact=True).first.click()
    expect(page).to_have_url(f"{door}/log-in")
    page.goto(f"{door}/saved")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{door}/saved")
    page.goto(f"{door}/account")
    assert "last used" in page.locator("#at-passkeys li").inner_text()
    (known,) = desk.store.passkeys(desk.store.owner().id)
    assert known.sign_count > 0

    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Log out", exact=True).first.click()
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_text("No passkey was given").wait_for()
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})

    desk.store.remove_passkey(known.reader, known.credential)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_text("This passkey is not good here").wait_for()
    log_in(page, door, "Ada")
    with desk.store.database.writing() as connection:
        connection.execute(update(sessions).values(created_at=datetime.now(UTC) - timedelta(hours=1)))
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(f"{door}/log-in?next=/account")
    assert "once more" in page.locator("main").inner_text()


def test_a_password_is_set_anew_by_mail(page: Page, postbox: tuple[Postbox, int], tmp_path: Path) -> None:
    box, port = postbox
    mail = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": MailSecurity.NONE, "smtp_from": "octavo@news.example"}
    with Desk.open(Settings(data=tmp_path, address="http://localhost:8710", **mail)) as desk, serving(create_app(desk)) as address:
        account(desk, "Ada", Role.OWNER, "ada@gull.example")
        answers = []
        for asked in ("nobody@gull.example", "Ada@gull.example"):
            page.goto(f"{address}/forgotten")
            page.get_by_label("Your mail address").fill(asked)
            page.get_by_role("button", name="Send the link").click()
            expect(page.get_by_role("status")).to_contain_text("a mail with a link is on its way")
            page.wait_for_load_state()
            answers.append(page.locator("main").inner_html())
        assert answers[0] == answers[1]
        for _ in range(50):
            if box.mails:
                break
            page.wait_for_timeout(100)
        (sent,) = box.mails
        assert (sent.rcpt_tos, sent.mail_from) == (["ada@gull.example"], "octavo@news.example")
        told = message_from_bytes(sent.content or b"", policy=policy.default)
        assert told["subject"] == "A new password on Octavo"
        link = re.search(r"http://localhost:8710(/reset/\S+)", told.get_content())
        assert link
        page.goto(address + link[1])
        page.get_by_label("New password").fill(OTHER)
        page.get_by_role("button", name="Set the password").click()
        page.wait_for_url(f"{address}/log-in")
        log_in(page, address, "Ada", OTHER)


@pytest.mark.parametrize(("language", "size", "scheme"), [("en", "phone", "light"), ("en", "desktop", "dark"), ("ar", "phone", "light")])
def test_axe_finds_no_fault(browser: Browser, door: str, desk: Desk, language: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale=language, service_workers="block"
    )
    opened, faults = context.new_page(), {}

    def look(name: str) -> None:
        opened.wait_for_load_state()
        too_wide = opened.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not too_wide, name
        if folder := os.environ.get("OCTAVO_TEST_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            opened.screenshot(path=Path(folder) / f"{name}-{language}-{size}-{scheme}.png", full_page=True)
        for fault in Axe().run(opened, options=RULES).response["violations"]:
            faults[f"{name}: {fault['id']}"] = [f"{node['target']} {node['failureSummary']}" for node in fault["nodes"][:3]]

    for path in ("account", "welcome"):
        opened.goto(f"{door}/{path}")
        look(f"alone-{path}")
    account(desk, "Ada Gull", Role.OWNER)
    account(desk, "Ben")
    for path in ("log-in", "forgotten", "reset/x", "invitation/x"):
        opened.goto(f"{door}/{path}")
        look(path.partition("/")[0])
    opened.goto(f"{door}/readers")
    opened.locator("#name").fill("ada gull")
    opened.locator("#password").fill("wrong one here")
    opened.locator("form.settings button").click()
    opened.locator("#problem").wait_for()
    look("refused")
    opened.locator("#password").fill(PASSWORD)
    opened.locator("form.settings button").click()
    opened.wait_for_url("**/readers")
    opened.locator("summary").last.click()
    opened.locator("#note").fill("Cleo")
    opened.locator("form.settings button").click()
    opened.locator("output").wait_for()
    look("readers")
    opened.goto(f"{door}/invitation/{opened.locator('output').inner_text().rpartition('/')[2]}")
    look("invited")
    opened.goto(f"{door}/account")
    opened.locator("#program").fill("my reader")
    opened.locator("#at-programs form.settings button").click()
    opened.locator("output").wait_for()
    look("account")
    context.close()
    assert faults == {}
