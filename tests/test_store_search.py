"""The index of search on both databases: words, phrases, fields, dates, marks; what is taken in again, and what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from octavo.model import Decision, DecisionKind
from octavo.query import Clause, Field
from octavo.store import SEARCH, MarkKind, SearchEntry, Store, Wanted, fact
from store_samples import NOW, article, article_id, put

TEXTS = {
    "harbour": ("strike at the harbour", "dockers walked out of the harbour at dawn", "2031-05-01T08:00Z"),
    "ferry": ("ferry sails again", "after the strike the ferry to the harbour sails again", "2031-05-02T08:00Z"),
    "tokyo": ("港の門", "東京 京都 都の の港 港の の門", "2031-05-03T08:00Z"),
    "match": ("football", "the harbour eleven won the football match", "2031-05-04T08:00Z"),
}


def entry(name: str, **fields: Any) -> SearchEntry:
    headline, body, _ = TEXTS[name]
    japanese = name == "tokyo"
    made = SearchEntry(
        article=article_id(name),
        language="ja" if japanese else "en",
        headline=headline,
        body=body,
        outlet="kitasaki" if japanese else "the gull gull example",
        author="jonas wick",
        speaker="ida brandt" if name == "ferry" else "",
        facts="every " + (f"{fact(Field.LANGUAGE, 'ja')} {fact(Field.COUNTRY, 'JP')}" if japanese else fact(Field.LANGUAGE, "en")),
        vector=bytes([len(name), 0]),
    )
    return replace(made, **fields)


@pytest.fixture
def filled(store: Store) -> Store:
    put(store, *(article(name, published=published) for name, (_, _, published) in TEXTS.items()))
    store.index([entry(name) for name in TEXTS])
    return store


def text(*phrases: str, **fields: Any) -> Clause:
    return Clause(fields.pop("field", Field.TEXT), tuple(tuple(phrase.split()) for phrase in phrases), **fields)


NAMES = {article_id(name): name for name in TEXTS}


def found(store: Store, *clauses: Clause, **wanted: Any) -> list[str]:
    """The names of the articles that match, best first, and of those that are alike the newer first."""
    scores = store.matches(Wanted(clauses, **wanted), 10)
    hits = sorted(store.indexed(list(scores)).values(), key=lambda hit: (scores[hit.row], hit.time), reverse=True)
    return [NAMES[hit.article] for hit in hits]


@pytest.mark.parametrize(
    ("clauses", "names"),
    [
        ((text("strike"),), {"harbour", "ferry"}),
        ((text("strike"), text("sails")), {"ferry"}),
        ((text("harbour at"),), {"harbour"}),
        ((text("harbour strike"),), set()),  # a phrase keeps its order
        ((text("dockers", "football"),), {"harbour", "match"}),
        ((text("harbour"), text("football", excluded=True)), {"harbour", "ferry"}),
        ((text("football", excluded=True),), {"harbour", "ferry", "tokyo"}),
        ((text("foot", start=True),), {"match"}),
        ((text("foot"),), set()),
        ((text("東京 京都"),), {"tokyo"}),
        ((text("港", start=True),), {"tokyo"}),
        ((text("gull", field=Field.OUTLET), text("strike")), {"harbour", "ferry"}),
        ((text("brandt", field=Field.SPEAKER),), {"ferry"}),
        ((text("brandt"),), set()),
        ((text("wick", field=Field.AUTHOR),), set(TEXTS)),
        ((text(fact(Field.LANGUAGE, "ja"), field=Field.LANGUAGE),), {"tokyo"}),
        ((text(fact(Field.COUNTRY, "jp"), field=Field.COUNTRY, excluded=True),), set(TEXTS) - {"tokyo"}),
        ((text("nowhere"),), set()),
    ],
)
def test_clauses(filled: Store, clauses: tuple[Clause, ...], names: set[str]) -> None:
    assert set(found(filled, *clauses)) == names


def test_a_word_in_the_headline_counts_more_and_then_the_newer_article(filled: Store) -> None:
    assert found(filled, text("strike")) == ["harbour", "ferry"]
    assert found(filled) == ["match", "tokyo", "ferry", "harbour"]


def test_of_many_those_indexed_last_are_ranked(filled: Store) -> None:
    wanted = Wanted((text("harbour"),))
    rows = filled.matching_rows(wanted, 2)
    assert [filled.indexed(rows)[row].article for row in rows] == [article_id("match"), article_id("ferry")]
    assert set(filled.matches(wanted, 2)) == set(rows)


def test_dates(filled: Store) -> None:
    second, fourth = datetime(2031, 5, 2, tzinfo=UTC), datetime(2031, 5, 4, tzinfo=UTC)
    assert found(filled, after=second, before=fourth) == ["tokyo", "ferry"]
    assert found(filled, text("strike"), before=second) == ["harbour"]
    filled.index([entry("harbour", speaker="ida brandt")])  # taken in last, and the oldest
    assert set(found(filled, text("harbour"), before=fourth)) == {"harbour", "ferry"}
    assert found(filled, text("harbour"), after=second, before=fourth) == ["ferry"]
    assert found(filled, text("harbour"), before=datetime(2031, 1, 1, tzinfo=UTC)) == []
    assert found(filled, before=fourth)[-1] == "harbour"


def test_marks(filled: Store) -> None:
    reader = filled.owner().id
    filled.record_decisions([Decision(DecisionKind.OPEN, "S1", article_id("ferry"))], NOW)
    filled.mark(reader, "article", article_id("match"), MarkKind.READ, NOW)
    filled.mark(reader, "article", article_id("tokyo"), MarkKind.SAVED, NOW)
    filled.mark(reader, "story", "S1", MarkKind.SAVED, NOW)
    assert found(filled, reader=reader, unread=False) == ["match"]
    assert found(filled, text("harbour"), reader=reader, unread=True) == ["harbour", "ferry"]
    assert found(filled, reader=reader, saved=True) == ["tokyo", "ferry"]
    assert found(filled, reader=reader, saved=False) == ["match", "harbour"]
    assert found(filled, reader=reader + 1, saved=True) == []


def test_what_is_taken_in_again_takes_the_place_of_what_was(filled: Store) -> None:
    filled.index([entry("harbour", body="calm now")])
    assert found(filled, text("dockers")) == []
    assert found(filled, text("calm")) == ["harbour"]
    assert len(found(filled)) == len(TEXTS)


def test_what_is_the_same_stays_untouched(filled: Store) -> None:
    before = filled.matches(Wanted(), 10)
    filled.index([entry(name) for name in TEXTS])
    assert filled.matches(Wanted(), 10) == before


def test_an_article_that_is_not_there_is_left_out(filled: Store) -> None:
    filled.index([entry("harbour", article=article_id("nobody"), body="lost")])
    assert found(filled, text("lost")) == []


def test_an_index_that_was_forgotten_is_empty_and_filled_from_the_first_change(filled: Store) -> None:
    (first, *_, last) = filled.changes(SEARCH, None, 100)
    filled.done(SEARCH, last.seq)
    filled.forget_search()
    assert found(filled) == []
    assert filled.changes(SEARCH, None, 1) == (first,)
    filled.index([entry("ferry")])
    assert found(filled, text("strike")) == ["ferry"]


def test_vectors_come_in_order_and_only_the_newest(filled: Store) -> None:
    everything = filled.search_vectors(0, 10, 10)
    assert [language for _, language, _ in everything] == ["en", "en", "ja", "en"]
    assert [vector[0] for _, _, vector in everything] == [len(name) for name in TEXTS]
    assert filled.search_vectors(everything[1][0], 1, 10) == everything[2:3]
    assert filled.search_vectors(0, 10, 2) == everything[2:]


def test_a_very_long_text_can_be_indexed(filled: Store) -> None:
    filled.index([entry("harbour", body=" ".join(f"w{n}" for n in range(60_000)))])
    assert found(filled, text("w7 w8")) == ["harbour"]
    assert found(filled, text("w59999")) == []


def test_a_text_is_read_only_as_far_as_asked(store: Store) -> None:
    put(store, article("harbour", text="0123456789" * 5), annotated=True)  # its sentences end at 10 and 20
    beginning = store.beginnings([article_id("harbour"), "nobody"], 12)
    assert list(beginning) == [article_id("harbour")]
    assert beginning[article_id("harbour")].text == "012345678901"
    assert beginning[article_id("harbour")].sentences == ((0, 10),)
