"""An article read aloud by the browser: with voices of the device only, sentence by sentence, the paragraph that is read marked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from newsroom import Newsroom
from octavo.model import Article
from test_web_axe import RULES

pytestmark = pytest.mark.browser

# A voice of each kind, and what was said: each utterance ends when the test says so.
SPEECH = """
    const said = [];
    const voices = VOICES;
    const stub = {
        getVoices: () => voices,
        addEventListener: (_, listener) => (stub.changed = listener),
        speak: (utterance) => said.push(utterance),
        cancel: () => (stub.cancelled = (stub.cancelled ?? 0) + 1),
        said,
    };
    Object.defineProperty(window, "speechSynthesis", { value: stub });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
LOCAL = '[{ name: "far", lang: "XX", localService: false }, { name: "odd", lang: "qq", localService: true }, { name: "near", lang: "XX-ZZ", localService: true }]'
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def text(newsroom: Newsroom) -> Article:
    """An English article of several paragraphs."""
    store = newsroom.desk.store
    ids = [head.id for head in store.latest_articles(200) if head.language == "en"]
    return max(store.articles(ids).values(), key=lambda one: len(one.blocks))


@pytest.fixture
def opened(browser: Browser, site: str, text: Article) -> Iterator[Opened]:
    """Opens the article in a browser that has these voices."""
    contexts = []

    def open_page(voices: str = LOCAL, **options: Any) -> Page:
        context = browser.new_context(locale="en-GB", service_workers="block", viewport={"width": 390, "height": 844}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.add_init_script(SPEECH.replace("VOICES", voices.replace("XX", "en")))
        page.goto(f"{site}/articles/{text.id}")
        return page

    faults: list[str] = []
    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def said(page: Page) -> list[str]:
    return page.evaluate("speechSynthesis.said.map((one) => one.text)")


def finish(page: Page) -> None:
    """The voice comes to the end of what it says."""
    page.evaluate("speechSynthesis.said.at(-1).onend()")


def test_an_article_is_read_from_its_headline_on_and_the_paragraph_is_marked(opened: Opened, text: Article) -> None:
    page = opened()
    page.get_by_role("button", name="Listen").click()
    assert said(page) == [text.headline]
    assert page.evaluate("[speechSynthesis.said[0].voice.name, speechSynthesis.said[0].lang]") == ["near", "en"]
    expect(page.locator("h1.aloud")).to_have_count(1)
    finish(page)
    first = page.locator(".text > p").first
    expect(first).to_have_class(re.compile(r"\baloud\b"))
    assert first.inner_text().startswith(said(page)[-1])
    spoken = 1
    while page.locator(".aloud").count():
        finish(page)
        spoken += 1
        assert spoken < 500
    written = [paragraph.strip() for paragraph in page.locator(".text > :is(p, h2):not(.note), .text blockquote p").all_inner_texts()]
    assert " ".join(said(page)[1:]).split() == " ".join(written).split()
    expect(page.get_by_role("button", name="Listen")).to_be_visible()


def test_reading_goes_on_where_it_was_paused_and_begins_anew_when_it_was_stopped(opened: Opened, text: Article) -> None:
    page = opened()
    page.get_by_role("button", name="Listen").focus()
    page.keyboard.press("Enter")
    finish(page)
    paused = said(page)[-1]
    page.keyboard.press("Enter")
    page.evaluate("speechSynthesis.said.at(-1).onend()")  # browsers tell the end of what was cancelled, too
    assert page.evaluate("speechSynthesis.cancelled") == 1
    assert said(page)[-1] == paused
    expect(page.get_by_role("button", name="Go on reading")).to_be_focused()
    page.keyboard.press("Enter")
    assert said(page)[-2:] == [paused, paused]
    page.get_by_role("button", name="Stop reading").click()
    expect(page.locator(".aloud")).to_have_count(0)
    expect(page.get_by_role("button", name="Listen")).to_be_focused()
    page.keyboard.press("Enter")
    assert said(page)[-1] == text.headline


def test_a_voice_that_fails_is_told(opened: Opened) -> None:
    page = opened()
    page.get_by_role("button", name="Listen").click()
    page.evaluate("speechSynthesis.said.at(-1).onerror()")
    expect(page.locator("#listen [role=status]")).to_have_text("The voice of this device failed.")
    page.get_by_role("button", name="Go on reading").click()
    expect(page.locator("#listen [role=status]")).to_have_text("")


@pytest.mark.parametrize("voices", ["[]", '[{ lang: "qq", localService: true }, { lang: "XX", localService: false }]'])
def test_nothing_is_offered_without_a_voice_of_the_device_in_the_language(opened: Opened, voices: str) -> None:
    page = opened(voices)
    expect(page.locator("#listen")).to_be_hidden()
    page.evaluate("speechSynthesis.getVoices = () => [{ lang: 'en', localService: true }]; speechSynthesis.changed()")
    expect(page.get_by_role("button", name="Listen")).to_be_visible()  # voices are often known only later


def test_nothing_is_offered_without_javascript(browser: Browser, site: str, text: Article) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/articles/{text.id}")
    expect(page.locator("#listen")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_while_reading(opened: Opened, scheme: str) -> None:
    page = opened(color_scheme=scheme)
    page.get_by_role("button", name="Listen").click()
    finish(page)
    if folder := os.environ.get("OCTAVO_TEST_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/listen-{scheme}.png")
    assert [fault["id"] for fault in Axe().run(page, options=RULES).response["violations"]] == []
