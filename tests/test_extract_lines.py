"""What extraction makes of the lines of a web page: dates and writers at the headline, hostile pages, one page's cost."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from octavo.extract import extract
from octavo.extract.near import near_headline
from octavo.extract.page_chain import chances, doubt, taken, weights
from octavo.extract.page_features import FEATURES, features
from octavo.extract.page_lines import Lines, lines_of_tree
from octavo.model import Article, BlockKind, Capture

NOW = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)
HEADLINE = "Lighthouse keepers vote to strike over winter pay"
PROSE = (
    "Keepers at all nine lighthouses of the northern coast voted on Thursday to stop work from the first of November, their union said.",
    "They ask for heating money and for a second boat, which the coast office promised four winters ago and has not delivered yet.",
    "The coast office said that it had offered talks and that no ship would be without a light, whatever happens in November.",
    "A strike would be the first on the coast since the lamps were made electric and the crews of the stations were halved.",
)


def capture(html: str) -> Capture:
    return Capture("c", "https://north-coast.example/news/strike.html", html.encode(), NOW, "text/html", "utf-8")


def article(head: str = "", under: str = "", body: str | None = None) -> Article:
    text = body if body is not None else "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    html = f"<html lang=en><head><title>{HEADLINE}</title>{head}</head><body><main><h1>{HEADLINE}</h1>{under}<article>{text}</article></main></body></html>"
    found = extract(capture(html)).articles
    assert len(found) == 1
    return found[0]


def lines(html: str) -> Lines:
    tree: HtmlElement = document_fromstring(html)
    return lines_of_tree(tree)


# ---- lines ----------------------------------------------------------------------------------------------------------


def test_a_line_is_what_a_reader_sees_as_one() -> None:
    found = lines(
        "<body><div>One<br>two<p>three <b>four</b></p>five</div><ul><li>six</li><li><p>seven</p></li></ul><script>no</script></body>"
    )
    assert [line.text for line in found.lines] == ["One", "two", "three four", "five", "six", "seven"]


def test_tables_of_figures_are_rows_and_tables_that_place_things_are_not() -> None:
    row = "<tr><td>Year</td><td><p>Boats</p></td></tr>"
    assert [(line.kind, line.text) for line in lines(f"<body><table>{row}</table></body>").lines] == [(BlockKind.TABLE, "Year | Boats")]
    placed = lines(f"<body><table><tr><td>Menu</td><td><p>{PROSE[0]}</p><p>{PROSE[1]}</p></td></tr></table></body>")
    assert [line.kind for line in placed.lines] == [BlockKind.PARAGRAPH] * 3


def test_links_and_their_share_are_counted() -> None:
    (line,) = lines('<body><p>See <a href="/x">all news</a></p></body>').lines
    assert (line.linked, line.links) == (8, 1)


def test_features_stay_small_and_have_their_names() -> None:
    rows = features(lines(f"<body><h1>{HEADLINE}</h1>{''.join(f'<p>{p}</p>' for p in PROSE)}</body>"), HEADLINE, PROSE[0], PROSE[0])
    assert rows.shape == (5, len(FEATURES))
    assert np.abs(rows).max() <= 2


def test_chances_sum_to_one_and_nothing_returns_after_the_end() -> None:
    page = lines("<body>" + "".join(f"<p>{p}</p>" for p in PROSE) + "<ul>" + "<li><a href=/a>Tides</a></li>" * 30 + "</ul></body>")
    likely = chances(features(page), weights())
    assert likely.sum(axis=1) == pytest.approx(np.ones(len(page.lines)), abs=1e-5)
    assert taken(likely) == [0, 1, 2, 3]
    assert 0 <= doubt(likely, [len(line.text) for line in page.lines]) <= 1


def test_chances_of_no_lines_are_none() -> None:
    assert chances(features(Lines()), weights()).shape[0] == 0


def test_lines_near_the_headline_end_at_the_text() -> None:
    page = lines(f"<body><div>Coast</div><h1>{HEADLINE}</h1><div>By Ada Brandt</div><p>{PROSE[0]}</p><div>May 1, 2031</div></body>")
    near = near_headline(page, HEADLINE, (3,))
    assert [said.text for said in near.above] == ["Coast"]
    assert [said.text for said in near.below] == ["By Ada Brandt", PROSE[0]]


# ---- dates ----------------------------------------------------------------------------------------------------------

STATED = '<meta property="article:published_time" content="{}"><meta property="article:modified_time" content="{}">'


@pytest.mark.parametrize(
    ("stated", "modified", "printed", "published"),
    [
        ("2031-05-02T10:00:00Z", "2031-05-02T10:00:00Z", "May 2, 2031", "2031-05-02T10:00:00Z"),
        ("2031-05-02T03:00:41Z", "2031-05-02T03:00:41Z", "May 1, 2031 11:00 pm EDT", "2031-05-01T23:00:41-04:00"),  # the printed zone
        ("2029-05-02T10:00:00Z", "2031-05-02T10:00:00Z", "May 2, 2031", "2031-05-02"),  # printed as its date
        ("2031-05-12T10:00:00Z", "2031-05-12T10:00:00Z", "Published May 2, 2031", "2031-05-02"),  # the system's date is that of a move
        ("2031-05-02T10:00:00Z", "2031-05-03T10:00:00Z", "May 3, 2031", "2031-05-02T10:00:00Z"),  # a change while it was news
        ("2031-05-02T10:00:00Z", "2031-05-03T10:00:00Z", "Updated May 3, 2031", "2031-05-02T10:00:00Z"),
        ("2030-05-02T10:00:00Z", "2031-05-03T10:00:00Z", "Updated: May 3, 2031", "2031-05-03"),  # issued again
        ("2030-05-02T10:00:00Z", "2031-05-03T10:00:00Z", "Published: May 2, 2030 Updated: May 3, 2031", "2030-05-02T10:00:00Z"),
    ],
)
def test_the_date_printed_at_the_headline_corrects_the_stated_one(stated: str, modified: str, printed: str, published: str) -> None:
    found = article(STATED.format(stated, modified), f"<div>{printed}</div>")
    assert found.published == published
    assert found.modified == modified


def test_a_printed_date_after_the_capture_is_none() -> None:
    assert article(under="<div>June 2, 2031</div>").published is None


# ---- writers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "under", "authors"),
    [
        ('<meta name="author" content="Web Desk">', "<div>By Ada Brandt</div>", ("Ada Brandt",)),
        ('<meta name="author" content="Li Osei">', "<div>Written by Ada Brandt</div>", ("Ada Brandt",)),  # Li put it online
        ("", "<div>By Ada BrandtPublished: May 1, 2031</div>", ("Ada Brandt",)),
        ("", "<div>By</div><div>Ada Brandt</div>", ("Ada Brandt",)),
        ("", "<div>May 1, 2031 by Ada Brandt</div>", ("Ada Brandt",)),
        ("", "<div>Ada Brandt</div><div>May 1, 2031</div>", ("Ada Brandt",)),
        ("", "<div>North Coast</div><div>Photo by Ada Brandt</div>", ()),
        ('<meta name="author" content="ada.brandt">', "<div>Ada Brandt</div><div>May 1, 2031</div>", ("Ada Brandt",)),
        ('<meta name="author" content="Ada Brandt IV">', "", ("Ada Brandt IV",)),
    ],
)
def test_the_writer_printed_at_the_headline_comes_first(head: str, under: str, authors: tuple[str, ...]) -> None:
    assert article(head, under).authors == authors


def test_a_house_signs_only_where_nobody_is_named_and_no_agency_ever() -> None:
    house = article('<meta name="author" content="Coast Office Team">')
    assert house.authors == ("Coast Office Team",)
    assert house.signals["authors"].confidence <= 0.5
    assert article('<meta name="author" content="Coast Office Team">', "<div>By Ada Brandt</div>").authors == ("Ada Brandt",)
    agency = article('<meta name="author" content="Reuters">')
    assert agency.authors == ()
    assert agency.agency == "Reuters"


# ---- hostile pages --------------------------------------------------------------------------------------------------

PARTS = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
HOSTILE = {
    "deep nesting": "<div>" * 60_000 + PARTS,
    "deep tables": "<table><tr><td>" * 5_000 + PARTS,
    "many links": PARTS + '<a href="/news/a-long-story-of-the-coast-1">All that is new on the northern coast today</a> ' * 10_000,
    "one endless line": f"<p>{'light ' * 2_000_000}</p>{PARTS}",
    "many headings": "<h2>What is new on the coast</h2>" * 20_000 + PARTS,
    "many breaks": "<br>" * 200_000 + PARTS,
    "a class without end": f'<div class="{"x-comment " * 100_000}">{PARTS}</div>',
}
SECONDS = 60.0  # of CPU time, about ten times what the slowest takes: a page that costs more grows faster than it is long


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_little_and_gives_an_answer(name: str) -> None:
    begun = time.process_time()
    found = extract(capture(f"<html><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>{HOSTILE[name]}</body></html>"))
    assert time.process_time() - begun < SECONDS
    assert found.articles or found.problem or found.links


_TAGS = st.sampled_from(
    ("p", "div", "table", "tr", "td", "ul", "li", "h1", "h2", "a href=/x", "br", "b", "blockquote", "script", "time datetime=x", "figure")
)
_PIECES = st.lists(
    st.one_of(
        _TAGS.map(lambda tag: f"<{tag}>"), _TAGS.map(lambda tag: f"</{tag.split()[0]}>"), st.text(max_size=40), st.sampled_from(PROSE)
    )
)


@settings(max_examples=60, deadline=None)
@given(_PIECES)
def test_no_page_makes_it_fail(pieces: list[str]) -> None:
    found = extract(capture(f"<html><body>{''.join(pieces)}</body></html>"))
    assert not found.problem or "Reading it failed" not in found.problem


def test_an_article_that_the_parser_leaves_in_the_head_is_read() -> None:
    found = extract(capture(f"<title>{HEADLINE}</title><article><h1>{HEADLINE}</h1>{PARTS}</article>"))
    assert found.articles[0].text == "\n\n".join(PROSE)
