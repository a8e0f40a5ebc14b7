"""Sources: where we gather, what a person said of each, when each is due and how it fares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, insert, literal, or_, select, update

from octavo.errors import InputError
from octavo.model import FullText, Obstacle, Source, SourceHealth, SourceKind
from octavo.store.columns import LONGEST_ADDRESS, clock, storable
from octavo.store.database import AnyRow, Part, chunks
from octavo.store.tables import article_captures, article_texts, articles, captures, pages, sources

CLAIM = timedelta(minutes=10)  # how long a source that was handed out is not handed out again
ADDED = 500  # sources that are added in one transaction
LATEST_CAPTURES = 60  # in which a source's latest articles are looked for
UNUSUAL = 2.0  # times its longest gap that a source is silent before that is worth a word
SHORTEST_SILENCE = timedelta(days=1)

_FIELDS = tuple(Source.__slots__)
_COLUMNS = tuple(sources.c[field] for field in _FIELDS)
_ALL = _FIELDS[1:]  # but the id
_LISTS = ("folders", "skip_hours", "skip_days", "reserved")
_CONFIGURED = ("title", "publisher", "folders", "home", "full_text", "selector", "interval_seconds")
_WRITTEN_BACK = (
    "ttl_seconds",
    "skip_hours",
    "skip_days",
    "etag",
    "last_modified",
    "final_address",
    "moved_to",
    "moved_count",
    "last_tried_at",
    "last_success_at",
    "error_count",
    "last_error",
    "last_error_at",
)


class Sources(Part):
    """The sources of an installation. A removed one keeps its row, so that its captures keep their origin."""

    def add_source(
        self,
        kind: SourceKind | str,
        address: str,
        now: datetime,
        title: str | None = None,
        publisher: str | None = None,
        *,
        folders: Sequence[str] = (),
        home: str | None = None,
        full_text: FullText = FullText.SHORT,
        selector: str | None = None,
    ) -> Source:
        """The source at `address`, due at once: a new one, a removed one taken up again, or the one that is there already.

        One that is there or was removed is put into the `folders` too and otherwise stays as a person configured it; a `selector` that
        is given counts. Raises InputError for an address of more than 2,000 bytes.
        """
        one = Source(0, SourceKind(kind), checked_address(address), title, publisher, tuple(folders), home, FullText(full_text), selector)
        with self.database.writing("sources") as connection:
            _add(connection, [one], now)
            return _source(connection.execute(select(*_COLUMNS).where(sources.c.address == address)).one())

    def add_sources(self, given: Iterable[Source], now: datetime) -> None:
        """As `add_source`, for many (each with the id 0), some hundred in one transaction. Raises InputError before the one at fault."""
        for some in chunks(given, ADDED):
            for source in some:
                checked_address(source.address)
            with self.database.writing("sources") as connection:
                _add(connection, some, now)

    def configure_source(self, source: Source) -> None:
        """Write what a person may say of a source: title, publisher, folders, home, full_text, selector and interval_seconds."""
        with self.database.writing() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(**_values(source, _CONFIGURED)))

    def source(self, id: int) -> Source | None:
        """The source with that id; None when there is none or it was removed."""
        with self.database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(sources.c.id == id, sources.c.removed_at.is_(None))).one_or_none()
            return _source(row) if row else None

    def sources(self) -> tuple[Source, ...]:
        """All sources, in the order they were added."""
        with self.database.reading() as connection:
            return _all(connection)

    def due_sources(self, now: datetime, limit: int) -> tuple[Source, ...]:
        """Claim up to `limit` sources that are due at `now`, longest due first.

        Their `due_at` is moved 10 minutes ahead, so that no other worker takes them meanwhile and a worker's death delays them only.
        """
        due = (
            select(sources.c.id)
            .where(sources.c.removed_at.is_(None), ~sources.c.paused, sources.c.due_at <= now)
            .order_by(sources.c.due_at, sources.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self.database.writing() as connection:
            ids = connection.execute(due).scalars().all()
            if ids:
                connection.execute(update(sources).where(sources.c.id.in_(ids)).values(due_at=now + CLAIM))
            found = {row.id: _source(row) for row in connection.execute(select(*_COLUMNS).where(sources.c.id.in_(ids)))}
            return tuple(found[id] for id in ids)

    def update_source(self, source: Source) -> bool:
        """Write back schedule and health after a look. What a person says stays: a title, publisher or home only fills a gap, and a look
        may pause, but not resume. Bytes, habit and reservations have operations of their own.

        A new address is written too, unless another source has it: then False is returned. A removed one gives its address up.
        """
        values = _values(source, _WRITTEN_BACK)
        if source.due_at is not None:
            values["due_at"] = source.due_at
        for field in ("title", "publisher", "home"):
            values[field] = func.coalesce(sources.c[field], getattr(source, field))
        values["paused"] = or_(sources.c.paused, literal(source.paused))
        with self.database.writing("sources") as connection:
            there = connection.execute(select(sources.c.id, sources.c.removed_at).where(sources.c.address == source.address)).one_or_none()
            if there is not None and there.id != source.id and there.removed_at is not None:
                given_up = f"{source.address}#{there.id}"  # nothing is fetched there, and it stays unique
                connection.execute(update(sources).where(sources.c.id == there.id).values(address=given_up))
                there = None
            if there is None:
                values["address"] = source.address
            connection.execute(update(sources).where(sources.c.id == source.id).values(**values))
            return there is None or there.id == source.id

    def source_failed(self, id: int, sentence: str, now: datetime) -> None:
        """One failure more, of what came from a source that itself could be had. Its next answer is asked for in full."""
        values: dict[str, Any] = {"error_count": sources.c.error_count + 1, "last_error": sentence, "last_error_at": now}
        with self.database.writing() as connection:
            connection.execute(update(sources).where(sources.c.id == id).values(**values, etag=None, last_modified=None))

    def charge_source(self, id: int, bytes_in: int, bytes_out: int, reserved: Sequence[str] = ()) -> None:
        """Count what went over the wire for a source, and add what its publisher reserves."""
        values: dict[str, Any] = {"bytes_in": sources.c.bytes_in + bytes_in, "bytes_out": sources.c.bytes_out + bytes_out}
        with self.database.writing("sources") as connection:
            if reserved:
                there = connection.execute(select(sources.c.reserved).where(sources.c.id == id)).scalar_one_or_none() or []
                values["reserved"] = sorted({*there, *reserved})
            connection.execute(update(sources).where(sources.c.id == id).values(**values))

    def publication_times(self, id: int, most: int) -> tuple[datetime, ...]:
        """When the latest articles of a source were published, or first seen where they name no date; newest first."""
        latest = select(captures.c.id).where(captures.c.source == id).order_by(captures.c.seq.desc()).limit(LATEST_CAPTURES).subquery()
        found = (
            select(articles.c.id, articles.c.ordered_at)
            .join(article_captures, article_captures.c.article == articles.c.id)
            .join(latest, latest.c.id == article_captures.c.capture)
            .distinct()
            .order_by(articles.c.ordered_at.desc())
            .limit(most)
        )
        with self.database.reading() as connection:
            return tuple(row.ordered_at for row in connection.execute(found))

    def set_habit(self, id: int, newest_at: datetime | None, usual_gap: float | None, longest_gap: float | None) -> None:
        """Write down when a source last published and how often it does."""
        with self.database.writing() as connection:
            change = update(sources).where(sources.c.id == id)
            connection.execute(change.values(newest_at=newest_at, usual_gap=usual_gap, longest_gap=longest_gap))

    def source_health(self, since: datetime, now: datetime) -> tuple[SourceHealth, ...]:
        """How every source fares, in the order they were added; articles are counted that were published since then."""
        brought = (  # counted by capture first, so that SQLite begins with the articles
            select(article_texts.c.capture, func.count().label("articles"), func.sum(case((articles.c.cut, 1), else_=0)).label("cut"))
            .join(articles, articles.c.id == article_texts.c.article)
            .where(articles.c.ordered_at >= since, article_texts.c.revision == 1)
            .group_by(article_texts.c.capture)
            .subquery()
        )
        counted = (
            select(captures.c.source, func.sum(brought.c.articles).label("articles"), func.sum(brought.c.cut).label("cut"))
            .join(brought, brought.c.capture == captures.c.id)
            .where(captures.c.source.is_not(None))
            .group_by(captures.c.source)
        )
        stood = (
            select(pages.c.source, pages.c.obstacle, func.count().label("times"))
            .where(pages.c.found_at >= since, pages.c.obstacle.is_not(None))
            .group_by(pages.c.source, pages.c.obstacle)
        )
        with self.database.reading() as connection:
            every = _all(connection)
            numbers = {row.source: (row.articles, row.cut) for row in connection.execute(counted)}
            obstacles: dict[int, Counter[Obstacle]] = {}
            for row in connection.execute(stood):
                obstacles.setdefault(row.source, Counter())[Obstacle(row.obstacle)] = row.times
        return tuple(
            SourceHealth(
                one, *numbers.get(one.id, (0, 0)), obstacles=dict(obstacles.get(one.id, Counter()).most_common()), silent=_silent(one, now)
            )
            for one in every
        )

    def pause_source(self, id: int, paused: bool, now: datetime) -> None:
        """Pause a source, or resume it, due at once."""
        with self.database.writing() as connection:
            values = {"paused": True} if paused else {"paused": False, "due_at": now}
            connection.execute(update(sources).where(sources.c.id == id).values(**values))

    def remove_source(self, id: int) -> None:
        """Gather no more there. Captures and articles stay."""
        with self.database.writing() as connection:
            connection.execute(update(sources).where(sources.c.id == id).values(removed_at=clock()))


def checked_address(address: str) -> str:
    """An address that can be kept. Raises InputError for one of more than 2,000 bytes."""
    if len(address.encode(errors="replace")) > LONGEST_ADDRESS:
        raise InputError(f"The address has more than {LONGEST_ADDRESS} bytes", subject=address[:80] + "...")
    return address


def _add(connection: Connection, given: Sequence[Source], now: datetime) -> None:
    """Sources that are new, removed ones taken up again, and what is said anew of those that are there."""
    wanted: dict[str, Source] = {}
    for source in given:
        first = wanted.setdefault(storable(source.address), source)
        folders = tuple(dict.fromkeys((*first.folders, *source.folders)))
        wanted[storable(source.address)] = replace(first, folders=folders, selector=source.selector or first.selector)
    there = {row.address: row for row in connection.execute(select(sources).where(sources.c.address.in_(list(wanted))))}
    for address, known in there.items():
        source = wanted[address]
        folders = tuple(dict.fromkeys((*known.folders, *source.folders)))
        values: dict[str, Any] = {"folders": list(folders), "selector": source.selector or known.selector}
        if known.removed_at is not None:
            values |= {"kind": source.kind.value, "removed_at": None, "paused": False, "due_at": now}
            values |= {"error_count": 0, "last_error": None, "last_error_at": None}
        connection.execute(update(sources).where(sources.c.id == known.id).values(**values))
    new = [replace(source, added_at=now, due_at=now) for address, source in wanted.items() if address not in there]
    if new:
        connection.execute(insert(sources), [_values(source, _ALL) for source in new])


def _all(connection: Connection) -> tuple[Source, ...]:
    return tuple(_source(row) for row in connection.execute(select(*_COLUMNS).where(sources.c.removed_at.is_(None)).order_by(sources.c.id)))


def _silent(source: Source, now: datetime) -> bool:
    if source.newest_at is None or source.longest_gap is None:
        return False
    return now - source.newest_at > max(UNUSUAL * timedelta(seconds=source.longest_gap), SHORTEST_SILENCE)


def _values(source: Source, fields: Sequence[str]) -> dict[str, Any]:
    return {field: list(value) if isinstance(value := getattr(source, field), tuple) else value for field in fields}


def _source(row: AnyRow) -> Source:
    values: dict[str, Any] = {field: getattr(row, field) for field in _FIELDS}
    values |= {field: tuple(values[field]) for field in _LISTS}
    return Source(**values | {"kind": SourceKind(row.kind), "full_text": FullText(row.full_text)})
