"""The pages by keyboard alone, in a real browser with JavaScript: lists, marks, the palette, and what must leave keys alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from newsroom import Newsroom
from octavo.store import MarkKind, Preferences

pytestmark = pytest.mark.browser

HEADLINES = ".teaser :is(h2, h3) a"


@pytest.fixture
def page(browser: Browser, site: str, newsroom: Newsroom) -> Iterator[Page]:
    """A page on the front page, nothing of which is marked; complaints of the browser and foreign requests fail the test."""
    context = browser.new_context(locale="en-GB", service_workers="block")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" and "404" not in message.text else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith(site + "/") else complaints.append(f"asked for {asked.url}"))
    opened.goto(site)
    yield opened
    context.close()
    store = newsroom.desk.store
    me = store.owner().id
    store.prefer(me, Preferences())
    for kind in MarkKind:
        for mark in store.marked(me, kind, 1000):
            store.unmark(me, mark.entity, mark.id, kind)
    assert complaints == []


def focused(page: Page) -> str:
    return page.locator(":focus").inner_text()


def headlines(page: Page) -> list[str]:
    return page.locator(HEADLINES).all_inner_texts()


def test_j_and_k_walk_through_the_stories_and_o_opens_one(page: Page) -> None:
    every = headlines(page)
    for key, at in (("j", 0), ("j", 1), ("n", 2), ("k", 1), ("p", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator(":focus")).to_have_text(every[at])
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text(every[1])


def test_s_and_m_mark_the_story_at_hand_and_the_focus_stays(page: Page, site: str) -> None:
    page.keyboard.press("j")
    headline = focused(page)
    item = page.locator(".teaser").first
    for key in ("s", "m"):
        page.keyboard.press(key)
    expect(item.locator("button[name=unsave]")).to_have_count(1)
    expect(item.locator("button[name=unread]")).to_have_count(1)
    expect(item.locator(".saved")).to_be_visible()
    assert "read" in (item.get_attribute("class") or "").split()
    assert focused(page) == headline
    page.reload()
    expect(page.locator(".teaser").first.locator("button[name=unsave]")).to_have_count(1)
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page).to_have_url(f"{site}/saved")
    expect(page.locator(HEADLINES)).to_have_text([headline])


def test_a_mark_says_what_it_did_and_keeps_the_button_in_hand(page: Page) -> None:
    item = page.locator(".teaser").nth(1)
    item.locator("summary").click()
    button = item.locator("button").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Save")
    expect(page.locator(":focus")).to_have_text("Saved: take back")


@pytest.mark.parametrize(
    ("keys", "path"), [("gl", "/latest"), ("gs", "/settings"), ("gh", "/history"), ("gf", "/sources"), ("gu", "/"), ("?", "/keys")]
)
def test_keys_go_to_pages(page: Page, site: str, keys: str, path: str) -> None:
    page.goto(f"{site}/sources/try" if path != "/sources" else site)
    for key in keys:
        page.keyboard.press(key)
    expect(page).to_have_url(site + path)


def test_x_shows_why_a_story_stands_where_it_does(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".teaser").first.locator(".why")).to_be_visible()
    assert "independent outlet" in page.locator(".teaser").first.locator(".why").inner_text()


def test_v_opens_the_original_of_an_article(page: Page, site: str, newsroom: Newsroom) -> None:
    article = next(one for one in newsroom.desk.store.latest_articles(50) if one.url)
    page.goto(f"{site}/articles/{article.id}")
    page.evaluate("open = (...asked) => document.body.dataset.asked = asked.join(' ')")
    page.keyboard.press("v")
    expect(page.locator("body")).to_have_attribute("data-asked", f"{article.url} _blank noopener,noreferrer")
    page.keyboard.press("s")
    expect(page.locator(".own button[name=unsave]")).to_have_count(1)


def test_keys_do_nothing_in_inputs_with_a_modifier_or_when_turned_off(page: Page, site: str) -> None:
    page.goto(f"{site}/sources")
    page.get_by_label("Address of a feed").focus()
    page.keyboard.type("j?gs")
    expect(page.get_by_label("Address of a feed")).to_have_value("j?gs")
    expect(page).to_have_url(f"{site}/sources")
    page.goto(f"{site}/settings")
    page.get_by_label("Single keys do something").uncheck()
    page.get_by_role("button", name="Keep these settings").click()
    expect(page.get_by_text("Your settings are kept.")).to_be_visible()
    page.goto(site)
    before = page.locator(":focus").count()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator(":focus")).to_have_count(before)
    expect(page).to_have_url(f"{site}/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_the_palette_goes_to_pages_and_outlets_and_searches(page: Page, site: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type("settin")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Settings")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/settings")
    page.wait_for_load_state()  # and with it the scripts
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type("no page has these words")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/search?q=no+page+has+these+words")


def test_every_story_is_marked_at_the_end_of_the_front_page(page: Page) -> None:
    page.keyboard.press("A")
    expect(page.locator("main:not(:has(.teaser:not(.read))) > .end")).to_be_visible()  # the end of the page, and nothing unread above
