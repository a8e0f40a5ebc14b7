"""Single pages: fetched if their robots.txt lets us, many at a time, each with what stood in its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from octavo.errors import OctavoError
from octavo.gather.answers import obstacle_of
from octavo.gather.capture import make_capture
from octavo.gather.fetch import Meter
from octavo.gather.reservations import reserved_in_answer
from octavo.model import Capture, Obstacle

if TYPE_CHECKING:
    from octavo.gather.fetch import Fetched, Fetcher


@dataclass(frozen=True, slots=True)
class PageLook:
    """What asking for one page gave: a capture, or the error that stood in its way."""

    address: str
    page: Capture | OctavoError
    obstacle: Obstacle | None = None
    reserved: tuple[str, ...] = ()  # how the publisher keeps it from AI
    bytes_in: int = 0
    bytes_out: int = 0


async def gather_page(address: str, fetcher: Fetcher, now: datetime, source: int | None = None) -> Capture:
    """One page, if its robots.txt lets us. Raises InputError, FetchError, RefusedError and, for what is no page, ExtractError."""
    return capture_of(await fetcher.get(address, robots=True), now, source)


async def look_at_page(address: str, fetcher: Fetcher, now: datetime, source: int | None = None) -> PageLook:
    """As `gather_page`, with all that there is to say of it. Never raises an OctavoError."""
    meter = Meter()
    try:
        capture = capture_of(await fetcher.get(address, robots=True, meter=meter), now, source)
    except OctavoError as error:
        return PageLook(address, error, obstacle_of(error), (), meter.bytes_in, meter.bytes_out)
    reserved = (*(await fetcher.robots(capture.address)).reserved, *reserved_in_answer(capture.headers, capture.body))
    return PageLook(address, capture, None, reserved, meter.bytes_in, meter.bytes_out)


async def look_at_pages(
    addresses: Iterable[str], fetcher: Fetcher, now: datetime, source: int | None = None
) -> AsyncGenerator[PageLook, None]:
    """Many pages at a time, in the order given."""
    # Twice as many as may be fetched at a time: so one slow page does not leave the others idle, and few bodies lie in memory.
    rest = iter(addresses)
    most = 2 * fetcher.settings.fetch_parallel
    tasks = [asyncio.create_task(look_at_page(address, fetcher, now, source)) for address in islice(rest, most)]
    try:
        while tasks:
            yield await tasks[0]
            del tasks[0]
            tasks += [asyncio.create_task(look_at_page(address, fetcher, now, source)) for address in islice(rest, 1)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def gather_pages(
    addresses: Iterable[str], fetcher: Fetcher, now: datetime, source: int | None = None
) -> AsyncGenerator[tuple[str, Capture | OctavoError], None]:
    """As `look_at_pages`, only what was found: (address, capture or the error that stood in its way)."""
    looks = look_at_pages(addresses, fetcher, now, source)
    try:
        async for look in looks:
            yield look.address, look.page
    finally:
        await looks.aclose()


def capture_of(fetched: Fetched, now: datetime, source: int | None) -> Capture:
    """What was fetched, as a capture. Raises ExtractError for what is neither page, text nor feed."""
    return make_capture(
        fetched.address,
        fetched.body,
        now,
        declared=fetched.media_type,
        charset=fetched.charset,
        headers=fetched.headers,
        source=source,
    )
