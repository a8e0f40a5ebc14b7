"""What axe-core, the checker of accessibility, says of the pages: in both themes, on both sizes of screen, and right to left."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from newsroom import Newsroom
from octavo.model import SpeakerKind
from test_web_browser import SIZES

pytestmark = pytest.mark.browser

RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def paths(newsroom: Newsroom) -> dict[str, str]:
    """One page of each kind by name. The story is the largest one, which has most on its page."""
    store = newsroom.desk.store
    story = max(store.stories(store.newest_stories(200, None)), key=lambda found: len(found.articles))
    voice, thread, place = store.most_quoted(SpeakerKind.PERSON, 1)[0], store.threads(1)[0], next(iter(store.datelines()))
    return {
        "front": "/",
        "latest": "/latest",
        "story": f"/stories/{story.id}",
        "article": f"/articles/{story.articles[0]}",
        "sources": "/sources",
        "source": f"/sources/{store.sources()[0].id}",
        "search": "/search?q=minister",
        "settings": "/settings",
        "threads": "/threads",
        "thread": f"/threads/{thread.id}",
        "voices": "/voices",
        "voice": f"/voices/{quote(voice.name)}",
        "outlets": "/outlets",
        "outlet": f"/outlets/{quote(store.outlets(datetime.min.replace(tzinfo=UTC), 1)[0].name)}",
        "topics": "/topics",
        "topic": "/topics/11000000",
        "place": f"/places/{quote(place)}",
        "saved": "/saved",
        "history": "/history",
        "keys": "/keys",
        "share": "/share",
        "following": "/following",
        "rules": "/rules",
        "editions": "/editions",
        "repair": f"/stories/{story.id}/repair",
        "repairs": "/repairs",
        "queue": "/comments/queue",
        "instance": "/instance",
        "account": "/account",
        "missing": "/nowhere",
    }


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [
        *(("en", size, scheme) for size in SIZES for scheme in ("light", "dark")),
        *(("ar", size, "light") for size in SIZES),
    ],
)
def test_axe_finds_no_fault(browser: Browser, site: str, paths: dict[str, str], language: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale=language, service_workers="block"
    )
    opened, faults = context.new_page(), {}
    for name, path in paths.items():
        answer = opened.goto(site + path)
        assert answer is not None
        assert answer.status == (404 if name == "missing" else 200), name
        if folder := os.environ.get("OCTAVO_TEST_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            opened.screenshot(path=Path(folder) / f"{name}-{language}-{size}-{scheme}.png", full_page=True)
        for fault in Axe().run(opened, options=RULES).response["violations"]:
            faults[f"{name}: {fault['id']}"] = [f"{node['target']} {node['failureSummary']}" for node in fault["nodes"][:3]]
    context.close()
    assert faults == {}
