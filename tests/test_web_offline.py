"""In a real browser: pages read without a network, marks sent later, new stories announced, pictures from here alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, Page, expect

from newsroom import serving
from octavo.accounts import new_token, token_digest
from octavo.demo import Press
from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Extraction, Image, Reader, Role
from octavo.settings import Settings
from octavo.store import GROUPING, Arrival, Session
from octavo.store.marks import MarkKind
from octavo.web import create_app, live
from people import PASSWORD, account
from store_samples import annotation, article, capture

pytestmark = pytest.mark.browser

HOLDER = "a test"
STORIES = ("harbour", "bridge", "court")
PATIENCE = 15.0  # seconds
KEPT = """async () => {
    const cache = await caches.open("pages");
    return (await cache.keys()).map((request) => new URL(request.url).pathname);
}"""

WAITING = """() => new Promise((resolve) => {
    indexedDB.open("octavo", 1).onsuccess = ({ target }) => {
        target.result.transaction("writes").objectStore("writes").count().onsuccess = ({ target: counted }) => {
            target.result.close();
            resolve(counted.result);
        };
    };
})"""

SUBMITTED = """(saved) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/marks" });
    for (const [name, value] of [["back", "/stories/court"], ["save", saved]])
        form.append(Object.assign(document.createElement("input"), { name, value }));
    document.body.append(form);
    form.submit();
}"""


@dataclass(frozen=True)
class Paper:
    site: str
    desk: Desk
    picture: str  # the address of a picture at its outlet


def open_story(desk: Desk, name: str, picture: str | None = None) -> None:
    now = datetime.now(UTC)
    taken, written = capture(name), article(name, published=now.isoformat(timespec="seconds"), image=Image(picture, "Smoke over the dock"))
    desk.store.add_captures([taken])
    desk.store.add_extraction(Extraction(taken.id, (written,)), now)
    desk.store.add_annotations([annotation(written)])
    with desk.store.lease(GROUPING, HOLDER, 60):
        desk.store.record_arrivals([Arrival(now, (Decision(DecisionKind.OPEN, name, written.id),), written)], holder=HOLDER)


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """A small paper of three stories with a picture each."""
    monkeypatch.setattr(live, "POLL_SECONDS", 0.2)
    with Press() as press, Desk.open(Settings(data=tmp_path, allow=press.allow)) as desk:
        picture = f"{press.sites['gazette']}pictures/warehouse-fire-east-dock.png"
        for name in STORIES:
            open_story(desk, name, picture)
        with serving(create_app(desk)) as site:
            yield Paper(site, desk, picture)


@pytest.fixture
def page(browser: Browser, paper: Paper) -> Iterator[Page]:
    """A page; what it asks another host for fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    foreign: list[str] = []
    context.on("request", lambda asked: None if asked.url.startswith(paper.site + "/") else foreign.append(asked.url))
    yield context.new_page()
    context.close()
    assert foreign == []


