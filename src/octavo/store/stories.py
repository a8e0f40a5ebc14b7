"""Stories and threads as they are read, and what is derived for them: headlines, phases, briefs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, bindparam, delete, func, insert, select, tuple_, update

from octavo.errors import InputError
from octavo.model import Annotation, Brief, BriefSentence, Citation, CopyGroup, Phase, Story, Thread
from octavo.origins import Member, copy_groups, role_of
from octavo.store.changes import note
from octavo.store.columns import among
from octavo.store.database import AnyRow, Part, chunks, place
from octavo.store.tables import article_annotations, articles, briefs, copies, memberships, stories, threads

_OPEN = memberships.c.until.is_(None)
_TITLE = func.coalesce(stories.c.title, stories.c.headline).label("headline")
_STORY = (stories.c.id, _TITLE, stories.c.phase, stories.c.opened_at, stories.c.updated_at, stories.c.replaced_by, stories.c.thread)  # fmt: skip
_MOVED = (stories.c.updated_at, stories.c.id)
_STORIES = select(*_STORY).where(among(stories.c.id))
_MEMBERS = (
    select(
        memberships.c.story,
        memberships.c.article,
        articles.c.arrival,
        articles.c.ordered_at,
        articles.c.publisher,
        articles.c.agency,
        articles.c.aggregator,
        copies.c.origin,
    )
    .join(articles, articles.c.id == memberships.c.article)
    .outerjoin(copies, copies.c.article == memberships.c.article)
    .where(_OPEN, among(memberships.c.story))
    .order_by(articles.c.arrival)
)
_STANDING = select(memberships.c.article, memberships.c.story).where(_OPEN, among(memberships.c.article))
_LIVING = (
    select(stories.c.id)
    .where(stories.c.replaced_by.is_(None), stories.c.size > 0)
    .order_by(*(column.desc() for column in _MOVED))
    .limit(bindparam("limit"))
)
_RECENT = _LIVING.where(stories.c.updated_at >= bindparam("since"))
_THREADS = select(threads.c.id, threads.c.headline).where(among(threads.c.id))
_STEPS = (
    select(stories.c.thread, stories.c.id)
    .join(memberships, and_(memberships.c.story == stories.c.id, _OPEN))
    .join(articles, articles.c.id == memberships.c.article)
    .where(among(stories.c.thread))
    .group_by(stories.c.thread, stories.c.id)
    .order_by(func.min(articles.c.ordered_at), func.min(articles.c.arrival))
)
_READ = article_annotations.c
_GISTS = (
    select(_READ.article, _READ.revision, _READ.version, _READ.language, _READ.names, _READ.vector)
    .join(articles, and_(articles.c.id == _READ.article, articles.c.revision == _READ.revision))
    .where(among(_READ.article))
)
_BRIEFS = select(briefs.c.story, briefs.c.sentences, briefs.c.single).where(among(briefs.c.story))
_WITHDRAWN = select(briefs.c.story, briefs.c.withdrawn).where(among(briefs.c.story), briefs.c.withdrawn.is_not(None))


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A sentence that stood in a story's brief, and since when its source no longer carries it."""

    sentence: BriefSentence
    since: datetime


