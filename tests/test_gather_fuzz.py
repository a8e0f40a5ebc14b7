"""Whatever a server sends, the small readers of this room neither break nor take long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavo.errors import ExtractError
from octavo.gather.capture import make_capture
from octavo.gather.discovery import declared_feeds, linked_feeds, proposal_of
from octavo.gather.reservations import reserved_in_answer
from octavo.gather.robots import rules_of
from octavo.gather.schedule import fresh_for
from octavo.gather.sitemaps import is_index, is_news, listed

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SECONDS = 5.0  # of CPU that a reader may take for the worst of 2 MB; all take a fraction of it
PIECES = (
    *(b"<sitemapindex>", b"<sitemap>", b"</sitemap>", b"<loc>", b"</loc>", b"<lastmod>", b"2026-03-04", b"<![CDATA[", b"]]>", b"<!--", b"-->"),
    *(b"<meta name=robots content=", b"noai", b">", b"<link rel=alternate type=application/rss+xml href=", b"<a href=", b"<base href=", b"http://["),
    *(b"User-agent: *\n", b"Disallow: ", b"Content-Signal: ai-train=", b"Sitemap: ", b"\n", b" ", b"\x00", b"\xff", b"<rss>", b"<feed>", b"{", b"["),
    *(b'{"version": "https://jsonfeed.org/version/1", "title": ', b'"', b"&amp;", b"&#x0;", b"<?xml version='1.0'?>", b"<!DOCTYPE html [", b"//a.example/feed"),
)  # fmt: skip
READERS: tuple[Callable[[bytes], object], ...] = (
    is_index,
    is_news,
    lambda body: listed(body, NOW),
    lambda body: reserved_in_answer({}, body),
    rules_of,
    lambda body: fresh_for({"cache-control": body[:99].decode("latin-1"), "expires": body[:99].decode("latin-1")}, NOW),
)


def look(body: bytes) -> None:
    for reader in READERS:
        reader(body)
    try:
        capture = make_capture("http://outlet.example/start", body, NOW)
    except ExtractError:
        return
    for read in (proposal_of, declared_feeds, linked_feeds):
        read(capture)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=30).map(b"".join))
def test_no_answer_breaks_a_reader(body: bytes) -> None:
    look(body)


@pytest.mark.parametrize("piece", PIECES)
def test_no_answer_takes_long(piece: bytes) -> None:
    begun = time.process_time()
    look(b"<sitemapindex>" + piece * (300_000 // len(piece)))
    assert time.process_time() - begun < SECONDS
