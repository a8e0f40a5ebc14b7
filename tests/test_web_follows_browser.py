"""Following, rules and own editions in a real browser, without JavaScript; and that nothing of it troubles a screen reader."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from newsroom import Newsroom
from test_web_axe import RULES
from test_web_browser import SIZES, follow, looked_at, page  # noqa: F401  # fixtures

pytestmark = pytest.mark.browser


def test_an_outlet_is_followed_and_its_news_stand_on_one_page(page: Page, site: str, request: pytest.FixtureRequest) -> None:  # noqa: F811
    page.goto(f"{site}/following")
    looked_at(page, request, "following-nothing")
    page.goto(f"{site}/outlets")
    follow(page, page.locator(".directory h2 a").first)
    outlet = page.locator("h1").inner_text()
    stop = page.get_by_role("button", name="Following: stop")
    page.get_by_role("button", name="Follow").click()
    expect(stop).to_be_visible()
    page.goto(f"{site}/topics")
    follow(page, page.locator(".subjects h2 a").first)
    page.get_by_role("button", name="Follow").click()
    expect(stop).to_be_visible()
    page.goto(f"{site}/following?week")
    assert outlet in page.locator(".rows h2").first.inner_text()
    assert page.locator(".rows .teaser").count() > 0
    looked_at(page, request, "following")
    for left in reversed(range(stop.count())):
        stop.first.click()
        expect(stop).to_have_count(left)
    expect(page.get_by_text("You follow nothing yet.")).to_be_visible()


def test_a_rule_is_tried_saved_seen_at_work_and_removed(page: Page, site: str, request: pytest.FixtureRequest) -> None:  # noqa: F811
    page.goto(site)
    headline = page.locator(".briefly .teaser h3").last.inner_text()
    word = max(headline.split(), key=len).strip("“”’,.:")
    rules = page.locator(".rule-list li")
    page.goto(f"{site}/rules")
    looked_at(page, request, "rules-none")
    page.get_by_label("What it does with a story").select_option("highlight")
    page.get_by_label("Words, pattern or text").fill(word)
    page.get_by_text("Word, factor, nearness").click()
    page.get_by_label("Word that highlights").fill("Mine")
    page.get_by_role("button", name="Try it on the last week").click()
    expect(page.locator("#outcome")).to_contain_text("Highlight: 1 story")
    looked_at(page, request, "rules-tried")
    assert headline in page.locator(".tried .teaser h3").all_inner_texts()
    page.get_by_role("button", name="Save this rule").click()
    expect(rules).to_have_count(1)
    page.goto(f"{site}/rules?deed=hide&where=headline&what=%22{word}%22")
    page.get_by_role("button", name="Save this rule").click()
    expect(rules).to_have_count(2)
    looked_at(page, request, "rules")
    page.goto(site)
    assert headline not in page.locator(".teaser h3").all_inner_texts()
    page.locator("a.hidden").click()
    expect(page.locator("h1")).to_have_text("Hidden by your rules")
    looked_at(page, request, "hidden")
    assert headline in page.locator(".teaser h2").all_inner_texts()
    assert word in page.locator(".by-rule").first.inner_text()
    page.locator(".by-rule a").first.click()
    expect(rules).to_have_count(2)
    rules.last.get_by_role("button", name="Remove").click()
    expect(rules).to_have_count(1)
    page.goto(site)
    expect(page.locator(".teaser", has_text=headline).locator(".word")).to_have_text("Mine")
    looked_at(page, request, "front-highlighted")
    page.goto(f"{site}/rules")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main:not(:has(.rule-list)) #rule")).to_be_visible()  # what stands below the list is there, and no list


def test_an_edition_is_made_read_changed_and_removed(page: Page, site: str, request: pytest.FixtureRequest) -> None:  # noqa: F811
    page.goto(f"{site}/editions")
    looked_at(page, request, "editions")
    page.get_by_role("link", name="日本", exact=True).click()
    expect(page.locator("h1")).to_have_text("A new edition")
    looked_at(page, request, "edition-new")
    page.get_by_label("Name", exact=True).fill("From the coast")
    for country in page.locator("input[name=countries]").all():
        country.uncheck()
    page.get_by_role("button", name="Keep this edition").click()
    expect(page.locator("h1")).to_have_text("From the coast")
    looked_at(page, request, "edition")
    page.get_by_role("link", name="Its front page").click()
    expect(page.locator(".editions [aria-current]")).to_have_text("From the coast")
    looked_at(page, request, "edition-front")
    shown = page.locator(".teaser h2, .teaser h3").all_inner_texts()
    page.goto(f"{site}/e/world-ja")
    assert page.locator(".teaser h2, .teaser h3").all_inner_texts() == shown
    page.get_by_role("link", name="Your editions").click()
    page.get_by_role("link", name="Change, share, remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#file")).to_be_visible()  # the end of the list
    expect(page.get_by_text("From the coast")).to_have_count(0)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("en", "dark"), ("ar", "light")])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_no_fault(browser: Browser, site: str, newsroom: Newsroom, size: str, language: str, scheme: str) -> None:
    store = newsroom.desk.store
    outlet = store.latest_articles(1)[0].publisher
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale=language, service_workers="block"
    )
    opened, faults = context.new_page(), {}
    opened.goto(f"{site}/outlets/{outlet}")
    opened.locator("button[name=follow]").click()
    opened.locator("button[name=unfollow]").wait_for()
    for name, path in {
        "following": "/following?week",
        "rules": f"/rules?deed=weigh&where=outlet&what={outlet}",
        "editions": "/editions",
        "edition": "/editions/new?from=de-de",
        "hidden": "/latest?hidden",
    }.items():
        answer = opened.goto(site + path)
        assert answer is not None
        assert answer.status == 200, name
        if folder := os.environ.get("OCTAVO_TEST_SCREENSHOTS"):
            opened.screenshot(path=Path(folder) / f"{name}-{language}-{size}-{scheme}.png", full_page=True)
        for fault in Axe().run(opened, options=RULES).response["violations"]:
            faults[f"{name}: {fault['id']}"] = [f"{node['target']} {node['failureSummary']}" for node in fault["nodes"][:3]]
    opened.goto(f"{site}/outlets/{outlet}")
    opened.locator("button[name=unfollow]").click()
    opened.locator("button[name=follow]").wait_for()
    context.close()
    assert faults == {}
