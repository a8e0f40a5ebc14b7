"""One round: a look at each source that is due, what it gave, and when to look again."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.errors import FetchError, InputError, OctavoError
from octavo.gather.capture import HTML, make_capture
from octavo.gather.files import Taken, list_files, read_paths
from octavo.model import Capture, Source, SourceKind

if TYPE_CHECKING:
    from octavo.gather.fetch import Fetched, Fetcher

LONGEST_PAUSE = timedelta(days=1)  # between two looks, however often a source failed or however long it calls itself fresh
JITTER = 0.1  # of the time to wait, so that sources added together are not asked together
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.I)
_CLOCK_GRAIN = timedelta(seconds=2)  # of file systems: a file this much older than the last look may have come after it


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one look at a source gave. `source` is its record with schedule and health as they are now, ready to be kept."""

    source: Source
    at: datetime
    captures: tuple[Capture, ...] = ()  # one from the web at most; a folder gives one for each new file
    not_modified: bool = False  # the server said that nothing has changed
    error: OctavoError | None = None


async def gather_source(source: Source, fetcher: Fetcher, now: datetime) -> Gathered:
    """One look at a source, whatever its kind. Never raises an OctavoError: it is in the answer and, as a sentence, on the source."""
    interval = timedelta(minutes=fetcher.settings.interval_minutes)
    tried = replace(source, last_tried_at=now)
    try:
        gathered = await (_folder(tried, now) if source.kind is SourceKind.FOLDER else _web(tried, fetcher, now))
    except OctavoError as error:
        return _failed(tried, error, now, interval)
    sentence = gathered.error.sentence if gathered.error else None
    well = replace(gathered.source, last_success_at=now, error_count=0, last_error=sentence)
    return replace(gathered, source=replace(well, due_at=next_due(well, now, max(interval, _fresh(gathered)))))


async def gather_page(address: str, fetcher: Fetcher, now: datetime, source: int | None = None) -> Capture:
    """One page, if its robots.txt lets us. Raises InputError, FetchError, RefusedError and, for what is no page, ExtractError."""
    return _capture(await fetcher.get(address, robots=True), now, source)


async def gather_pages(
    addresses: Iterable[str], fetcher: Fetcher, now: datetime, source: int | None = None
) -> AsyncIterator[tuple[str, Capture | OctavoError]]:
    """Many pages at a time, as (address, capture or the error that stood in its way), in the order given."""

    async def one(address: str) -> tuple[str, Capture | OctavoError]:
        try:
            return address, await gather_page(address, fetcher, now, source)
        except OctavoError as error:
            return address, error

    # Twice as many as may be fetched at a time: so one slow page does not leave the others idle, and few bodies lie in memory.
    rest = iter(addresses)
    tasks = [asyncio.create_task(one(address)) for address in islice(rest, 2 * fetcher.settings.fetch_parallel)]
    try:
        while tasks:
            yield await tasks[0]
            del tasks[0]
            tasks += [asyncio.create_task(one(address)) for address in islice(rest, 1)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def next_due(source: Source, now: datetime, interval: timedelta, retry_after: float | None = None) -> datetime:
    """When to look at a source again.

    After the interval, which doubles with every failure in a row beyond the first (up to LONGEST_PAUSE), plus up to a tenth that is always the same
    for one source; never before `retry_after` (seconds) has passed.
    """
    doubled = interval * 2.0 ** min(max(source.error_count - 1, 0), 20)
    wait = max(interval, min(doubled, LONGEST_PAUSE))
    share = int.from_bytes(blake2b(str(source.id).encode(), digest_size=4).digest(), "big") / 2**32
    return now + max(wait, timedelta(seconds=retry_after or 0)) * (1 + JITTER * share)


def _failed(source: Source, error: OctavoError, now: datetime, interval: timedelta) -> Gathered:
    gone = isinstance(error, FetchError) and error.status == 410
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    ill = replace(source, error_count=source.error_count + 1, last_error=error.sentence, paused=source.paused or gone)
    return Gathered(replace(ill, due_at=next_due(ill, now, interval, retry_after)), now, error=error)


async def _web(source: Source, fetcher: Fetcher, now: datetime) -> Gathered:
    """Feeds and sitemaps are there for machines; for a page its robots.txt is asked."""
    fetched = await fetcher.get(
        source.address,
        etag=source.etag,
        last_modified=source.last_modified,
        known_at=source.final_address,
        robots=source.kind is SourceKind.PAGE,
    )
    if fetched.not_modified:
        return Gathered(source, now, not_modified=True)
    capture = _capture(fetched, now, source.id)
    if capture.media_type == HTML and source.kind is not SourceKind.PAGE:
        raise FetchError(f"The server sent a web page instead of a {source.kind}", todo="Look for the new address of the feed on the site")
    known = replace(
        source, etag=fetched.headers.get("etag"), last_modified=fetched.headers.get("last-modified"), final_address=fetched.address
    )
    return Gathered(known, now, (capture,))


async def _folder(source: Source, now: datetime) -> Gathered:
    """The files that came or changed since the last good look. Files that cannot be read are named; the others are taken."""
    since = source.last_success_at
    try:
        files = await asyncio.to_thread(_changed, Path(source.address), since)
    except OSError as problem:
        what = f"The folder cannot be read ({problem.strerror or problem})"
        raise InputError(what, todo="Check its name and rights", subject=source.address) from problem
    read = await asyncio.to_thread(lambda: list(read_paths(files, Taken(), now)))
    captures = tuple(replace(one, source=source.id) for one in read if isinstance(one, Capture))
    errors = [one for one in read if isinstance(one, OctavoError)]
    error = InputError(f"{len(errors)} of {len(read)} new files cannot be used, the first: {errors[0]}", todo="") if errors else None
    return Gathered(source, now, captures, not_modified=not files, error=error)


def _changed(folder: Path, since: datetime | None) -> list[Path]:
    """The files of a folder that came into it or were written since then; all of them without a `since`."""
    limit = (since - _CLOCK_GRAIN).timestamp() if since else float("-inf")
    with os.scandir(folder) as entries:  # says why a folder cannot be read
        empty = next(entries, None) is None
    states = [(path, path.stat()) for path in list_files([folder])] if not empty else []
    return [path for path, state in states if max(state.st_mtime, state.st_ctime) >= limit]  # ctime: moved in with an old mtime


def _capture(fetched: Fetched, now: datetime, source: int | None) -> Capture:
    return make_capture(
        fetched.address,
        fetched.body,
        now,
        declared=fetched.media_type,
        charset=fetched.charset,
        headers=fetched.headers,
        source=source,
    )


def _fresh(gathered: Gathered) -> timedelta:
    """For how long the answer says that it stays as it is."""
    headers: Mapping[str, str] = gathered.captures[0].headers if gathered.captures else {}
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return min(timedelta(seconds=int(found[1])), LONGEST_PAUSE) if found else timedelta(0)
