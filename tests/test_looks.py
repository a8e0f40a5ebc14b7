"""What a look at a source leaves behind: a fault in part of what came is told and is no failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from octavo.gather import Gathered
from octavo.looks import keep_look, keep_problem
from octavo.model import Article, Capture, Extraction, Source, SourceKind
from octavo.store import Store

NOW = datetime(2031, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TORN = "The feed breaks off before its end (2 entries were read)."
FEED = Capture("a" * 64, "https://gull.example/feed", b"<rss><channel><title>The Gull</title>", NOW, "application/rss+xml", source=1)


@pytest.fixture
def store(sqlite_address: str) -> Iterator[Store]:
    with Store.open(sqlite_address) as opened:
        yield opened


def source_of(store: Store) -> Source:
    (source,) = store.sources()
    return source


@pytest.mark.parametrize("used", [True, False])
def test_only_what_gave_nothing_counts_as_a_failure(store: Store, used: bool) -> None:
    source = store.add_source(SourceKind.FEED, FEED.address, NOW)
    store.update_source(replace(source, etag='"1"', last_modified="Sun"))
    keep_problem(store, source_of(store), TORN, used, NOW)
    found = source_of(store)
    assert (found.error_count, found.last_error, found.last_error_at) == (0 if used else 1, TORN, NOW)
    assert (found.etag, found.last_modified) == (None, None), "its next answer is asked for in full"


@pytest.mark.parametrize("articles", [(), (Article("b" * 16, "Herring are back", ""),)])
def test_the_same_torn_answer_again_is_as_bad_as_it_was(store: Store, articles: tuple[Article, ...]) -> None:
    source = store.add_source(SourceKind.FEED, FEED.address, NOW)
    keep_look(store, Gathered(source, captures=(FEED,), at=NOW), HOUR)
    store.add_extraction(Extraction(FEED.id, articles, problem=TORN), NOW)
    keep_look(store, Gathered(source, captures=(FEED,), at=NOW + HOUR), HOUR)
    found = source_of(store)
    assert (found.error_count, found.last_error, found.last_error_at) == (0 if articles else 1, TORN, NOW + HOUR)
    assert found.due_at
    assert found.due_at > NOW + HOUR
