"""The page of a thread: the days that matter over all its stories, each sentence with its outlet, its article and its place."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.model import Article, Decision, DecisionKind
from octavo.store import Store
from octavo.web.composed import Kept
from store_samples import NOW, annotation, article, article_id, put

DAM = "The dam above Halm broke on March 3. Four hundred people left their homes in the night."
INQUIRY = "The inquiry into the dam began on Tuesday in the town hall. Its chair spoke of the March 3 disaster for an hour."
VERDICT = "The builder of the dam was fined by the court in Halm. The town will vote on a new dam on May 20."


def tell(store: Store, story: str, name: str, text: str, published: str, *, annotated: bool = True) -> Article:
    """A story of the thread T with one article."""
    (id,) = put(store, article(name, text, published=published, publisher=f"The {name}"), capture_name=name)
    (made,) = store.articles([id]).values()
    if annotated:
        read(store, made)
    store.record_decisions([Decision(DecisionKind.OPEN, story, id), Decision(DecisionKind.THREAD, story, other="T")], NOW)
    return made


def read(store: Store, made: Article) -> None:
    spans = tuple(found.span() for found in re.finditer(r"\S[^.]*\.", made.text))
    store.add_annotations([annotation(made, sentences=spans, quotes=(), credits=())])


def told(store: Store) -> None:
    tell(store, "S1", "Gull", DAM, "2031-03-04")
    tell(store, "S2", "Tern", INQUIRY, "2031-04-10")
    tell(store, "S3", "Auk", VERDICT, "2031-05-02")


def days(page: str) -> list[tuple[str, list[str]]]:
    """Each day of a page's timeline with its sentences."""
    section = page.partition('aria-labelledby="days"')[2].partition("</section>")[0]
    return [
        (re.findall(r'datetime="([^"]+)"', entry)[0], [html.unescape(said) for said in re.findall(r"<blockquote[^>]*>([^<]*)<", entry)])
        for entry in section.split("<li>")[1:]
    ]


def test_a_thread_tells_the_days_of_all_its_stories_in_order(desk: Desk, client: TestClient) -> None:
    told(desk.store)
    shown = dict(days(client.get("/threads/T").text))
    assert list(shown) == sorted(shown)
    assert "The dam above Halm broke on March 3." in shown["2031-03-03"]
    assert "The inquiry into the dam began on Tuesday in the town hall." in shown["2031-04-08"]
    assert "The town will vote on a new dam on May 20." in shown["2031-05-20"]


def test_each_sentence_names_its_outlet_and_leads_to_its_place(desk: Desk, client: TestClient) -> None:
    told(desk.store)
    page = client.get("/threads/T").text
    sentence = "The town will vote on a new dam on May 20."
    after = page.partition(sentence)[2].partition("</p>")[0]
    assert "The Auk" in after
    link = re.search(r'href="([^"]+)"[^>]*>News of the Auk<', after)
    assert link
    cited = client.get(html.unescape(link[1]).partition("#")[0]).text
    assert re.findall(r'<mark id="cited">([^<]*)</mark>', cited) == [sentence]


def test_the_days_stand_on_the_first_page_of_a_thread_only(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told(desk.store)
    monkeypatch.setattr("octavo.web.threads.STEPS", 2)
    assert len(days(client.get("/threads/T").text)) > 2
    assert days(client.get("/threads/T?after=2").text) == []


def test_the_days_are_found_anew_when_an_article_was_read(desk: Desk, client: TestClient) -> None:
    told(desk.store)
    late = tell(desk.store, "S4", "Skua", "The new dam was opened on June 1 by the mayor of Halm.", "2031-06-02", annotated=False)
    assert "2031-06-01" not in dict(days(client.get("/threads/T").text))
    read(desk.store, late)
    assert "2031-06-01" in dict(days(client.get("/threads/T").text))


def test_nothing_is_kept_of_a_database_that_another_took_the_place_of(desk: Desk) -> None:
    told(desk.store)
    store, kept = desk.store, Kept()
    thread = store.thread("T")
    assert thread
    before = kept.days(store, thread)
    assert kept.days(store, thread) is before
    kept.forget()
    assert kept.days(store, thread) is not before


def test_a_related_story_gets_its_names_when_its_article_was_read(desk: Desk) -> None:
    store, kept = desk.store, Kept()
    names = ("Ada Brill", "Old Mill", "Aske", "Jon Rask", "Dale Bridge")
    for n in range(8):
        made = tell(store, f"S{n}", f"Paper {n}", "The harbour waits for the ships.", "2031-05-04", annotated=False)
        if n:
            store.add_annotations([annotation(made, names=names if n < 3 else (f"Nobody {n}",), vector=b"")])
        store.record_decisions([Decision(DecisionKind.UNTHREAD, f"S{n}", other="T")], NOW)

    def related() -> set[str]:
        own = store.story("S1")
        assert own
        return {one.card.id for one in kept.related(store, own, NOW)}

    assert related() == {"S2"}
    (bare,) = store.articles([article_id("Paper 0")]).values()
    store.add_annotations([annotation(bare, names=names, vector=b"")])
    assert related() == {"S0", "S2"}
