"""Sitemaps of any shape: nothing fails, nothing takes long, and only web addresses come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import FUZZ, MARKS, marked, read, wounded, wounds

SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
TAGS = (
    "url", "sitemap", "loc", "lastmod", "news:news", "news:title", "news:publication", "news:name", "news:language", "news:publication_date", "image:image",
    "image:loc", "image:caption",
)  # fmt: skip

elements = st.recursive(
    st.one_of(st.sampled_from(("https://isle.example/n/1", "2031-05-19", *MARKS)), marked),
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=4)),
    max_leaves=15,
)
documents = st.builds(
    lambda root, inner: f"<{root} {SPACES}>{''.join(inner)}</{root}>".encode("utf-8", "replace"),
    st.sampled_from(("urlset", "sitemapindex")),
    st.lists(elements, max_size=8),
)


@FUZZ
@given(documents, wounds)
def test_no_sitemap_fails(document: bytes, at: list[tuple[float, int, bytes]]) -> None:
    read(wounded(document, at), "application/xml")


@pytest.mark.parametrize(
    "piece", ["<url>", "<url><loc>https://isle.example/n/1</loc></url>", "<url><loc>", "<!--", "<![CDATA[", "&", "<news:news>"]
)
def test_hostile_sitemaps_cost_little(piece: str) -> None:
    read(b"<urlset>" + piece.encode() * 10_000, "application/xml")
