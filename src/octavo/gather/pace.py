"""When a host may be asked again: the pause its robots.txt asks for, and the one it demands when it was asked too much."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter

from octavo.errors import FetchError

LONGEST_WAIT = 60.0  # seconds that one fetch stands in line for its turn before it gives up
FIRST_HOLD = 60.0  # seconds that a host is left alone which says that it was asked too much, and not for how long
LONGEST_HOLD = 3600.0  # seconds, after it has said so again and again


class HeldError(FetchError):
    """A host was not asked, because it wants fewer requests. Nothing has failed: it is asked after `retry_after` seconds."""


class Pace:
    """The next moment at which each host may be asked. One per process; moments are of the monotonic clock."""

    def __init__(self) -> None:
        self._turns: dict[str, float] = {}  # next free turn, where robots.txt asks for a pause between requests
        self._holds: dict[str, float] = {}  # until when the host wants to be left alone
        self._complaints: Counter[str] = Counter()  # how often in a row the host has said that it was asked too much

    def hold(self, host: str, seconds: float | None) -> None:
        """Leaves a host alone: for so long, or, if it did not say, for a minute, which doubles with each time up to an hour; plus up to a
        tenth, so that what waits for it does not come back all at once.
        """
        self._complaints[host] += 1
        told = min(FIRST_HOLD * 2.0 ** min(self._complaints[host] - 1, 10), LONGEST_HOLD) if seconds is None else seconds
        until = time.monotonic() + told * (1 + random.random() / 10)  # noqa: S311
        self._holds[host] = max(self._holds.get(host, 0.0), until)

    def answered(self, host: str) -> None:
        """The host has answered as it should."""
        self._complaints.pop(host, None)

    def check(self, host: str) -> None:
        """Raises HeldError when the host wants to be left alone."""
        held = self._holds.get(host, 0.0) - time.monotonic()
        if held > 0:
            raise _held(host, held)
        self._holds.pop(host, None)

    async def turn(self, host: str, pause: float) -> None:
        """Waits until the host may be asked and takes that turn; the next one comes `pause` seconds later.

        Raises HeldError when the host wants to be left alone or the line is longer than LONGEST_WAIT.
        """
        self.check(host)
        now = time.monotonic()
        turn = max(now, self._turns.get(host, 0.0))
        if turn - now > LONGEST_WAIT:
            raise _held(host, turn - now)
        if pause > 0:
            self._turns[host] = turn + pause
        await asyncio.sleep(turn - now)


def _held(host: str, seconds: float) -> HeldError:
    what = f"{host} wants fewer requests; the next one may be made in {seconds:.0f} seconds"
    return HeldError(what, todo="Nothing: Octavo waits", retry_after=seconds)
