"""The pages of a story and of an article: what is new, what was taken back, where every sentence stands."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from octavo.annotate import annotate
from octavo.desk import Desk
from octavo.model import Article, Block, BlockKind, Citation, Decision, DecisionKind, Quote, QuoteKind
from octavo.publishers import known
from octavo.settings import Settings
from octavo.store import Store
from octavo.web import create_app
from octavo.web.article_page import _passages
from octavo.web.composed import Kept
from octavo.web.footnotes import AROUND, Footnotes
from store_samples import article_id, put

FLOOD = (
    "The river Aske flooded the old town of Halm on Monday night after three days of rain. At least 12 people were killed in Halm.\n\n"
    "“We will rebuild the dam,” said Ada Brill, the mayor of Halm."
)
ECHO = "Four hundred people left their homes when the river Aske flooded the old town of Halm. Divers went on searching at dawn."
BELLS = "Engineers from Skerry found 17 cracks along the foundations of the northern bridge."


def article(name: str, text: str, **fields: object) -> Article:
    blocks = tuple(Block(BlockKind.PARAGRAPH, m.start(), m.end()) for m in re.finditer(r"[^\n]+", text))
    made = Article(
        id=article_id(name),
        headline=f"News of {name}",
        text=text,
        blocks=blocks,
        publisher=f"The {name}",
        language="en",
        published="2031-05-04T08:00+00:00",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path)) as opened:
        yield opened


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as opened:
        yield opened


def bring(desk: Desk, *articles: Article, name: str, story: str | None = None) -> None:
    """Articles as one capture brings them, annotated, put in a story where they are new, and composed."""
    now = datetime.now(UTC)
    put(desk.store, *articles, capture_name=name, now=now)
    desk.store.add_annotations([annotate(found) for found in desk.store.articles([a.id for a in articles]).values()])
    for n, new in enumerate(articles):
        if story and new.id not in desk.store.stories_of([new.id]):
            there = desk.store.story(story) or n
            desk.store.record_decisions([Decision(DecisionKind.JOIN if there else DecisionKind.OPEN, story, new.id)], now)
    desk.compose(now)


def look_ago(store: Store, story: str, hours: float) -> None:
    """The owner looked at the story as it stands, some hours ago."""
    found = store.story(story)
    assert found
    heads = store.heads(found.articles)
    store.look(store.owner().id, story, {id: head.revision for id, head in heads.items()}, datetime.now(UTC) - timedelta(hours=hours))


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_first_look_marks_nothing(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), article("Tern", ECHO), name="first", story="S1")
    page = client.get("/stories/S1").text
    assert 'class="new"' not in page
    assert "New since" not in page
    assert "nothing new" not in page


def test_what_came_in_since_is_marked_until_the_next_look_and_reloading_takes_nothing_away(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    look_ago(desk.store, "S1", 3)
    assert "nothing new since" in client.get("/stories/S1", headers={"sec-purpose": "prefetch"}).text
    bring(desk, article("Tern", BELLS), name="second", story="S1")
    assert "new since" in client.get("/").text
    for _ in range(2):
        page = client.get("/stories/S1").text
        news = page.partition('class="news"')[2].partition("</section>")[0]
        assert "The Tern" in news
        assert BELLS in plain(news).replace(" .", ".") or "17 cracks" in news
    assert "new since" not in client.get("/").text


def test_what_only_repeats_does_not_make_a_story_unread_again(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    look_ago(desk.store, "S1", 3)
    bring(desk, article("Gull", FLOOD.replace("old town", "the old town")), name="tidied")
    assert desk.store.looks(["S1"])[0].fresh is False
    assert "new since" not in client.get("/").text
    bring(desk, article("Gull", FLOOD + "\n\n" + BELLS), name="added")
    assert desk.store.looks(["S1"])[0].fresh


@pytest.mark.parametrize(
    ("method", "headers"),
    [("HEAD", {}), ("GET", {"sec-purpose": "prefetch;prerender"}), ("GET", {"purpose": "prefetch"}), ("GET", {"sec-fetch-dest": "image"})],
)
def test_what_nobody_sees_is_no_look(desk: Desk, client: TestClient, method: str, headers: dict[str, str]) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    client.request(method, "/stories/S1", headers=headers)
    assert desk.store.looks(["S1"]) == ()
    client.get("/stories/S1")
    assert len(desk.store.looks(["S1"])) == 1


def test_a_sentence_that_its_source_took_back_stays_marked_in_the_brief(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), article("Tern", ECHO), name="first", story="S1")
    lost = next(s for s in desk.store.briefs(["S1"])["S1"].sentences if s.citation.article == article_id("Gull"))
    changed = FLOOD.replace(lost.text, "The dam near the mill did not break after all, the town said on Wednesday.")
    bring(desk, article("Gull", changed), name="changed")
    (gone,) = desk.store.withdrawn(["S1"])["S1"]
    assert gone.sentence == lost
    assert gone.since == desk.store.revisions(article_id("Gull"))[-1].made_at
    page = client.get("/stories/S1").text
    assert "no longer in the source since" in page
    place = gone.sentence.citation
    link = f"/articles/{place.article}?revision=1&amp;cite={place.start}-{place.end}"
    assert link in page
    stood = client.get(html.unescape(link)).text
    assert "no longer stands in the newest one" in plain(stood)
    assert "<mark" in stood
    bring(desk, article("Gull", FLOOD), name="back")
    assert lost not in [gone.sentence for gone in desk.store.withdrawn(["S1"])["S1"]]


def test_a_sentence_taken_back_makes_a_story_unread_again(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), article("Tern", ECHO), name="first", story="S1")
    look_ago(desk.store, "S1", 3)
    bring(desk, article("Gull", FLOOD.replace("At least 12 people were killed in Halm.", "")), name="changed")
    assert desk.store.looks(["S1"])[0].fresh
    page = client.get("/stories/S1").text
    gone = page.partition('class="gone"')[2].partition("</p>")[0]
    assert 'class="new"' in gone
    assert "<del>" in gone


def test_a_cited_sentence_can_be_read_in_its_paragraph_on_the_spot(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), article("Tern", ECHO), name="first", story="S1")
    page = client.get("/stories/S1").text
    notes = re.findall(r'popovertarget="(note-\d+)" aria-label', page)
    assert notes
    assert all(f'popover id="{note}"' in page for note in notes)
    assert len(re.findall(r'popover id="', page)) == len(set(re.findall(r'popover id="(note-\d+)"', page)))
    assert "<style" not in page
    assert 'style="' not in page


def test_copies_stand_folded_under_their_origin(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    now = datetime.now(UTC)
    put(desk.store, article("Tern", FLOOD), capture_name="copy", now=now)
    desk.store.add_annotations([annotate(a) for a in desk.store.articles([article_id("Tern")]).values()])
    desk.store.record_decisions([Decision(DecisionKind.COPY, "S1", article_id("Tern"), other=article_id("Gull"))], now)
    page = client.get("/stories/S1").text
    reports = page.partition('class="articles"')[2].partition("</section>")[0]
    assert "1 outlet carries the same text" in reports
    assert reports.index("The Gull") < reports.index("<details") < reports.index("The Tern")
    assert "1 independent voice" in plain(page)


def test_voices_can_be_chosen_and_odd_choices_are_answered(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    assert "Ada Brill" in client.get("/stories/S1").text.partition('class="voices"')[2].partition("</section>\n")[0]
    for query in ("?country=XX", "?organisation=%00%3Cscript%3E", "?country=&organisation="):
        answer = client.get("/stories/S1" + query)
        assert answer.status_code == 200
        assert "<script>" not in answer.text
    assert "Nobody from there is quoted" in client.get("/stories/S1?country=XX").text


def test_the_page_of_an_article_marks_who_said_what_and_shows_what_changed(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    page = client.get(f"/articles/{article_id('Gull')}").text
    assert '<span class="quote">“We will rebuild the dam,”</span>' in page
    assert "what somebody said" in page
    assert "What changed" not in page
    bring(desk, article("Gull", FLOOD.replace("12 people", "15 people")), name="changed")
    page = client.get(f"/articles/{article_id('Gull')}").text
    lines = page.partition('class="lines"')[2].partition("</div>")[0]
    assert re.search(r"<del>.*12</del><ins>.*15</ins>", lines)
    assert "rebuild" not in lines
    assert "revision 2 of 2" in plain(page)
    older = client.get(f"/articles/{article_id('Gull')}?revision=1").text
    assert "This is the text as it was first seen." in plain(older)


def test_a_story_costs_the_same_queries_however_many_articles_it_has(desk: Desk, client: TestClient) -> None:
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    few = [article(f"Few{n}", f"{ECHO} Boat {n} came late.") for n in range(2)]
    many = [article(f"Many{n}", f"{ECHO} Boat {n} came late.") for n in range(12)]
    bring(desk, *few, name="few", story="S1")
    bring(desk, *many, name="many", story="S2")
    for id in ("S1", "S2"):
        client.get(f"/stories/{id}")
    event.listen(desk.store.database.engine, "before_cursor_execute", count)
    costs = []
    for kept in (True, False):
        for id in ("S1", "S2"):
            if not kept:
                client.app.state.kept = Kept()  # type: ignore[attr-defined]
            asked.clear()
            client.get(f"/stories/{id}")
            costs.append((len(asked), any("article_texts" in statement for statement in asked)))
    event.remove(desk.store.database.engine, "before_cursor_execute", count)
    assert costs[0] == costs[1]
    assert costs[2] == costs[3]
    assert not costs[0][1]  # a story that did not change reads no text
    assert costs[2][1]


def test_a_kept_story_is_composed_anew_when_what_it_rests_on_changes(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    assert "Mayor Ada Brill resigned" not in client.get("/stories/S1").text
    bring(desk, article("Gull", "Mayor Ada Brill resigned over the broken dam on Tuesday evening, her office said."), name="changed")
    assert "Mayor Ada Brill resigned" in client.get("/stories/S1").text


def test_a_long_list_ends_and_can_be_had_whole(desk: Desk, client: TestClient) -> None:
    bring(desk, *(article(f"Boat{n}", f"{ECHO} Boat {n} came late.") for n in range(23)), name="many", story="S1")
    assert client.get("/stories/S1").text.count('<li id="article-') == 20
    assert 'href="?all#articles"' in client.get("/stories/S1").text
    narrowed = "country=DE&amp;organisation=A%26B%20%22x%22"
    assert f'href="?all&amp;{narrowed}#articles"' in client.get(f"/stories/S1?{html.unescape(narrowed)}").text
    whole = client.get("/stories/S1?all").text
    assert whole.count('<li id="article-') == 23
    assert "?all#" not in whole


def test_copies_beyond_those_that_are_shown_can_be_had_too(desk: Desk, client: TestClient) -> None:
    boats = [article(f"Boat{n}", ECHO, published=f"2021-05-04T08:{n:02}+00:00") for n in range(22)]
    bring(desk, boats[0], name="first", story="S1")
    now = datetime.now(UTC)
    put(desk.store, *boats[1:], capture_name="copies", now=now)
    desk.store.record_decisions([Decision(DecisionKind.COPY, "S1", boat.id, other=boats[0].id) for boat in boats[1:]], now)
    assert "and 1 more" in client.get("/stories/S1").text.partition('class="articles"')[2].partition("</section>")[0]
    assert client.get("/stories/S1?all").text.count('<li id="article-') == 22


def test_countries_beyond_the_first_can_be_had_too(desk: Desk, client: TestClient) -> None:
    outlets = list({outlet.country: outlet.name for outlet in known() if outlet.country}.values())[:14]
    bring(desk, *(article(outlet, f"{ECHO} The {outlet} was told so.") for outlet in outlets), name="many", story="S1")
    pages = [client.get(f"/stories/S1{more}").text.partition('class="coverage"')[2].partition("</table>")[::2] for more in ("", "?all")]
    assert [table.count('<th scope="row">') > 12 for table, _ in pages] == [False, True]
    assert ["?all#coverage" in rest.partition("<table>")[0] for _, rest in pages] == [True, False]


def test_evidence_beyond_the_first_can_be_had_too(desk: Desk, client: TestClient) -> None:
    echo = "The mayor will step down, the Guardian reported on Monday. According to the Guardian, the dam was never tested."
    bring(desk, article("Gull", FLOOD), article("Tern", echo), name="first", story="S1")
    steps = {more: client.get(f"/stories/S1{more}").text.partition('class="edges"')[2].partition("</ul>")[0] for more in ("", "?all")}
    assert [steps[more].count('class="evidence"') for more in steps] == [1, 2]
    assert [steps[more].count('href="?all#origins"') for more in steps] == [1, 0]


def test_stories_are_kept_in_memory_up_to_a_bound(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.web.composed.MOST", 1)
    for n in range(3):
        bring(desk, article(f"Boat{n}", f"{ECHO} Boat {n} came late."), name=f"boat-{n}", story=f"S{n}")
        client.get(f"/stories/S{n}")
    kept: Kept = client.app.state.kept  # type: ignore[attr-defined]
    assert list(kept._stories) == ["S2"]
    assert client.get("/stories/S0").status_code == 200


# ---- the parts, by themselves --------------------------------------------------------------------------------------


def test_a_footnote_shows_its_paragraph_and_no_more_than_a_reader_takes_in() -> None:
    long = "word " * 400
    text = f"First paragraph.\n\n{long}Here it stands. {long}\n\nLast one."
    found = article("Gull", text)
    start = text.index("Here")
    note = Footnotes({(found.id, 1): found}, {found.id: 7}).note(Citation(found.id, start, start + 15, 1))
    before, cited, after = note.parts
    assert (note.number, cited) == (7, "Here it stands.")
    assert before.startswith("… word")
    assert after.endswith("word …")
    assert max(len(before), len(after)) <= AROUND + 2
    assert "paragraph" not in before + after


def test_a_footnote_is_set_once_however_often_it_is_cited() -> None:
    found = article("Gull", FLOOD)
    notes = Footnotes({(found.id, 1): found}, {found.id: 1})
    place = Citation(found.id, 0, 10, 1)
    assert notes.note(place) is notes.note(place)
    assert [note.id for note in notes.asked.values()] == ["note-1"]


def test_marks_that_overlap_are_cut_into_pieces_that_lose_nothing() -> None:
    found = article("Gull", "abcdefghij", blocks=(Block(BlockKind.PARAGRAPH, 1, 9),))
    (passage,) = _passages(found, {"noted": [(0, 4)], "quote": [(3, 6), (20, 30)], "speaker": [(8, 12)]}, (0, 0))
    assert [(piece.text, piece.marks) for piece in passage.after] == [
        ("bc", ("noted",)),
        ("d", ("noted", "quote")),
        ("ef", ("quote",)),
        ("gh", ()),
        ("i", ("speaker",)),
    ]


def test_marking_a_long_text_takes_time_as_its_length_does() -> None:
    text = "\n\n".join(["A quoted word."] * 4000)
    blocks = tuple(Block(BlockKind.PARAGRAPH, at, at + 14) for at in range(0, len(text), 16))
    begun = process_time()
    passages = _passages(
        article("Gull", text, blocks=blocks), {"quote": [(block.start + 2, block.start + 8) for block in blocks]}, (18, 24)
    )
    assert process_time() - begun < 2
    assert [piece.text for piece in passages[1].cited] == ["quoted"]
    assert [[(piece.text, piece.marks) for piece in passage.after] for passage in passages[2:]] == [
        [("A ", ()), ("quoted", ("quote",)), (" word.", ())]
    ] * 3998


def test_a_quote_of_an_older_annotation_is_not_marked_in_a_newer_text(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), name="first", story="S1")
    id = article_id("Gull")
    old = desk.store.annotations([id])[id]
    put(desk.store, article("Gull", "Short text."), capture_name="changed", now=datetime.now(UTC))
    desk.store.add_annotations([replace(old, quotes=(Quote(((0, 200),), QuoteKind.DIRECT),))])
    assert 'class="quote"' not in client.get(f"/articles/{id}").text


def test_an_article_that_moves_away_takes_what_it_took_back_with_it(desk: Desk, client: TestClient) -> None:
    bring(desk, article("Gull", FLOOD), article("Tern", ECHO), name="first", story="S1")
    bring(desk, article("Wren", BELLS), name="other", story="S2")
    lost = next(s for s in desk.store.briefs(["S1"])["S1"].sentences if s.citation.article == article_id("Gull"))
    changed = FLOOD.replace(lost.text, "The dam near the mill did not break after all, the town said on Wednesday.")
    bring(desk, article("Gull", changed), name="changed")
    assert [gone.sentence for gone in desk.store.withdrawn(["S1"])["S1"]] == [lost]
    desk.store.record_decisions([Decision(DecisionKind.MOVE, "S2", article_id("Gull"), "S1")], datetime.now(UTC))
    assert client.get("/stories/S1").status_code == 200
    desk.compose(datetime.now(UTC))
    assert client.get("/stories/S1").status_code == 200
    assert not desk.store.withdrawn(["S1"]).get("S1")


def test_who_is_silent_is_told_of_all_that_published_in_the_first_days(client: TestClient, desk: Desk) -> None:
    one, two, still, later = [publisher.name for publisher in known() if publisher.country == "DE"][:4]
    told = [("Echo", FLOOD, one, 4), ("Post", ECHO, two, 4), ("Week", ECHO + " " + FLOOD, one, 14)]
    elsewhere = [("Bells", BELLS, still, 5), ("Bridge", BELLS, later, 8)]
    for those, story in ((told, "S"), (elsewhere, None)):
        made = [article(name, text, publisher=outlet, published=f"2025-05-{day:02}T08:00+00:00") for name, text, outlet, day in those]
        bring(desk, *made, name=f"captured {story}", story=story)
    page = html.unescape(client.get("/stories/S").text)
    silent = page[page.index("Who is silent") :]
    assert "1 of 3" in silent
    assert f"<dd><bdi>{still}" in silent
    assert later not in silent
