"""What each kind of decision does to stories, memberships, copies and threads. Called only by the journal, in its transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, update

from octavo.errors import StoreError
from octavo.model import Decision, DecisionKind, Phase
from octavo.store.tables import articles, copies, memberships, stories, thread_members, threads

Touched = dict[tuple[str, str], str]  # (entity, id) → kind of change
_OPEN = memberships.c.until.is_(None)


@dataclass(frozen=True, slots=True)
class _Step:
    connection: Connection
    decision: Decision
    seq: int
    now: datetime
    touched: Touched

    @property
    def article(self) -> str:
        return self._named("article", self.decision.article)

    @property
    def other(self) -> str:
        return self._named("other", self.decision.other)

    def _named(self, name: str, value: str | None) -> str:
        if value is None:
            raise StoreError(f"A decision to {self.decision.kind} must name `{name}`")
        return value

    def touch(self, entity: str, id: str, kind: str) -> None:
        if kind != "changed" or (entity, id) not in self.touched:  # what is new stays new, whatever else happens to it
            self.touched[entity, id] = kind

    def misfit(self, why: str) -> StoreError:
        return StoreError(f"The decision to {self.decision.kind} does not fit: {why}", todo="Rebuild the grouping state from the journal")


def apply(connection: Connection, decision: Decision, seq: int, now: datetime, touched: Touched) -> None:
    """Change the tables as decision number `seq` says, and add to `touched`. Raises StoreError for a decision that does not fit."""
    _EFFECTS[decision.kind](_Step(connection, decision, seq, now, touched))


def _open(step: _Step) -> None:
    arrived = select(articles.c.arrived_at).where(articles.c.id == step.article).scalar_subquery()
    moments = {"opened_at": arrived, "updated_at": arrived}
    step.connection.execute(insert(stories).values(id=step.decision.story, phase=Phase.EMERGING.value, **moments))
    step.touch("story", step.decision.story, "new")
    _enter(step)


def _join(step: _Step) -> None:
    _enter(step)


def _copy(step: _Step) -> None:
    _enter(step)
    further = select(copies.c.origin).where(copies.c.article == step.other).scalar_subquery()  # the copy of a copy has the first origin
    origin = func.coalesce(further, step.other)
    step.connection.execute(insert(copies).values(article=step.article, origin=origin, decision=step.seq))


def _merge(step: _Step) -> None:
    into, taken = step.decision.story, step.other
    living = select(stories.c.id).where(stories.c.id.in_((into, taken)), stories.c.replaced_by.is_(None))
    if len(step.connection.execute(living).all()) < 2:
        raise step.misfit(f"stories {into} and {taken} are not two that live")
    ended = update(memberships).where(memberships.c.story == taken, _OPEN).values(until=step.seq).returning(memberships.c.article)
    moved = step.connection.execute(ended).scalars().all()
    if moved:
        step.connection.execute(insert(memberships), [{"article": article, "story": into, "since": step.seq} for article in moved])
    _replace(step, taken, into)
    _refresh(step, into)


def _split(step: _Step) -> None:
    """A story is known by its opening article, so one that was merged and is split off again is the same story as before."""
    _leave(step)
    again = update(stories).where(stories.c.id == step.decision.story, stories.c.replaced_by.is_not(None)).values(replaced_by=None)
    if step.connection.execute(again).rowcount:
        _enter(step)
        _refresh(step, step.decision.story)
    else:
        _open(step)
    _replace_emptied(step)


def _move(step: _Step) -> None:
    _leave(step)
    _enter(step)
    _replace_emptied(step)


def _replace_emptied(step: _Step) -> None:
    """A story that lost its last article to another is replaced by that one."""
    if step.connection.execute(select(memberships.c.id).where(memberships.c.story == step.other, _OPEN).limit(1)).first() is None:
        _replace(step, step.other, step.decision.story)


def _thread(step: _Step) -> None:
    if step.connection.execute(select(threads.c.id).where(threads.c.id == step.other)).one_or_none() is None:
        step.connection.execute(insert(threads).values(id=step.other, opened_at=step.now))
        step.touch("thread", step.other, "new")
    _end_thread(step, step.decision.story)
    _begin_thread(step, step.decision.story, step.other)


def _unthread(step: _Step) -> None:
    if _end_thread(step, step.decision.story) != step.other:
        raise step.misfit(f"story {step.decision.story} is not in thread {step.other}")


def _review(_: _Step) -> None:
    """Taken down alone: a replay looks at nothing again, but what it counts from then on is the same."""


def _wish(step: _Step) -> None:
    """Taken down alone: what it leads to is decisions of their own."""
    _stands(step, step.article, step.decision.story)
    arrived = select(articles.c.arrival).where(articles.c.id == step.other)
    if step.other == step.article or step.connection.execute(arrived).scalar_one_or_none() is None:
        raise step.misfit(f"{step.other} is no other article that grouping has taken in")


_EFFECTS: dict[DecisionKind, Callable[[_Step], None]] = {
    DecisionKind.OPEN: _open,
    DecisionKind.JOIN: _join,
    DecisionKind.COPY: _copy,
    DecisionKind.MERGE: _merge,
    DecisionKind.SPLIT: _split,
    DecisionKind.MOVE: _move,
    DecisionKind.THREAD: _thread,
    DecisionKind.UNTHREAD: _unthread,
    DecisionKind.REVIEW: _review,
    DecisionKind.LINK: _wish,
    DecisionKind.PART: _wish,
    DecisionKind.FREE: _wish,
}


def _stands(step: _Step, article: str, story: str) -> None:
    there = select(memberships.c.id).where(memberships.c.article == article, memberships.c.story == story, _OPEN)
    if step.connection.execute(there).one_or_none() is None:
        raise step.misfit(f"article {article} is not in story {story}")


def _enter(step: _Step) -> None:
    """The article comes into the decision's story."""
    story = step.decision.story
    step.connection.execute(insert(memberships).values(article=step.article, story=story, since=step.seq))
    step.touch("story", story, "changed")
    arrived = select(articles.c.arrived_at).where(articles.c.id == step.article).scalar_subquery()
    _update(step, story, case((stories.c.updated_at < arrived, arrived), else_=stories.c.updated_at))


