"""What a site's robots.txt lets Octavo fetch (RFC 9309): read once a day for each host, kept in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from protego import Protego
from yarl import URL

from octavo.errors import FetchError, OctavoError, RefusedError
from octavo.gather.pace import HeldError
from octavo.gather.reservations import reserved_in_robots

OUR_NAME = "octavo"  # the name under which robots.txt files may speak of us
LARGEST = 500 * 1024  # bytes; what comes after is not read (RFC 9309, 2.5)
KEPT = 24 * 3600.0  # seconds (RFC 9309, 2.4)
KEPT_UNREACHABLE = 600.0  # seconds until a site that could not be asked is asked again
MOST_HOSTS = 2000  # whose rules are kept at one time


class RobotsError(RefusedError):
    """The robots.txt of a site does not let us fetch an address."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host. `unreachable` says why they cannot be read; then nothing may be fetched."""

    rules: Protego
    unreachable: str | None = None
    reserved: tuple[str, ...] = ()  # how they keep the site's texts from AI
    sitemaps: tuple[str, ...] = ()  # addresses, in the order of the file

    def pause(self, url: URL) -> float:
        """Seconds to leave between two requests, when the address may be fetched.

        Raises RobotsError when it may not, FetchError when that is not known and therefore it may not for now (RFC 9309, 2.3.1.4).
        """
        if self.unreachable:
            raise FetchError(
                f"The robots.txt of {url.host} cannot be read, and then nothing there may be fetched ({self.unreachable})",
                todo="Nothing: it is tried again later",
                subject=str(url),
                retry_after=KEPT_UNREACHABLE,
            )
        if not self.rules.can_fetch(str(url), OUR_NAME):
            raise RobotsError(
                f"The robots.txt of {url.host} asks not to fetch this address",
                todo="Use the site's feed, or ask its owner",
                subject=str(url),
                fault="nobody: it is the site's wish",
            )
        return min(self.rules.crawl_delay(OUR_NAME) or 0.0, KEPT)


def rules_of(body: bytes) -> Rules:
    """The rules in a robots.txt. What is not understood in it is passed over."""
    text = body[:LARGEST].decode("utf-8-sig", "replace")
    rules = Protego.parse(text)
    return Rules(rules, reserved=reserved_in_robots(text, rules), sitemaps=tuple(dict.fromkeys(rules.sitemaps)))


class Robots:
    """Rules by host. `read` fetches a robots.txt and raises FetchError, with a status where the server answered."""

    def __init__(self, read: Callable[[URL], Awaitable[bytes]], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._kept: dict[URL, tuple[float, Rules]] = {}  # until when, and the rules; oldest first
        self._locks: WeakValueDictionary[URL, asyncio.Lock] = WeakValueDictionary()

    async def pause(self, url: URL) -> float:
        """Seconds to leave between two requests to this host. Raises what `Rules.pause` raises."""
        return (await self.rules(url)).pause(url)

    async def rules(self, url: URL) -> Rules:
        """The rules of an address's host. Raises HeldError while that wants to be left alone."""
        origin = url.origin()
        lock = self._locks.setdefault(origin, asyncio.Lock())
        async with lock:
            until, rules = self._kept.pop(origin, (0.0, None))
            if rules is None or until <= self._clock():
                rules = await self._fetched(origin)
                until = self._clock() + (KEPT_UNREACHABLE if rules.unreachable else KEPT)
            self._kept[origin] = until, rules
            if len(self._kept) > MOST_HOSTS:
                del self._kept[next(iter(self._kept))]
        return rules

    async def _fetched(self, origin: URL) -> Rules:
        try:
            return rules_of(await self._read(origin / "robots.txt"))
        except HeldError:
            raise
        except OctavoError as error:
            # A client error, or redirects that lead nowhere, means that the site has no rules (RFC 9309, 2.3.1.2 and 2.3.1.3).
            missing = isinstance(error, FetchError) and error.status is not None and 300 <= error.status < 500
            return Rules(Protego.parse(""), unreachable=None if missing else error.what)
