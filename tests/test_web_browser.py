"""The pages in a real browser: nothing foreign is fetched, nothing complains, nothing is cut off, and the keyboard gets everywhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from newsroom import Newsroom
from octavo.model import SourceKind

pytestmark = pytest.mark.browser

REFUSED_INPUT = 422  # the answer to a form that cannot be taken; a browser shows its page
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A page without JavaScript, at each size and in each theme; complaints of the browser and foreign requests fail the test."""
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=False, locale="en-GB"
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type in ("error", "warning") and f" {REFUSED_INPUT} " not in message.text else None
        ),
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith(site + "/") else complaints.append(f"asked for {asked.url}"))
    opened.on(
        "response",
        lambda given: (
            complaints.append(f"{given.status} for {given.url}") if given.status >= 400 and given.status != REFUSED_INPUT else None
        ),
    )
    yield opened
    context.close()
    assert complaints == []


def looked_at(page: Page, request: pytest.FixtureRequest, name: str) -> None:
    """Check what every page must keep to, and keep a screenshot where OCTAVO_TEST_SCREENSHOTS says."""
    page.wait_for_load_state()
    too_wide = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert too_wide == []
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    if folder := os.environ.get("OCTAVO_TEST_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}-{request.node.callspec.id}.png", full_page=True)


def follow(page: Page, link: Locator) -> None:
    """Follow a link that is called like the page it leads to, and wait until that page is there."""
    name = link.text_content() or ""
    link.click()
    expect(page.locator("h1")).to_have_text(name)
    page.wait_for_load_state()


def test_from_the_front_page_to_a_story_to_the_very_sentence(page: Page, site: str, request: pytest.FixtureRequest) -> None:
    page.goto(site)
    looked_at(page, request, "front")
    follow(page, page.locator(".teaser.first h2 a"))
    looked_at(page, request, "story")
    sentence = page.locator(".brief p").first
    mark = sentence.locator("button.mark")
    said = page.locator(f"#{mark.get_attribute('popovertarget')} mark").text_content() or ""
    assert " ".join(said.split()) in " ".join((sentence.text_content() or "").split())
    mark.click()
    footnote = page.locator(".footnote:popover-open")
    expect(footnote.locator("mark")).to_be_visible()
    looked_at(page, request, "footnote")
    footnote.locator("a").click()
    assert page.locator("mark#cited").text_content() == said
    looked_at(page, request, "article")


def test_a_source_is_opened_and_closed_by_keyboard(page: Page, site: str) -> None:
    page.goto(site)
    follow(page, page.locator(".teaser.first h2 a"))
    mark = page.locator(".brief button.mark").first
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".footnote:popover-open")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(".footnote:popover-open :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".footnote:popover-open")).to_have_count(0)
    expect(page.locator("button.mark:focus")).to_have_count(1)


def test_the_sources_page_shows_what_fails_and_why(page: Page, site: str, request: pytest.FixtureRequest) -> None:
    page.goto(f"{site}/sources")
    looked_at(page, request, "sources")
    page.get_by_label("Address of a feed").fill("http://169.254.169.254/latest/")
    page.get_by_role("button", name="Add", exact=True).click()
    assert "private" in page.get_by_role("alert").inner_text().lower()


def test_a_source_has_a_page_with_its_settings(page: Page, site: str, request: pytest.FixtureRequest) -> None:
    page.goto(f"{site}/sources")
    follow(page, page.locator(".list h3 a").first)
    looked_at(page, request, "source")
    title = page.locator("h1").inner_text()
    page.get_by_label("Title").fill(f" {title} ")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Title")).to_have_value(title)  # no longer what was typed
    expect(page.locator("h1")).to_have_text(title)
    expect(page.get_by_role("button", name="Remove")).to_have_count(1)


def test_a_selector_is_tried_out_on_a_list_page(page: Page, site: str, newsroom: Newsroom, request: pytest.FixtureRequest) -> None:
    page.goto(f"{site}/sources")
    page.get_by_text("More ways to add sources").click()
    looked_at(page, request, "ways")
    page.get_by_text("A list page without a feed").click()
    page.get_by_label("Address of the page").fill(next(address for kind, address, _ in newsroom.press.sources() if kind is SourceKind.PAGE))
    page.get_by_label("CSS selector").fill("a")
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_role("button", name="Keep this selector")).to_have_count(1)  # it is a source already
    looked_at(page, request, "trial")
    assert page.locator(".list li").count() > 1


def test_headlines_say_their_language(page: Page, site: str, newsroom: Newsroom) -> None:
    page.goto(site)
    tongues = {element.get_attribute("lang") for element in page.locator("main [lang]").all()}
    assert {"en", "de", "es", "ja"} <= tongues
    assert all(element.get_attribute("dir") for element in page.locator("main [lang]").all())


def test_the_keyboard_reaches_the_content_first(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


def test_touch_targets_are_large_enough(page: Page, site: str) -> None:
    page.goto(site)
    follow(page, page.locator(".teaser.first h2 a"))
    expect(page.locator("button.mark:visible")).not_to_have_count(0)
    for mark in page.locator("button.mark:visible").all()[:20]:
        box = mark.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


def test_a_story_is_saved_and_read_without_javascript(page: Page, site: str, newsroom: Newsroom, request: pytest.FixtureRequest) -> None:
    page.goto(site)
    item = page.locator(".teaser").first
    headline, id = item.locator("h2").inner_text(), item.get_attribute("id")
    item.locator("summary").click()
    expect(item.locator(".why")).to_contain_text("independent outlet")
    item.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(f"#{id}$"))
    page.goto(f"{site}/saved")
    looked_at(page, request, "saved")
    assert page.locator(".teaser h2").all_inner_texts() == [headline]
    page.locator("summary").click()
    page.get_by_role("button", name="Saved: take back").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(page.locator(".teaser")).to_have_count(0)


def test_lists_settings_and_keys_are_set_for_every_size(page: Page, site: str, request: pytest.FixtureRequest) -> None:
    for path in ("latest", "history", "settings", "keys"):
        page.goto(f"{site}/{path}")
        looked_at(page, request, path)


def test_each_theme_and_size_holds_together(page: Page, site: str, request: pytest.FixtureRequest) -> None:
    for size, theme, density in (("largest", "dark", "airy"), ("small", "sepia", "dense"), ("normal", "system", "airy")):
        page.goto(f"{site}/settings")
        for value in (size, theme, density):
            page.locator(f"input[type=radio][value={value}]").check()
        page.get_by_role("button", name="Keep these settings").click()
        expect(page.get_by_text("Your settings are kept.")).to_be_visible()
        page.goto(site)
        looked_at(page, request, f"front-{size}-{theme}")
    assert page.locator("html").get_attribute("data-theme") == "system"
