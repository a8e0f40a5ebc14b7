"""Lists: a number of queries that does not grow with them, and no bodies read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from octavo.model import Decision, DecisionKind
from octavo.store import Store
from store_samples import NOW, put_many

READERS: dict[str, Callable[[Store, list[str], int], Any]] = {
    "latest_articles": lambda store, ids, n: store.latest_articles(n),
    "heads": lambda store, ids, n: store.heads(ids[:n]),
    "recent_stories": lambda store, ids, n: store.recent_stories(None, n),
    "stories": lambda store, ids, n: store.stories([f"S{k}" for k in range(n)]),
    "stories_of": lambda store, ids, n: store.stories_of(ids[:n]),
    "thread": lambda store, ids, n: store.thread(f"T{n}"),
    "threads": lambda store, ids, n: store.threads(n),
    "annotations": lambda store, ids, n: store.annotations(ids[:n], light=True),
    "briefs": lambda store, ids, n: store.briefs([f"S{k}" for k in range(n)]),
    "sources": lambda store, ids, n: store.sources(),
}
HEAVY = ("body", "text", "blocks", "vector", "fingerprint", "search_text")


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(store.database.engine, "before_cursor_execute", see)


def fill(store: Store) -> list[str]:
    """Forty stories of one article, in threads T10 (ten of them) and T40 (all others)."""
    ids = put_many(store, [f"paper{n}" for n in range(40)])
    for n, id in enumerate(ids):
        thread = Decision(DecisionKind.THREAD, f"S{n}", other="T10" if n < 10 else "T40")
        store.record_decisions([Decision(DecisionKind.OPEN, f"S{n}", id), thread], NOW)
    return list(ids)


@pytest.fixture
def filled(store: Store) -> tuple[Store, list[str]]:
    return store, fill(store)


def test_lists_take_as_many_queries_for_forty_rows_as_for_ten(filled: tuple[Store, list[str]]) -> None:
    store, ids = filled
    counted = {}
    for name, read in READERS.items():
        for rows in (10, 40):
            with statements(store) as seen:
                assert read(store, ids, rows) or name in ("briefs", "sources")
            counted[name, rows] = len(seen)
            assert not [word for statement in seen for word in HEAVY if f".{word}" in statement], name
    assert {name: counted[name, 10] for name in READERS} == {name: counted[name, 40] for name in READERS}
    assert max(counted.values()) <= 4  # the annotations with quotes and credits are three


def test_more_ids_than_a_statement_takes_are_read_in_several(store: Store) -> None:
    ids = put_many(store, ["one", "two"])
    many = [ids[0], *(f"{n:016x}" for n in range(12_000)), ids[1]]
    assert list(store.heads(many)) == list(store.articles(many)) == list(store.annotations(many)) == list(ids)
    assert store.stories_of(many) == {}
