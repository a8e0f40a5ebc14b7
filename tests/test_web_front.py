"""The front page and what a reader does with it: editions, sections, marks, lists of what was marked, settings."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from newsroom import Newsroom
from octavo.model import Placement, Story
from octavo.own_editions import Edition, at_home, edition, offered
from octavo.store import Glance, MarkKind, Preferences
from octavo.web import create_app
from octavo.web.contexts import Teaser, is_read, outlines
from octavo.web.front import is_new, sections

NOW = datetime(2031, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[TestClient]:
    with TestClient(create_app(newsroom.desk), base_url="http://127.0.0.1:8710") as opened:
        yield opened
    newsroom.desk.store.prefer(newsroom.desk.store.owner().id, Preferences())


def teaser(id: str, **fields: object) -> Teaser:
    usual = Teaser(
        story=Story(id, (), opened_at=NOW, updated_at=NOW),
        headline=id,
        language="en",
        lead=None,
        lead_language=None,
        outlets=(),
        languages=("en",),
        articles=1,
        voices=2,
        topic=None,
        newest=None,
        published=None,
        placement=Placement(id, 1.0),
    )
    return replace(usual, **fields)  # type: ignore[arg-type]


def stories_on(page: str) -> list[str]:
    """The ids of the stories that a page shows as teasers, in their order."""
    return re.findall(r'<article class="teaser[^"]*" id="at-(\w+)"', page)


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


# ---- pure ----------------------------------------------------------------------------------------------------------


def test_a_section_is_made_of_several_stories_on_a_topic_and_the_rest_comes_last() -> None:
    shown = [teaser("a", topic="15000000"), teaser("b"), teaser("c", topic="04000000"), teaser("d", topic="15000000"), teaser("e")]
    assert [(section.topic, [one.headline for one in section.stories]) for section in sections(shown)] == [
        ("15000000", ["a", "d"]),
        (None, ["b", "c", "e"]),
    ]
    assert sections([]) == ()


def test_an_edition_is_a_language_or_a_country_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.own_editions.countries", lambda outlets: [name[:2] for name in outlets])
    across, of_japan = edition("world-ja"), edition("jp-en")
    assert (across, of_japan) == (Edition("world-ja", ("ja",)), Edition("jp-en", ("en",), ("JP",)))
    assert [edition(id) for id in ("", "japan", "JP-en", "jp-en-x", "jp")] == [None] * 5
    languages, outlets = ("en-GB", "ja"), ("FR one", "JP two")
    assert across
    assert of_japan
    assert across.holds(languages, outlets)
    assert of_japan.holds(languages, outlets)
    assert not of_japan.holds(languages, outlets[:1])
    assert not of_japan.holds(("ja",), outlets)
    assert Edition().holds((), ())
    assert at_home(("JP one", "JP two", "FR three"), ("JP",))
    assert not at_home(outlets, ("JP",))


def test_the_editions_offered_are_the_languages_of_the_stories() -> None:
    assert [one.id for one in offered([("de", "en"), ("en-GB", "en"), ("en",)])] == ["world-en", "world-de"]
    assert offered([("en-GB",), ("en",)]) == ()


def test_a_story_is_new_when_it_opened_or_moved_on_since_the_last_visit() -> None:
    before, after = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    assert is_new(teaser("a"), before)
    assert not is_new(teaser("a"), after)
    assert not is_new(teaser("a"), None)
    assert not is_new(teaser("a", read=True), before)
    assert is_new(teaser("a", new_since=NOW), after)


def test_a_story_without_a_look_is_unread_again_once_it_moves() -> None:
    story = Story("a", (), updated_at=NOW)
    assert not is_read(story, None, {})
    assert not is_read(story, None, {MarkKind.SAVED: NOW})
    assert is_read(story, None, {MarkKind.READ: NOW})
    assert not is_read(story, None, {MarkKind.READ: NOW - timedelta(minutes=1)})


@pytest.mark.parametrize("fresh", [False, True])
def test_a_story_that_was_looked_at_is_unread_again_only_when_something_is_new(fresh: bool) -> None:
    moved = Story("a", (), updated_at=NOW)
    look = Glance(NOW - timedelta(hours=2), fresh)
    assert is_read(moved, look, {MarkKind.READ: NOW - timedelta(hours=2)}) is not fresh


# ---- the pages -----------------------------------------------------------------------------------------------------


def test_the_front_page_has_a_lead_sections_and_an_end(client: TestClient) -> None:
    page = client.get("/").text
    shown = stories_on(page)
    assert len(shown) == len(set(shown)) > 10
    assert page.index('class="teaser first') < page.index('class="teaser second') < page.index('class="desk')
    assert re.search(r'<h2 id="desk-1"><a href="/topics/\d{8}">', page)
    assert 'class="end"' in page
    assert "independent outlets" in page


def test_the_front_page_weighs_how_far_outlets_reach_and_says_so(client: TestClient, newsroom: Newsroom) -> None:
    store = newsroom.desk.store
    counted = store.reach()
    assert counted  # the round that gathered the press counted
    try:
        store.keep_reach({})
        without = client.get("/").text
        assert "is repeated by" not in without
        last = stories_on(without)[-1]
        outlet = next(voice for voice in outlines(store, store.stories([last]))[last].standing.voices)
        store.keep_reach({outlet.key: 10**9})
        page = client.get("/").text
        assert f"{outlet.name} is repeated by 1000000000 outlets" in html.unescape(page)
        assert stories_on(page).index(last) < len(stories_on(page)) - 1
    finally:
        store.keep_reach(counted)


def test_an_edition_holds_only_its_stories(client: TestClient) -> None:
    everything = stories_on(client.get("/e/all").text)
    japanese = stories_on(client.get("/e/world-ja").text)
    assert 0 < len(japanese) < len(everything)
    assert set(japanese) <= set(everything)
    assert "No story in this edition" in client.get("/e/world-fi").text
    assert client.get("/e/nowhere").status_code == 404


def test_a_reader_opens_with_the_edition_of_his_choice(client: TestClient) -> None:
    client.post("/settings", data={**USUAL, "edition": "world-ja"})
    assert stories_on(client.get("/").text) == stories_on(client.get("/e/world-ja").text)
    client.post("/settings", data={**USUAL, "languages": ["ja"]})
    assert stories_on(client.get("/").text) == stories_on(client.get("/e/world-ja").text)
    assert set(stories_on(client.get("/latest").text)) == set(stories_on(client.get("/e/world-ja").text))


def test_stories_of_ones_own_country_stand_first(client: TestClient) -> None:
    assert 'id="local"' not in client.get("/").text
    client.post("/settings", data={**USUAL, "home": "JP"})
    assert 'id="local"' not in client.get("/").text  # nobody here reports from there
    client.app.state.desk.store.prefer(client.app.state.desk.store.owner().id, Preferences(home="XL"))  # type: ignore[attr-defined]
    page = client.get("/").text
    assert page.index('id="local"') < page.index('id="desk-1"')


def test_the_latest_stories_come_in_order_of_time_page_by_page(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = stories_on(client.get("/latest").text)
    store = client.app.state.desk.store  # type: ignore[attr-defined]
    assert whole == list(store.newest_stories(40))
    monkeypatch.setattr("octavo.web.front.LISTED", 5)
    first = client.get("/latest").text
    further = html.unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])  # type: ignore[index]
    assert stories_on(first) + stories_on(client.get(further).text) == whole[:10]
    assert client.get("/latest?before=unknown").status_code == 400
    assert client.get("/latest?before=%00").status_code == 404


def test_marks_are_set_and_taken_back_without_javascript(client: TestClient) -> None:
    story = stories_on(client.get("/").text)[-1]
    answer = client.post("/marks", data={"save": f"story/{story}", "back": "/latest?before=1"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/latest?before=1#at-{story}")
    assert stories_on(client.get("/saved").text) == [story]
    assert f'name="unsave" value="story/{story}"' in client.get("/").text
    client.post("/marks", data={"unsave": f"story/{story}"})
    assert stories_on(client.get("/saved").text) == []


def test_what_is_read_is_set_quietly_until_it_is_marked_as_unread(client: TestClient) -> None:
    story = stories_on(client.get("/").text)[-1]
    client.post("/marks", data={"read": f"story/{story}"})
    assert re.search(rf'class="teaser[^"]* read" id="at-{story}"', client.get("/").text)
    back = client.post("/marks", data={"unread": f"story/{story}", "back": f"/stories/{story}?all"}, follow_redirects=False)
    assert back.headers["location"] == f"/#at-{story}"
    assert not re.search(rf'class="teaser[^"]* read" id="at-{story}"', client.get("/").text)


def test_looking_at_a_page_marks_it_as_read_and_fetching_it_ahead_does_not(client: TestClient) -> None:
    story = stories_on(client.get("/").text)[-2]
    client.post("/marks", data={"unread": f"story/{story}"})
    client.get(f"/stories/{story}", headers={"sec-purpose": "prefetch"})
    assert not re.search(rf'class="teaser[^"]* read" id="at-{story}"', client.get("/").text)
    client.get(f"/stories/{story}")
    assert re.search(rf'class="teaser[^"]* read" id="at-{story}"', client.get("/").text)
    assert stories_on(client.get("/history").text)[0] == story
    assert f"/stories/{story}" in main_of(client.get("/").text).partition('id="popular"')[2]


def test_an_article_can_be_saved_and_is_in_the_history(client: TestClient) -> None:
    path = re.search(r'href="(/articles/(\w+))"', client.get("/").text)
    assert path
    client.get(path[1])
    assert f'id="at-{path[2]}"' in client.get("/history").text
    client.post("/marks", data={"save": f"article/{path[2]}"})
    assert f'name="unsave" value="article/{path[2]}"' in client.get("/saved").text
    client.post("/marks", data={"unsave": f"article/{path[2]}"})


def test_everything_up_to_a_moment_is_marked_at_once(client: TestClient) -> None:
    page = client.get("/").text
    until = re.search(r'name="read_until" value="([^"]+)"', page)
    assert until
    assert client.post("/marks", data={"read_until": html.unescape(until[1])}, follow_redirects=False).headers["location"] == "/"
    after = client.get("/").text
    assert len(re.findall(r'class="teaser[^"]* read"', after)) == len(stories_on(after)) == len(stories_on(page))
    for story in stories_on(after):
        client.post("/marks", data={"unread": f"story/{story}"})


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"save": "story"}, 400),
        ({"save": "source/1"}, 400),
        ({"save": "story/01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 404),
        ({"read": "story/01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 404),
        ({"unread": "article/0000"}, 404),
        ({"read_until": "yesterday"}, 400),
        ({"read_until": "0001-01-01T00:00+09:00"}, 400),
        ({"read_until": "2031-05-04"}, 400),
    ],
)
def test_a_mark_on_nothing_is_the_callers_fault(client: TestClient, sent: dict[str, str], status: int) -> None:
    assert client.post("/marks", data=sent, follow_redirects=False).status_code == status


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "/a b"])
def test_nobody_is_sent_to_another_site(client: TestClient, back: str) -> None:
    story = stories_on(client.get("/").text)[0]
    answer = client.post("/marks", data={"unsave": f"story/{story}", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == f"/#at-{story}"


def test_a_mark_must_come_from_our_own_page(client: TestClient) -> None:
    for path in ("/marks", "/settings"):
        assert client.post(path, data={}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_lists_cost_the_same_queries_however_long_they_are(client: TestClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    store = newsroom.desk.store
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    def cost(path: str) -> tuple[int, int]:
        store.database.engine.dispose()  # so that nothing is asked because a connection is new in one case and not in the other
        client.get(path)
        asked.clear()
        shown = len(stories_on(client.get(path).text))
        assert not [statement for statement in asked if "article_texts" in statement]
        return len(asked), shown

    event.listen(store.database.engine, "before_cursor_execute", count)
    try:
        monkeypatch.setattr("octavo.web.front.LISTED", 3)
        few = [cost("/latest")]
        monkeypatch.setattr("octavo.web.front.LISTED", 30)
        many = [cost("/latest")]
        for length, costs in ((2, few), (12, many)):
            for story in store.newest_stories(length):
                client.post("/marks", data={"save": f"story/{story}"})
            costs.append(cost("/saved"))
    finally:
        event.remove(store.database.engine, "before_cursor_execute", count)
        for story in store.newest_stories(12):
            client.post("/marks", data={"unsave": f"story/{story}"})
    assert [queries for queries, _ in few] == [queries for queries, _ in many]
    assert all(short < long for (_, short), (_, long) in zip(few, many, strict=True))


# ---- settings ------------------------------------------------------------------------------------------------------

USUAL = {"size": "normal", "density": "airy", "theme": "system", "language": "", "time_zone": "", "home": "", "edition": "", "keys": "on"}


def test_settings_change_every_page(client: TestClient) -> None:
    chosen = {"size": "large", "density": "dense", "theme": "sepia", "time_zone": "Pacific/Auckland"}
    answer = client.post("/settings", data={**USUAL, **chosen, "keys": "on"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?kept")
    page = client.get("/sources").text
    assert '<html lang="en" dir="ltr" data-theme="sepia" data-size="large" data-density="dense" data-keys>' in page
    form = client.get("/settings?kept").text
    assert "Your settings are kept." in form
    assert "<option selected>Pacific/Auckland</option>" in form
    client.post("/settings", data={name: value for name, value in USUAL.items() if name != "keys"})
    assert "data-keys" not in client.get("/").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": "huge"},
        {"theme": ""},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"home": "ZZ"},
        {"language": "xx"},
        {"edition": "x"},
        {"languages": ["en", "<b>"]},
    ],
)
def test_what_cannot_be_chosen_is_refused(client: TestClient, wrong: dict[str, str]) -> None:
    assert client.post("/settings", data={**USUAL, **wrong}, follow_redirects=False).status_code == 400


def test_the_keys_are_explained_and_the_palette_finds_outlets(client: TestClient) -> None:
    assert "<kbd>j</kbd>" in client.get("/keys").text
    found = client.get("/palette.json").json()
    assert len(found) > 3
    for outlet in found:
        assert outlet["name"] in html.unescape(client.get(outlet["href"]).text)
