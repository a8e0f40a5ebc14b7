"""Sentences: where they end, and that their offsets are code points of the text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.annotate.sentences import sentences
from octavo.model import Block, BlockKind


def split(text: str, language: str | None, blocks: tuple[Block, ...] = ()) -> list[str]:
    return [text[start:end] for start, end in sentences(text, language, blocks)]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["He wrote it on 𝕏.", "Then 𝕏 went down 🙂.", "It was over."]),
        ("en", ["Sen. Dana Holt met Mr. J. K. Farrow on Jan. 5.", "It cost $3.5 million."]),
        ("en", ["The vote is at 5 p.m. Tuesday in the hall.", "It ends at 8 p.m.", "Then they leave."]),
        ("en", ["“Stop!” she said.", "Nobody did."]),
        ("fr", ["M. Duval a rencontré Mme. Roche.", "Puis il est parti."]),
        ("de", ["Am 5. August kam Dr. Held z. B. nach Velden.", "„Wir gehen. Ihr bleibt“, sagte sie."]),
        ("ja", ["市長は「進めます。待ってください。」と述べた。", "会見は終わった。"]),
        ("zh", ["市长说：“我们会去。”", "会议结束了。"]),
        ("ar", ["قال الرئيس إنه سيأتي.", "هل هذا صحيح؟"]),
        ("hi", ["मंत्री आए।", "सभा समाप्त हुई।"]),
        (None, ["One here.", "Two here."]),
    ],
)
def test_sentences_end_where_they_end(language: str | None, parts: list[str]) -> None:
    gap = "" if language in ("ja", "zh") else " "
    assert split(gap.join(parts), language) == parts


def test_no_sentence_crosses_a_block() -> None:
    text = "A heading without a point\n\nThe text begins\n\nand a caption"
    first, second = text.index("The"), text.index("and")
    blocks = (
        Block(BlockKind.HEADING, 0, first - 2),
        Block(BlockKind.PARAGRAPH, first, second - 2),
        Block(BlockKind.CAPTION, second, len(text)),
    )
    assert split(text, "en", blocks) == ["A heading without a point", "The text begins", "and a caption"]


def test_without_blocks_a_blank_line_is_a_border() -> None:
    assert split("The text begins\n\nand goes on\n \nhere", "en") == ["The text begins", "and goes on", "here"]


def test_a_line_ends_a_sentence_unless_it_only_wraps() -> None:
    assert split("Velden, Monday\nThe council met and\nvoted late.\nNo one spoke", "en") == [
        "Velden, Monday",
        "The council met and\nvoted late.",
        "No one spoke",
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aB 𝕏.!?\n\"'」。と…\u00a0M", max_size=60), st.sampled_from(["en", "ja", "fr", None]))
def test_sentences_are_in_order_trimmed_and_hold_everything(text: str, language: str | None) -> None:
    spans = sentences(text, language)
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    left = "".join(text[end:start] for end, start in zip((0, *(e for _, e in spans)), (*(s for s, _ in spans), len(text)), strict=True))
    assert not left.strip()
