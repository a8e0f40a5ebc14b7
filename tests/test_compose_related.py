"""What is related says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from octavo.compose.related import Card, Crowd, related, story_card
from octavo.model import Annotation, Article, Story

RANDOM = np.random.default_rng(7)


def vector(*parts: tuple[int, float], language: int = 0) -> bytes:
    """Some directions of meaning on top of what all texts of a language have in common."""
    numbers = RANDOM.normal(0, 0.02, 384)
    numbers[language] += 2
    for direction, length in parts:
        numbers[10 + direction] += length
    return numbers.astype("<f2").tobytes()


def card(id: str, *names: str, **fields: object) -> Card:
    return Card(**({"id": id, "headline": id, "language": "en", "names": names} | fields))  # type: ignore[arg-type]


CROWD = [card(f"c{i}", f"Person {i}", f"Place {i}", "Halm", vector=vector((i, 1.0))) for i in range(40)]


def test_a_thread_is_a_reason_and_stands_first() -> None:
    own = card("own", "Ada Brill", "Aske", "Old Mill", thread="T")
    found = related(own, Crowd([*CROWD, card("named", "Ada Brill", "Aske", "Old Mill"), card("next", thread="T"), own]))
    assert [(one.card.id, one.thread, one.names) for one in found] == [
        ("next", True, ()),
        ("named", False, ("Ada Brill", "Aske", "Old Mill")),
    ]


def test_rare_names_count_and_common_ones_do_not() -> None:
    own = card("own", "Halm", "Ada Brill", "Aske", "Monday")
    common = [card(f"m{i}", "Halm", "Monday") for i in range(20)]
    (found,) = related(own, Crowd([*CROWD, *common, card("rare", "Halm", "ADA BRILL", "Aske")]))
    assert (found.card.id, set(found.names), found.likeness) == ("rare", {"ADA BRILL", "Aske"}, None)


def test_one_shared_name_or_that_of_the_outlet_is_no_reason() -> None:
    own = card("own", "Ada Brill", "The Echo", "Aske", outlets=("The Echo",))
    assert related(own, Crowd([*CROWD, card("one", "Ada Brill"), card("outlet", "The Echo", "Aske", outlets=("The Echo",))])) == ()


def test_of_two_names_that_hold_one_another_the_longer_is_shown() -> None:
    own = card("own", "Ada Brill", "Brill", "Aske")
    (found,) = related(own, Crowd([*CROWD, card("other", "Brill", "Ada Brill", "Aske")]))
    assert set(found.names) == {"Ada Brill", "Aske"}


def test_like_meaning_is_a_reason_across_languages() -> None:
    own = card("own", vector=vector((50, 1.0)))
    german = [card(f"d{i}", language="de", vector=vector((60 + i, 1.0), language=1)) for i in range(20)]
    twin = card("twin", language="de", vector=vector((50, 1.0), language=1))
    found = related(own, Crowd([*CROWD, *german, twin]))
    assert [one.card.id for one in found] == ["twin"]
    assert found[0].likeness is not None
    assert found[0].likeness > 0.5


def test_without_vectors_and_names_nothing_is_related() -> None:
    assert related(card("own"), Crowd([card("a"), card("b", vector=vector())])) == ()


def test_of_equals_the_newer_stands_first_and_the_list_ends() -> None:
    own = card("own", thread="T")
    days = [card(f"s{day}", thread="T", newest=datetime(2026, 3, day, tzinfo=UTC)) for day in range(1, 9)]
    assert [one.card.id for one in related(own, Crowd(days), most=3)] == ["s8", "s7", "s6"]


def test_what_is_left_out_says_nothing_of_how_rare_a_name_is() -> None:
    own = card("own", "Ada Brill", "Aske", "Old Mill", thread="T", vector=vector((50, 1.0)))
    steps = [card(f"t{i}", "Ada Brill", "Aske", "Old Mill", thread="T") for i in range(9)]
    named = card("named", "Ada Brill", "Aske", "Old Mill")
    without = related(own, Crowd([*CROWD, named]), threads=False)
    assert related(own, Crowd([*CROWD, *steps, named, own]), threads=False) == without
    assert [one.card.id for one in without] == ["named"]
    assert related(own, Crowd([own])) == related(own, Crowd([])) == ()


def test_a_likeness_that_is_no_reason_does_not_count() -> None:
    names = ("Ada Brill", "Aske", "Old Mill")
    own = card("own", *names, vector=vector((50, 1.0)))
    old, new = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    somewhat = card("somewhat", *names, vector=vector((50, 0.2), (51, 1.0)), newest=old)
    found = related(own, Crowd([*CROWD, somewhat, card("newer", *names, vector=vector((52, 1.0)), newest=new)]))
    assert [(one.card.id, one.likeness) for one in found] == [("newer", None), ("somewhat", None)]


def test_cards_are_made_of_articles_and_annotations() -> None:
    def report(id: str, names: tuple[str, ...], value: float) -> tuple[Article, Annotation]:
        read = Annotation(id, 1, "test", "en", names=names, vector=np.full(384, value, "<f2").tobytes())
        return Article(id, f"Headline {id}", "", publisher=f"The {id}", language="en", published=f"2026-03-0{len(id)}"), read

    first, second = report("Echo", ("Aske", "Ada Brill"), 1.0), report("Herald", ("ADA BRILL", "Halm"), 3.0)
    annotations = {read.article: read for _, read in (first, second)}
    made = story_card(Story("S", ("Echo", "Herald"), headline="Flood", thread="T"), [second[0], first[0]], annotations, "en")
    assert made.names[0].lower() == "ada brill"
    assert (made.headline, made.thread, made.outlets) == ("Flood", "T", ("The Echo", "The Herald"))
    assert made.newest == datetime(2026, 3, 6, tzinfo=UTC)
    assert story_card(Story("S", ("Echo",)), [replace(first[0], published="no date")], {}).newest is None
    assert np.frombuffer(made.vector, "<f2") == pytest.approx(2.0)
