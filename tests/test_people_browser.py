"""What editors, readers and the owner do, in Chromium without JavaScript, on a phone and on a desktop; axe looks at each page on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.testclient import TestClient

from newsroom import serving
from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Reader, Role
from octavo.settings import Settings
from octavo.store import Instance, Standing
from octavo.web import create_app
from octavo.web.reading import cookie_name
from people import PASSWORD, account, log_in
from store_samples import NOW, put_many
from test_web_axe import RULES
from test_web_browser import SIZES

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Place:
    """An instance with an owner, an editor and a reader, and two stories."""

    desk: Desk
    site: str
    people: dict[str, Reader]

    def cookie(self, who: str) -> str:
        client = TestClient(create_app(self.desk), base_url=self.site)
        log_in(client, self.people[who])
        return str(client.cookies.get(cookie_name(self.desk.settings), domain="127.0.0.1"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Desk.open(Settings(data=tmp_path)) as desk:
        people = {name: account(desk, name, role) for name, role in (("Ada", Role.OWNER), ("Ed", Role.EDITOR), ("Tove", Role.READER))}
        for story, names in (("S1", ("ferry", "harbour", "bank")), ("S2", ("opera",))):
            for number, id in enumerate(put_many(desk.store, names)):
                kind = DecisionKind.JOIN if number else DecisionKind.OPEN
                desk.store.record_decisions([Decision(kind, story, id)], NOW, id)
        desk.compose(NOW)
        with serving(create_app(desk)) as site:
            yield Place(desk, site, people)


@pytest.fixture(params=SIZES)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    width, height = SIZES[request.param]
    opened = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=False,
        locale="en-GB",
        service_workers="block",
        accept_downloads=True,
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def page_of(context: BrowserContext, place: Place, who: str, faults: list[str]) -> Page:
    """A page of somebody who is logged in; what the browser complains of and foreign requests go to `faults`."""
    context.clear_cookies()
    context.add_cookies([{"name": cookie_name(place.desk.settings), "value": place.cookie(who), "url": place.site}])
    page = context.new_page()
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(place.site + "/") else faults.append(f"asked for {asked.url}"))
    return page


def test_an_editor_takes_an_article_out_names_the_story_and_takes_it_back(context: BrowserContext, place: Place) -> None:
    faults: list[str] = []
    page = page_of(context, place, "Ed", faults)
    page.goto(f"{place.site}/stories/S1")
    page.get_by_role("link", name="Repair").click()
    page.get_by_label("News of the bank").check()
    page.get_by_role("button", name="Not of this story").click()
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    expect(page.locator(".log")).to_contain_text("articles taken out")  # it stands below the articles: they are there
    expect(page.get_by_label("News of the bank")).to_have_count(0)
    page.get_by_label("A title of your own").fill("Ferry aground")
    page.get_by_role("button", name="Give this title").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ferry aground")
    page.goto(f"{place.site}/repairs")
    page.get_by_role("listitem").filter(has_text="articles taken out").get_by_role("button", name="Take back").click()
    expect(page.get_by_label("News of the bank")).to_be_visible()
    assert len(place.desk.store.story("S1").articles) == 3  # type: ignore[union-attr]
    assert faults == []


def test_the_owner_opens_comments_and_readers_talk(context: BrowserContext, place: Place) -> None:
    faults: list[str] = []
    page = page_of(context, place, "Ada", faults)
    page.goto(f"{place.site}/instance")
    page.get_by_label("Stories can be opened to comments").check()
    page.get_by_role("button", name="Keep these settings").click()
    expect(page.get_by_text("Your settings are kept.")).to_be_visible()
    expect(page.get_by_label("Stories can be opened to comments")).to_be_checked()
    page.goto(f"{place.site}/stories/S1/comments")
    page.get_by_role("button", name="Open this story to comments").click()
    expect(page.get_by_role("button", name="Close this story to comments")).to_be_visible()
    page = page_of(context, place, "Tove", faults)
    page.goto(f"{place.site}/stories/S1")
    page.get_by_role("link", name="Comments").click()
    page.get_by_label("Your comment").fill("Did *anybody* see it?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said em")).to_have_text("anybody")
    page = page_of(context, place, "Ed", faults)
    page.goto(f"{place.site}/stories/S1/comments")
    page.get_by_text("Answer", exact=True).first.click()
    page.get_by_label("Your answer").fill("I did.")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".thread ol .said")).to_have_text("I did.")
    page = page_of(context, place, "Tove", faults)
    page.goto(f"{place.site}/stories/S1/comments")
    page.get_by_role("button", name="Report to the editors").click()
    expect(page).to_have_url(re.compile("#comment-"))
    page = page_of(context, place, "Ed", faults)
    page.goto(f"{place.site}/comments/queue")
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("None.")).to_be_visible()
    assert place.desk.store.comment_count("S1") == 1
    assert faults == []


def test_a_reader_takes_everything_along_and_goes(context: BrowserContext, place: Place) -> None:
    faults: list[str] = []
    page = page_of(context, place, "Tove", faults)
    page.goto(f"{place.site}/stories/S1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Saved: take back")).to_be_visible()
    page.goto(f"{place.site}/account")
    with page.expect_download() as given:
        page.get_by_role("link", name="Download it (JSON)").click()
    told = json.loads(Path(given.value.path()).read_text("utf-8"))
    assert "saved" in {mark["kind"] for mark in told["marks"]}
    page.get_by_text("Delete the account").click()
    page.locator("#end-old").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    page.wait_for_url("**/log-in**")
    assert place.desk.store.account(place.people["Tove"].id) is None
    assert faults == []


@pytest.mark.parametrize(("size", "scheme", "language"), [("phone", "light", "en"), ("desktop", "dark", "en"), ("phone", "light", "ar")])
def test_axe_finds_no_fault(browser: Browser, place: Place, size: str, scheme: str, language: str) -> None:
    store, width = place.desk.store, SIZES[size]
    store.set_instance(Instance(comments=True, public_reading=True, support_text="Keep us afloat", support_url="https://gull.example/"))
    store.open_comments("S1", opened=True)
    first = store.add_comment("S1", place.people["Tove"].id, None, "Did *anybody* see it?\n\n> a quotation", Standing.SHOWN, NOW)
    store.add_comment("S1", place.people["Ed"].id, first, "I did.", Standing.WAITING, NOW)
    context = browser.new_context(
        viewport={"width": width[0], "height": width[1]}, color_scheme=scheme, locale=language, service_workers="block"
    )
    found: dict[str, list[str]] = {}
    article = store.story("S1").articles[0]  # type: ignore[union-attr]
    for who, paths in (
        ("Ada", ("/", "/stories/S1", "/stories/S1/comments", "/stories/S1/repair", "/repairs", "/comments/queue", "/instance", "/account")),
        ("", ("/", "/stories/S1", f"/articles/{article}", "/log-in")),
    ):
        context.clear_cookies()
        if who:
            context.add_cookies([{"name": cookie_name(place.desk.settings), "value": place.cookie(who), "url": place.site}])
        page = context.new_page()
        for path in paths:
            answer = page.goto(place.site + path)
            assert answer is not None
            assert answer.status == 200, path
            for fault in Axe().run(page, options=RULES).response["violations"]:
                found[f"{who or 'stranger'} {path}: {fault['id']}"] = [str(node["target"]) for node in fault["nodes"][:3]]
    context.close()
    assert found == {}
