"""When to look at a source again: by how often it publishes, what its server and its feed ask for, and how often it failed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from itertools import pairwise

from octavo.model import Source

LONGEST_PAUSE = timedelta(days=1)  # between two looks, however often a source failed or however long it calls itself fresh
JITTER = 0.1  # of the time to wait, so that sources added together are not asked together
SHORTEST = 4  # a source that publishes much is looked at so many times as often as others, at most
MANY = 10  # articles that may come in between two looks: a short feed drops what is older
FEW = 0.5  # of the time in which an article comes in: a source that publishes little is looked at no more often
LATEST = 30  # articles that a habit is read from
LEAST = 4  # moments of publication without which there is no habit

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.I)


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a source publishes, by its latest articles. The gaps are in seconds; None where too little is known."""

    newest_at: datetime | None = None
    usual_gap: float | None = None
    longest_gap: float | None = None


def habit_of(moments: Sequence[datetime]) -> Habit:
    """The habit behind the moments at which the latest articles of a source were published, in any order."""
    latest = sorted(moments)[-LATEST:]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(latest)]
    newest = latest[-1] if latest else None
    if len(set(latest)) < LEAST:
        return Habit(newest)
    return Habit(newest, sum(gaps) / len(gaps), max(gaps))


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """For how long an answer says that it stays as it is: by `Cache-Control: max-age` or, without that, by `Expires` (RFC 9111, 4.2.1)."""
    if found := _MAX_AGE.search(headers.get("cache-control", "")):
        return min(timedelta(seconds=int(found[1])), LONGEST_PAUSE)
    expires, date = (_http_date(headers.get(name, "")) for name in ("expires", "date"))
    return min(max(expires - (date or now), timedelta(0)), LONGEST_PAUSE) if expires else timedelta(0)


def interval_of(source: Source, base: timedelta, now: datetime) -> timedelta:
    """The time between two looks: what a person says, else the `base` fitted to how often the source publishes.

    A source that publishes so much that its feed would drop entries meanwhile is looked at up to four times as often, one that publishes
    little or has fallen silent down to once a day.
    """
    if source.interval_seconds:
        return timedelta(seconds=source.interval_seconds)
    if source.usual_gap is None:
        return base
    gap = timedelta(seconds=source.usual_gap)
    silence = now - source.newest_at if source.newest_at else timedelta(0)
    often = max(MANY * gap, base / SHORTEST)
    seldom = min(FEW * max(gap, silence / MANY), LONGEST_PAUSE)
    return max(min(base, often), seldom)


def next_due(source: Source, now: datetime, base: timedelta, fresh: timedelta = timedelta(0), retry_after: float | None = None) -> datetime:
    """When to look at a source again.

    After its interval or, if that is longer, as long as its answer or its feed calls itself fresh. The wait doubles with every failure in a
    row beyond the first, up to LONGEST_PAUSE. It is never less than `retry_after` (seconds), up to a tenth longer by chance (always
    the same for one source and moment), and ends outside of the hours and days at which the feed asks to be left alone.
    """
    interval = interval_of(source, base, now)
    doubled = interval * 2.0 ** min(max(source.error_count - 1, 0), 20)
    calm = min(timedelta(seconds=source.ttl_seconds or 0), LONGEST_PAUSE)
    wait = max(interval, fresh, calm, min(doubled, LONGEST_PAUSE), timedelta(seconds=retry_after or 0))
    chance = blake2b(f"{source.id} {now.isoformat()}".encode(), digest_size=4).digest()
    return _welcome(source, now + wait * (1 + JITTER * int.from_bytes(chance, "big") / 2**32))


def _welcome(source: Source, moment: datetime) -> datetime:
    """The moment, or as many hours later as it takes until the feed does not ask to be left alone."""
    for hours in range(8 * 24):
        later = (moment + timedelta(hours=hours)).astimezone(UTC)
        if later.hour not in source.skip_hours and later.weekday() not in source.skip_days:
            return later
    return moment


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text.strip())
    except ValueError:  # "0" and "-1" are written for what is stale at once
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
