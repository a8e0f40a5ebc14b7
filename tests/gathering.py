"""A program that gathers from a site and is killed again and again: `gathering.py DATABASE HOST:PORT SEED`.

Children are forked, each takes up gathering where the database stands, and each is killed (SIGKILL) after a random number of signs of
life, one before and one after each write; the last one is left to finish. Prints, after each kill, how many captures there are. With
SEED 0 nobody is killed.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from octavo.desk import Desk
from octavo.extract import extract
from octavo.gather import Fetcher
from octavo.model import Capture, Extraction
from octavo.settings import Settings
from octavo.store import Store
from octavo.store.sources import CLAIM

START = datetime(2031, 5, 20, 6, tzinfo=UTC)
WRITES = ("add_captures", "update_source", "charge_source", "want_pages", "source_failed", "page_tried", "add_extraction", "set_habit")
MOST_SIGNS = 60  # of life that a process gives before it is killed
MOST_SECONDS = 0.02  # that it goes on after the last of them
MOST_LIVES = 100


class Here:
    """Extraction without worker processes, which would take longer to start than these children live."""

    def map(self, captures: Iterable[Capture]) -> Iterator[Extraction]:
        return map(extract, captures)


async def gather(store: Store, pair: str, now: datetime) -> None:
    """One round of gathering, without what follows from it."""
    desk = Desk(Settings(allow=frozenset({pair}), host_parallel=8), store)
    desk.__dict__["_pool"] = Here()
    async with Fetcher(desk.settings) as fetcher:
        await desk.gather(fetcher, now)


def live(address: str, pair: str, now: datetime, signs: int) -> None:
    """A round, with a byte written to `signs` before and after each write."""

    def telling(write: Any) -> Any:
        def told(*given: Any, **options: Any) -> Any:
            os.write(signs, b"<")
            answer = write(*given, **options)
            os.write(signs, b">")
            return answer

        return told

    with Store.open(address) as store:
        for name in WRITES:
            setattr(store, name, telling(getattr(store, name)))
        asyncio.run(gather(store, pair, now))


def main(address: str, pair: str, seed: int) -> None:
    extract(
        Capture("0", "http://outlet.example/", b"<p>So that each child finds what it reads from files in memory.</p>", START, "text/html")
    )
    chance = random.Random(seed)
    for number in range(MOST_LIVES):
        seen, signs = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                live(address, pair, START + number * (CLAIM + timedelta(seconds=1)), signs)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        os.close(signs)
        if seed:
            for _ in range(chance.randint(1, MOST_SIGNS)):
                os.read(seen, 1)
            time.sleep(chance.uniform(0, MOST_SECONDS))
            os.kill(child, signal.SIGKILL)
        else:
            while os.read(seen, 65536):
                pass
        _, status = os.waitpid(child, 0)
        os.close(seen)
        if os.WIFEXITED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        with Store.open(address) as store:
            print(store.counts()["captures"], flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
