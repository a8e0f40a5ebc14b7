"""Grouping that is killed at any moment goes on as if nothing had been; what people wish is decided under the same rules and kept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import restarts
from octavo.desk import Desk
from octavo.errors import InputError, StoreError
from octavo.group import Grouper
from octavo.model import Decision, DecisionKind, Wish
from octavo.settings import Settings
from octavo.store import GROUPING, Store
from octavo.store.tables import copies, decisions, memberships, stories, thread_members

K = DecisionKind
PROGRAM = Path(restarts.__file__)
LEAST_KILLS = 3
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a process that forks must have one thread

Rows = list[tuple[Any, ...]]


def outcome(store: Store) -> dict[str, Rows]:
    """All that grouping led to, with the places of decisions in the journal for their numbers."""
    with store.database.reading() as connection:
        journal = connection.execute(select(decisions).order_by(decisions.c.seq)).all()
        place = {row.seq: number for number, row in enumerate(journal)} | {None: None}
        members = connection.execute(select(memberships)).all()
        threaded = connection.execute(select(thread_members)).all()
        ids = connection.execute(select(stories.c.id)).scalars().all()
        return {
            # The last digits of a score depend on how many threads a product of matrices took, which differs between these processes.
            "journal": [tuple(round(value, 6) if isinstance(value, float) else value for value in row)[1:] for row in journal],
            "stories": [(story,) for story in store.stories(sorted(ids))],
            "members": sorted((row.article, place[row.since], row.story, place[row.until]) for row in members),
            "copies": sorted((row.article, row.origin, place[row.decision]) for row in connection.execute(select(copies))),
            "threads": sorted((row.story, place[row.since], row.thread, place[row.until]) for row in threaded),
        }


def grouped(address: str, batch: int = restarts.BATCH, processes: int = 1) -> dict[str, Rows]:
    with pytest.MonkeyPatch.context() as patch, Store.open(address) as store:
        patch.setattr("octavo.grouping.BATCH", batch)
        restarts.work(store, processes)
        return outcome(store)


@pytest.fixture(scope="module")
def in_one_go(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a database into which the stream was grouped in one go."""
    address = f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'octavo.sqlite'}"
    grouped(address)
    return address


@pytest.fixture(scope="module")
def undisturbed(in_one_go: str) -> dict[str, Rows]:
    """What came of it."""
    with Store.open(in_one_go) as store:
        return outcome(store)


def test_the_stream_has_all_that_a_restart_could_get_wrong(undisturbed: dict[str, Rows]) -> None:
    kinds = {K(row[0]) for row in undisturbed["journal"]}
    assert kinds >= {K.OPEN, K.JOIN, K.COPY, K.REVIEW, K.LINK, K.PART, K.MERGE, K.SPLIT}
    assert undisturbed["copies"]


def test_kills_at_random_moments_change_nothing(address: str, undisturbed: dict[str, Rows]) -> None:
    done = subprocess.run([sys.executable, PROGRAM, address, "1"], capture_output=True, text=True, check=False, env=os.environ | QUIET)
    assert done.returncode == 0, done.stderr
    kills = [int(line) for line in done.stdout.split()]
    assert len({count for count in kills if count}) >= LEAST_KILLS, kills  # some fell between the first decision and the last
    with Store.open(address) as store:
        assert outcome(store) == undisturbed


class Stopped(Exception):
    """As if the process had ended here."""


