"""The journal of grouping decisions: taking them down, and reading them again for a replay.

It is the truth about the ids of stories and about membership. Decisions are recorded arrival by arrival: an arrival is one article
handed to grouping, and its number says which it was in the order. The same journal on the same articles gives the same stories.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, and_, func, insert, select, update

from octavo.errors import StoreError
from octavo.model import Decision, DecisionKind
from octavo.store.apply import Touched, apply
from octavo.store.changes import note
from octavo.store.database import AnyRow, Part
from octavo.store.leases import hold
from octavo.store.tables import article_annotations, articles, decisions

GROUPING = "group"  # the lease that whoever takes decisions holds
_PAGE = 1000
_ARRIVING = (DecisionKind.OPEN, DecisionKind.JOIN, DecisionKind.COPY)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was decided when an article arrived, or, without an article, what a person wished."""

    at: datetime  # the `now` that was decided with
    decisions: tuple[Decision, ...]
    article: str | None = None
    revision: int | None = None  # of the article, when it was decided; set by the store, as is
    seq: int | None = None  # the number of the last decision


class Journal(Part):
    """Decisions, in the order they were taken."""

    def ungrouped(self, limit: int) -> tuple[str, ...]:
        """Ids of annotated articles that grouping has not taken in, in the order they were first stored."""
        annotated = and_(article_annotations.c.article == articles.c.id, article_annotations.c.revision == articles.c.revision)
        waiting = select(articles.c.id).join(article_annotations, annotated).where(articles.c.arrival.is_(None))
        with self.database.reading() as connection:
            return tuple(connection.execute(waiting.order_by(articles.c.seq).limit(limit)).scalars())

    def record_decisions(
        self, decisions: Sequence[Decision], now: datetime, article: str | None = None, *, holder: str | None = None
    ) -> None:
        """Take down and apply what was decided at `now` when `article` arrived: `record_arrivals` for one arrival.

        Without `article` it is the one that the decisions take in; where they take none in, it was a person's wish.
        """
        self.record_arrivals([Arrival(now, tuple(decisions), article)], holder=holder)

    def record_arrivals(self, arrivals: Sequence[Arrival], *, holder: str | None = None) -> None:
        """Take down and apply decisions, in order, in one transaction: journal, stories, memberships, copies, threads, change log.

        With `holder` the same transaction makes sure that the lease `GROUPING` is still that holder's. Raises StoreError, and changes
        nothing, when it is not or when a decision does not fit the stories there are.
        """
        touched: Touched = {}
        with self.database.writing("journal") as connection:
            if holder is not None:
                hold(connection, GROUPING, holder)
            for arrival in arrivals:
                article = arrival.article or next((d.article for d in arrival.decisions if d.kind in _ARRIVING), None)
                number, revision = _arrive(connection, article, arrival.at) if article else (None, None)
                for decision in arrival.decisions:
                    row = {field: getattr(decision, field) for field in Decision.__slots__}
                    place = {"decided_at": arrival.at, "arrival": number, "revision": revision}
                    seq = connection.execute(insert(decisions).values(**row | place).returning(decisions.c.seq)).scalar_one()
                    apply(connection, decision, seq, arrival.at, touched)
            for (entity, id), kind in touched.items():
                note(connection, entity, kind, [id])

    def journal(self, after: int = 0) -> Iterator[tuple[int, datetime, Decision]]:
        """All decisions after number `after`, in order: number, the `now` they were taken with, decision."""
        for row in self._rows(after):
            yield row.seq, row.decided_at, _decision(row)

    def arrivals(self, after: int = 0) -> Iterator[Arrival]:
        """The journal after decision `after`, arrival by arrival, as `record_arrivals` took it: what a replay needs."""
        for _, group in groupby(self._rows(after), key=lambda row: (row.arrival, row.decided_at)):
            rows = list(group)
            yield Arrival(rows[0].decided_at, tuple(_decision(row) for row in rows), rows[0].arrived, rows[0].revision, rows[-1].seq)

    def decisions_of(self, story: str) -> tuple[Decision, ...]:
        """The decisions on a story, in order, those included that took something out of it."""
        on_story = (decisions.c.story == story) | (decisions.c.other == story)
        with self.database.reading() as connection:
            return tuple(_decision(row) for row in connection.execute(select(decisions).where(on_story).order_by(decisions.c.seq)))

    def _rows(self, after: int) -> Iterator[AnyRow]:
        # Page by page, so that a reader who takes long holds no transaction open.
        query = select(decisions, articles.c.id.label("arrived")).outerjoin(articles, articles.c.arrival == decisions.c.arrival)
        while True:
            with self.database.reading() as connection:
                page = connection.execute(query.where(decisions.c.seq > after).order_by(decisions.c.seq).limit(_PAGE)).all()
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].seq


def _arrive(connection: Connection, article: str, now: datetime) -> tuple[int, int]:
    """The number of an article's arrival, its first one, and its current revision."""
    row = connection.execute(select(articles.c.arrival, articles.c.revision).where(articles.c.id == article)).one_or_none()
    if row is None:
        raise StoreError(f"There is no article {article}")
    if row.arrival is not None:
        return row.arrival, row.revision
    last: int = connection.execute(select(func.max(articles.c.arrival))).scalar_one() or 0
    connection.execute(update(articles).where(articles.c.id == article).values(arrival=last + 1, arrived_at=now))
    return last + 1, row.revision


def _decision(row: AnyRow) -> Decision:
    return Decision(DecisionKind(row.kind), row.story, row.article, row.other, row.score, tuple(row.reasons))
