"""Comments of readers on stories: what was said, what answers what, what waits for an editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, or_, select, update
from ulid import ULID

from octavo.errors import InputError
from octavo.store.database import AnyRow, Part
from octavo.store.lineage import taken_in
from octavo.store.tables import stories
from octavo.store.tables_people import comment_reports, comments, readers


class Standing(StrEnum):
    """Whether a comment can be read."""

    SHOWN = "shown"
    WAITING = "waiting"  # for an editor
    HIDDEN = "hidden"  # by an editor
    DELETED = "deleted"  # by its writer; its text is gone


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reader wrote on a story. `text` is Markdown as it was typed; `parent` the comment that it answers."""

    id: str
    story: str
    reader: int | None  # None: the account was deleted
    name: str | None  # of the reader
    parent: str | None
    text: str
    standing: Standing
    made_at: datetime
    edited_at: datetime | None
    reports: int  # of readers who want an editor to look at it


class Comments(Part):
    """What readers say on stories. On a story that took in another one stand the comments of both."""

    def comments(self, story: str, limit: int) -> tuple[Comment, ...]:
        """The comments on a story that now bears this id, first to last, at most so many of the latest."""
        found = _comments().where(_on(story)).order_by(comments.c.id.desc()).limit(limit)
        with self.database.reading() as connection:
            return tuple(_comment(row) for row in reversed(connection.execute(found).all()))

    def comment(self, id: str) -> Comment | None:
        """One comment."""
        with self.database.reading() as connection:
            row = connection.execute(_comments().where(comments.c.id == id)).one_or_none()
            return _comment(row) if row else None

    def comment_count(self, story: str) -> int | None:
        """How many comments can be read on a story; None where comments on it are not open."""
        counted = select(func.count()).where(_on(story), comments.c.standing == Standing.SHOWN.value).scalar_subquery()
        with self.database.reading() as connection:
            row = connection.execute(select(stories.c.comments, counted).where(stories.c.id == story)).one_or_none()
            return row[1] if row and row[0] else None

    def open_comments(self, story: str, *, opened: bool) -> None:
        """Open a story to comments, or close it; those that are there stay."""
        with self.database.writing() as connection:
            connection.execute(update(stories).where(stories.c.id == story).values(comments=opened))

    def add_comment(
        self,
        story: str,
        reader: int,
        parent: str | None,
        text: str,
        standing: Standing,
        now: datetime,
        rates: Mapping[timedelta, int] = MappingProxyType({}),
    ) -> str | timedelta:
        """Keep a comment. Returns its id, or the time within which the reader already wrote as many as `rates` allows in it.

        Raises InputError when it answers one that is not on the story.
        """
        id = str(ULID.from_datetime(now))
        with self.database.writing("comments") as connection:
            for span, most in rates.items():
                written = select(func.count()).select_from(comments).where(comments.c.reader == reader, comments.c.made_at > now - span)
                if connection.execute(written).scalar_one() >= most:
                    return span
            if parent is not None and not connection.execute(select(exists().where(comments.c.id == parent, _on(story)))).scalar_one():
                raise InputError("What this answers is no longer there", todo="Write it as a comment of its own")
            row = {"id": id, "story": story, "reader": reader, "parent": parent, "text": text, "standing": standing.value, "made_at": now}
            connection.execute(insert(comments).values(row))
        return id

    def edit_comment(self, id: str, text: str, standing: Standing, now: datetime) -> None:
        """Replace a comment's text, unless it was hidden or deleted in the meantime."""
        still = (comments.c.id == id, comments.c.standing.in_([Standing.SHOWN.value, Standing.WAITING.value]))
        with self.database.writing() as connection:
            connection.execute(update(comments).where(*still).values(text=text, standing=standing.value, edited_at=now))

    def judge_comment(self, id: str, standing: Standing) -> None:
        """Say whether a comment can be read. Reports are settled by that; the text of a deleted one is erased, and it stays deleted."""
        values = {"standing": standing.value} | ({"text": ""} if standing is Standing.DELETED else {})
        with self.database.writing() as connection:
            connection.execute(update(comments).where(comments.c.id == id, comments.c.standing != Standing.DELETED.value).values(values))
            connection.execute(delete(comment_reports).where(comment_reports.c.comment == id))

    def report_comment(self, id: str, reader: int, now: datetime) -> None:
        """A reader wants an editor to look at a comment; once is enough."""
        with self.database.writing("reports") as connection:
            own = (comment_reports.c.comment == id, comment_reports.c.reader == reader)
            if connection.execute(select(comment_reports.c.at).where(*own)).first() is None:
                connection.execute(insert(comment_reports).values(comment=id, reader=reader, at=now))

    def comments_to_judge(self, limit: int) -> tuple[Comment, ...]:
        """Comments that wait for an editor or were reported, those of most reports first, then the oldest."""
        wanted = _comments().where(
            or_(comments.c.standing == Standing.WAITING.value, (comments.c.standing == Standing.SHOWN.value) & (_reports() > 0))
        )
        with self.database.reading() as connection:
            return tuple(_comment(row) for row in connection.execute(wanted.order_by(_reports().desc(), comments.c.id).limit(limit)))


def _on(story: str) -> ColumnElement[bool]:
    return comments.c.story.in_(select(taken_in(select(stories.c.id).where(stories.c.id == story)).c.id))


def _reports() -> ColumnElement[int]:
    return select(func.count()).where(comment_reports.c.comment == comments.c.id).scalar_subquery()


def _comments() -> Select[tuple[object, ...]]:
    columns = (
        comments.c.id,
        comments.c.story,
        comments.c.reader,
        readers.c.name,
        comments.c.parent,
        comments.c.text,
        comments.c.standing,
        comments.c.made_at,
        comments.c.edited_at,
        _reports().label("reports"),
    )
    return select(*columns).select_from(comments.outerjoin(readers, readers.c.id == comments.c.reader))


def _comment(row: AnyRow) -> Comment:
    return Comment(**dict(row._mapping) | {"standing": Standing(row.standing)})
