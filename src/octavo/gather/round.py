"""One round: a look at each source that is due, what it gave, and when to look again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.errors import FetchError, InputError, OctavoError
from octavo.gather.answers import OfflineError
from octavo.gather.capture import HTML, TEXT
from octavo.gather.discovery import discover
from octavo.gather.fetch import Meter
from octavo.gather.files import Taken, list_files, read_paths
from octavo.gather.guard import checked
from octavo.gather.pace import HeldError
from octavo.gather.pages import capture_of
from octavo.gather.reservations import reserved_in_answer
from octavo.gather.schedule import fresh_for, next_due
from octavo.gather.sitemaps import MOST_IN_INDEX, is_index, listed
from octavo.model import Capture, Source, SourceKind

if TYPE_CHECKING:
    from octavo.gather.fetch import Fetched, Fetcher

SIGHTINGS = 3  # looks in a row that a permanent redirect is seen in before its target becomes the address
DEAD = 3  # failures in a row after which a feed is looked for anew on its site ...
STILL_DEAD = 8  # ... and again after so many more
_CLOCK_GRAIN = timedelta(seconds=2)  # of file systems: a file this much older than the last look may have come after it


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one look at a source gave. `source` is its record with schedule and health as they are now, ready to be kept."""

    source: Source
    at: datetime
    captures: tuple[Capture, ...] = ()  # a folder gives one for each new file, a sitemap of sitemaps one for each that it led to
    not_modified: bool = False  # the server said that nothing has changed
    error: OctavoError | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # of the answer
    reserved: tuple[str, ...] = ()  # how the publisher keeps its texts from AI
    bytes_in: int = 0
    bytes_out: int = 0


async def gather_source(source: Source, fetcher: Fetcher, now: datetime) -> Gathered:
    """One look at a source, whatever its kind. Never raises an OctavoError: it is in the answer and, as a sentence, on the source."""
    base = timedelta(minutes=fetcher.settings.interval_minutes)
    tried = replace(source, last_tried_at=now)
    meter = Meter()
    try:
        gathered = await (_folder(tried, now) if source.kind is SourceKind.FOLDER else _web(tried, fetcher, now, meter))
    except HeldError as held:
        # Nothing was asked, so nothing failed.
        due_at = now + timedelta(seconds=held.retry_after or 0)
        return Gathered(replace(source, due_at=due_at), now, error=held)
    except OctavoError as error:
        failed = await _found_anew(_failed(tried, error, now, base), fetcher, now)
        return replace(failed, bytes_in=meter.bytes_in, bytes_out=meter.bytes_out)
    partly = gathered.error
    well = replace(
        gathered.source,
        last_success_at=now,
        error_count=0,
        last_error=partly.sentence if partly else None,
        last_error_at=now if partly else None,
    )
    due_at = next_due(well, now, base, fresh_for(gathered.headers, now))
    return replace(gathered, source=replace(well, due_at=due_at), bytes_in=meter.bytes_in, bytes_out=meter.bytes_out)


def _failed(source: Source, error: OctavoError, now: datetime, base: timedelta) -> Gathered:
    gone = isinstance(error, FetchError) and error.status == 410
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    ill = replace(
        source,
        error_count=source.error_count + 1,
        last_error=error.sentence,
        last_error_at=now,
        moved_count=0,
        paused=source.paused or gone,
    )
    # Without a network the failures in a row say nothing of the source, so they make it wait no longer.
    blamed = replace(ill, error_count=0) if isinstance(error, OfflineError) else ill
    return Gathered(replace(ill, due_at=next_due(blamed, now, base, retry_after=retry_after)), now, error=error)


