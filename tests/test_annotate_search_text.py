"""Search text: both sides fold alike, and real databases' full-text indexes see the same words."""

from __future__ import annotations

import sqlite3

import pytest

from octavo.annotate import folded_query
from octavo.annotate.search_text import search_text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź’s Straße, Émile & Ærø", "lodz s strasse emile aero"),
        ("ＡＢＣ ﬁnal İzmir 3.5%", "abc final izmir 3 5"),
        ("Việt Nam", "viet nam"),
        ("Ёлка и йод", "елка и йод"),
        ("Ἀθῆναι", "αθηναι"),
        ("مُحَمَّد", "محمد"),
        ("हिन्दी में", "हिन्दी में"),
        ("한국어 뉴스", "한국어 뉴스"),
        ("ガザ地区とｶﾞｻﾞ", "ガザ ザ地 地区 区と とガ ガザ"),
        ("東京 港", "東京 港"),
        ("_under_score_ 𝕏", "under score x"),
        ("— … 🙂", ""),
    ],
)
def test_words_are_folded(text: str, folded: str) -> None:
    assert search_text(None, text) == folded


def test_the_headline_comes_first() -> None:
    assert search_text("High Water", "In Velden") == "high water in velden"


def test_a_query_gives_each_word_once() -> None:
    assert folded_query("Lodz łódź 東京都") == ("lodz", "東京", "京都")


@pytest.mark.parametrize("query", ["STRASSE", "lodz", "東京都", "हिन्दी", "viet", "محمد", "ガザ"])
def test_a_full_text_index_finds_what_was_folded(query: str) -> None:
    database = sqlite3.connect(":memory:")
    database.execute('CREATE VIRTUAL TABLE found USING fts5(words, tokenize = "unicode61 remove_diacritics 0")')
    text = search_text("Łódź, Straße", "東京都で ガザ地区 हिन्दी में Việt Nam مُحَمَّد")
    database.execute("INSERT INTO found VALUES (?), ('another text')", (text,))
    match = " ".join(f'"{word}"' for word in folded_query(query))
    assert database.execute("SELECT count(*) FROM found WHERE found MATCH ?", (match,)).fetchone() == (1,)
    database.close()
