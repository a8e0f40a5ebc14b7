"""The pages across stories in a real browser, without JavaScript: nothing is cut off, and one gets from each to the next."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from test_web_browser import follow, looked_at, page  # noqa: F401  # fixtures

pytestmark = pytest.mark.browser


def test_from_a_voice_to_what_was_said(page: Page, site: str, request: pytest.FixtureRequest) -> None:  # noqa: F811
    page.goto(f"{site}/voices")
    looked_at(page, request, "voices")
    follow(page, page.locator(".directory h2 a").first)
    looked_at(page, request, "voice")
    statement = page.locator(".told a.said").first
    said = statement.inner_text()
    statement.click()
    cited = page.locator("mark#cited").text_content() or ""
    assert said.partition(" … ")[0] in " ".join(cited.split())


def test_the_other_pages_across_stories(page: Page, site: str, request: pytest.FixtureRequest) -> None:  # noqa: F811
    for name, row in (("threads", ".entries h2 a"), ("outlets", ".directory h2 a"), ("topics", ".subjects h2 a")):
        page.goto(f"{site}/{name}")
        looked_at(page, request, name)
        follow(page, page.locator(row).first)
        looked_at(page, request, name.removesuffix("s"))
    page.goto(f"{site}/topics")
    follow(page, page.locator(".counted a").first)
    looked_at(page, request, "place")