def wait_for(what: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE
    while not what():
        assert monotonic() < until
        sleep(0.1)


def ready(page: Page, paper: Paper) -> None:
    """Read the front page until it and its stories are kept."""
    page.goto(paper.site)
    wait_for(lambda: {"/", *(f"/stories/{name}" for name in STORIES)} <= set(page.evaluate(KEPT)))


def save_without_a_network(page: Page, paper: Paper) -> None:
    """Save the story of the bridge; the network is away afterwards."""
    ready(page, paper)
    page.goto(f"{paper.site}/stories/bridge")
    page.context.set_offline(True)
    page.locator('button[name="save"]').first.click()
    expect(page.locator(".notice")).to_contain_text("sent later")


def log_in_as(page: Page, paper: Paper, reader: Reader) -> None:
    token, now = new_token(), datetime.now(UTC)
    paper.desk.store.open_session(Session(token_digest(token), reader.id, now, now, "Test"), timedelta(days=1))
    page.context.add_cookies([{"name": "octavo", "value": token, "url": paper.site, "httpOnly": True, "sameSite": "Lax"}])


def test_the_front_page_and_its_stories_are_read_without_a_network(page: Page, paper: Paper) -> None:
    ready(page, paper)
    headline = page.locator(".teaser a").first
    href, said = headline.get_attribute("href"), headline.inner_text()
    page.context.set_offline(True)
    page.goto(paper.site)
    expect(page.locator(".notice")).to_contain_text("No network")
    page.locator(f'.teaser a[href="{href}"]').first.click()
    expect(page.locator("h1")).to_have_text(said)


def test_what_is_not_kept_says_what_is(page: Page, paper: Paper) -> None:
    ready(page, paper)
    page.context.set_offline(True)
    page.goto(f"{paper.site}/sources")
    expect(page.locator("h1")).to_have_text("Without a network")
    expect(page.locator('#kept a[href*="/stories/harbour"]')).not_to_have_count(0)  # the list comes one by one


def test_a_mark_made_without_a_network_is_sent_when_there_is_one(page: Page, paper: Paper) -> None:
    reader = paper.desk.store.owner().id
    save_without_a_network(page, paper)
    saved = lambda: {mark.id for mark in paper.desk.store.marked(reader, MarkKind.SAVED, 10)}  # noqa: E731
    assert saved() == set()
    page.context.set_offline(False)
    wait_for(lambda: saved() == {"bridge"})


def test_marks_outlast_the_session_and_pages_do_not(page: Page, paper: Paper) -> None:
    store, ada = paper.desk.store, account(paper.desk, "Ada", Role.OWNER)
    log_in_as(page, paper, ada)
    save_without_a_network(page, paper)
    store.end_sessions(ada.id)
    page.context.set_offline(False)
    expect(page.locator(".notice")).to_contain_text("log in again", timeout=PATIENCE * 1000)  # it is tried again every few seconds
    assert page.evaluate(KEPT), "what she read can still be read"
    page.goto(f"{paper.site}/stories/bridge")
    wait_for(lambda: page.evaluate(KEPT) == [])
    page.get_by_label("Name or mail").fill("Ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    wait_for(lambda: [mark.id for mark in store.marked(ada.id, MarkKind.SAVED, 10)] == ["bridge"])


def test_what_waits_in_a_browser_is_not_sent_for_another_reader(page: Page, paper: Paper) -> None:
    ada, ben = account(paper.desk, "Ada", Role.OWNER), account(paper.desk, "Ben")
    log_in_as(page, paper, ada)
    save_without_a_network(page, paper)
    log_in_as(page, paper, ben)
    page.context.set_offline(False)
    page.goto(f"{paper.site}/saved")
    wait_for(lambda: page.evaluate(WAITING) == 0)
    assert all(paper.desk.store.marked(reader.id, MarkKind.SAVED, 10) == () for reader in (ada, ben))
    assert "/stories/bridge" not in page.evaluate(KEPT), "nor does he find what she read"


def test_what_is_saved_can_be_read_without_a_network_at_once(page: Page, paper: Paper) -> None:
    path = f"/articles/{article('court').id}"
    ready(page, paper)
    page.goto(f"{paper.site}/sources")
    assert path not in page.evaluate(KEPT)
    page.evaluate(
        "id => fetch('/marks', { method: 'POST', body: new URLSearchParams({ back: '/', save: id }), redirect: 'manual' })",
        f"article/{article('court').id}",
    )
    wait_for(lambda: path in page.evaluate(KEPT))
    page.context.set_offline(True)
    page.goto(paper.site + path)
    expect(page.locator("h1")).to_have_text("News of the court")


def test_a_mark_is_sent_later_without_any_script_of_the_page(page: Page, paper: Paper) -> None:
    """A form sent as browsers do it: the worker answers in the server's place and leads back."""
    reader = paper.desk.store.owner().id
    ready(page, paper)
    page.context.set_offline(True)
    page.evaluate(SUBMITTED, "story/court")
    page.wait_for_url("**/stories/court*")
    page.context.set_offline(False)
    page.reload()
    wait_for(lambda: {mark.id for mark in paper.desk.store.marked(reader, MarkKind.SAVED, 10)} == {"court"})


def test_with_a_network_the_worker_changes_nothing(page: Page, paper: Paper) -> None:
    """A page that a person reads counts as looked at, one that is fetched ahead does not, and a form is known to be our own."""
    ready(page, paper)
    assert paper.desk.store.looks(list(STORIES)) == ()
    page.goto(f"{paper.site}/stories/harbour")
    assert page.evaluate("() => Boolean(navigator.serviceWorker.controller)")
    assert [look.story for look in paper.desk.store.looks(list(STORIES))] == ["harbour"]
    page.evaluate(SUBMITTED, "story/bridge")
    page.wait_for_url("**/stories/court*")
    assert [mark.id for mark in paper.desk.store.marked(paper.desk.store.owner().id, MarkKind.SAVED, 10)] == ["bridge"]


def test_a_browser_forgets_all_that_is_kept(page: Page, paper: Paper) -> None:
    ready(page, paper)
    page.goto(f"{paper.site}/offline")
    expect(page.locator("#kept a")).not_to_have_count(0)
    page.get_by_role("button", name="Forget").click()
    expect(page.locator("#kept:empty")).to_be_attached()  # the page was loaded anew
    wait_for(lambda: page.evaluate(KEPT) == [])


def test_new_stories_are_announced_and_nothing_moves(page: Page, paper: Paper) -> None:
    page.goto(paper.site)
    page.wait_for_function("() => performance.getEntriesByName(location.origin + '/events/since').length > 0")
    link = page.locator(".teaser a").last
    link.focus()
    sleep(1)  # the focus may have scrolled
    before = link.bounding_box()
    open_story(paper.desk, "quay")
    open_story(paper.desk, "museum")
    region = page.get_by_role("status").filter(has_text="2 new stories")
    expect(region).to_be_visible(timeout=PATIENCE * 1000)
    assert link.bounding_box() == before
    assert link.evaluate("element => element === document.activeElement")
    region.get_by_role("link").click()
    expect(page.locator('.teaser a[href="/stories/museum"]').first).to_be_attached()


def test_pictures_come_from_here(page: Page, paper: Paper) -> None:
    page.goto(f"{paper.site}/articles/{article('harbour').id}")
    shown = page.locator('img[src^="/images/"]').first
    shown.scroll_into_view_if_needed()
    wait_for(lambda: bool(shown.evaluate("image => image.complete && image.naturalWidth > 0")))
