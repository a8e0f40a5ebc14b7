"""Which stories a front page chooses from, and all stories by time: their ids only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, func, select, tuple_

from octavo.errors import InputError
from octavo.store.database import Part, place
from octavo.store.tables import articles, memberships, sources, stories

_OPEN = memberships.c.until.is_(None)
_ORDER = (articles.c.ordered_at, articles.c.seq)
_COUNTED = select(func.count(), func.count().filter(sources.c.error_count > 0)).where(sources.c.removed_at.is_(None))
_LARGEST = (
    select(stories.c.id)
    .where(stories.c.replaced_by.is_(None), stories.c.size > 0, stories.c.updated_at >= bindparam("since"))
    .order_by(stories.c.size.desc(), stories.c.updated_at.desc(), stories.c.id)
    .limit(bindparam("limit"))
)


class Fronts(Part):
    """Stories as front pages and lists by time ask for them, and how many sources bring them."""

    def source_counts(self) -> tuple[int, int]:
        """How many sources are gathered from, and how many of them had a problem at the last look."""
        with self.database.reading() as connection:
            every, failing = connection.execute(_COUNTED).one()
            return every, failing

    def largest_stories(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Ids of the living stories that moved since then, those of most articles first."""
        with self.database.reading() as connection:
            return tuple(connection.execute(_LARGEST, {"since": since, "limit": limit}).scalars())

    def newest_stories(self, limit: int, before: str | None = None) -> tuple[str, ...]:
        """Ids of stories by the time of their newest article, newest first.

        `before` is the last id of the page before. Raises InputError when it is unknown.
        """
        later, others = articles.alias(), memberships.alias()
        newer = (
            exists()
            .where(others.c.story == memberships.c.story, others.c.until.is_(None), later.c.id == others.c.article)
            .where(tuple_(later.c.ordered_at, later.c.seq) > tuple_(*_ORDER))
        )
        newest = select(memberships.c.story).join(articles, articles.c.id == memberships.c.article).where(_OPEN, ~newer)
        with self.database.reading() as connection:
            if before is not None:
                own = select(*_ORDER).join(memberships, memberships.c.article == articles.c.id).where(_OPEN, memberships.c.story == before)
                last = connection.execute(own.order_by(*(column.desc() for column in _ORDER)).limit(1)).one_or_none()
                if last is None:
                    raise InputError(f"There is no story {before} to go on from", todo="Start from the first page")
                newest = newest.where(tuple_(*_ORDER) < place(_ORDER, last))
            return tuple(connection.execute(newest.order_by(*(column.desc() for column in _ORDER)).limit(limit)).scalars())
