"""What a reader types, taken apart; and the forms of words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavo.errors import InputError
from octavo.query import LONGEST, MOST_TERMS, Field, Query, Term, parse_query
from octavo.word_forms import word_forms


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("harbour strike", (Term("harbour"), Term("strike"))),
        ('"harbour strike" -ferry', (Term("harbour strike", exact=True), Term("ferry", excluded=True))),
        ("“open to the end", (Term("open to the end", exact=True),)),
        ("「港の門」", (Term("港の門", exact=True),)),
        ('-"old town"', (Term("old town", exact=True, excluded=True),)),
        ("elect*", (Term("elect", start=True),)),
        ('outlet:"The Gull" BY:brandt', (Term("The Gull", Field.OUTLET, exact=True), Term("brandt", Field.AUTHOR))),
        ("-said:wick", (Term("wick", Field.SPEAKER, excluded=True),)),
        ("lang:DE lang:pt-BR country:JP", (Term("de", Field.LANGUAGE), Term("pt", Field.LANGUAGE), Term("jp", Field.COUNTRY))),
        ("12:30 Re:Zero https://gull.example/a", (Term("12:30"), Term("Re:Zero"), Term("https://gull.example/a"))),
        ("so-called - … tide", (Term("so-called"), Term("tide"))),
        ('a"b c"d', (Term("a"), Term("b c", exact=True), Term("d"))),
    ],
)
def test_terms(typed: str, terms: tuple[Term, ...]) -> None:
    assert parse_query(typed) == Query(terms)


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("after:2025-06-18", Query(after=day(2025, 6, 18))),
        ("after:2025 before:2025-07", Query(after=day(2025, 1, 1), before=day(2025, 7, 1))),
        ("after:2025 after:2026 before:2027 before:2026-05", Query(after=day(2026, 1, 1), before=day(2026, 5, 1))),
        ("is:unread is:saved", Query(unread=True, saved=True)),
        ("is:read -is:saved", Query(unread=False, saved=False)),
    ],
)
def test_dates_and_marks(typed: str, query: Query) -> None:
    assert parse_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "nothing to look for"),
        ("-- … !", "nothing to look for"),
        ("outlet:", "outlet: is followed by nothing"),
        ("after:yesterday", "after:yesterday is no date"),
        ("before:2025-13-40", "is no date"),
        ("-after:2025", "is no date"),
        ("is:nice", "is:unread, is:read and is:saved"),
        ("lang:german", "lang:de"),
        ("country:japan", "country:jp"),
        ("a*", "beginning of too many words"),
        ("x" * (LONGEST + 1), f"longer than {LONGEST}"),
        ("tide " * (MOST_TERMS + 1), f"more than {MOST_TERMS}"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(typed: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as fault:
        parse_query(typed)
    assert "\n" not in fault.value.sentence
    assert fault.value.todo


@given(st.text(alphabet=st.sampled_from('ab東 "“-:*outlet:after:is:\x00\ud800\n'), max_size=80))
def test_anything_typed_is_taken_apart_or_refused(typed: str) -> None:
    try:
        query = parse_query(typed)
    except InputError:
        return
    assert query != Query()
    assert all(any(character.isalnum() for character in term.text) for term in query.terms)


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("election", {"elections"}),
        ("parties", {"party"}),
        ("close", {"closed", "closing", "closes"}),
        ("minister", {"ministers", "ministern"}),
        ("hauser", {"haus"}),  # Häuser, folded
        ("journal", {"journaux"}),
        ("eleccion", {"elecciones"}),
        ("выборы", {"выборов", "выборах"}),
        ("اقتصاد", {"الاقتصاد"}),
        ("الاقتصاد", {"اقتصاد"}),
    ],
)
def test_a_word_has_other_forms(word: str, others: set[str]) -> None:
    forms = word_forms(word)
    assert forms[0] == word
    assert others <= set(forms)
    assert len(forms) == len(set(forms)) < 40


@pytest.mark.parametrize("word", ["us", "g7", "東京", "2025"])
def test_short_words_and_numbers_have_none(word: str) -> None:
    assert word_forms(word) == (word,)