def test_a_stop_after_every_single_transaction_changes_nothing(
    sqlite_address: str, undisturbed: dict[str, Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("octavo.grouping.BATCH", 25)
    stops = 0
    with Store.open(sqlite_address) as store:
        record = store.record_arrivals

        def record_and_stop(*given: Any, **options: Any) -> None:
            record(*given, **options)
            raise Stopped

        monkeypatch.setattr(store, "record_arrivals", record_and_stop)
        while True:
            try:
                restarts.work(store)
                break
            except Stopped:
                stops += 1
        assert stops >= len(restarts.SIZES) + len(restarts.WISHES)
        assert outcome(store) == undisturbed


def test_the_same_stream_gives_the_same_stories_wherever_it_is_cut_into_batches(sqlite_address: str, undisturbed: dict[str, Rows]) -> None:
    assert grouped(sqlite_address, batch=7) == undisturbed


def test_processes_that_take_turns_give_the_same_stories(sqlite_address: str, undisturbed: dict[str, Rows]) -> None:
    assert grouped(sqlite_address, processes=2) == undisturbed


def test_a_replay_stands_where_the_store_stands(in_one_go: str) -> None:
    replayed = Grouper()
    with Store.open(in_one_go) as store:
        for arrival in store.arrivals():
            replayed.apply(arrival.article, arrival.annotation, arrival.decisions, arrival.at)
        found = {story.id: story for story in replayed.stories()}
        kept = {story.id: story for story in store.recent_stories(None, 1000)}
    assert found.keys() == kept.keys()
    for id, story in found.items():
        assert replace(story, headline=kept[id].headline, phase=kept[id].phase) == kept[id]


def test_wishes_hold_to_the_end(undisturbed: dict[str, Rows]) -> None:
    home = {article: story for article, _, story, until in undisturbed["members"] if until is None}
    last = {(number, *places): kind for number, kind, *places in restarts.WISHES}
    for (number, *places), kind in last.items():
        a, b = (restarts.rounds()[number][place][0].id for place in places)
        assert (home[a] == home[b]) == (kind is K.LINK)


@pytest.fixture
def desk(sqlite_address: str) -> Iterator[Desk]:
    """A desk whose store holds the first round, grouped."""
    with Desk(Settings(), Store.open(sqlite_address)) as desk:
        restarts.put(desk.store, restarts.rounds()[0], "first")
        desk.group(restarts.START)
        yield desk


def ids(desk: Desk) -> tuple[str, str]:
    """Two articles that stand in two stories."""
    standing = desk.store.stories_of([article.id for article, _ in restarts.rounds()[0]])
    one = next(iter(standing))
    return one, next(other for other, story in standing.items() if story != standing[one])


def wish(desk: Desk, kind: DecisionKind, a: str, b: str) -> tuple[Decision, ...]:
    return desk.wish(Wish(kind, a, b), desk.store.owner().id, restarts.START)


def test_a_wish_is_decided_at_once_and_taken_back_by_the_opposite_one(desk: Desk) -> None:
    a, b = ids(desk)
    assert [decision.kind for decision in wish(desk, K.LINK, a, b)][:2] == [K.LINK, K.MERGE]
    assert len(set(desk.store.stories_of([a, b]).values())) == 1
    assert wish(desk, K.PART, a, b)[0].kind is K.PART
    assert len(set(desk.store.stories_of([a, b]).values())) == 2


@pytest.mark.parametrize("kind", [K.LINK, K.PART])
def test_a_wish_about_what_is_not_there_is_refused(desk: Desk, kind: DecisionKind) -> None:
    (a, b), before = ids(desk), desk.store.counts()
    restarts.put(desk.store, restarts.rounds()[1], "waiting")
    waiting = restarts.rounds()[1][0][0].id
    for one, other, words in ((a, "none", "article none in any"), (waiting, b, f"article {waiting} in any"), (a, a, "given twice")):
        with pytest.raises(InputError, match=words):
            wish(desk, kind, one, other)
    assert desk.store.counts()["decisions"] == before["decisions"]


def test_a_wish_waits_for_another_process_but_not_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = ids(desk)
    monkeypatch.setattr("octavo.grouping.LOOK_SECONDS", 0.01)
    assert desk.store.acquire_lease(GROUPING, "another process", 60)
    with monkeypatch.context() as patch:
        patch.setattr("octavo.grouping.WISH_SECONDS", 0.05)
        with pytest.raises(StoreError, match="Another process is deciding"):
            wish(desk, K.LINK, a, b)
    released = threading.Timer(0.1, desk.store.release_lease, (GROUPING, "another process"))
    released.start()
    assert wish(desk, K.LINK, a, b)
    released.join()
