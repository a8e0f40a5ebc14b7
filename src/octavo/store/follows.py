"""What readers follow, and what of it came in since a moment."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, delete, func, insert, or_, select, type_coerce, update

from octavo.errors import InputError
from octavo.store.database import Part
from octavo.store.lineage import ended_in
from octavo.store.readers import ONE_LOOK
from octavo.store.tables import article_annotations, articles, memberships, quotes, stories, threads
from octavo.store.tables_people import follow_visits, follows

MOST_FOLLOWS = 500  # of one reader
LONGEST = 300  # characters of what is followed
LATE = timedelta(days=2)  # an article that came in since a moment may have been published so long before
_OPEN = memberships.c.until.is_(None)
_STANDS = and_(memberships.c.article == articles.c.id, _OPEN)
_FOLLOWED = select(follows.c.id).where(
    follows.c.reader == bindparam("reader"), follows.c.entity == bindparam("entity"), follows.c.id == bindparam("id")
)


class Followed(StrEnum):
    """What can be followed, and what its id is; what says most of a story stands first."""

    STORY = "story"  # id
    THREAD = "thread"  # id
    SEARCH = "search"  # as it was typed
    VOICE = "voice"  # the name, as it is printed
    PLACE = "place"  # the name
    OUTLET = "outlet"  # the name under which its articles stand
    TOPIC = "topic"  # IPTC code


@dataclass(frozen=True, slots=True)
class Follow:
    """Something that a reader follows."""

    entity: Followed
    id: str
    at: datetime


class Follows(Part):
    """Per reader: what is followed, and when what is new in it was looked at."""

    def follow(self, reader: int, entity: Followed, id: str, now: datetime) -> None:
        """Follow something; what is followed already stays as it is. Raises InputError for too much."""
        if not 0 < len(id) <= LONGEST:
            raise InputError(f"What is to be followed has no name or one of more than {LONGEST} characters", todo="Take a shorter search")
        own = (follows.c.reader == reader, follows.c.entity == entity.value)
        with self.database.writing("follows") as connection:
            if connection.execute(select(follows.c.id).where(*own, follows.c.id == id)).first():
                return
            count = connection.execute(select(func.count()).select_from(follows).where(follows.c.reader == reader)).scalar_one()
            if count >= MOST_FOLLOWS:
                raise InputError(f"You follow {MOST_FOLLOWS} things already", todo="Stop following one of them first")
            connection.execute(insert(follows).values(reader=reader, entity=entity.value, id=id, at=now))

    def unfollow(self, reader: int, entity: Followed, id: str) -> None:
        """Follow something no more; nothing happens when it is not followed."""
        with self.database.writing("follows") as connection:
            connection.execute(delete(follows).where(follows.c.reader == reader, follows.c.entity == entity.value, follows.c.id == id))

    def follows(self, reader: int) -> tuple[Follow, ...]:
        """All that a reader follows, by kind and in the order in which it was begun."""
        wanted = select(follows.c.entity, follows.c.id, follows.c.at).where(follows.c.reader == reader).order_by(follows.c.at, follows.c.id)
        with self.database.reading() as connection:
            found = [Follow(Followed(row.entity), row.id, row.at) for row in connection.execute(wanted)]
        return tuple(sorted(found, key=lambda one: list(Followed).index(one.entity)))

    def is_followed(self, reader: int, entity: Followed, id: str) -> bool:
        """Whether a reader follows it."""
        with self.database.reading() as connection:
            return connection.execute(_FOLLOWED, {"reader": reader, "entity": entity.value, "id": id}).first() is not None

    def visit_follows(self, reader: int, now: datetime, *, keep: bool = True) -> datetime | None:
        """A reader looks at what is new in what he or she follows. Returns when he or she did before, None at the first time.

        As `Readers.visit`: what lies within half an hour is one visit, and without `keep` nothing is written.
        """
        own = follow_visits.c.reader == reader
        with self.database.writing("looks") if keep else self.database.reading() as connection:
            row = connection.execute(select(follow_visits).where(own)).one_or_none()
            last, earlier = (row.visited_at, row.visited_before) if row else (None, None)
            before: datetime | None = last if last is not None and now - last > ONE_LOOK else earlier
            if keep and row:
                connection.execute(update(follow_visits).where(own).values(visited_at=now, visited_before=before))
            elif keep:
                connection.execute(insert(follow_visits).values(reader=reader, visited_at=now, visited_before=before))
            return before

    # ---- what came in: pairs of what is followed and a story that it leads to, the story that moved last first ----

    def moved_stories(self, ids: Collection[str], since: datetime, limit: int) -> list[tuple[str, str]]:
        """(followed story, the story that it is now), of those that an article joined since then."""
        lineage = ended_in(select(stories.c.id).where(stories.c.id.in_(ids)))
        wanted = select(lineage.c.first, stories.c.id).join(lineage, lineage.c.id == stories.c.id)
        return self._pairs(wanted.where(*_moved(since)), _MOVED, limit)

    def moved_threads(self, ids: Collection[str], since: datetime, limit: int) -> list[tuple[str, str]]:
        """(thread, one of its stories), of stories that an article joined since then."""
        wanted = select(stories.c.thread, stories.c.id).where(stories.c.thread.in_(ids), *_moved(since))
        return self._pairs(wanted, _MOVED, limit)

    def outlets_told(self, names: Collection[str], since: datetime, limit: int) -> list[tuple[str, str]]:
        """(outlet, story), of stories with an article of it that came in since then."""
        wanted = select(articles.c.publisher, memberships.c.story).join(memberships, _STANDS)
        return self._pairs(wanted.where(articles.c.publisher.in_(names), *_came(since)), _LATEST, limit)

    def voices_heard(self, names: Collection[str], since: datetime, limit: int) -> list[tuple[str, str]]:
        """(name, story), of stories with an article that quotes it and came in since then."""
        said = and_(quotes.c.article == articles.c.id, quotes.c.revision == articles.c.revision)
        # Hidden from its index, so that SQLite goes through the articles of these days, not through all that a name ever said.
        name = func.coalesce(quotes.c.name, "")
        wanted = select(name, memberships.c.story).select_from(articles).join(quotes, said).join(memberships, _STANDS)
        return self._pairs(wanted.where(name.in_(names), *_came(since)), _LATEST, limit)

    def places_named(self, printed: Mapping[str, Collection[str]], since: datetime, limit: int) -> list[tuple[str, str]]:
        """(place, story), of stories with an article that was written there or names it and came in since then.

        `printed`: place → its spellings, compared as in `Browse.told_of`.
        """
        if not printed:
            return []
        read = article_annotations.c
        current = and_(read.article == articles.c.id, read.revision == articles.c.revision)
        spelled = [name for those in printed.values() for name in those]
        named = [type_coerce(read.names, String).contains(json.dumps(name), autoescape=True) for name in spelled]
        inside = [articles.c.dateline.startswith(name + ",", autoescape=True) for name in spelled]
        there = or_(articles.c.dateline.in_(spelled), *inside, *named)
        wanted = (
            select(articles.c.dateline, read.names, memberships.c.story).join(memberships, _STANDS).outerjoin(article_annotations, current)
        )
        with self.database.reading() as connection:
            rows = connection.execute(wanted.where(there, *_came(since)).order_by(*_LATEST).limit(limit)).all()
        return [
            (place, row.story)
            for row in rows
            for place, those in printed.items()
            if not {row.dateline, (row.dateline or "").partition(",")[0], *(row.names or ())}.isdisjoint(those)
        ]

    def thread_headlines(self, ids: Collection[str]) -> dict[str, str | None]:
        """Thread id → its headline, for those that are there."""
        with self.database.reading() as connection:
            wanted = select(threads.c.id, threads.c.headline).where(threads.c.id.in_(ids))
            return {row.id: row.headline for row in connection.execute(wanted)}

    def _pairs(self, wanted: Select[Any], order: Sequence[Any], limit: int) -> list[tuple[str, str]]:
        with self.database.reading() as connection:
            return list(dict.fromkeys((row[0], row[1]) for row in connection.execute(wanted.order_by(*order).limit(limit))))


_MOVED = (stories.c.updated_at.desc(), stories.c.id)
_LATEST = (articles.c.ordered_at.desc(), articles.c.seq.desc())


def _moved(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return stories.c.replaced_by.is_(None), stories.c.updated_at > since


def _came(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Articles first seen since then; the time by which they are ordered has an index, and lies before that."""
    return articles.c.ordered_at > since - LATE, articles.c.seen_at > since
