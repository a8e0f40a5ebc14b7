"""What a reader has marked: read, opened, saved; and what stood on the page of a story when he or she last looked at it.

Marks on a story count for its articles where it says so, those on a text for its copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Insert,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from octavo.model import Phase
from octavo.store.columns import among, insert_or_renew
from octavo.store.database import AnyRow, Part, chunks
from octavo.store.lineage import taken_in
from octavo.store.readers import ONE_LOOK
from octavo.store.tables import articles, copies, memberships, stories
from octavo.store.tables_people import looks, marks, readers

_OPEN = memberships.c.until.is_(None)


class MarkKind(StrEnum):
    """What a mark says."""

    READ = "read"
    OPENED = "opened"  # its own page was looked at
    SAVED = "saved"


LOOKED_AT = (MarkKind.OPENED, MarkKind.READ)  # what looking at its page marks something as

_MARKS = select(marks.c.id, marks.c.kind, marks.c.at).where(
    marks.c.reader == bindparam("reader"), marks.c.entity == bindparam("entity"), among(marks.c.id)
)
_MARK = insert_or_renew(marks)
_GLANCES = select(looks.c.story, looks.c.looked_at, looks.c.fresh).where(looks.c.reader == bindparam("reader"), among(looks.c.story))
_LINEAGE = taken_in(select(stories.c.id).where(stories.c.id == bindparam("story")))
_LAST_LOOKS = select(looks).join(_LINEAGE, _LINEAGE.c.id == looks.c.story).where(looks.c.reader == bindparam("reader"))
_LOOK = insert_or_renew(looks)
_READERS = func.count()
_POPULAR = (
    select(marks.c.id, _READERS.label("readers"))
    .join(stories, stories.c.id == marks.c.id)
    # These three as the index has them.
    .where(marks.c.reader.in_(select(readers.c.id)), marks.c.kind == MarkKind.OPENED, marks.c.at >= bindparam("since"))
    .where(marks.c.entity == "story", stories.c.replaced_by.is_(None))
    .group_by(marks.c.id)
    .order_by(_READERS.desc(), func.max(marks.c.at).desc(), marks.c.id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of one reader. `entity` is "story" or "article"."""

    entity: str
    id: str
    kind: MarkKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """A reader's last look at a story and the one before it. What stood on the page: article id → revision."""

    reader: int
    story: str
    looked_at: datetime
    shown: Mapping[str, int]
    previous_at: datetime | None = None  # None: that was the first look
    before: Mapping[str, int] = field(default_factory=dict)  # what the page showed at the previous look
    fresh: bool = False  # something is new since `looked_at`


@dataclass(frozen=True, slots=True)
class Glance:
    """What lists need of a reader's last look at a story: without what stood on the page, which for a large story is long."""

    looked_at: datetime
    fresh: bool  # something is new since then


