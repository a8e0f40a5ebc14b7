"""Which articles come to stand in one story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from group_samples import BANK, FERRY, FERRY_LATER, FERRY_SPANISH, NOW, article, group, read, stream, together
from octavo.annotate import Embedder
from octavo.group import Grouper, Weights, story_id
from octavo.model import DecisionKind, Phase


def test_articles_on_one_event_come_together(embedder: Embedder) -> None:
    grouper = Grouper()
    group(stream(embedder), grouper)
    assert together(grouper) == [{"ferry-1", "ferry-2", "ferry-3"}, {"bank-1", "bank-2"}, {"chess-1"}]


def test_they_do_without_vectors_too() -> None:
    grouper = Grouper()
    group(stream(None), grouper)
    assert together(grouper) == [{"ferry-1", "ferry-2", "ferry-3"}, {"bank-1", "bank-2"}, {"chess-1"}]


def test_an_event_is_one_story_across_languages(embedder: Embedder) -> None:
    spanish = article("ferry-es", "Un transbordador encalla frente a Torvik", FERRY_SPANISH, language="es", published="2031-05-19T09:20Z")
    grouper = Grouper()
    decided = group([*stream(embedder)[:4], *read([spanish], embedder)], grouper)
    assert {"ferry-1", "ferry-2", "ferry-es"} in together(grouper)
    assert "in another language" in decided[-1][0].reasons


def test_a_join_says_why(embedder: Embedder) -> None:
    join = group(stream(embedder), Grouper())[2][0]
    assert join.kind is DecisionKind.JOIN
    assert join.score is not None
    assert 0.6 < join.score <= 1
    said = " | ".join(join.reasons)
    assert "vector 0." in said
    assert "shared rare words" in said
    assert "maren" in said
    assert "2 hours apart" in said or "3 hours apart" in said


def test_the_same_words_months_later_are_another_event(embedder: Embedder) -> None:
    first, later = (
        article("a", "Lorvania raises key rate", BANK, published="2031-01-14"),
        article("b", "Lorvania raises its key rate", BANK + " ."),
    )
    later = replace(later, published="2031-05-19")
    grouper = Grouper()
    group(read([first, later], embedder), grouper)
    assert together(grouper) == [{"a"}, {"b"}]


def test_arrival_order_may_differ_from_publication(embedder: Embedder) -> None:
    grouper = Grouper()
    group(reversed(stream(embedder)), grouper)
    assert {"ferry-1", "ferry-2", "ferry-3"} in together(grouper)
    assert {"bank-1", "bank-2"} in together(grouper)


def test_undated_and_vaguely_dated_articles_join(embedder: Embedder) -> None:
    for published in (None, "2031-05", "2031-05-19", "no date at all"):
        late = article("ferry-x", "214 rescued from stranded ferry", FERRY_LATER, published=published)
        grouper = Grouper()
        group([*stream(embedder)[:2], *read([late], embedder)], grouper)
        assert {"ferry-1", "ferry-x"} in together(grouper), published


def test_a_date_in_the_future_counts_as_none(embedder: Embedder) -> None:
    wrong = article("ferry-x", "214 rescued from stranded ferry", FERRY_LATER, published="2041-05-19")
    grouper = Grouper()
    group([*stream(embedder)[:2], *read([wrong], embedder)], grouper)
    assert {"ferry-1", "ferry-x"} in together(grouper)


def test_ids_are_those_of_the_opening_article(embedder: Embedder) -> None:
    grouper = Grouper()
    group(stream(embedder), grouper)
    story = grouper.stories()[0]
    assert story.id == story_id("ferry-1", NOW)
    assert story_id("ferry-1", NOW) != story_id("ferry-2", NOW)
    assert story_id("ferry-2", NOW)[:10] == story.id[:10] < story_id("ferry-1", NOW + timedelta(hours=1))[:10]


def test_nothing_is_decided_twice(embedder: Embedder) -> None:
    grouper = Grouper()
    group(stream(embedder), grouper)
    before = grouper.stories()
    assert group(stream(embedder), grouper) == [()] * 6
    assert grouper.stories() == before


def test_deciding_changes_nothing(embedder: Embedder) -> None:
    grouper = Grouper()
    articles = stream(embedder)
    group(articles[:2], grouper)
    first = grouper.decide(*articles[2], NOW)
    assert grouper.decide(*articles[3], NOW) != first
    assert grouper.decide(*articles[2], NOW) == first
    assert together(grouper) == [{"ferry-1"}, {"bank-1"}]


def test_a_story_closes_when_its_articles_leave_the_window(embedder: Embedder) -> None:
    grouper, later = Grouper(), NOW + timedelta(days=Weights.load().limits.window_days + 1)
    group(stream(embedder)[:2], grouper)
    late = [
        article("ferry-x", "214 rescued from stranded ferry", FERRY_LATER, seen_at=later),
        article("other", "Ferry aground", FERRY, seen_at=later),
    ]
    group(read(late, embedder), grouper, later)
    assert together(grouper)[:2] == [{"ferry-1"}, {"bank-1"}]
    assert {"ferry-x", "other"} in together(grouper)
    assert grouper.stories()[0].phase is Phase.CLOSED


def test_the_record_of_a_story(embedder: Embedder) -> None:
    grouper = Grouper()
    group(stream(embedder), grouper)
    ferry = grouper.stories()[0]
    assert ferry.articles == ("ferry-1", "ferry-2", "ferry-3")
    assert ferry.opened_at == ferry.updated_at == NOW
    assert ferry.replaced_by is None
    assert [(copy.origin, copy.articles) for copy in ferry.copies] == [("ferry-1", ("ferry-1", "ferry-3"))]
