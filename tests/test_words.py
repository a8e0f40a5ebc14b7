"""Words are folded so that the same word is the same, and another word is not."""

from __future__ import annotations

import pytest

from octavo.words import fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zürich", "zurich"),
        ("ÉTÉ", "ete"),
        ("Straße", "strasse"),
        ("ＮＨＫ", "nhk"),
        ("Việt Nam", "viet nam"),
        ("パリ", "パリ"),
        ("がき", "がき"),
    ],
)
def test_folding_takes_accents_case_and_width_and_nothing_else(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_voiced_kana_are_other_words() -> None:
    assert words("パリ") != words("ハリ")


def test_scripts_without_spaces_give_pairs_of_characters() -> None:
    assert words("東京都で地震 M7") == ["東京", "京都", "都で", "で地", "地震", "m7"]