class Marks(Part):
    """Read, opened, saved: per reader, per story and per article."""

    def mark(self, reader: int, entity: str, id: str, kind: MarkKind, now: datetime) -> None:
        """Set a mark, or renew it. Read: with a story its articles are read, with an article the copies of its text."""
        with self.database.writing("marks") as connection:
            _set(connection, reader, entity, id, (kind,), now)
            if kind is MarkKind.READ:
                _read_with(connection, reader, entity, id, now)

    def opened(self, reader: int, entity: str, id: str, now: datetime) -> None:
        """A reader looks at the page of something, which marks it as opened and as read; `look` does so for stories."""
        with self.database.writing("marks") as connection:
            _set(connection, reader, entity, id, LOOKED_AT, now)
            _read_with(connection, reader, entity, id, now)

    def unmark(self, reader: int, entity: str, id: str, kind: MarkKind) -> None:
        """Take a mark back. Read: from a story's articles and from the copies of an article's text as well."""
        with self.database.writing("marks") as connection:
            own = and_(marks.c.entity == entity, marks.c.id == id)
            with_it = and_(marks.c.entity == "article", marks.c.id.in_(_going_with(entity, id)))
            also = or_(own, with_it) if kind is MarkKind.READ else own
            connection.execute(delete(marks).where(marks.c.reader == reader, marks.c.kind == kind, also))

    def read_stories(self, reader: int, ids: Sequence[str], now: datetime) -> None:
        """Mark stories as read with what stands in them now, so that only what is new wakes them again, and with their articles."""
        with self.database.writing("marks") as connection:
            for chunk in chunks(ids):
                _look_at(connection, reader, select(stories.c.id).where(stories.c.id.in_(chunk)), now)
                for id in chunk:
                    _set(connection, reader, "story", id, (MarkKind.READ,), now)
                    _read_with(connection, reader, "story", id, now)

    def read_all(self, reader: int, until: datetime, now: datetime) -> None:
        """Mark as read every story that moved last at `until` or before, as `read_stories` does.

        What stands in a closed story need not be remembered: nothing will join it any more.
        """
        moved = and_(stories.c.replaced_by.is_(None), stories.c.updated_at <= until)
        members = select(memberships.c.article).join(stories, stories.c.id == memberships.c.story).where(_OPEN, moved)
        known = select(marks.c.id).where(marks.c.reader == reader, marks.c.entity == "story", marks.c.kind == MarkKind.READ)
        of_story = (marks.c.reader == reader, marks.c.entity == "story", marks.c.kind == MarkKind.READ)
        moved_since = exists().where(stories.c.id == marks.c.id, stories.c.updated_at > marks.c.at, stories.c.updated_at <= until)
        unread = ~exists().where(*of_story, marks.c.id == stories.c.id, marks.c.at >= stories.c.updated_at)
        woken = exists().where(looks.c.reader == reader, looks.c.story == stories.c.id, looks.c.fresh)
        with self.database.writing("marks") as connection:
            open_ones = select(stories.c.id).where(moved, stories.c.phase != Phase.CLOSED.value, or_(unread, woken))
            _look_at(connection, reader, open_ones, now)
            connection.execute(update(marks).where(*of_story, moved_since).values(at=now))
            fresh = select(stories.c.id).where(moved, stories.c.id.not_in(known))
            for entity, those in (("story", fresh), ("article", members)):
                connection.execute(_marking(entity, those), {"reader": reader, "now": now})
            seen = select(stories.c.id).where(moved)
            connection.execute(update(looks).where(looks.c.reader == reader, looks.c.fresh, looks.c.story.in_(seen)).values(fresh=False))

    def marks(self, reader: int, entity: str, ids: Sequence[str]) -> dict[str, dict[MarkKind, datetime]]:
        """Id → what a reader marked it as and when, for those of these stories or articles that have a mark."""
        found: dict[str, dict[MarkKind, datetime]] = defaultdict(dict)
        with self.database.reading() as connection:
            for id, kind, at in connection.execute(_MARKS, {"reader": reader, "entity": entity, "ids": ids}).all():
                found[id][MarkKind(kind)] = at
        return dict(found)

    def marked(self, reader: int, kind: MarkKind, limit: int, before: datetime | None = None) -> tuple[Mark, ...]:
        """What a reader marked so, last marks first; `before` goes on from the page before."""
        query = select(marks.c.entity, marks.c.id, marks.c.kind, marks.c.at).where(marks.c.reader == reader, marks.c.kind == kind)
        if before is not None:
            query = query.where(marks.c.at < before)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(marks.c.at.desc(), marks.c.entity, marks.c.id).limit(limit))
            return tuple(Mark(row.entity, row.id, MarkKind(row.kind), row.at) for row in rows)

    def glances(self, reader: int, ids: Sequence[str]) -> dict[str, Glance]:
        """Story id → the reader's last look at it, for those of these stories that he or she has looked at."""
        with self.database.reading() as connection:
            return {story: Glance(*how) for story, *how in connection.execute(_GLANCES, {"reader": reader, "ids": ids}).all()}

    def look(self, reader: int, story: str, shown: Mapping[str, int], now: datetime, *, keep: bool = True) -> Look:
        """A reader looks at a story whose page shows these revisions of articles. Returns that look, with the one before it.

        A visit within half an hour of the last one goes on with the same look. Looks at stories that this one took in count as looks at it.
        The story is marked as opened and as read, what stands on the page as read. Without `keep` nothing is written: the page is made before
        anybody asked to see it.
        """
        with self.database.writing("marks") if keep else self.database.reading() as connection:
            last = _last_look(connection, reader, story)
            columns = _new_look(last, dict(shown), now)
            if keep and not (last and last.looked_at > now):  # of two that are written at once the later one stays
                connection.execute(_LOOK, {"reader": reader, "story": story} | columns)
                _set(connection, reader, "story", story, LOOKED_AT, now)
                connection.execute(_READ_SHOWN, {"reader": reader, "ids": list(shown), "now": now})
            return Look(reader, story, **columns)

    def looks(self, ids: Sequence[str], reader: int | None = None) -> tuple[Look, ...]:
        """The last looks at these stories, of one reader or of all, in order of story and reader."""
        found: list[Look] = []
        with self.database.reading() as connection:
            for chunk in chunks(ids):
                query = select(looks).where(looks.c.story.in_(chunk))
                if reader is not None:
                    query = query.where(looks.c.reader == reader)
                found += [_look(row) for row in connection.execute(query)]
        return tuple(sorted(found, key=lambda look: (look.story, look.reader)))

    def refresh_look(self, look: Look) -> None:
        """Say of a look that something is new since then. One that was taken anew in the meantime stays as it is."""
        same = (looks.c.reader == look.reader, looks.c.story == look.story, looks.c.looked_at == look.looked_at)
        with self.database.writing("marks") as connection:
            connection.execute(update(looks).where(*same).values(fresh=True))

    def looked_at(self, since: datetime, limit: int) -> Mapping[str, int]:
        """Story id → how many readers opened its page since then, most readers first, then what was opened last."""
        with self.database.reading() as connection:
            return {row.id: row.readers for row in connection.execute(_POPULAR, {"since": since, "limit": limit})}


