"""When a host may be asked again: the pause its robots.txt asks for, and the one it demands when it was asked too much."""

from __future__ import annotations

import asyncio
import time

from octavo.errors import FetchError

LONGEST_WAIT = 60.0  # seconds that one fetch stands in line for its turn before it gives up


class Pace:
    """The next moment at which each host may be asked. One per process; moments are of the monotonic clock."""

    def __init__(self) -> None:
        self._turns: dict[str, float] = {}  # next free turn, where robots.txt asks for a pause between requests
        self._holds: dict[str, float] = {}  # until when the host wants to be left alone

    def hold(self, host: str, seconds: float) -> None:
        """Leaves a host alone for so long."""
        self._holds[host] = max(self._holds.get(host, 0.0), time.monotonic() + seconds)

    async def turn(self, host: str, pause: float) -> None:
        """Waits until the host may be asked and takes that turn; the next one comes `pause` seconds later.

        Raises FetchError, with `retry_after`, when the host wants to be left alone or the line is longer than LONGEST_WAIT.
        """
        now = time.monotonic()
        held = self._holds.get(host, 0.0) - now
        if held <= 0:
            self._holds.pop(host, None)
            turn = max(now, self._turns.get(host, 0.0))
            if turn - now <= LONGEST_WAIT:
                if pause > 0:
                    self._turns[host] = turn + pause
                await asyncio.sleep(turn - now)
                return
            held = turn - now
        raise FetchError(
            f"{host} wants fewer requests; the next one may be made in {held:.0f} seconds", todo="Nothing: Octavo waits", retry_after=held
        )
