"""Article JSON Lines as captures: what is taken over, what is left out, and which lines are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavo.extract.article_lines import LINES, read_lines
from octavo.extract.identity import article_id
from octavo.gather.capture import make_capture
from octavo.model import Article, Block, BlockKind, Capture, Image

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ROW = {
    "id": "7",
    "headline": " The ferry\nruns again ",
    "text": "The ferry runs.\n\nIt is red,\nand new.\n",
    "url": "https://gull.example/ferry?utm_source=x",
    "published": "2026-03-03T09:30+02:00",
    "modified": "2026-03-09",
    "authors": ["Jonas Wick", 7, ""],
    "publisher": "The Gull",
    "language": "en-GB",
    "image": {"url": "javascript:x", "caption": "The ferry"},
    "section": 12,
}


def lines(*rows: object, **fields: object) -> Capture:
    body = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()
    return make_capture("/news/a.jsonl#1", body, NOW, declared=LINES, **fields)


def test_an_article_is_taken_over_with_what_is_sound() -> None:
    (article,) = read_lines(lines(ROW)).articles
    assert article == Article(
        id=article_id("https://gull.example/ferry", None, None, None, "", 0),
        headline="The ferry runs again",
        text="The ferry runs.\n\nIt is red,\nand new.",
        url="https://gull.example/ferry",
        blocks=(Block(BlockKind.PARAGRAPH, 0, 15), Block(BlockKind.PARAGRAPH, 17, 36)),
        published="2026-03-03T09:30+02:00",
        authors=("Jonas Wick",),
        publisher="The Gull",
        language="en",
        image=Image(None, "The ferry"),
        seen_at=NOW,
        signals=article.signals,
    )
    assert article.signals["published"].precision == "minute"
    (undated,) = read_lines(lines(ROW, dated=False)).articles
    assert undated.modified == "2026-03-09", "when it was captured is not known, so it may be true"


def test_lines_that_hold_no_article_are_told_and_the_others_taken() -> None:
    extraction = read_lines(lines("", ROW, "{", "[1]", {"id": 1}, "[" * 100_000, {"title": "Only a title"}))
    assert [article.headline for article in extraction.articles] == ["The ferry runs again", "Only a title"]
    assert "4 lines hold no article, the first: line 3 is no JSON object" in (extraction.problem or "")
    assert "line 1 has neither headline nor text" in (read_lines(lines({"text": " "})).problem or "")


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(ROW)), st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text())), max_size=5))
)
def test_nothing_in_a_line_breaks_the_reading(rows: list[dict[str, object]]) -> None:
    extraction = read_lines(lines({"headline": "One that is sound"}, *rows))
    assert len(extraction.articles) >= 1
