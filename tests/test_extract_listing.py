"""List pages read by a person's CSS selector, and the selectors themselves."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from octavo.errors import InputError
from octavo.extract.listing import links_of, read_list
from octavo.extract.selector import LONGEST, selected
from octavo.gather.capture import make_capture

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PAGE = """<html><head><base href="/news/"><title>Harbour news</title></head><body>
<nav><a href="/about">About us</a></nav>
<main id="list">
  <article class="teaser big"><a href="1"><img alt=""></a><h2><a href="1?utm_source=list">The ferry runs again</a></h2></article>
  <article class="teaser"><a href="http://other.example/2"><h2 data-kind="news:sea">A storm is coming</h2></a><a>Nowhere</a></article>
  <article class="ad teaser"><h2><a href="/ad" title="Buy a boat"></a></h2></article>
  <article><h2>海の祭り</h2><p class="more x"><a href="javascript:go()">More</a> <a href="3#top">祭りの写真</a></p></article>
</main><footer><p><a href="mailto:us@outlet.example">Mail</a></p></footer></body></html>"""
CAPTURE = make_capture("http://outlet.example/start", PAGE.encode(), NOW, charset="utf-8")


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("nav a", "About us"),
        ("#list > article.teaser.big h2", "The ferry runs again"),
        ("MAIN .teaser:not(.ad) h2", "The ferry runs again|A storm is coming"),
        ("article:nth-child(2) h2, nav > a", "About us|A storm is coming"),
        ("h2[data-kind]", "A storm is coming"),
        ("h2[data-kind='news:sea']", "A storm is coming"),
        ('h2[ data-kind ^= "news:" ]', "A storm is coming"),
        ("h2[data-kind$=sea], h2[data-kind$='x']", "A storm is coming"),
        ("h2[data-kind*='s:s']", "A storm is coming"),
        ("p[class~=x] a[href|='3#top']", "祭りの写真"),
        ("article h2 + p a:last-child", "祭りの写真"),
        ("nav ~ main > article:first-child h2 a", "The ferry runs again"),
        ("article:nth-of-type(4) h2", "海の祭り"),
        ("body *:not(:not-known)", None),
        ("a[href^='']", ""),
        ("#li\\st > article:not(:nth-child(1)):not([class]) h2", "海の祭り"),
        ("video", ""),
    ],
)
def test_selectors_find_what_css_says(selector: str, found: str | None) -> None:
    tree = document_fromstring(PAGE)
    if found is None:
        with pytest.raises(InputError, match="no CSS selector"):
            selected(selector, tree)
    else:
        assert "|".join(element.text_content().strip() for element in selected(selector, tree)) == found


@pytest.mark.parametrize(
    "selector", ["", " ", ">", "a >", "a > > b", "a,", "a b)", "a[", "a[b=']", "a::before", ":hover", "a:not(b c)", "a,,b", "x" * 9999]
)
def test_what_is_no_selector_is_told(selector: str) -> None:
    with pytest.raises(InputError, match="no CSS selector") as caught:
        selected(selector, document_fromstring(PAGE))
    assert len(caught.value.subject) < LONGEST


@settings(deadline=None)
@given(st.text(alphabet="ab*#.[]='\"^$|~>+,: ()not-child1\\", max_size=30))
def test_whatever_is_typed_is_a_selector_or_told(selector: str) -> None:
    with suppress(InputError):
        selected(selector, document_fromstring(PAGE))


def test_links_are_found_where_the_selector_points_with_their_best_text() -> None:
    links = {"http://outlet.example/news/1": "The ferry runs again", "http://other.example/2": "A storm is coming"}
    assert links_of(CAPTURE, ".teaser:not(.ad)") == links, "those inside of what it finds"
    assert links_of(CAPTURE, ".teaser:not(.ad) h2") == links, "and those around it"
    assert links_of(CAPTURE, "article") == links | {"http://outlet.example/ad": "Buy a boat", "http://outlet.example/news/3": "祭りの写真"}
    assert links_of(CAPTURE, "footer") == {}


def test_a_list_page_gives_its_links_and_never_an_article() -> None:
    extraction = read_list(replace(CAPTURE, selector="main h2"))
    assert extraction.articles == ()
    assert extraction.links == ("http://outlet.example/news/1", "http://other.example/2", "http://outlet.example/ad")
    assert (extraction.title, extraction.problem) == ("Harbour news", None)
    changed = read_list(replace(CAPTURE, selector=".gone"))
    assert changed.links == ()
    assert "Nothing on the page fits the selector .gone" in (changed.problem or "")