def _set(connection: Connection, reader: int, entity: str, id: str, kinds: Collection[MarkKind], now: datetime) -> None:
    connection.execute(_MARK, [{"reader": reader, "entity": entity, "id": id, "kind": kind, "at": now} for kind in kinds])


def _read_with(connection: Connection, reader: int, entity: str, id: str, now: datetime) -> None:
    """Mark as read what goes with something that is."""
    connection.execute(_READ_WITH[entity], {"reader": reader, "id": id, "now": now})


def _look_at(connection: Connection, reader: int, which: Select[tuple[str]], now: datetime) -> None:
    """Set the reader's looks at these stories, with what stands in them now; looks at stories that they took in count as looks at them."""
    wanted = which.subquery()
    standing = select(memberships.c.story, articles.c.id, articles.c.revision).join(articles, articles.c.id == memberships.c.article)
    shown: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(standing.where(_OPEN, memberships.c.story.in_(select(wanted.c.id)))):
        shown[row.story][row.id] = row.revision
    lineage = taken_in(wanted.select())
    earlier = select(looks, lineage.c.living).join(lineage, lineage.c.id == looks.c.story).where(looks.c.reader == reader)
    last = {row.living: row for row in connection.execute(earlier.order_by(looks.c.looked_at))}
    rows = [{"reader": reader, "story": id, **_new_look(last.get(id), held, now)} for id, held in shown.items()]
    for chunk in chunks(rows):
        connection.execute(delete(looks).where(looks.c.reader == reader, looks.c.story.in_([row["story"] for row in chunk])))
        connection.execute(insert(looks), list(chunk))


def _new_look(last: Look | AnyRow | None, shown: dict[str, int], now: datetime) -> dict[str, Any]:
    """The columns of a look: within half an hour it goes on with the last one."""
    goes_on = last is not None and now - last.looked_at <= ONE_LOOK
    previous_at, before = (None, {}) if last is None else (last.previous_at, last.before) if goes_on else (last.looked_at, last.shown)
    return {"looked_at": now, "shown": shown, "previous_at": previous_at, "before": before, "fresh": False}


def _going_with(entity: str, id: str | BindParameter[str]) -> Select[tuple[str]]:
    """The articles of a story; of an article those that carry its text."""
    if entity == "story":
        return select(memberships.c.article).where(memberships.c.story == id, _OPEN)
    origin = func.coalesce(select(copies.c.origin).where(copies.c.article == id).scalar_subquery(), id)
    return select(copies.c.article).where(copies.c.origin == origin).union_all(select(origin)).subquery().select()


def _marking(entity: str, ids: Select[tuple[str]]) -> Insert:
    """What marks as read for a `reader`, as of `now`, those of these that have no such mark yet."""
    wanted = ids.subquery()
    id, reader = wanted.c[0], bindparam("reader", type_=marks.c.reader.type)
    there = exists().where(marks.c.reader == reader, marks.c.entity == entity, marks.c.id == id, marks.c.kind == MarkKind.READ)
    rows = select(reader, literal(entity), id, literal(MarkKind.READ.value), bindparam("now", type_=marks.c.at.type))
    return insert(marks).from_select(["reader", "entity", "id", "kind", "at"], rows.where(~there).distinct())


_READ_WITH = {entity: _marking("article", _going_with(entity, bindparam("id", type_=marks.c.id.type))) for entity in ("story", "article")}
_READ_SHOWN = _marking("article", select(articles.c.id).where(among(articles.c.id)))


def _last_look(connection: Connection, reader: int, story: str) -> Look | None:
    """A reader's last look at a story or at one that it took in; what any of them showed is known."""
    rows = connection.execute(_LAST_LOOKS, {"reader": reader, "story": story})
    found = sorted((_look(row) for row in rows), key=lambda look: look.looked_at)
    if not found:
        return None
    last = found[-1]
    shown: dict[str, int] = {}
    before: dict[str, int] = {}
    for look in found:
        shown |= look.shown
        before |= look.before
    return Look(reader, story, last.looked_at, shown, last.previous_at, before, last.fresh)


def _look(row: AnyRow) -> Look:
    return Look(row.reader, row.story, row.looked_at, row.shown, row.previous_at, row.before, row.fresh)
