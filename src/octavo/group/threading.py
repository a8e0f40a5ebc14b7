"""Decides which stories continue one another: the same actors and matter, days or months apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from octavo.group.ids import thread_id
from octavo.group.reasons import apart
from octavo.group.state import State
from octavo.group.threads import Link, Profile, compare, days_apart, nearest, profile
from octavo.model import Decision, DecisionKind


@dataclass(frozen=True, slots=True)
class Group:
    """The stories (numbers, in order of linking) of a thread, or a story that stands in none; `sample` are those of the profile."""

    thread: str | None
    stories: tuple[int, ...]
    sample: tuple[int, ...]
    profile: Profile


def thread_decisions(state: State, changed: Iterable[int]) -> tuple[Decision, ...]:
    """THREADs that come of stories (numbers) that opened or changed since the last time: the story so far grows, or two threads become one.

    Average linkage over samples: a story is compared with the threads of its nearest stories, as a whole and not with the nearest story
    alone, so that no chain of neighbours leads away from the matter. Two threads are compared when a story would be at home in both; if
    they are one, the stories of the smaller one continue the larger one. Stories without vectors stand in no thread. What a person took
    out of a thread is never brought together with it again.
    """
    plan = _Plan(state)
    stories = [number for number in sorted(set(changed)) if _worth_judging(state, number)]
    limits = state.weights.threads
    if stories:
        for story, near in zip(stories, nearest(state.cards, stories, limits.stories, limits.nearest, limits.cosine), strict=True):
            plan.judge(story, near)
    return tuple(plan.decisions)


def _worth_judging(state: State, number: int) -> bool:
    # What stands in a thread can only bring two threads together: looking at its every doubling is enough.
    at = number - state.cards.first
    if at < 0 or not state.cards.column("vectors")[at]:
        return False
    size = int(state.cards.column("size")[at])
    return state.stories[number].thread is None or size & (size - 1) == 0


class _Plan:
    """The decisions taken so far, and the threads as they will be once these are applied."""

    def __init__(self, state: State) -> None:
        self.decisions: list[Decision] = []
        self._state = state
        self._limits = state.weights.threads
        self._thread: dict[int, str] = {}  # of stories decided about
        self._groups: dict[str, Group] = {}  # of threads looked at, kept as decisions change them
        self._touched = {thread for _, thread in state.parted}  # by a person: such a thread is not dissolved, so that the word stands

    def judge(self, story: int, near: Mapping[int, float]) -> None:
        """Brings a story, and the thread it stands in, together with the groups of its nearest stories as far as they are alike.

        `near`: story → cosine with this one, nearest first.
        """
        rivals: dict[str | int, float] = {}
        for other, cosine in near.items():
            rivals.setdefault(self._thread_of(other) or other, cosine)
        rivals.pop(self._thread_of(story) or story, None)
        # Two stories that are less alike than that begin no thread.
        worthy = [
            rival
            for rival, cosine in islice(rivals.items(), self._limits.rivals)
            if isinstance(rival, str) or cosine >= self._limits.cosine_few
        ]
        if not worthy:
            return
        alone = self._grouped(None, (story,))
        found = []
        for rival in worthy:
            group = self._thread_group(rival) if isinstance(rival, str) else self._grouped(None, (rival,))
            alike = self._compare(alone, group)
            if self._enough(alone, group, alike):
                found.append((alike, group))
        for alike, group in sorted(found, key=lambda one: -one[0].probability):
            thread = self._thread_of(story)
            own = alone if thread is None else self._thread_group(thread)
            if own is not alone:
                alike = self._compare(own, group)
            if self._enough(own, group, alike):
                self._unite(own, group, alike)

    def _thread_of(self, story: int) -> str | None:
        return self._thread.get(story, self._state.stories[story].thread)

    def _thread_group(self, thread: str) -> Group:
        if thread not in self._groups:
            self._groups[thread] = self._grouped(thread, tuple(self._state.threads[thread]))
        return self._groups[thread]

    def _grouped(self, thread: str | None, stories: tuple[int, ...]) -> Group:
        cards, most = self._state.cards, self._limits.sample
        known = np.array(stories, np.int64)
        known = known[known >= cards.first]
        known = known[cards.at("vectors", known - cards.first) > 0]
        if len(known) > most:
            known = known[np.arange(most) * len(known) // most]
        return Group(thread, stories, tuple(known.tolist()), profile(cards, self._state.rarity, known))

    def _compare(self, one: Group, other: Group) -> Link:
        return compare(one.profile, other.profile, self._state.weights.thread)

    def _enough(self, one: Group, other: Group, alike: Link) -> bool:
        limits = self._limits
        if one.thread and other.thread:
            return alike.probability >= limits.merge
        if max(len(one.stories), len(other.stories)) >= limits.few:
            return alike.probability >= limits.join
        return alike.probability >= limits.join_few and alike.features["cosine"] >= limits.cosine_few

    def _unite(self, one: Group, other: Group, alike: Link) -> None:
        """The stories of the smaller group continue the larger one's thread; nothing where a person parted the two."""
        into, gone = sorted((one, other), key=lambda group: (group.thread not in self._touched, -len(group.stories), group.stories))
        if gone.thread in self._touched:
            return
        if into.thread is None:
            into, gone = sorted((into, gone), key=lambda group: self._begin(group.stories[0]))
            thread = thread_id(self._id(into.stories[0]))
            continuing = [(into, gone), (gone, into)]
        else:
            thread = into.thread
            continuing = [(gone, into)]
        links = [(story, to) for group, to in continuing for story in group.stories]
        taken = into.thread is None and (thread in self._groups or self._state.threads.get(thread))
        if taken or any((self._id(story), thread) in self._state.parted for story, _ in links):
            return
        self._groups[thread] = self._grouped(thread, (*into.stories, *gone.stories))
        for story, to in links:
            self._thread[story] = thread
            self.decisions.append(
                Decision(
                    DecisionKind.THREAD, self._id(story), other=thread, score=alike.probability, reasons=self._reasons(alike, story, to)
                )
            )

    def _reasons(self, alike: Link, story: int, to: Group) -> tuple[str, ...]:
        last = self._id(to.stories[-1])
        what = f"story {last}" if len(to.stories) == 1 else f"{len(to.stories)} stories, the last one {last},"
        said = [f"continues {what} with probability {alike.probability:.2f}", f"vector {alike.features['cosine']:.2f}"]
        if alike.features["names"]:
            said.append(f"shared names {alike.features['names']:.2f}")
        days = days_apart(self._state.cards, (story,), to.sample)
        return tuple(said) if days is None else (*said, apart(24 * days))

    def _id(self, story: int) -> str:
        return self._state.stories[story].id

    def _begin(self, story: int) -> tuple[float, int]:
        # Where a date is missing, the story that was opened first comes first.
        cards = self._state.cards
        at = story - cards.first
        return (float(cards.column("begin")[at]) if cards.column("dated")[at] else 0.0, story)
