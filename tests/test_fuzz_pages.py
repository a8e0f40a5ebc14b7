"""Web pages of any shape: nothing fails, nothing takes long, and what comes out is sound."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import FUZZ, marked, read, wounded, wounds

TAGS = (
    "article", "main", "div", "p", "h1", "h2", "ul", "li", "table", "tr", "td", "blockquote", "figure", "figcaption", "img", "a", "span", "time", "section", "aside", "nav",
    "footer", "br", "script", "style", "svg", "title", "iframe", "form", "x-y",
)  # fmt: skip
CLASSES = ("byline", "author", "date", "caption", "credit", "article-body", "related", "comments", "headline", "share", "teaser")
METAS = (
    "og:title",
    "og:image",
    "og:url",
    "article:published_time",
    "author",
    "description",
    "og:site_name",
    "keywords",
    "news_keywords",
    "robots",
)
PROSE = "The herring came back to the bay in April, and the boats of the isle went out for the first time in eleven years."

contents = st.one_of(marked, st.just(PROSE), st.just(f"<p>{PROSE}</p>" * 5))
elements = st.recursive(
    contents,
    lambda inner: st.builds(
        lambda tag, name, link, parts: f"<{tag} class='{name}' href='{link}' src='{link}' datetime='{link}'>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS),
        st.sampled_from(CLASSES),
        st.sampled_from(("/n/1", "https://isle.example/n/2", "2031-05-19", "http://[", "javascript:x()", "")),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)
metas = st.lists(st.tuples(st.sampled_from(METAS), marked.map(lambda text: text.replace('"', ""))), max_size=4).map(
    lambda rows: "".join(f'<meta property="{name}" content="{value}">' for name, value in rows)
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), marked),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("@type", "@graph", "@id", "headline", "author", "name", "datePublished", "image", "url", "publisher", "mainEntityOfPage", "isAccessibleForFree")),
            st.one_of(inner, st.sampled_from(("NewsArticle", "Person", "Organization", "WebPage", "LiveBlogPosting"))),
            max_size=6,
        ),
    ),
    max_leaves=8,
)  # fmt: skip
linked_data = json_values.map(lambda value: f'<script type="application/ld+json">{json.dumps(value)}</script>')
documents = st.builds(
    lambda title, head, data, body: f"<!doctype html><html lang=en><head><title>{title}</title>{head}{data}</head><body>{''.join(body)}</body></html>".encode("utf-8", "replace"),
    marked, metas, linked_data, st.lists(elements, max_size=6),
)  # fmt: skip


@FUZZ
@given(documents, wounds, st.sampled_from((None, "utf-8", "iso-8859-1", "gb2312", "euc-jp", "nonsense")))
def test_no_page_fails(document: bytes, at: list[tuple[float, int, bytes]], charset: str | None) -> None:
    read(wounded(document, at), "text/html", charset)


@FUZZ
@given(st.binary(max_size=300))
def test_no_bytes_fail_as_a_page(noise: bytes) -> None:
    read(b"<html><body>" + noise, "text/html")


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<p>",
        "<b>",
        "<table><tr><td>",
        "<a href=/n/1>more</a>",
        "<!--",
        "<script>",
        "&",
        "<",
        "<li>a",
        "<h1>Herring</h1>",
        "<svg>",
        "<img src=/a>",
        "<br>",
    ],
)
def test_hostile_pages_cost_little(piece: str) -> None:
    read(b"<html><body><h1>Herring return to the bay</h1>" + piece.encode() * (40_000 // len(piece)), "text/html")
