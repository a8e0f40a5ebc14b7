"""Any sequence of repairs that fits leads the tables to where a plain reading of the decisions leads."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from octavo.model import Decision, DecisionKind
from octavo.store import Arrival, Store
from octavo.store.tables import memberships
from store_samples import later, put_many

K = DecisionKind
NAMES = [f"paper{n}" for n in range(9)]
THREADS = ("T1", "T2")


@dataclass
class Plain:
    """Who stands where: article → story, story → the one that replaced it, story → its thread. A story bears its opener's name."""

    home: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    thread: dict[str, str] = field(default_factory=dict)

    def take(self, decision: Decision) -> None:
        story, article, other = decision.story, decision.article or "", decision.other or ""
        match decision.kind:
            case K.OPEN | K.JOIN | K.MOVE | K.SPLIT:
                self.home[article] = story
                self.replaced.pop(story, None)
            case K.MERGE:
                self.home |= {one: story for one, at in self.home.items() if at == other}
            case K.THREAD:
                self.thread[story] = other
            case K.UNTHREAD:
                del self.thread[story]
        if decision.kind in (K.MERGE, K.MOVE, K.SPLIT) and other not in self.home.values():
            self.replaced[other] = story
            if thread := self.thread.pop(other, None):
                self.thread.setdefault(story, thread)

    def living(self) -> list[str]:
        return sorted(set(self.home.values()))

    def lives_on(self, story: str) -> str:
        return self.lives_on(self.replaced[story]) if story in self.replaced else story


def some_repair(plain: Plain, chance: random.Random) -> Decision | None:
    """A repair that fits, of a kind chosen by chance; None where none of that kind does."""
    living = plain.living()
    article = chance.choice(sorted(plain.home))
    home, story = plain.home[article], chance.choice(living)
    other = chance.choice([*plain.replaced, *living])
    match chance.choice([K.MOVE, K.SPLIT, K.SPLIT, K.MERGE, K.THREAD, K.UNTHREAD, K.REVIEW, K.PART]):
        case K.MOVE if story != home:
            return Decision(K.MOVE, story, article, other=home)
        case K.SPLIT if f"S{article}" not in living:
            return Decision(K.SPLIT, f"S{article}", article, other=home)
        case K.MERGE if other in living and other != story:
            return Decision(K.MERGE, story, other=other)
        case K.THREAD:
            return Decision(K.THREAD, story, other=chance.choice(THREADS))
        case K.UNTHREAD if story in plain.thread:
            return Decision(K.UNTHREAD, story, other=plain.thread[story])
        case K.REVIEW:
            return Decision(K.REVIEW, "")
        case K.PART:
            return Decision(K.PART, home, article, other=next(one for one in sorted(plain.home) if one != article))
    return None


@pytest.mark.parametrize("seed", range(6))
def test_any_repairs_that_fit(store: Store, seed: int) -> None:
    chance, plain = random.Random(seed), Plain()
    ids = put_many(store, NAMES)
    found = store.articles(ids)
    for minute, id in enumerate(ids):
        alone = not plain.home or chance.random() < 0.6
        decision = Decision(K.OPEN, f"S{id}", id) if alone else Decision(K.JOIN, chance.choice(plain.living()), id)
        plain.take(decision)
        store.record_arrivals([Arrival(later(minute), (decision,), found[id])])
    repairs = []
    for _ in range(80):
        if repair := some_repair(plain, chance):
            plain.take(repair)
            repairs.append(repair)
    store.record_arrivals([Arrival(later(60), tuple(repairs))])
    assert {repair.kind for repair in repairs} >= {K.MOVE, K.SPLIT, K.MERGE}
    assert store.stories_of(ids) == plain.home
    every = {f"S{id}" for id in ids if store.story(f"S{id}")}
    assert {story: store.resolve(story) for story in every} == {story: plain.lives_on(story) for story in every}
    for story in store.stories(sorted(every)):
        members = [id for id in ids if plain.home[id] == story.id]
        assert (story.articles, story.replaced_by) == (tuple(members), plain.replaced.get(story.id))
        assert story.thread == plain.thread.get(story.id)
        if members:
            assert story.updated_at == later(ids.index(members[-1]))
    with store.database.reading() as connection:
        moves = connection.execute(select(func.count()).select_from(memberships).where(memberships.c.until.is_not(None))).scalar_one()
    assert moves >= sum(repair.kind in (K.MOVE, K.SPLIT) for repair in repairs)
    assert [decision for arrival in store.arrivals() if not arrival.article for decision in arrival.decisions] == repairs
