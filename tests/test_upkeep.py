"""Letting texts go: off by default, by age, by size, never what somebody wants; articles, stories and marks stay whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from octavo.desk import Desk
from octavo.model import Brief, BriefSentence, Citation, Decision, DecisionKind, Extraction
from octavo.settings import Settings
from octavo.store import Followed, Instance, LetGo, MarkKind, Store
from octavo.upkeep import KEPT_AT_LEAST, let_go_what_is_due
from store_samples import NOW, annotation, article, article_id, capture, put

K = DecisionKind
NAMES = ("plain", "saved", "home saved", "followed", "threaded", "cited", "young")
LATER = NOW + timedelta(days=100)


@pytest.fixture
def filled(store: Store) -> Store:
    """An article a story and a capture; all are old but the last, and five are wanted."""
    for name in NAMES:
        young = name == "young"
        when = LATER - timedelta(days=2) if young else NOW
        made = article(name, published=when.isoformat())
        store.add_captures([capture(name, captured_at=when)])
        store.add_extraction(Extraction(capture(name).id, (made,)), when)
        store.add_annotations([annotation(made)])
        store.record_decisions([Decision(K.OPEN, f"S {name}", made.id)], when, made.id)
    reader = store.owner().id
    store.mark(reader, "article", article_id("saved"), MarkKind.SAVED, NOW)
    store.mark(reader, "story", "S home saved", MarkKind.SAVED, NOW)
    store.mark(reader, "article", article_id("plain"), MarkKind.READ, NOW)
    store.follow(reader, Followed.STORY, "S followed", NOW)
    store.record_decisions([Decision(K.THREAD, "S threaded", other="T1")], NOW)
    store.follow(reader, Followed.THREAD, "T1", NOW)
    store.set_briefs([Brief("S cited", (BriefSentence("At last", Citation(article_id("cited"), 0, 7, 1)),))])
    return store


def without_text(store: Store) -> list[str]:
    return [name for name in NAMES if not store.articles([article_id(name)])[article_id(name)].text]


def test_everything_is_kept_unless_the_owner_says_otherwise(filled: Store) -> None:
    assert let_go_what_is_due(filled, LATER) == LetGo()
    assert without_text(filled) == []


def test_old_texts_go_but_for_those_that_somebody_wants(filled: Store) -> None:
    filled.set_instance(Instance(retention_days=60))
    gone = let_go_what_is_due(filled, LATER)
    assert (gone.articles, gone.captures) == (1, 1)
    assert gone.bytes > 0
    assert without_text(filled) == ["plain"]
    old = article_id("plain")
    left = filled.article(old)
    assert left
    assert (left.headline, left.url, left.let_go_at) == ("News of the plain", "https://gull.example/plain", LATER)
    assert filled.story_of(old)
    assert filled.marks(filled.owner().id, "article", [old])
    assert not filled.annotations([old])
    assert not list(filled.faults())
    assert let_go_what_is_due(filled, LATER) == LetGo()


def test_what_was_let_go_is_not_read_again(filled: Store) -> None:
    filled.set_instance(Instance(retention_days=60))
    let_go_what_is_due(filled, LATER)
    desk = Desk(Settings(), filled)
    desk.__dict__["embedder"] = None
    desk.annotate()
    assert {name for name in NAMES if article_id(name) in filled.annotations([article_id(name) for name in NAMES])} == {*NAMES} - {"plain"}
    assert not filled.changes("annotate", "article", 1)


def test_a_text_that_was_let_go_comes_back_when_a_person_asks_for_it(filled: Store) -> None:
    filled.set_instance(Instance(retention_days=60))
    let_go_what_is_due(filled, LATER)
    old = article_id("plain")
    again = Extraction(capture("again").id, (article("plain"),))
    filled.add_captures([capture("again", captured_at=LATER)])
    assert filled.add_extraction(again, LATER) == ()
    assert without_text(filled) == ["plain"]
    assert filled.add_extraction(again, LATER, asked=True) == (old,)
    back = filled.article(old)
    assert back
    assert (back.text, back.revision, back.let_go_at) == (article("plain").text, 2, None)
    assert not list(filled.faults())


def test_a_saved_or_followed_story_stays_wanted_when_others_take_it_in(filled: Store) -> None:
    filled.set_instance(Instance(retention_days=60))
    for into, other in (("S threaded", "S followed"), ("S cited", "S home saved"), ("S young", "S cited")):
        filled.record_decisions([Decision(K.MERGE, into, other=other)], NOW)
    filled.unfollow(filled.owner().id, Followed.THREAD, "T1")
    let_go_what_is_due(filled, LATER)
    assert without_text(filled) == ["plain"]


def test_what_stands_in_no_story_is_let_go_too(store: Store) -> None:
    put(store, article("stray", published=NOW.isoformat()), annotated=True)
    store.set_instance(Instance(retention_days=60))
    assert let_go_what_is_due(store, LATER).articles == 1


def test_what_was_let_go_does_not_come_back_when_it_is_seen_again(filled: Store) -> None:
    filled.set_instance(Instance(retention_days=60))
    let_go_what_is_due(filled, LATER)
    again = replace(article("plain", published=NOW.isoformat()), headline="Quite another headline")
    filled.add_captures([capture("plain again")])
    assert filled.add_extraction(Extraction(capture("plain again").id, (again,)), LATER) == ()
    left = filled.article(again.id)
    assert left
    assert (left.text, left.revision) == ("", 1)


def test_by_size_the_oldest_go_first_and_no_more_than_must(filled: Store) -> None:
    filled.set_instance(Instance(retention_bytes=filled.text_bytes() - 1))
    assert let_go_what_is_due(filled, LATER).articles == 1
    assert without_text(filled) == ["plain"]
    filled.set_instance(Instance(retention_bytes=0))
    assert let_go_what_is_due(filled, LATER).articles == 0
    assert without_text(filled) == ["plain"]  # the rest is wanted, or too young


def test_what_may_still_be_grouped_is_kept_however_little_is_asked_for(filled: Store) -> None:
    filled.set_instance(Instance(retention_days=1))
    assert let_go_what_is_due(filled, NOW + KEPT_AT_LEAST - timedelta(days=1)) == LetGo()


def test_a_stop_leaves_the_rest_for_the_next_time(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.store.retention.BATCH", 1)
    filled.set_instance(Instance(retention_days=60))
    stops = iter([False, True])
    assert let_go_what_is_due(filled, LATER, lambda: next(stops)).captures <= 1
    total = let_go_what_is_due(filled, LATER)
    assert without_text(filled) == ["plain"]
    assert total.articles <= 1
