"""What pages ask of the database: as much for forty stories as for ten, and texts only where a text is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.model import Brief, BriefSentence, Citation, Decision, DecisionKind, Role
from octavo.searching import keep_index
from octavo.settings import Settings
from octavo.store import Instance, MarkKind, Store
from octavo.web import create_app
from people import account
from store_samples import annotation, article, article_id, put
from test_searching import Meaning
from test_store_lists import statements

FEW, MANY = 10, 40
BODY = re.compile(r"(?<!substr\()(?<!length\()article_texts\.(text|blocks|notes)|article_annotations\.(sentences|search_text|fingerprint)")
NO_LISTS = {  # what has no page, or a page without stories
    *(
        "/events",
        "/events/since",
        "/healthz",
        "/manifest.webmanifest",
        "/sw.js",
        "/palette.json",
        "/sources.opml",
        "/sources/try",
        "/robots.txt",
        "/llms.txt",
        "/metrics",
    ),
    *("/share", "/keys", "/offline"),
    "/search",  # shows where the words stand, so it reads the beginnings of texts
}
OF_ONE = ("/outlets/The%20Gull", "/voices/Ida%20Brandt", "/topics/11000000", "/places/Halm", f"/stories/S{FEW - 1}")


def fill(store: Store, stories: int) -> None:
    """So many stories of two articles in one thread, and one of so many articles and one more; the reader has marked them all."""
    now = datetime.now(UTC)
    made = [article(f"{n}-{k}", published=now.isoformat(), section="Politics", dateline="HALM") for n in range(stories) for k in range(2)]
    crowd = [article(f"crowd-{n}", published=now.isoformat(), publisher=f"Paper {n}") for n in range(stories + 1)]
    put(store, *made, *crowd, now=now)
    store.add_annotations([annotation(one, sentences=((0, 30),)) for one in (*made, *crowd)])
    for n in range(stories):
        first, second = (article_id(f"{n}-{k}") for k in range(2))
        story = f"S{n}"
        store.record_decisions([Decision(DecisionKind.OPEN, story, first), Decision(DecisionKind.THREAD, story, other="T")], now)
        store.record_decisions([Decision(DecisionKind.JOIN, story, second, reasons=("vector 0.9",))], now)
        store.mark(store.owner().id, "story", story, MarkKind.SAVED, now)
    for n, one in enumerate(crowd):
        store.record_decisions([Decision(DecisionKind.JOIN if n else DecisionKind.OPEN, "CROWD", one.id)], now)
    briefs = [Brief(f"S{n}", (BriefSentence("The harbour", Citation(article_id(f"{n}-0"), 0, 11)),)) for n in range(stories)]
    store.set_briefs(briefs)
    store.set_headlines({f"S{n}": f"News of the {n}-0" for n in range(stories)})


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Settings]:
    """Number of stories → an installation that has so many."""
    found = {}
    for stories in (FEW, MANY):
        settings = Settings(data=tmp_path_factory.mktemp(f"with_{stories}"))
        with Desk.open(settings) as desk:
            fill(desk.store, stories)
        found[stories] = settings
    return found


def asked(settings: Settings, path: str) -> list[str]:
    """The statements that a page takes in an Octavo that has just started, so that nothing is in memory yet."""
    with Desk.open(settings) as desk, TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as client:
        with statements(desk.store) as seen:
            answer = client.get(path, headers={"sec-purpose": "prefetch"})  # so that no page changes what the next one shows
        assert answer.status_code == 200, (path, answer.status_code)
        return seen


def lists(settings: Settings) -> Iterator[str]:
    """Every page that needs no more than its path."""
    with Desk.open(settings) as desk:
        for route in create_app(desk).routes:
            if isinstance(route, Route) and "GET" in (route.methods or ()) and "{" not in route.path and route.path not in NO_LISTS:
                yield route.path


def test_every_list_asks_as_often_for_forty_stories_as_for_ten_and_never_for_texts(desks: dict[int, Settings]) -> None:
    pages = [*lists(desks[FEW]), *OF_ONE[:-1]]
    assert {"/", "/latest", "/saved"} <= set(pages)
    counts = {}
    for page in pages:
        few, many = (asked(desks[stories], page) for stories in (FEW, MANY))
        counts[page] = len(few), len(many)
        assert not [statement for statement in many if BODY.search(statement)], page
    assert not {page: count for page, count in counts.items() if len(set(count)) > 1}


def test_so_does_the_front_page_of_strangers(tmp_path: Path) -> None:
    seen = []
    for stories in (FEW, MANY):
        settings = Settings(data=tmp_path / str(stories))
        with Desk.open(settings) as desk:
            fill(desk.store, stories)
            account(desk, "Ida", Role.OWNER)
            desk.store.set_instance(Instance(public_reading=True))
        seen.append(asked(settings, "/"))
    few, many = seen
    assert len(few) == len(many)
    assert not [statement for statement in many if BODY.search(statement)]


@pytest.mark.parametrize(
    "page", [OF_ONE[-1], "/threads/T", "/stories/CROWD", f"/articles/{article_id('1-1')}", f"/articles/{article_id('crowd-1')}"]
)
def test_a_page_asks_as_often_whatever_its_story_or_thread_holds(desks: dict[int, Settings], page: str) -> None:
    few, many = (asked(desks[stories], page) for stories in (FEW, MANY))
    assert len(few) == len(many)


@pytest.mark.parametrize("way", ["", "&as=articles"])
def test_search_asks_as_often_for_forty_results_as_for_ten(desks: dict[int, Settings], way: str) -> None:
    counts, found = [], []
    for settings in desks.values():
        with Desk.open(settings) as desk, TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as client:
            desk.embedder = Meaning()
            keep_index(desk.store)
            with statements(desk.store) as seen:
                page = client.get(f"/search?q=news{way}").text
        counts.append(len(seen))
        found.append(page.count('class="teaser'))
    assert found[0] >= FEW, page
    assert found[1] >= found[0]
    assert len(set(counts)) == 1


def test_a_story_asked_for_again_reads_neither_articles_nor_its_texts(desks: dict[int, Settings]) -> None:
    with Desk.open(desks[MANY]) as desk, TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as client:
        first = client.get("/stories/CROWD").text
        with statements(desk.store) as seen:
            assert client.get("/stories/CROWD").text.count("<li") == first.count("<li")
    assert not [statement for statement in seen if BODY.search(statement)]