async def _found_anew(failed: Gathered, fetcher: Fetcher, now: datetime) -> Gathered:
    """The failed look, with the source's new address if its site now has its feed elsewhere.

    It is looked for when the feed is said to be gone, after DEAD failures in a row, and after each STILL_DEAD more.
    """
    source, error = failed.source, failed.error
    gone = isinstance(error, FetchError) and error.status == 410
    again = source.error_count >= DEAD and (source.error_count - DEAD) % STILL_DEAD == 0
    if source.kind is not SourceKind.FEED or isinstance(error, OfflineError) or not (gone or again):
        return failed
    try:
        home = source.home or str(checked(source.address).origin())
        found = await discover(home, fetcher, now)
    except OctavoError:
        return failed  # the site fares no better than its feed, whose error stands on the source
    if found.kind is not SourceKind.FEED or found.address in (source.address, source.final_address):
        return failed
    anew = replace(_moved(source, found.address), due_at=now, paused=False, error_count=0)
    return replace(failed, source=anew)


def _moved(source: Source, address: str) -> Source:
    """The source under another address, of which nothing is known yet."""
    return replace(source, address=address, moved_to=None, moved_count=0, etag=None, last_modified=None, final_address=None)


async def _web(source: Source, fetcher: Fetcher, now: datetime, meter: Meter) -> Gathered:
    """Feeds and sitemaps are there for machines; for a page its robots.txt is asked."""
    fetched = await fetcher.get(
        source.address,
        etag=source.etag,
        last_modified=source.last_modified,
        known_at=source.final_address,
        robots=source.kind is SourceKind.PAGE,
        meter=meter,
    )
    if fetched.not_modified:
        return Gathered(_settled(source, fetched), now, not_modified=True, headers=fetched.headers)
    capture = capture_of(fetched, now, source.id)
    if source.kind is not SourceKind.PAGE and capture.media_type in (HTML, TEXT):
        what = "a web page" if capture.media_type == HTML else "a plain text"
        raise FetchError(f"The server sent {what} instead of a {source.kind}", todo="Look for the new address of the feed on the site")
    reserved = (*(await fetcher.robots(capture.address)).reserved, *reserved_in_answer(fetched.headers, fetched.body))
    known = replace(
        source, etag=fetched.headers.get("etag"), last_modified=fetched.headers.get("last-modified"), final_address=fetched.address
    )
    gathered = Gathered(
        _settled(known, fetched), now, (replace(capture, selector=source.selector),), False, None, fetched.headers, reserved
    )
    return await _index(gathered, fetched, fetcher, meter) if is_index(fetched.body) and source.kind is SourceKind.SITEMAP else gathered


def _settled(source: Source, fetched: Fetched) -> Source:
    """The source with what a good answer says of its address: a permanent redirect is counted, and obeyed when it was seen often enough."""
    if not fetched.moved_to:
        return replace(source, moved_to=None, moved_count=0)
    count = source.moved_count + 1 if source.moved_to == fetched.moved_to else 1
    if count < SIGHTINGS:
        return replace(source, moved_to=fetched.moved_to, moved_count=count)
    return replace(source, address=fetched.moved_to, moved_to=None, moved_count=0)


async def _index(gathered: Gathered, fetched: Fetched, fetcher: Fetcher, meter: Meter) -> Gathered:
    """The look at a sitemap of sitemaps: what it leads to stands for it. It is always read as a whole, because they change without it.

    Raises the error of the first one that cannot be had when none can.
    """
    waiting = list(listed(fetched.body, gathered.source.last_success_at))
    captures: list[Capture] = []
    errors: list[OctavoError] = []
    for _ in range(MOST_IN_INDEX):
        if not waiting:
            break
        try:
            inner = await fetcher.get(str(checked(waiting.pop(0), checked(fetched.address))), meter=meter)
            if is_index(inner.body):
                waiting = [*listed(inner.body, gathered.source.last_success_at), *waiting]
            else:
                captures.append(capture_of(inner, gathered.at, gathered.source.id))
        except OctavoError as problem:
            errors.append(problem)
    if errors and not captures:
        raise errors[0]
    error = InputError(f"{len(errors)} sitemaps of the index cannot be had, the first: {errors[0]}", todo="") if errors else None
    whole = replace(gathered.source, etag=None, last_modified=None)
    return replace(gathered, source=whole, captures=tuple(captures), error=error)


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
