"""The pages of follows, rules and own editions, asked as a browser without JavaScript asks them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import escape
from sqlalchemy import insert
from starlette.testclient import TestClient

from newsroom import Newsroom
from octavo.compose import topics
from octavo.model import Article, Story
from octavo.rules import Deed, Rule
from octavo.store import Followed, MarkKind, Preferences, Store
from octavo.store.tables_people import readers
from octavo.web import create_app
from octavo.web.follows import MOST_SEARCHES
from test_store_lists import statements

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def store(newsroom: Newsroom) -> Store:
    return newsroom.desk.store


@pytest.fixture
def client(newsroom: Newsroom, store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(newsroom.desk), base_url="http://127.0.0.1:8710") as opened:
        yield opened
    me = store.owner().id
    store.prefer(me, Preferences())
    for rule in store.rules(me):
        store.drop_rule(me, rule.id)
    for followed in store.follows(me):
        store.unfollow(me, followed.entity, followed.id)
    for one in store.own_editions(me):
        store.drop_edition(me, one.edition.id)


def stories_on(page: str) -> list[str]:
    return re.findall(r'<article class="teaser[^"]*" id="at-(\w+)"', page)


def single(store: Store) -> tuple[str, str]:
    """A story of one article, with its headline."""
    found = next(one for one in store.stories(store.newest_stories(40)) if len(one.articles) == 1 and one.headline)
    return found.id, found.headline or ""


def of_these_days(store: Store) -> tuple[Story, Article]:
    """A story of a thread, with one of its articles that is young enough for a search of the last week to find it."""
    since = (datetime.now(UTC) - timedelta(days=5)).isoformat()
    threaded = [one for one in store.recent_stories(None, 40) if one.thread]
    heads = store.heads([id for one in threaded for id in one.articles])
    return next((one, heads[id]) for one in threaded for id in one.articles if (heads[id].published or "") > since)


def keep(client: TestClient, **said: str) -> str:
    """Keep a rule through its form; where the answer leads."""
    answer = client.post("/rules", data={"deed": "hide", "where": "headline", "way": "words", **said}, follow_redirects=False)
    assert answer.status_code == 303, answer.text[-600:]
    return str(answer.headers["location"])


# ---- follows -------------------------------------------------------------------------------------------------------


def test_everything_that_can_be_followed_has_a_page_that_leads_to_its_stories(client: TestClient, store: Store) -> None:
    found, head = of_these_days(store)
    voice = store.utterances([found.id], 1)[0].quote.name
    place = next(iter(store.datelines())).partition(",")[0].title()
    words = " ".join((head.headline or "").split()[:2])
    what = {
        "story": found.id,
        "thread": found.thread,
        "outlet": head.publisher,
        "voice": voice,
        "place": place,
        "topic": "11000000",
        "search": words,
    }
    shown = set()
    for entity, id in what.items():
        answer = client.post("/following", data={"follow": f"{entity}/{id}", "back": "/topics"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/topics"), entity
        page = client.get("/following?week").text
        assert f'value="{entity}/{escape(str(id))}"' in page
        assert stories_on(page), (entity, id)
        shown.add(tuple(stories_on(page)))
        client.post("/following", data={"unfollow": f"{entity}/{id}"})
    assert len(shown) > 3
    assert "You follow nothing yet." in client.get("/following").text


def test_a_story_stands_once_however_many_things_lead_to_it(client: TestClient, store: Store) -> None:
    for name in {head.publisher for head in store.latest_articles(40) if head.publisher}:
        client.post("/following", data={"follow": f"outlet/{name}"})
    client.post("/following", data={"follow": "topic/11000000"})
    found = stories_on(client.get("/following?week").text)
    assert len(found) == len(set(found)) > 8


def test_a_button_says_whether_its_page_is_followed(client: TestClient) -> None:
    assert 'name="follow" value="topic/11000000"' in client.get("/topics/11000000").text
    client.post("/following", data={"follow": "topic/11000000"})
    assert 'name="unfollow" value="topic/11000000"' in client.get("/topics/11000000").text


def test_what_is_new_is_what_came_in_since_the_last_look(client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/following", data={"follow": "topic/11000000"})
    me, now = store.owner().id, datetime.now(UTC)
    store.visit_follows(me, now + timedelta(days=300))
    store.visit_follows(me, now + timedelta(days=301))
    page = client.get("/following", headers={"sec-purpose": "prefetch"}).text
    assert "Nothing new in what you follow." in page
    assert stories_on(client.get("/following?week", headers={"sec-purpose": "prefetch"}).text)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"follow": "moon/1"}, 400),
        ({"follow": "story"}, 404),
        ({"follow": f"story/{NOWHERE}"}, 404),
        ({"follow": f"thread/{NOWHERE}"}, 404),
        ({"follow": "topic/99999999"}, 404),
        ({"follow": "outlet/"}, 400),
        ({"follow": "outlet/" + "x" * 301}, 400),
        ({"follow": "search/before:never"}, 400),
        ({"follow": "search/" + "a " * 25}, 400),
        ({"follow": "voice/\x00"}, 303),
    ],
)
def test_what_cannot_be_followed_is_the_callers_fault(client: TestClient, sent: dict[str, str], status: int) -> None:
    assert client.post("/following", data=sent, follow_redirects=False).status_code == status


def test_only_so_many_searches_can_be_followed(client: TestClient, store: Store) -> None:
    for n in range(MOST_SEARCHES):
        store.follow(store.owner().id, Followed.SEARCH, f"word{n}", datetime.now(UTC))
    assert client.post("/following", data={"follow": "search/one more"}).status_code == 400


# ---- rules ---------------------------------------------------------------------------------------------------------


def test_a_hidden_story_is_counted_and_shown_with_its_rule(client: TestClient, store: Store) -> None:
    story, headline = single(store)
    location = keep(client, what=headline)
    for path in ("/", "/latest"):
        page = client.get(path).text
        assert story not in stories_on(page)
        assert "1 story hidden by your rules" in page
        assert headline not in html.unescape(page)
        hidden = client.get(f"{path}?hidden").text
        assert stories_on(hidden) == [story]
        assert f'href="{location}"' in hidden
    assert client.get(f"/stories/{story}").status_code == 200
    keep(client, what=headline, deed="keep")
    assert "hidden by your rules" not in client.get("/").text


def test_rules_of_an_edition_work_there_alone(client: TestClient, store: Store) -> None:
    story, headline = single(store)
    language = store.heads(store.stories([story])[0].articles).popitem()[1].language
    keep(client, what=headline, edition=f"world-{language}")
    assert story in stories_on(client.get("/").text)
    assert story not in stories_on(client.get(f"/e/world-{language}").text)


def test_rules_weigh_highlight_and_mark(client: TestClient, store: Store) -> None:
    last = stories_on(client.get("/").text)[-1]
    headline = html.unescape(store.stories([last])[0].headline or "")
    keep(client, what=headline, deed="weigh", factor="10")
    keep(client, what=headline, deed="highlight", word="Mine <b>")
    keep(client, what=headline, deed="save")
    page = client.get("/").text
    assert stories_on(page).index(last) < len(stories_on(page)) - 1
    assert '<span class="word" dir="auto">Mine &lt;b&gt;</span>' in page
    assert MarkKind.SAVED in store.marks(store.owner().id, "story", [last])[last]
    store.unmark(store.owner().id, "story", last, MarkKind.SAVED)


def test_hidden_stories_are_not_among_what_is_followed(client: TestClient, store: Store) -> None:
    client.post("/following", data={"follow": "topic/11000000"})
    before = stories_on(client.get("/following?week").text)
    keep(client, where="section", what="politics, politik, política", deed="hide")
    page = client.get("/following?week").text
    assert set(stories_on(page)) < set(before)
    assert "hidden by your rules" in page
    assert stories_on(client.get("/following?week&hidden").text)


def test_a_trial_says_what_would_happen_and_changes_nothing(client: TestClient, store: Store) -> None:
    story, headline = single(store)
    page = client.get("/rules", params={"deed": "hide", "where": "headline", "what": headline}).text
    assert "1 story of the last week" in page
    assert stories_on(page) == [story]
    assert "Save this rule" in page
    assert store.rules(store.owner().id) == ()
    assert "0 stories of the last week" in client.get("/rules", params={"what": "xylophonist"}).text
    elsewhere = {"what": headline, "where": "headline", "edition": "world-fi"}
    assert "0 stories of the last week" in client.get("/rules", params=elsewhere).text


def test_a_rule_by_meaning_shows_what_is_just_near_enough(client: TestClient, store: Store) -> None:
    asked = {"way": "meaning", "what": "people trapped below ground in a mine", "nearness": "2"}
    page = client.get("/rules", params={"deed": "save", **asked}).text
    assert "Just near enough" in page
    assert "Just not near enough" in page
    titles = [one.headline or "" for one in store.stories(stories_on(page))]
    assert any("miner" in title.lower() for title in titles)
    strict = client.get("/rules", params={"deed": "save", **asked, "nearness": "8"}).text
    assert len(stories_on(strict)) < len(titles)
    keep(client, deed="highlight", word="Mine", **asked)
    assert '<span class="word" dir="auto">Mine</span>' in client.get("/").text


def test_rules_are_changed_switched_on_and_removed(client: TestClient, store: Store) -> None:
    me = store.owner().id
    keep(client, what="ferry", until="2999-12-31")
    rule = store.rules(me)[0]
    answer = client.post(f"/rules/{rule.id}", data={"change": ""}, follow_redirects=False)
    form = client.get(answer.headers["location"]).text
    assert 'name="until" type="date" value="2999-12-31"' in form
    keep(client, what="tram", instead_of=str(rule.id))
    (changed,) = store.rules(me)
    assert changed.what == "tram"
    store.switch_rule(changed.id, "Its pattern took too long")
    assert "Switched off:" in client.get("/rules").text
    client.post(f"/rules/{changed.id}", data={"switch_on": ""})
    assert "Switched off:" not in client.get("/rules").text
    client.post(f"/rules/{changed.id}", data={"remove": ""})
    assert store.rules(me) == ()
    for deed in ("change", "switch_on", "remove"):
        assert client.post(f"/rules/{changed.id}", data={deed: ""}, follow_redirects=False).status_code == 404
    assert client.post(f"/rules/{changed.id}", data={}).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"deed": "burn"},
        {"where": "moon"},
        {"way": "regex", "what": "("},
        {"way": "regex", "what": "(a{999}){999}"},
        {"deed": "weigh", "factor": "nan"},
        {"deed": "weigh", "factor": "much"},
        {"deed": "highlight"},
        {"until": "2001-01-01"},
        {"until": "9999-12-31"},
        {"until": "tomorrow"},
        {"edition": "mars-xx"},
        {"instead_of": "999999"},
    ],
)
def test_what_is_no_rule_is_refused(client: TestClient, store: Store, wrong: dict[str, str]) -> None:
    said = {"deed": "hide", "where": "headline", "way": "words", "what": "ferry", **wrong}
    assert client.post("/rules", data=said, follow_redirects=False).status_code == 400
    assert client.get("/rules", params=said).status_code in (200, 422)
    assert store.rules(store.owner().id) == ()


def test_a_pattern_that_takes_too_long_is_told_and_not_kept(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.rules.ONE_SEARCH", 1e-9)
    monkeypatch.setattr("octavo.rules.ALL_SEARCHES", 1e-9)
    said = {"deed": "hide", "where": "anywhere", "way": "regex", "what": "(.*a)*b+$"}
    assert "The pattern takes too long" in client.get("/rules", params=said).text
    assert client.post("/rules", data=said).status_code == 400


def test_the_front_page_asks_as_often_with_rules_as_for_one(client: TestClient, store: Store) -> None:
    counts = []
    for n in range(3):
        keep(client, what=f"word{n}")
        client.get("/")
        with statements(store) as seen:
            client.get("/")
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_what_is_followed_is_read_in_as_many_queries_however_much_it_is(client: TestClient, store: Store) -> None:
    names = sorted({head.publisher for head in store.latest_articles(60) if head.publisher})
    voices = [one.quote.name or "" for one in store.utterances(store.newest_stories(10), 3)]
    counts, shown = [], []
    for length in (2, 6):
        for entity, those in (("outlet", names), ("voice", voices), ("topic", topics())):
            for id in those[:length]:
                client.post("/following", data={"follow": f"{entity}/{id}"})
        client.get("/following?week")
        with statements(store) as seen:
            shown.append(len(stories_on(client.get("/following?week", headers={"sec-purpose": "prefetch"}).text)))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert shown[0] < shown[1]


NASTY = (
    "!!!",
    "\x00",
    "\u202e",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "9" * 400,
    "-1",
    "%00",
    "٣",
    "𝕏" * 300,
    "../../x",
    "{{7*7}}",
    "(?P<",
    "nan",
    "1e999",
)


@pytest.mark.parametrize("value", NASTY)
def test_nothing_that_is_sent_is_more_than_refused(client: TestClient, store: Store, value: str) -> None:
    usual = {"deed": "hide", "where": "headline", "way": "words", "what": "ferry"}
    for name in (*usual, "word", "factor", "nearness", "edition", "until", "instead_of"):
        said = {**usual, name: value} | ({"deed": "weigh"} if name == "factor" else {})
        for answer in (client.get("/rules", params=said), client.post("/rules", data=said, follow_redirects=False)):
            assert answer.status_code < 500, name
    for way in ("regex", "words"):
        answer = client.get("/rules", params={**usual, "way": way, "what": value})
        assert answer.status_code < 500
        assert "<script>alert" not in answer.text
    for name in ("name", "languages", "countries", "topics", "outlets", "text"):
        sent = {"name": "A", name: value}
        for path in ("/editions", "/editions/read"):
            assert client.post(path, data=sent, follow_redirects=False).status_code < 500, (path, name)
    for kind in Followed:
        assert client.post("/following", data={"follow": f"{kind}/{value}"}, follow_redirects=False).status_code < 500, kind
    for path in ("/following?week", "/rules", "/editions", "/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    for path in ("/editions/new", "/latest"):
        assert client.get(path, params={"from": value, "before": value}).status_code < 500


# ---- marks by age --------------------------------------------------------------------------------------------------


def test_what_is_older_than_an_age_is_marked_as_read(client: TestClient, store: Store) -> None:
    assert client.post("/marks", data={"older_than": "P7D", "by_age": ""}, follow_redirects=False).status_code == 303
    assert client.post("/marks", data={"older_than": "P9Y", "by_age": ""}, follow_redirects=False).status_code == 400
    assert client.post("/marks", data={"older_than": "P7D"}, follow_redirects=False).status_code == 400


def test_a_rule_of_another_reader_is_not_there(client: TestClient, store: Store) -> None:
    with store.database.writing() as connection:
        other = connection.execute(
            insert(readers).values(name="A third", role="reader", created_at=datetime.now(UTC)).returning(readers.c.id)
        ).scalar_one()
    id = store.keep_rule(other, Rule(0, Deed.HIDE, "ferry"), datetime.now(UTC))
    assert client.post(f"/rules/{id}", data={"remove": ""}, follow_redirects=False).status_code == 404
    assert "ferry" not in client.get("/rules").text
    store.drop_rule(other, id)
