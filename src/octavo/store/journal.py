"""The journal of grouping decisions: taking them down, and reading them again for a replay.

It is the truth about the ids of stories, about membership and about what people wished. Decisions are recorded arrival by arrival: an
arrival is one article handed to grouping, and its number says which it was in the order. What grouping read of the article is kept as
it was then, so the same journal gives the same stories and the same state, whatever has happened to the articles since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from octavo.errors import StoreError
from octavo.model import Annotation, Article, Decision, DecisionKind, Repair, Signal
from octavo.store.annotations import of_revisions
from octavo.store.apply import Touched, apply
from octavo.store.articles import at_revisions, whole
from octavo.store.changes import note
from octavo.store.database import AnyRow, Part, chunks
from octavo.store.leases import hold
from octavo.store.repairs import log
from octavo.store.tables import arrivals as heads
from octavo.store.tables import article_annotations, articles, decisions

GROUPING = "group"  # the lease that whoever takes decisions holds
_PAGE = 1000
_TEXTS = 200  # arrivals whose articles lie in memory at a time
_ARRIVING = (DecisionKind.OPEN, DecisionKind.JOIN, DecisionKind.COPY)
_FIRST = (DecisionKind.REVIEW, DecisionKind.LINK, DecisionKind.PART, DecisionKind.FREE)  # what an arrival without an article begins with
_HEAD = ("published", "publisher", "agency", "language")  # what may change without a revision and tells where an article belongs
_HISTORY = (
    select(decisions).where((decisions.c.story == bindparam("story")) | (decisions.c.other == bindparam("story"))).order_by(decisions.c.seq)
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was decided when an article arrived, or, without an article, what a look back or a person's wish led to."""

    at: datetime  # the `now` that was decided with
    decisions: tuple[Decision, ...]
    article: Article | None = None  # as it was then: its revision, its dates and outlet; of its signals only those of such fields
    annotation: Annotation | None = None  # of that revision, set by the store; empty where there is none any more
    seq: int | None = None  # the number of the last decision, set by the store


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

        Without `article` it is the one that the decisions take in, if they do, in its current revision.
        """
        article = article or next((decision.article for decision in decisions if decision.kind in _ARRIVING), None)
        with self.database.reading() as connection:
            found = whole(connection, [article]).get(article) if article else None
        if article and not found:
            raise StoreError(f"There is no article {article}")
        self.record_arrivals([Arrival(now, tuple(decisions), found)], holder=holder)

    def record_arrivals(self, arrivals: Sequence[Arrival], *, holder: str | None = None, repair: Repair | None = None) -> int | None:
        """Take down and apply decisions, in order, in one transaction: journal, stories, memberships, copies, threads, change log.

        Returns the number of the last decision, None if there was none. With `holder` the same transaction makes sure that the lease
        `GROUPING` is still that holder's; with `repair` it also notes that one in the editors' log, or that it was undone. Raises
        StoreError, and changes nothing, when the lease is not, or when a decision does not fit the stories there are.
        """
        touched: Touched = {}
        seq: int | None = None
        with self.database.writing("journal") as connection:
            if holder is not None:
                hold(connection, GROUPING, holder)
            if repair is not None:
                log(connection, repair)
            numbers = _arrive(connection, arrivals)
            for arrival in arrivals:
                article = arrival.article
                place = {"decided_at": arrival.at, "arrival": article and numbers[article.id], "revision": article and article.revision}
                for decision in arrival.decisions:
                    row = {field: getattr(decision, field) for field in Decision.__slots__}
                    seq = connection.execute(insert(decisions).values(**row | place).returning(decisions.c.seq)).scalar_one()
                    apply(connection, decision, seq, arrival.at, touched)
            for (entity, id), kind in touched.items():
                note(connection, entity, kind, [id])
        return seq

    def journal(self, after: int = 0) -> Iterator[tuple[int, datetime, Decision]]:
        """All decisions after number `after`, in order: number, the `now` they were taken with, decision."""
        for row in self._rows(after):
            yield row.seq, row.decided_at, _decision(row)

    def arrivals(self, after: int = 0) -> Iterator[Arrival]:
        """The journal after decision `after`, arrival by arrival, as `record_arrivals` took it: what a replay needs."""
        for some in chunks(_by_arrival(self._rows(after)), _TEXTS):
            revisions = {rows[0].arrived: rows[0].revision for rows in some if rows[0].arrived}
            with self.database.reading() as connection:
                read = _as_then(connection, revisions)
                annotations = of_revisions(connection, revisions)
            for rows in some:
                article, annotation = read.get(rows[0].arrived), annotations.get(rows[0].arrived)
                if article and not annotation:  # it stands in its story, and nothing new will be found to be near it
                    annotation = Annotation(article.id, article.revision, "", article.language)
                yield Arrival(rows[0].decided_at, tuple(map(_decision, rows)), article, annotation, rows[-1].seq)

    def history(self, story: str) -> tuple[tuple[datetime, Decision], ...]:
        """The decisions on a story, in order, each with its moment; those included that took something out of it."""
        with self.database.reading() as connection:
            return tuple((row.decided_at, _decision(row)) for row in connection.execute(_HISTORY, {"story": story}))

    def decisions_of(self, story: str) -> tuple[Decision, ...]:
        """As `history`, without the moments."""
        return tuple(decision for _, decision in self.history(story))

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


def _arrive(connection: Connection, arrivals: Sequence[Arrival]) -> dict[str, int]:
    """Article id → the number of its arrival, its first one, at which what grouping read of it is kept."""
    first: dict[str, tuple[Article, datetime]] = {}
    for arrival in arrivals:
        if arrival.article:
            first.setdefault(arrival.article.id, (arrival.article, arrival.at))
    numbers: dict[str, int | None] = {}
    for chunk in chunks(first):
        rows = connection.execute(select(articles.c.id, articles.c.arrival).where(articles.c.id.in_(chunk)))
        numbers |= {row.id: row.arrival for row in rows}
    if missing := first.keys() - numbers.keys():
        raise StoreError(f"There is no article {min(missing)}")
    last: int = connection.execute(select(func.max(articles.c.arrival))).scalar_one() or 0
    new = {id: number for number, id in enumerate((id for id in first if numbers[id] is None), last + 1)}
    if new:
        change = update(articles).where(articles.c.id == bindparam("to_id")).values(arrival=bindparam("number"), arrived_at=bindparam("at"))
        connection.execute(change, [{"to_id": id, "number": number, "at": first[id][1]} for id, number in new.items()])
        connection.execute(insert(heads), [{"article": id, "head": _head(first[id][0])} for id in new])
    return {id: number for id, number in numbers.items() if number is not None} | new


def _head(article: Article) -> dict[str, Any]:
    signals = {field: asdict(article.signals[field]) for field in _HEAD if field in article.signals}
    return {field: getattr(article, field) for field in _HEAD} | {"signals": signals}


def _as_then(connection: Connection, revisions: Mapping[str, int]) -> dict[str, Article]:
    """The articles in these revisions, with the heads that they arrived with."""
    found = at_revisions(connection, revisions)
    for row in connection.execute(select(heads).where(heads.c.article.in_(found))):
        signals = {field: Signal(**signal) for field, signal in row.head["signals"].items()}
        found[row.article] = replace(found[row.article], **row.head | {"signals": signals})
    return found


def _by_arrival(rows: Iterable[AnyRow]) -> Iterator[list[AnyRow]]:
    """The rows of each arrival, in order."""
    arrival: list[AnyRow] = []
    for row in rows:
        last = arrival[-1] if arrival else row
        if arrival and ((row.arrival, row.decided_at) != (last.arrival, last.decided_at) or row.kind in _FIRST):
            yield arrival
            arrival = []
        arrival.append(row)
    if arrival:
        yield arrival


def _decision(row: AnyRow) -> Decision:
    return Decision(DecisionKind(row.kind), row.story, row.article, row.other, row.score, tuple(row.reasons))
