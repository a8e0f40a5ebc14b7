"""Counts are read where they are counts, and set side by side where independent voices contradict each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavo.compose.counts import counts
from octavo.compose.numbers import disagreements
from octavo.model import Annotation, Article

READ = [
    ("en", "At least 12 people were killed and thirty injured in Halm.", [("killed", "", 12), ("injured", "", 30)]),
    ("en", "The death toll rose to 1,234 on Monday.", [("killed", "", 1234)]),
    ("en", "A death toll of 15 was given by the mayor.", [("killed", "", 15)]),
    ("en", "Some 1.5 million people have been evacuated.", [("evacuated", "", 1_500_000)]),
    ("en", "Twenty-five people died.", [("killed", "", 25)]),
    ("en", "Two hundred and fifty people died.", [("killed", "", 250)]),
    ("en", "At least 12 people, including three children, were killed.", [("killed", "", 12)]),
    ("en", "The attack killed 12 soldiers near Halm.", [("killed", "soldiers", 12)]),
    ("de", "Mindestens zwölf Menschen kamen ums Leben, 30 wurden verletzt.", [("killed", "", 12), ("injured", "", 30)]),
    ("de", "Die Zahl der Toten stieg auf 1.234.", [("killed", "", 1234)]),
    ("de", "Fünfundzwanzig Menschen starben.", [("killed", "", 25)]),
    ("es", "La riada mató a doce personas.", [("killed", "", 12)]),
    ("es", "2 millones de personas fueron evacuadas.", [("evacuated", "", 2_000_000)]),
    ("fr", "Au moins 12 personnes ont été tuées et 1 200 blessées.", [("killed", "", 12), ("injured", "", 1200)]),
    ("pt", "A chuva deixou 12 mortos e 3 mil desabrigados.", [("killed", "", 12), ("evacuated", "", 3000)]),
    ("ru", "Не менее 12 человек погибли.", [("killed", "", 12)]),
    ("ar", "ارتفاع عدد القتلى إلى ١٥", [("killed", "", 15)]),
    ("ja", "少なくとも12人が死亡し、30人がけがをした。", [("killed", "", 12), ("injured", "", 30)]),
    ("ja", "死者は1万2000人に上った。", [("killed", "", 12_000)]),
]

TRAPS = [
    ("en", "The quake killed between 10 and 12 people."),
    ("en", "The storm may have killed 12 people."),
    ("en", "The storm killed another 12 people."),
    ("en", "Two of 12 were children."),
    ("en", "A 12-year-old boy died."),
    ("en", "Halm won 3-2 and 4:1."),
    ("en", "The storm cost $12 million and €3 billion."),
    ("en", "Prices rose 12% and then 4 percent."),
    ("en", "It killed cattle for 12 hours."),
    ("en", "He died in 2011."),
    ("en", "The F16 and the G7 were hurt by 1/3."),
    ("ja", "12歳の少年が死亡した。"),
    ("de", "Er starb mit 12 Jahren."),
    ("xx", "12 people died."),
    ("en", f"At least {'9' * 5000} people were killed."),
]


@pytest.mark.parametrize(("language", "text", "expected"), READ)
def test_counts_are_read_with_what_happened(language: str, text: str, expected: list[tuple[str, str, float]]) -> None:
    assert [(c.thing, c.noun, c.value) for c in counts(text, language)] == expected


@pytest.mark.parametrize(("language", "text"), TRAPS)
def test_what_is_no_count_is_left_out(language: str, text: str) -> None:
    assert [text[c.start : c.end] for c in counts(text, language)] == []


def test_a_count_of_what_is_only_named_keeps_the_words_around_it() -> None:
    (count,) = counts("More than 6,500 homes lost power in Halm.", "en")
    assert (count.thing, count.noun, count.value) == ("", "homes", 6500)
    assert count.context == {"lost", "power", "halm"}


def told(id: str, text: str, published: str | None = "2026-03-09T10:00Z", outlet: str | None = None, language: str = "en") -> Article:
    return Article(id, None, text, published=published, publisher=outlet or f"The {id}", language=language)


def compared(*articles: Article) -> list[list[tuple[float, bool]]]:
    notes = {a.id: Annotation(a.id, 1, "test", a.language, sentences=((0, len(a.text)),)) for a in articles}
    return [[(f.value, f.newest) for f in found.figures] for found in disagreements(articles, notes)]


def test_no_number_is_the_newest_when_an_outlet_goes_back_to_its_own() -> None:
    first = told("a", "At least 12 people were killed in Halm.", outlet="The Echo")
    other = told("b", "Fifteen people were killed in Halm.", "2026-03-09T11:00Z", outlet="The Post")
    again = "The police said that 12 people were killed in Halm."
    assert compared(first, other) == [[(12, False), (15, True)]]
    assert compared(first, other, told("c", again, "2026-03-09T12:00Z", outlet="The Echo")) == [[(12, False), (15, False)]]
    assert compared(first, other, replace(first, id="c", published="2026-03-09T12:00Z", publisher="The Bote")) == [
        [(12, False), (15, True)]
    ]


def test_different_numbers_stand_side_by_side_in_order_of_time_with_their_citation() -> None:
    late = told("Post", "Rescuers said that 15 people died in Halm.", "2026-03-09T18:00Z")
    early = told("Echo", "The flood killed at least 12 people.", "2026-03-09T09:00Z")
    undated = told("Wire", "The flood killed 13 people.", None)
    notes = {a.id: Annotation(a.id, 1, "test", "en", sentences=((0, len(a.text)),)) for a in (late, early, undated)}
    (found,) = disagreements((late, early, undated), notes)
    assert found.thing == "killed"
    assert [(f.value, f.outlet, f.newest) for f in found.figures] == [
        (12, "The Echo", False),
        (15, "The Post", True),
        (13, "The Wire", False),
    ]
    assert found.figures[0].printed == "killed at least 12 people"
    assert found.figures[0].citation.article == "Echo"
    assert found.figures[0].published == "2026-03-09T09:00Z"


def test_languages_are_compared_on_what_happened() -> None:
    german = told("Bote", "15 Menschen starben in Halm.", "2026-03-09T12:00Z", language="de")
    assert compared(told("Echo", "12 people died in Halm."), german) == [[(12, False), (15, True)]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 people died.", "At least 12 people died in Halm."),
        ("412 people were displaced.", "About 400 people were displaced in Halm."),
        ("412 people were displaced.", "More than 400 people were displaced in Halm."),
        ("1,234 people died.", "1,200 people died in Halm."),
        ("12 people died.", "15 people were injured."),
        ("12 people died.", "In 2011 a flood killed 40 people."),
        ("12 people died.", "The war killed 30,000 people in all."),
        ("12 soldiers were killed.", "15 children were killed."),
        ("Police searched 12 homes in Halm.", "In Halm 30 homes were painted white."),
        ("It began on 12 March in Halm.", "It ended on 15 March in Halm."),
    ],
)
def test_what_does_not_contradict_is_left_alone(one: str, other: str) -> None:
    assert compared(told("Echo", one), told("Post", other)) == []


def test_one_outlet_may_correct_itself_without_contradiction() -> None:
    first, second = told("a", "12 people died.", outlet="The Echo"), told("b", "15 people died.", "2026-03-10", outlet="The Echo")
    assert compared(first, second) == []


def test_a_copy_is_shown_once_and_the_first_number_of_an_article_counts() -> None:
    first, copy = told("Echo", "12 people died in Halm."), told("Copy", "12 people died in Halm.", "2026-03-09T11:00Z")
    assert compared(first, copy, told("Post", "15 people died.", "2026-03-09T12:00Z")) == [[(12, False), (15, True)]]


def test_a_noun_is_compared_where_the_words_around_it_are_the_same() -> None:
    assert compared(
        told("Echo", "Some 4,000 homes lost power in Halm."), told("Post", "In Halm 6,500 homes lost power.", "2026-03-10")
    ) == [[(4000, False), (6500, True)]]
