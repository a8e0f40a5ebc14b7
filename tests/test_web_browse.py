"""The pages across stories: voices, outlets, topics, places, threads."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup
from starlette.testclient import TestClient

from newsroom import Newsroom
from octavo.compose import Sighting, ThreadWords, across, thread_svg
from octavo.desk import Desk
from octavo.model import Block, BlockKind, Decision, DecisionKind, Quote, QuoteKind, SpeakerKind
from octavo.settings import Settings
from octavo.store import Store
from octavo.web import create_app
from octavo.web.threads import drawn
from octavo.web.topics import places
from store_samples import annotation, article, article_id, put
from test_store_lists import statements

TEXT = "“The harbour <stays>,” said Ida Brandt, the mayor. “It {n} ships,” she added to the council."
LISTS = {  # page → what marks a row of it
    "/voices": r'<h2><a href="/voices/',
    "/voices/Ida%20Brandt": r'<h2 lang="en" dir="ltr"><a href="/stories/',
    "/outlets": r'<h2><a href="/outlets/',
    "/outlets/The%20Gull": r'<h3 lang="en" dir="ltr"><a href="/articles/',
    "/topics": r"<h3 ",
    "/topics/11000000": r'<article class="teaser',
    "/places/Halm": r'<article class="teaser',
    "/threads": r'<a href="/threads/T',
    "/threads/T0": r'<li id="step-',
}


@pytest.fixture
def press(newsroom: Newsroom) -> Iterator[TestClient]:
    with TestClient(create_app(newsroom.desk), base_url="http://127.0.0.1:8710") as opened:
        yield opened


NAMES = [
    first + last for first in ("Bor", "Dag", "Fen", "Gul", "Hom", "Jup", "Kal", "Lum", "Mir", "Nox") for last in ("ad", "ek", "ip", "os")
]


def quotes_of(text: str, name: str) -> tuple[Quote, ...]:
    second = text.index("“It")
    return (
        Quote(((0, text.index(" said")),), QuoteKind.DIRECT, name="Ida Brandt", office="mayor", speaker_kind=SpeakerKind.PERSON),
        Quote(((second, text.index(" she")),), QuoteKind.DIRECT, name=name, speaker_kind=SpeakerKind.PERSON),
    )


def fill(store: Store, numbers: range) -> None:
    """Each number a story of its own with two articles, and two threads for every four of them; T0 holds all stories of even number."""
    now = datetime.now(UTC)
    for n in numbers:
        at = (now - timedelta(hours=100 - n)).isoformat()
        text = TEXT.format(n=f"waits for {n} thousand")
        own = {"section": "Politics", "dateline": "HALM", "published": at, "blocks": (Block(BlockKind.PARAGRAPH, 0, len(text)),)}
        pair = [article(f"a{n}", text, **own), article(f"b{n}", text, **own | {"publisher": f"The Tern {n}"})]
        put(store, *pair, capture_name=f"c{n}", now=now)
        said = [quotes_of(text, f"{NAMES[n]} {surname}") for surname in ("Rask", "Holm")]
        store.add_annotations([annotation(one, quotes=quotes) for one, quotes in zip(pair, said, strict=True)])
        first, second = (one.id for one in pair)
        thread = "T0" if n % 2 == 0 else f"T{n // 4}x"
        store.record_decisions(
            [
                Decision(DecisionKind.OPEN, f"S{n:02}", first),
                Decision(DecisionKind.JOIN, f"S{n:02}", second),
                Decision(DecisionKind.THREAD, f"S{n:02}", other=thread),
            ],
            now,
        )
        store.set_headlines({f"S{n:02}": f"News of the a{n}"})


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_every_list_costs_the_same_queries_whatever_stands_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.web.voices.STORIES", 20)
    found: list[dict[str, tuple[int, int]]] = []
    for stories in (10, 40):
        settings = Settings(data=tmp_path / str(stories))
        with Desk.open(settings) as desk:
            fill(desk.store, range(stories))
        found.append({path: cost(settings, path, row) for path, row in LISTS.items()})
    few, many = found
    assert {path: queries for path, (queries, _) in few.items()} == {path: queries for path, (queries, _) in many.items()}
    assert [path for path in LISTS if not 0 < few[path][1] < many[path][1] and path != "/topics"] == []


def cost(settings: Settings, path: str, row: str) -> tuple[int, int]:
    """How many queries a page takes where nothing is in memory yet, and how many rows it has. No text of a list is read but pieces of it."""
    with Desk.open(settings) as desk, TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as client:
        with statements(desk.store) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, path
        if not path.startswith("/threads/"):  # which quotes out of whole texts
            assert not [one for one in asked if re.search(r"(?<!substr\()article_texts\.(text|blocks|notes)|search_text", one)], path
        return len(asked), len(re.findall(row, answer.text))


def test_without_articles_every_list_says_what_to_do(client: TestClient) -> None:
    for path in ("/voices", "/voices?kind=institution", "/outlets", "/topics", "/threads", "/topics/15000000"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert '<p class="empty">' in answer.text


@pytest.mark.parametrize(
    "path", ["/voices/Nobody", "/outlets/Nobody", "/topics/nothing", "/places/Nowhere", "/threads/T9", "/threads/T9?after=x"]
)
def test_what_is_not_there_is_said(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Back to the front page" in answer.text


@pytest.mark.parametrize(
    "path", ["/voices", "/voices/Ida%20Brandt", "/outlets", "/outlets/The%20Gull", "/topics/11000000", "/places/Halm", "/threads"]
)
def test_a_page_that_goes_on_from_nothing_is_the_askers_fault(desk: Desk, client: TestClient, path: str) -> None:
    fill(desk.store, range(2))
    assert client.get(f"{path}?before=%00x'\"").status_code == 400


def test_a_statement_stands_with_its_story_and_source(desk: Desk, client: TestClient) -> None:
    fill(desk.store, range(2))
    page = client.get("/voices/Ida%20Brandt").text
    assert page.index("News of the a1") < page.index("News of the a0")
    assert "“The harbour &lt;stays&gt;,”" in page  # foreign text stays text
    links = re.findall(r'class="said" href="(/articles/[^"]+)"', page)
    assert len(links) == 2  # the same words of two outlets are one statement
    cited = client.get(html.unescape(links[0]).partition("#")[0]).text
    assert "“The harbour <stays>,”" in plain(cited.partition('<mark id="cited">')[2].partition("</mark>")[0])
    assert "The Tern 1" in plain(page)
    assert "mayor" in plain(page)
    assert f"{NAMES[1]} Rask" in plain(page)  # who speaks beside


def test_a_voice_is_narrowed_to_an_outlet_or_a_language(desk: Desk, client: TestClient) -> None:
    fill(desk.store, range(3))
    page = client.get("/voices/Ida%20Brandt?outlet=The%20Tern%201").text
    assert "News of the a1" in page
    assert "News of the a2" not in page
    assert client.get("/voices/Ida%20Brandt?language=de").text.count('class="empty"') == 1


def test_voices_are_read_on_page_by_page(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.store, range(5))
    monkeypatch.setattr("octavo.web.voices.STORIES", 2)
    monkeypatch.setattr("octavo.web.voices.LISTED", 4)
    for start, row, many in (("/voices/Ida%20Brandt", r"/stories/(S\d+)", 5), ("/voices", r'href="/voices/([^"?]+)"', 11)):
        path, seen = start, list[str]()
        while path:
            page = client.get(path).text
            seen += re.findall(row, page.partition("<h1")[2].partition("Quoted in the same")[0])
            further = re.search(r'rel="next" href="([^"]+)"', page)
            path = start + html.unescape(further[1]) if further else ""
        assert len(seen) == len(set(seen)) == many


def test_a_thread_is_read_in_order_of_time_and_on(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.store, range(12))
    monkeypatch.setattr("octavo.web.threads.STEPS", 4)
    page = client.get("/threads/T0").text
    assert re.findall(r'href="/stories/(S\d+)"', page) == ["S00", "S02", "S04", "S06"]
    assert page.count("<circle") == 12  # the picture shows all of it
    rest = client.get("/threads/T0?after=4").text
    assert re.findall(r'href="/stories/(S\d+)"', rest) == ["S08", "S10"]
    assert 'id="step-5"' in rest
    assert 'rel="next"' not in rest
    assert '<a href="/threads/T0">' in client.get("/stories/S00").text


def test_an_outlet_is_found_by_id_and_by_name(press: TestClient) -> None:
    page = plain(press.get("/outlets/courier").text)
    assert "The Halmar Courier" in page
    assert "owned by Veldra Press Group" in page
    assert page.partition("<footer")[0] == plain(press.get("/outlets/The%20Halmar%20Courier").text).partition("<footer")[0]
    ours = press.get("/outlets/courier").text
    assert 'rel="noopener noreferrer nofollow">Support this outlet' in ours
    assert "Lorvian News Agency" in ours.partition("Whom it repeats")[2].partition("Who repeats it")[0]
    assert "El Mirador de Santa Ruda" in ours.partition("Who repeats it")[2]
    assert "Sources that bring it" in ours


def test_an_outlet_that_is_only_credited_has_a_page(desk: Desk, client: TestClient) -> None:
    put(desk.store, article("one"), annotated=True)
    page = plain(client.get("/outlets/Skerry%20Wire").text)
    assert "Nothing is known of this outlet" in page
    assert "The Gull credited in 1 article" in page


def test_who_had_a_story_first_is_counted(desk: Desk, client: TestClient) -> None:
    fill(desk.store, range(3))
    now = datetime.now(UTC)
    put(desk.store, article("late", TEXT, published=now.isoformat(), publisher="The Auk", blocks=()), capture_name="late", annotated=True)
    desk.store.record_decisions([Decision(DecisionKind.JOIN, "S00", article_id("late"))], now)
    assert "Of its latest 1 story that others have too it surely had 0 first." in plain(client.get("/outlets/The%20Auk").text)
    assert "It may have been first with 3 more." in plain(client.get("/outlets/The%20Gull").text)


def test_pages_lead_to_these_pages(press: TestClient) -> None:
    story = re.search(r'href="(/stories/[^"#?]+)"', press.get("/").text)
    assert story
    page = press.get(story[1]).text
    for kind in ("voices", "outlets"):
        links = set(re.findall(rf'href="(/{kind}/[^"]+)"', page))
        assert links
        assert {press.get(link).status_code for link in sorted(links)[:4]} == {200}


def test_topics_hold_the_stories_of_their_sections(desk: Desk, client: TestClient) -> None:
    fill(desk.store, range(3))
    assert "News of the a2" in client.get("/topics").text.partition('href="/topics/11000000"')[2]
    assert "News of the a2" not in client.get("/topics/15000000").text
    assert '<a href="/places/Halm">' in client.get("/topics").text


def test_datelines_are_one_place_whatever_their_case() -> None:
    assert places([("HALM", 2), ("Halm, Skerry", 1), ("SAN BRENZ", 3), ("Oslo", 1)]) == (("Halm", 3), ("San Brenz", 3), ("Oslo", 1))
    assert places([]) == ()


def test_a_speaker_is_one_across_stories_and_languages() -> None:
    people = [
        Sighting("a1", "Ida Brandt", "en", ("Prime Minister",)),
        Sighting("a1", "Bo Lind", "en"),
        Sighting("a2", "Brandt", "de", ("Ministerpräsidentin",)),
        Sighting("a3", "Ida Maria Brandt", "sv"),
        Sighting("a3", "Bo Lind", "sv"),
    ]
    houses = [Sighting("a2", "The Port Authority", "en"), Sighting("a3", "Port Authority", "en")]
    found = across("Ida Brandt", people, houses, {"a1": "S1", "a2": "S1", "a3": "S2"})
    assert found.forms == ("Ida Maria Brandt",)  # a surname alone may be another's in another story
    assert dict(found.beside) == {"Bo Lind": 2, "The Port Authority": 2}
    assert across("Nobody", people, houses, {"a1": "S1", "a2": "S1", "a3": "S2"}).forms == ()


def test_a_thread_is_drawn_from_either_side_with_its_words_escaped() -> None:
    at = datetime(2031, 5, 4, tzinfo=UTC)
    stories = [[at, at + timedelta(days=1)], [at + timedelta(days=10)]]

    def circles(direction: str) -> list[float]:
        words = ThreadWords("<title>", "a & b", str, lambda when: f"{when:%d.%m.}", direction)
        picture = thread_svg(stories, words)
        assert "&lt;title&gt;" in picture
        assert "a &amp; b" in picture
        return [float(place) for place in re.findall(r'<circle cx="([\d.]+)"', picture)]

    assert circles("ltr") == sorted(circles("ltr"))
    assert circles("rtl") == [round(360 - place, 1) for place in circles("ltr")]
    assert thread_svg([], ThreadWords("", "", str, str)) == ""
    night = [[datetime(2031, 5, 4, 22, tzinfo=UTC)]]
    assert "2031-05-05" in drawn(night, ZoneInfo("Asia/Tokyo"), "t", "d", "ltr", Markup)


def test_a_name_of_any_letters_has_a_page(desk: Desk, client: TestClient) -> None:
    name = "A/B? #1 & Søn"
    made = article("odd", TEXT, published=datetime.now(UTC).isoformat(), publisher=name, blocks=())
    put(desk.store, made, capture_name="odd")
    desk.store.add_annotations([annotation(made, quotes=(Quote(((0, 5),), QuoteKind.DIRECT, name=name, speaker_kind=SpeakerKind.PERSON),))])
    for kind in ("voices", "outlets"):
        link = re.search(rf'href="(/{kind}/A[^"]+)"', client.get(f"/{kind}").text)
        assert link
        assert html.escape(name, quote=False) in client.get(html.unescape(link[1])).text
        assert quote(name) == html.unescape(link[1]).partition(f"/{kind}/")[2]
