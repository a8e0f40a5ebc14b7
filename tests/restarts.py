"""A stream of invented articles and a process that groups it, which can be killed at any moment and started again.

As a program (`python restarts.py ADDRESS SEED`) it groups the stream into the database at that address in a process of its own, kills
that process with SIGKILL at random moments and starts it again until all is done. It prints how many decisions stood in the journal at
each kill.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import delete

import octavo.grouping
from octavo.annotate import annotate_many
from octavo.desk import Desk
from octavo.group import Grouper
from octavo.model import Annotation, Article, Capture, DecisionKind, Extraction, Wish
from octavo.settings import Settings
from octavo.store import Store
from octavo.store.tables import leases

START = datetime(2031, 5, 20, 6, tzinfo=UTC)
SIZES = (10, 14, 106, 8)  # articles of each round
BATCH = 12
MOST_SIGNS = 16  # of life that a process gives before it is killed
MOST_SECONDS = 0.03  # that it goes on after the last of them
OUTLETS = ("Torvik Post", "Lorvania Today", "The Coast", "Halm Courier", "Skerry Wire")
SUBJECTS = (
    "ferry Maren harbour",
    "bank of Lorvania",
    "chess open Ostermark",
    "fish market hall",
    "mountain road tunnel",
    "dam above Halm",
    "opera choir tour",
    "tram line seven",
)
EVENTS = (
    "closed after a storm",
    "opened by the mayor",
    "praised in a report",
    "short of money",
    "on strike from Monday",
    "sold to a rival",
)
SYLLABLES = ("ber", "dal", "fen", "gar", "hol", "ith", "kem", "lun", "mor", "nes", "ros", "tov", "ulm", "wick")
WISHES = (  # after which round, what, the places of two articles in that round
    (1, DecisionKind.LINK, 0, 5),
    (1, DecisionKind.PART, 7, 8),
    (2, DecisionKind.LINK, 3, 99),
    (2, DecisionKind.LINK, 5, 6),
    (2, DecisionKind.PART, 3, 99),
)

Read = tuple[Article, Annotation]


@cache
def rounds() -> tuple[tuple[Read, ...], ...]:
    """The articles that come in round by round, annotated, with vectors made by hand: near for one subject, nearer for one event."""
    chance, noise = random.Random(7), np.random.default_rng(7)
    subjects, events = noise.normal(size=(len(SUBJECTS), 384)), noise.normal(size=(len(SUBJECTS), len(EVENTS), 384))
    articles: list[Article] = []
    vectors: list[bytes] = []
    for number, size in enumerate(SIZES):
        now = START + timedelta(hours=9 * number)
        for n in range(size):
            subject, event = chance.randrange(len(SUBJECTS)), chance.randrange(len(EVENTS))
            place = "".join(random.Random(f"{subject} {event}").sample(SYLLABLES, 3)).capitalize()
            told = f"{SUBJECTS[subject]} {EVENTS[event]} near {place}"
            crowd = f"{chance.randrange(10, 99)} people" if chance.random() < 0.8 else "a crowd"
            text = f"The {told}, {crowd} saw it, the council of {place} told the {chance.choice(OUTLETS)} in the morning."
            articles.append(
                Article(
                    id=f"{number}{n:015x}",
                    headline=f"{told.capitalize()}: {crowd}",
                    text=text,
                    url=f"https://outlet.example/{number}/{n}",
                    published=f"{now - timedelta(minutes=chance.randrange(300)):%Y-%m-%dT%H:%MZ}" if chance.random() < 0.8 else None,
                    publisher=chance.choice(OUTLETS),
                    language="en",
                    seen_at=now,
                )
            )
            vector = 0.5 * subjects[subject] + events[subject][event] + 0.4 * noise.normal(size=384)
            vectors.append((vector / np.linalg.norm(vector)).astype("<f2").tobytes())
    read = [(article, replace(a, vector=v)) for article, a, v in zip(articles, annotate_many(articles, None), vectors, strict=True)]
    ends = np.cumsum(SIZES).tolist()
    return tuple(tuple(read[end - size : end]) for size, end in zip(SIZES, ends, strict=True))


def put(store: Store, read: Sequence[Read], name: str) -> None:
    """Store articles and what was read out of them, as far as they are not there yet."""
    if len(store.annotations([article.id for article, _ in read], light=True)) < len(read):
        store.add_captures([Capture(name, f"https://outlet.example/{name}", b"", START, "text/html")])
        store.add_extraction(Extraction(name, tuple(article for article, _ in read)), START)
        store.add_annotations([annotation for _, annotation in read])


def work(store: Store, processes: int = 1) -> None:
    """Take in the stream round by round, from wherever it stands in the store, and group it; `now` is what the articles say.

    With several `processes` their desks take turns, a round each.
    """
    with store.database.writing() as connection:
        connection.execute(delete(leases))  # as if the time of a process that was killed had run out
    desks = [Desk(Settings(), store) for _ in range(processes)]
    for number, read in enumerate(rounds()):
        desk = desks[number % processes]
        put(store, read, f"round {number}")
        while waiting := store.ungrouped(1):
            (article,) = store.heads(waiting).values()
            assert article.seen_at
            desk.group(article.seen_at)
        for _, kind, one, other in (wish for wish in WISHES if wish[0] == number):
            a, b = read[one][0], read[other][0]
            if not any((d.kind, d.article, d.other) == (kind, a.id, b.id) for _, _, d in store.journal()):
                desk.wish(Wish(kind, a.id, b.id), store.owner().id, a.seen_at or START)


def live(address: str, signs: int) -> None:
    """`work`, with a byte written to `signs` when the store is open, and before and after each transaction that records decisions."""
    with Store.open(address) as store:
        record = store.record_arrivals

        def recording(*given: Any, **options: Any) -> int | None:
            os.write(signs, b"<")
            last = record(*given, **options)
            os.write(signs, b">")
            return last

        store.record_arrivals = recording  # type: ignore[method-assign]
        os.write(signs, b".")
        work(store)


def main(address: str, seed: int) -> None:
    octavo.grouping.BATCH = BATCH
    rounds()
    Grouper()  # so that each child finds what it reads from files in memory
    chance = random.Random(seed)
    while True:
        seen, signs = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                live(address, signs)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        os.close(signs)
        for _ in range(chance.randint(1, MOST_SIGNS)):
            os.read(seen, 1)
        time.sleep(chance.uniform(0, MOST_SECONDS))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(seen)
        if os.WIFEXITED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        with Store.open(address) as store:
            print(store.counts()["decisions"], flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
