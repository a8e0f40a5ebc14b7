"""A process that writes as readers do and is killed with SIGKILL in the midst of it, again and again.

As a program (`python marking.py ADDRESS KILLS SEED`) it forks a writer, lets it write for a random while, kills it, looks whether the
database is sound and all that the writer was told is kept, and begins anew. It prints how many writes were acknowledged in all.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from octavo.store import Followed, MarkKind, Standing, Store

NOW = datetime(2031, 6, 1, tzinfo=UTC)
MOST_SIGNS = 12  # of life that a writer gives before it is killed
MOST_SECONDS = 0.01  # that it goes on after the last of them
WORD = 8  # bytes of a number on the pipe
FOLLOWED = 500  # numbers later what is followed is followed no more


def saved(store: Store, reader: int, number: int) -> None:
    store.mark(reader, "article", f"s{number}", MarkKind.SAVED, NOW)


def read(store: Store, reader: int, number: int) -> None:
    store.mark(reader, "story", f"r{number}", MarkKind.READ, NOW)


def followed(store: Store, reader: int, number: int) -> None:
    store.unfollow(reader, Followed.VOICE, f"f{number - FOLLOWED}")
    store.follow(reader, Followed.VOICE, f"f{number}", NOW)


def commented(store: Store, reader: int, number: int) -> None:
    store.add_comment("S1", reader, None, f"c{number}", Standing.SHOWN, NOW)


def put_away(store: Store, reader: int, number: int) -> None:
    store.dismiss(reader, f"p{number}", NOW)


WRITES: tuple[Callable[[Store, int, int], None], ...] = (saved, read, followed, commented, put_away)


def missing(store: Store, told: set[int]) -> list[int]:
    """The numbers whose writing was acknowledged and that are not there."""
    own = store.personal_data(store.owner().id)
    there = {row["id"] for row in own.get("marks", ())} | {row["text"] for row in own.get("comments", ())}
    there |= {row["notice"] for row in own.get("dismissals", ())} | {row["id"] for row in own.get("follows", ())}
    ended = max(told) - FOLLOWED // 2
    kinds = [write.__name__[0] for write in WRITES]
    return [n for n in told if f"{kinds[n % len(kinds)]}{n}" not in there and not (kinds[n % len(kinds)] == "f" and n < ended)]


def live(address: str, begin: int, signs: int) -> None:
    """Write number after number, and say of each that it is kept."""
    with Store.open(address) as store:
        reader = store.owner().id
        for number in range(begin, begin + 1_000_000):
            WRITES[number % len(WRITES)](store, reader, number)
            os.write(signs, number.to_bytes(WORD, "big"))


def main(address: str, kills: int, seed: int) -> None:
    chance, told, begin = random.Random(seed), set[int](), 0
    for kill in range(kills):
        seen, signs = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                live(address, begin, signs)
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        os.close(signs)
        said = [int.from_bytes(os.read(seen, WORD), "big") for _ in range(chance.randint(1, MOST_SIGNS))]
        time.sleep(chance.uniform(0, MOST_SECONDS))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while rest := os.read(seen, WORD):
            said.append(int.from_bytes(rest, "big"))
        os.close(seen)
        if said != list(range(said[0], said[0] + len(said))):
            sys.exit(f"the writer failed before kill {kill}: {said}")
        told |= set(said)
        begin = said[-1] + MOST_SIGNS  # what the writer wrote without a word of it has numbers in between
        last = kill == kills - 1
        with Store.open(address) as store:
            gone = missing(store, told if last else set(said))
            faults = list(store.faults()) if last or kill % 10 == 0 else []
        if gone or faults:
            sys.exit(f"after kill {kill}: lost {gone}, unsound {faults}")
    print(len(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