def _leave(step: _Step) -> None:
    """The article goes out of story `other`."""
    if step.decision.story == step.other:
        raise step.misfit(f"story {step.other} cannot be left for itself")
    _stands(step, step.article, step.other)
    step.connection.execute(update(memberships).where(memberships.c.article == step.article, _OPEN).values(until=step.seq))
    step.touch("story", step.other, "changed")
    _refresh(step, step.other)


def _refresh(step: _Step, story: str) -> None:
    """A story was updated when the last of its articles arrived."""
    arrived = select(func.max(articles.c.arrived_at)).join(memberships, memberships.c.article == articles.c.id)
    last = arrived.where(memberships.c.story == story, _OPEN).scalar_subquery()
    _update(step, story, func.coalesce(last, stories.c.updated_at))


def _update(step: _Step, story: str, moment: ColumnElement[Any]) -> None:
    alive = (stories.c.id == story, stories.c.replaced_by.is_(None))
    size = select(func.count()).where(memberships.c.story == story, _OPEN).scalar_subquery()
    if not step.connection.execute(update(stories).where(*alive).values(updated_at=moment, size=size)).rowcount:
        raise step.misfit(f"there is no story {story}, or another took it in")


def _replace(step: _Step, story: str, by: str) -> None:
    """Story `by` stands in for `story`, in its thread too unless it has one of its own."""
    thread = _end_thread(step, story)
    if thread and step.connection.execute(select(stories.c.thread).where(stories.c.id == by)).scalar_one() is None:
        _begin_thread(step, by, thread)
    step.connection.execute(update(stories).where(stories.c.id == story).values(replaced_by=by))
    step.touch("story", story, "replaced")
    step.touch("story", by, "changed")


def _begin_thread(step: _Step, story: str, thread: str) -> None:
    step.connection.execute(insert(thread_members).values(story=story, thread=thread, since=step.seq))
    step.connection.execute(update(stories).where(stories.c.id == story).values(thread=thread))
    step.touch("story", story, "changed")
    step.touch("thread", thread, "changed")


def _end_thread(step: _Step, story: str) -> str | None:
    """Take a story out of its thread, if it is in one. Returns that thread's id."""
    there = (thread_members.c.story == story, thread_members.c.until.is_(None))
    ended = update(thread_members).where(*there).values(until=step.seq).returning(thread_members.c.thread)
    thread = step.connection.execute(ended).scalar_one_or_none()
    if thread is not None:
        step.connection.execute(update(stories).where(stories.c.id == story).values(thread=None))
        step.touch("story", story, "changed")
        step.touch("thread", thread, "changed")
    return thread
