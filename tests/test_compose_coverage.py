"""Who covered a story, when, who was silent, and the pictures of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from octavo.compose.coverage import MOST, Coverage, Facet, coverage, silent
from octavo.compose.coverage_picture import Words, bars_svg, over_time_svg
from octavo.model import Article, CopyGroup, Publisher, PublisherKind, Story
from octavo.publishers import PublisherTable

TABLE = PublisherTable(
    [
        Publisher("echo", "The Echo", PublisherKind.NEWSPAPER, country="NZ", languages=("en",), owner="Tide Media"),
        Publisher("bote", "Der Bote", PublisherKind.NEWSPAPER, country="AT", languages=("de",), owner="Tide Media"),
        Publisher("wire", "Harbour Wire", PublisherKind.AGENCY, country="NZ", languages=("en",), aliases=("HW",)),
        Publisher("radio", "Radio Nord", PublisherKind.BROADCASTER, country="AT", languages=("de",)),
    ]
)
WORDS = Words(
    title="Articles <by> language",
    description="How many articles there were each day",
    unknown="not known",
    others="others",
    own="own texts",
    copies="copies",
    key=lambda key: f"[{key}]",
    period=lambda when: f"{when:%d.%m. %H}",
)


def article(id: str, publisher: str | None, published: str | None, language: str = "en") -> Article:
    return Article(id, id, "", publisher=publisher, published=published, language=language)


def cover(*articles: Article, copies: tuple[CopyGroup, ...] = (), zone: ZoneInfo | None = None) -> Coverage:
    return coverage(Story("S", tuple(a.id for a in articles), copies=copies), articles, TABLE, zone or UTC)


FOUR = (
    article("a", "The Echo", "2026-03-09T08:10Z"),
    article("b", "HW", "2026-03-09T07:30Z"),
    article("c", "Der Bote", "2026-03-09T11:59Z", "de"),
    article("d", "Somebody's Blog", "2026-03-09T11:00Z"),
)
COPY = (CopyGroup("b", ("b", "a")),)


def test_outlets_stand_in_order_of_first_report_under_their_own_names() -> None:
    found = cover(*FOUR, copies=COPY)
    assert [outlet.name for outlet in found.outlets] == ["Harbour Wire", "The Echo", "Somebody's Blog", "Der Bote"]
    assert [outlet.copies for outlet in found.outlets] == [0, 1, 0, 0]
    assert found.outlets[2].publisher is None


def test_every_article_is_counted_once() -> None:
    found = cover(*FOUR, article("e", "The Echo", None), copies=COPY)
    assert (found.articles, found.copies, found.undated) == (5, 1, 1)
    assert found.voices == 4
    for groups in found.groups.values():
        assert sum(group.articles for group in groups) == 5
        assert sum(sum(group.counts) for group in groups) == 4


def test_groups_are_by_country_language_kind_and_owner() -> None:
    groups = {facet: [(g.key, g.articles, g.copies) for g in theirs] for facet, theirs in cover(*FOUR, copies=COPY).groups.items()}
    assert groups[Facet.COUNTRY] == [("NZ", 2, 1), ("AT", 1, 0), (None, 1, 0)]
    assert groups[Facet.LANGUAGE] == [("en", 3, 1), ("de", 1, 0)]
    assert groups[Facet.KIND] == [("newspaper", 2, 1), ("agency", 1, 0), (None, 1, 0)]
    assert groups[Facet.OWNER] == [("Tide Media", 2, 1), (None, 2, 0)]


def test_hours_where_all_have_a_clock_else_days() -> None:
    found = cover(*FOUR)
    assert found.length == timedelta(hours=1)
    assert found.periods == tuple(datetime(2026, 3, 9, hour, tzinfo=UTC) for hour in range(7, 12))
    assert found.groups[Facet.LANGUAGE][0].counts == (1, 1, 0, 0, 1)
    assert cover(*FOUR, article("e", "Radio Nord", "2026-03-10")).length == timedelta(days=1)


@pytest.mark.parametrize("days", [0, 1, 3, 10, 40, 200, 700])
def test_periods_have_no_gaps_and_are_few(days: int) -> None:
    first = datetime(2026, 1, 1, 5, tzinfo=UTC)
    found = cover(article("a", "The Echo", first.isoformat()), article("b", "HW", (first + timedelta(days=days)).isoformat()))
    assert 1 <= len(found.periods) <= MOST
    assert all(later - earlier == found.length for earlier, later in pairwise(found.periods))
    assert sum(found.groups[Facet.LANGUAGE][0].counts) == 2
    assert found.groups[Facet.LANGUAGE][0].counts[0] >= 1
    assert found.groups[Facet.LANGUAGE][0].counts[-1] >= 1


def test_days_begin_where_the_reader_is_and_a_day_without_a_clock_stays_that_day() -> None:
    found = cover(article("a", "The Echo", "2026-03-09"), article("b", "HW", "2026-03-09T23:30Z"), zone=ZoneInfo("Asia/Tokyo"))
    assert [f"{when:%Y-%m-%d}" for when in found.periods] == ["2026-03-09", "2026-03-10"]
    assert found.groups[Facet.LANGUAGE][0].counts == (1, 1)


def test_a_story_without_dates_has_no_periods_and_no_picture_over_time() -> None:
    found = cover(article("a", "The Echo", None))
    assert found.periods == ()
    assert over_time_svg(found, Facet.LANGUAGE, WORDS) == ""
    assert "[NZ]" in bars_svg(found, Facet.COUNTRY, WORDS)
    assert cover(article("a", "The Echo", "no date")).outlets[0].first is None


def test_who_is_silent() -> None:
    found = cover(*FOUR[:2])
    published = {"HW": 30, "The Echo": 9, "Der Bote": 7, "Radio Nord": 12, "Somebody's Blog": 2, "Quiet Gazette": 0}
    by_country = silent(found, published, publishers=TABLE)
    assert [(group.key, [one.name for one in group.silent], group.asked) for group in by_country] == [
        ("AT", ["Radio Nord", "Der Bote"], 2),
        (None, ["Somebody's Blog"], 1),
    ]
    by_country = silent(found, published, heard={"Radio Nord"}, publishers=TABLE)  # it counts among those that might have been silent
    assert [(group.key, [one.name for one in group.silent], group.asked) for group in by_country][:1] == [("AT", ["Der Bote"], 2)]
    by_kind = silent(found, published, facet=Facet.KIND, publishers=TABLE)
    assert [(group.key, len(group.silent), group.asked) for group in by_kind] == [("broadcaster", 1, 1), ("newspaper", 1, 2), (None, 1, 1)]


def many(groups: int) -> Coverage:
    return cover(*(article(f"{i}", "The Echo", f"2026-03-{1 + i % 9:02}", f"l{i % groups}") for i in range(3 * groups)))


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("draw", [over_time_svg, bars_svg])
def test_pictures_are_whole_escaped_and_stand_alone(draw: object, direction: str) -> None:
    assert callable(draw)
    svg = draw(many(14), Facet.LANGUAGE, replace(WORDS, direction=direction))
    root = etree.fromstring(svg)
    assert root.get("role") == "img"
    assert [child.text for child in root[:2]] == [WORDS.title, WORDS.description]
    assert not any(reference in svg for reference in ("href", "<style", "<script", "style=", "url("))
    for rect in root.iterfind("{*}rect"):
        left, width = float(rect.get("x", "")), float(rect.get("width", ""))
        assert -0.1 <= left <= left + width <= 360.1
        assert width > 0
        assert float(rect.get("height", "")) > 0
    words_shown = [text.text for text in root.iterfind("{*}text")]
    assert "others" in words_shown


@pytest.mark.parametrize(("days", "labels"), [(1, 1), (4, 4), (20, 3)])
def test_few_periods_are_all_named_and_many_by_first_middle_and_last(days: int, labels: int) -> None:
    found = cover(*(article(f"{day}", "The Echo", f"2026-03-{1 + day:02}") for day in range(days)))
    shown = [text.text or "" for text in etree.fromstring(over_time_svg(found, Facet.LANGUAGE, WORDS)).iterfind("{*}text")]
    assert len([text for text in shown if ".03. " in text]) == labels


def test_the_bars_add_up_to_the_articles() -> None:
    root = etree.fromstring(over_time_svg(many(3), Facet.LANGUAGE, WORDS))
    shown = [text.text for text in root.iterfind("{*}text")]
    assert shown[-6:] == ["[l0]", "3", "[l1]", "3", "[l2]", "3"]


def test_a_legend_has_the_whole_width() -> None:
    words = replace(WORDS, own="eigene Texte", copies="Texte, die auch andere Medien im Wortlaut bringen")
    texts = {text.text: text for text in etree.fromstring(bars_svg(cover(*FOUR, copies=COPY), Facet.KIND, words)).iterfind("{*}text")}
    own, copies = texts[words.own], texts[words.copies]
    assert own.get("x") == copies.get("x") == "18.0"
    assert float(copies.get("y")) - float(own.get("y")) >= 12
