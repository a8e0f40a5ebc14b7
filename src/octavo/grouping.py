"""Deciding about stories: one process at a time, under a lease, with a state that stands where the journal stands.

Articles are decided in the order in which they came, what a person wishes under the same rules. What a transaction of the journal does not
hold was not decided.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from secrets import token_hex
from time import monotonic, sleep

from octavo.errors import InputError, StoreError
from octavo.group import Grouper
from octavo.model import Decision, DecisionKind, Repair, Wish
from octavo.store import GROUPING, Arrival, Store

BATCH = 200  # articles that are decided in one transaction
LEASE_SECONDS = 120.0
WISH_SECONDS = 30.0  # that a person waits for another process to let go of the lease
LOOK_SECONDS = 0.2  # between two looks whether it has

_Step = Callable[[Grouper], tuple[Decision, ...]]
_OBEY: Mapping[DecisionKind, Callable[..., tuple[Decision, ...]]] = {DecisionKind.LINK: Grouper.link, DecisionKind.PART: Grouper.part}


class Grouping:
    """The grouper of one process over one store. `grouper` is brought to where the journal is before anything is decided."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.grouper = Grouper()
        self._known = 0  # the journal's last entry that the grouper knows
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"
        self._alone = threading.Lock()  # one thread of ours decides at a time; the lease sees to other processes

    def forget(self) -> None:
        """Begin anew with what the journal holds when something is next decided."""
        with self._alone:
            self._forget()

    def take_in(self, now: datetime, at: Callable[[str], AbstractContextManager[None]], stopping: Callable[[], bool]) -> None:
        """Decide about all annotated articles that wait, some at a time, until `stopping`; `at` is told what is being done.

        Does nothing while another process holds the lease: that one decides. Whenever enough has come in, and at the end, what came in is
        looked at again. Each look back is written down together with the arrivals before it, so the same articles at the same moments give
        the same stories wherever a stop falls.
        """
        if not self.store.ungrouped(1):
            return
        with self._deciding() as mine:
            while mine and not stopping() and (waiting := self.store.ungrouped(BATCH + 1)):
                with at(f"grouping {min(len(waiting), BATCH)} articles"):
                    self._decide(waiting[:BATCH], now, last=len(waiting) <= BATCH)
                mine = self._hold()

    def obey(self, wishes: Sequence[Wish], repair: Repair) -> tuple[Decision, ...]:
        """Wishes that link or part articles, obeyed for ever, and their line of the editors' log, into which goes what it takes to undo them.

        Returns each wish's decision with what came of it. Raises InputError for ids that are not two articles in stories, StoreError when
        another process goes on deciding for too long.
        """
        ids = [id for wish in wishes for id in (wish.a, wish.b)]
        standing = self.store.stories_of(ids)
        if missing := [id for id in ids if id not in standing]:
            raise InputError(f"There is no article {missing[0]} in any story", todo="Give the ids of two articles that stand in stories")
        if same := [wish.a for wish in wishes if wish.a == wish.b]:
            raise InputError(f"The article {same[0]} is given twice", todo="Give the ids of two articles")
        return self._by_hand([partial(_OBEY[wish.kind], a=wish.a, b=wish.b) for wish in wishes], repair.at, repair)

    def take_back(self, undone: Repair, now: datetime) -> None:
        """Note a repair as undone: what it wished is wished no more, what that overruled is wished again, and articles go home.

        Raises StoreError as `obey`.
        """
        freed = (Wish(DecisionKind.FREE, wish.a, wish.b) for wish in undone.wished)
        again = [partial(Grouper.say, wish=wish) for wish in (*freed, *undone.overruled)]
        self._by_hand([*again, partial(Grouper.put_back, homes=undone.homes)], now, undone)

    def _by_hand(self, steps: Sequence[_Step], now: datetime, repair: Repair) -> tuple[Decision, ...]:
        """Decisions that a person leads to, one step after another, taken down in one transaction with what the editors' log says of them."""
        with self._deciding(WISH_SECONDS) as mine:
            if not mine:
                raise StoreError("Another process is deciding about stories", todo="Try again when it has finished")
            before, homes = self.grouper.wishes, dict[str, str]()
            arrivals: list[Arrival] = []
            for step in steps:
                decisions = step(self.grouper)
                for one in decisions:
                    for article in self._leaving(one):
                        homes.setdefault(article, one.other or "")
                self.grouper.apply(None, None, decisions, now)
                arrivals.append(Arrival(now, decisions))
            if not repair.undone_at:
                after = self.grouper.wishes
                repair = replace(repair, wished=tuple(after - before), overruled=tuple(before - after), homes=homes)
            self._record([arrival for arrival in arrivals if arrival.decisions], repair)
            return tuple(decision for arrival in arrivals for decision in arrival.decisions)

    def _leaving(self, decision: Decision) -> Sequence[str]:
        """The articles that a decision takes out of story `other`, before it is applied."""
        if decision.kind is DecisionKind.MERGE and decision.other:
            return self.grouper.story(decision.other).articles
        return (decision.article,) if decision.kind in (DecisionKind.SPLIT, DecisionKind.MOVE) and decision.article else ()

    @contextmanager
    def _deciding(self, patience: float = 0.0) -> Iterator[bool]:
        """Alone, and with a grouper that knows the whole journal; False when another process has not let go after `patience` seconds."""
        with self._alone:
            given_up = monotonic() + patience
            while not (mine := self._hold()) and monotonic() < given_up:
                sleep(LOOK_SECONDS)
            if not mine:
                yield False
                return
            try:
                self._catch_up()
                yield True
            except BaseException:
                self._forget()  # what was not written down was not decided
                raise
            finally:
                self.store.release_lease(GROUPING, self._holder)

    def _forget(self) -> None:
        self.grouper, self._known = Grouper(), 0

    def _hold(self) -> bool:
        return self.store.acquire_lease(GROUPING, self._holder, LEASE_SECONDS)

    def _catch_up(self) -> None:
        """Bring the grouper to where the journal is: all of it after a start, what another process decided since after that."""
        for number, arrival in enumerate(self.store.arrivals(self._known), 1):
            self.grouper.apply(arrival.article, arrival.annotation, arrival.decisions, arrival.at)
            self._known = arrival.seq or self._known
            if number % BATCH == 0:
                self._hold()  # a long journal takes longer than the lease lasts

    def _decide(self, ids: Sequence[str], now: datetime, *, last: bool) -> None:
        annotations = self.store.annotations(ids)
        arrivals: list[Arrival] = []
        articles = self.store.articles(list(annotations))
        self.grouper.expect((article, annotations[id]) for id, article in articles.items())
        for id, article in articles.items():
            if article.revision != annotations[id].revision:
                continue  # another process has revised it since; it waits for its new annotation
            decisions = self.grouper.decide(article, annotations[id], now)
            self.grouper.apply(article, annotations[id], decisions, now)
            arrivals.append(Arrival(now, decisions, article))
            if self.grouper.due:
                arrivals += self._settled(now)
        while last and (settled := self._settled(now)):
            arrivals += settled
        self._record(arrivals)

    def _settled(self, now: datetime) -> list[Arrival]:
        """A look back at what came in, taken in; nothing when nothing came in."""
        decisions = self.grouper.settle(now)
        self.grouper.apply(None, None, decisions, now)
        return [Arrival(now, decisions)] if decisions else []

    def _record(self, arrivals: Sequence[Arrival], repair: Repair | None = None) -> None:
        self._known = self.store.record_arrivals(arrivals, holder=self._holder, repair=repair) or self._known
