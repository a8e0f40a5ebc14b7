"""The sentence that answers a search, and its marks."""

from __future__ import annotations

import random

import pytest

from octavo.annotate.search_text import search_text
from octavo.passages import LONGEST, _found, _most_held, _shown, marked, passage, patterns
from octavo.query import Clause, Field


def clause(*phrases: str, start: bool = False) -> Clause:
    return Clause(Field.TEXT, tuple(tuple(phrase.split()) for phrase in phrases), start)


def shown(text: str, *clauses: Clause) -> str:
    return "".join(f"[{one.text}]" if one.found else one.text for one in marked(text, patterns(clauses)))


@pytest.mark.parametrize(
    ("text", "clauses", "marks"),
    [
        ("The Harbour, the harbours.", (clause("harbour"),), "The [Harbour], the harbours."),
        ("The Harbour, the harbours.", (clause("harbour", "harbours"),), "The [Harbour], the [harbours]."),
        ("Łódź’s Straße is there", (clause("lodz"), clause("strasse")), "[Łódź]’s [Straße] is there"),
        ("Cafe\u0301s in Halm", (clause("cafes"),), "[Cafés] in Halm"),
        ("New York, New  York!", (clause("new york"),), "[New York], [New York]!"),
        ("A well-known man", (clause("well known"),), "A [well-known] man"),
        ("東京都で港の門が開く", (clause("東京 京都"), clause("港", start=True)), "[東京都]で[港]の門が開く"),
        ("新型iPhone発売", (clause("iphone 発売"),), "新型[iPhone発売]"),
        ("हिन्दी में", (clause("हिन्दी"),), "[हिन्दी] में"),
        ("Elections and an elector", (clause("elect", start=True),), "[Elections] and an [elector]"),
        ("overlaps: one two three", (clause("one two"), clause("two three")), "overlaps: [one two three]"),
        ("snake_case", (clause("case"),), "snake_[case]"),
        ("nothing here", (), "nothing here"),
    ],
)
def test_finds_are_marked(text: str, clauses: tuple[Clause, ...], marks: str) -> None:
    assert shown(text, *clauses) == marks


TEXT = "The ferry sails.\nA strike came.  The ferry met the strike. The strike and the ferry went on."
SENTENCES = ((0, 16), (17, 31), (33, 59), (60, 95))


@pytest.mark.parametrize(
    ("clauses", "sentence"),
    [
        ((clause("strike"),), "A [strike] came."),
        ((clause("strike"), clause("ferry")), "The [ferry] met the [strike]."),
        ((clause("elsewhere"),), "The ferry sails."),
        ((), "The ferry sails."),
    ],
)
def test_the_first_sentence_that_holds_most_is_shown(clauses: tuple[Clause, ...], sentence: str) -> None:
    found = passage(TEXT, SENTENCES, patterns(clauses))
    assert "".join(f"[{one.text}]" if one.found else one.text for one in found) == sentence


def test_a_long_sentence_is_cut_around_its_first_find() -> None:
    text = "before " * 100 + "harbour " + "after " * 100
    found = passage(text, ((0, len(text)),), patterns([clause("harbour")]))
    whole = "".join(one.text for one in found)
    assert [one.text for one in found if one.found] == ["harbour"]
    assert whole.startswith("… before ")
    assert whole.endswith(" after …")
    assert len(whole) <= LONGEST + 4


def test_a_long_sentence_without_spaces_is_cut_as_well() -> None:
    found = passage("港" * 1000, (), patterns([clause("門")]))
    assert "".join(one.text for one in found) == "港" * LONGEST + " …"


def test_no_text_gives_nothing() -> None:
    assert passage("", (), patterns([clause("harbour")])) == ()


SCRIPTS = [*"aéßﬁ’Ωжاهـ東アｱガहि한İǆ½ª·-_\u0301\u064b\u093f\u200d"]


def test_no_sentence_is_passed_over_that_holds_what_is_wanted() -> None:
    draw = random.Random(4)
    seen = 0
    for _ in range(3000):
        word = "".join(draw.choices(SCRIPTS, k=draw.randint(1, 3)))
        before, after = ("".join(draw.choices([*SCRIPTS, " "], k=draw.randint(0, 5))) for _ in range(2))
        sentence, wanted = before + word + after, patterns([clause(one) for one in search_text(None, word).split()])
        held = sum(map(bool, _found(_shown(sentence), wanted)))
        seen += held
        assert _most_held(sentence, wanted) >= held, (sentence, wanted)
    assert seen > 500
