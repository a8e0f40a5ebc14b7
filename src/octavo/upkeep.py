"""Keeps what is kept within what the owner set: lets the oldest texts go, by age and by size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from octavo.store import LetGo, Store

KEPT_AT_LEAST = timedelta(days=31)  # what may still be grouped with what comes in is never let go


def let_go_what_is_due(store: Store, now: datetime, stopping: Callable[[], bool] = lambda: False) -> LetGo:
    """Let go what is older than the instance keeps, then the oldest of the rest until it fits the size that it keeps.

    Nothing where neither is set. Returns what was let go.
    """
    kept = store.instance()
    gone = LetGo()
    if kept.retention_days is not None:
        gone += _down_to(store, now - max(timedelta(days=kept.retention_days), KEPT_AT_LEAST), now, lambda _: stopping())
    if kept.retention_bytes is not None and (excess := store.text_bytes() - kept.retention_bytes) > 0:
        gone += _down_to(store, now - KEPT_AT_LEAST, now, lambda so_far: stopping() or so_far.bytes >= excess)
    return gone


def _down_to(store: Store, before: datetime, now: datetime, enough: Callable[[LetGo], bool]) -> LetGo:
    gone, after = LetGo(), None
    while not enough(gone):
        some, after = store.let_go(before, now, after)
        gone += some
        if after is None and not some.captures:
            break
    return gone