class Stories(Part):
    """What belongs together."""

    def story(self, id: str) -> Story | None:
        """The story with that id; one that another took in has no articles and names it in `replaced_by`."""
        return next(iter(self.stories([id])), None)

    def stories(self, ids: Sequence[str]) -> tuple[Story, ...]:
        """The stories with these ids, in the order of `ids`; those that are not there are left out."""
        with self.database.reading() as connection:
            return self._stories(connection, ids)

    def _stories(self, connection: Connection, ids: Sequence[str]) -> tuple[Story, ...]:
        return tuple(self.database.known.stories(connection, ids, partial(_read, connection)).values())

    def resolve(self, id: str) -> str:
        """The id of the story that lives on: after merges the one that took it in. An unknown id comes back as it is."""
        with self.database.reading() as connection:
            while next_id := connection.execute(select(stories.c.replaced_by).where(stories.c.id == id)).scalar_one_or_none():
                id = next_id
            return id

    def story_of(self, article: str) -> Story | None:
        """The story that an article stands in."""
        return next(iter(self.stories(list(self.stories_of([article]).values()))), None)

    def stories_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Article id → story id, for those of these articles that stand in a story."""
        with self.database.reading() as connection:
            return dict(connection.execute(_STANDING, {"ids": ids}).all())

    def recent_stories(self, since: datetime | None, limit: int, before: str | None = None) -> tuple[Story, ...]:
        """Living stories with an article since then, those that an article joined last first.

        `before` is the last id of the page before. Raises InputError when it is unknown.
        """
        with self.database.reading() as connection:
            query, told = (_LIVING, {"limit": limit}) if since is None else (_RECENT, {"limit": limit, "since": since})
            if before is not None:
                last = connection.execute(select(*_MOVED).where(stories.c.id == before)).one_or_none()
                if last is None:
                    raise InputError(f"There is no story {before} to go on from", todo="Start from the first page")
                query = query.where(tuple_(*_MOVED) < place(_MOVED, last))
            ids = connection.execute(query, told).scalars().all()
            return self._stories(connection, ids)

    def thread(self, id: str) -> Thread | None:
        """The thread with that id, its stories in order of their first article's date."""
        with self.database.reading() as connection:
            row = connection.execute(_THREADS, {"ids": [id]}).one_or_none()
            return _threads(connection, [row])[0] if row else None

    def threads(self, limit: int) -> tuple[Thread, ...]:
        """Threads of at least two stories, those that an article joined last first."""
        latest = func.max(stories.c.updated_at)
        living = select(threads.c.id, threads.c.headline).join(stories, stories.c.thread == threads.c.id)
        with self.database.reading() as connection:
            several = living.group_by(threads.c.id, threads.c.headline).having(func.count() > 1)
            rows = connection.execute(several.order_by(latest.desc(), threads.c.id).limit(limit)).all()
            return _threads(connection, rows)

    def gists(self, ids: Sequence[str]) -> dict[str, Annotation]:
        """Article id → language, names and vector of its current annotation and nothing else: what tells related stories."""
        with self.database.reading() as connection:
            rows = connection.execute(_GISTS, {"ids": ids}).all()
        return {row.article: Annotation(**dict(row._mapping) | {"names": tuple(row.names)}) for row in rows}

    # ---- what is derived, and may be written again at any time ----

    def set_headlines(self, headlines: Mapping[str, str | None]) -> None:
        """Story id → headline."""
        self._set(stories, "story", stories.c.headline, headlines)

    def set_thread_headlines(self, headlines: Mapping[str, str | None]) -> None:
        """Thread id → headline."""
        self._set(threads, "thread", threads.c.headline, headlines)

    def set_phases(self, phases: Mapping[str, Phase]) -> None:
        """Story id → phase."""
        self._set(stories, "story", stories.c.phase, {id: phase.value for id, phase in phases.items()})

    def set_briefs(self, made: Sequence[Brief], withdrawn: Mapping[str, Sequence[Withdrawn]] = MappingProxyType({})) -> None:
        """Keep the briefs of stories, each in place of its story's earlier one.

        `withdrawn`: story id → what stood in its earlier briefs and is gone from its source.
        """
        rows = {
            brief.story: {
                "story": brief.story,
                "sentences": [_sentence_row(sentence) for sentence in brief.sentences],
                "single": brief.single,
                "withdrawn": [(gone.since.isoformat(), *_sentence_row(gone.sentence)) for gone in withdrawn.get(brief.story, ())] or None,
            }
            for brief in made
        }
        with self.database.writing("briefs") as connection:
            for chunk in chunks(rows):
                connection.execute(delete(briefs).where(briefs.c.story.in_(chunk)))
                connection.execute(insert(briefs), [rows[id] for id in chunk])

    def briefs(self, ids: Sequence[str]) -> dict[str, Brief]:
        """Story id → brief, for those of these stories that have one."""
        with self.database.reading() as connection:
            rows = connection.execute(_BRIEFS, {"ids": ids}).all()
        return {story: Brief(story, tuple(sentence_of(line) for line in lines), bool(single)) for story, lines, single in rows}

    def withdrawn(self, ids: Sequence[str]) -> dict[str, tuple[Withdrawn, ...]]:
        """Story id → what stood in its earlier briefs and is gone from its source, for those of these stories that have such."""
        with self.database.reading() as connection:
            rows = connection.execute(_WITHDRAWN, {"ids": ids}).all()
        return {id: tuple(Withdrawn(sentence_of(line), datetime.fromisoformat(since)) for since, *line in gone) for id, gone in rows}

    def _set(self, table: Table, entity: str, column: Column[Any], values: Mapping[str, str | None]) -> None:
        """Write one column; only what differs is written and noted."""
        with self.database.writing() as connection:
            different = [
                id
                for id in sorted(values)
                if connection.execute(
                    update(table).where(table.c.id == id, column.is_distinct_from(values[id])).values({column: values[id]})
                ).rowcount
            ]
            note(connection, entity, "described", different)


def _sentence_row(sentence: BriefSentence) -> tuple[str, str, int, int, int, int]:
    place = sentence.citation
    return sentence.text, place.article, place.start, place.end, place.revision, sentence.outlets


def sentence_of(row: Sequence[Any]) -> BriefSentence:
    """A sentence of a brief as `briefs.sentences` keeps it."""
    return BriefSentence(row[0], Citation(*row[1:5]), *row[5:])  # a row of an older form ends before the number of outlets


def _read(connection: Connection, ids: Sequence[str]) -> dict[str, Story]:
    """The stories with these ids that are there, with two queries, however many there are."""
    rows = connection.execute(_STORIES, {"ids": ids}).all()
    members = defaultdict[str, list[AnyRow]](list)
    for member in connection.execute(_MEMBERS, {"ids": [row.id for row in rows]}).all():
        members[member[0]].append(member)
    return {
        row.id: Story(
            row.id,
            tuple([member[1] for member in members[row.id]]),
            row.headline,
            _copies(members[row.id]),
            row.thread,
            Phase(row.phase),
            row.opened_at,
            row.updated_at,
            row.replaced_by,
        )
        for row in rows
    }


def _copies(members: Sequence[AnyRow]) -> tuple[CopyGroup, ...]:
    carried = {member.origin for member in members if member.origin}
    shared = [member for member in members if member.origin or member.article in carried]
    return copy_groups((member.origin or member.article, _member(member)) for member in shared)


def _member(row: AnyRow) -> Member:
    role = role_of(row.publisher, [row.agency] if row.agency else [])
    return Member(row.article, row.arrival, row.ordered_at, role, row.aggregator is not None)


def _threads(connection: Connection, rows: Sequence[AnyRow]) -> tuple[Thread, ...]:
    """The records to rows of `threads`, with one further query."""
    standing = defaultdict[str, list[str]](list)
    for thread, story in connection.execute(_STEPS, {"ids": [row.id for row in rows]}).all():
        standing[thread].append(story)
    return tuple(Thread(row.id, tuple(standing[row.id]), row.headline) for row in rows)
