"""The order of the front page, with the reasons for each story's place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2
from operator import itemgetter
from types import MappingProxyType

from octavo.compose.voices import independent, newest
from octavo.compose.whose import Owner, owner_of
from octavo.compose.whose import outlet as owner_named
from octavo.model import Article, Placement, Story
from octavo.moments import instant

HALF_FRESH = timedelta(hours=18)  # a story that last moved this long ago weighs half
FARTHER = 0.05  # what each doubling of the reach of a story's most repeated outlet adds
FARTHEST = 2**11 - 1  # outlets that repeat it; further ones add nothing, so that a second voice always adds more

Reach = Mapping[str, int]  # outlet (`Owner.key`) → how many others repeat it
_UNKNOWN: Reach = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a story weighs, whatever the time."""

    voices: tuple[Owner, ...]  # the independent ones
    languages: int
    newest: datetime | None  # when its newest article appeared; None: it has none
    dated: bool  # that is known


def count_reach(repeats: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many outlets repeat each one, from (whom it is repeated, who repeats it) by the names that are printed.

    Whoever many others credit, or carry the texts of, is one whose word goes far: what is counted is what Octavo has read itself.
    """
    keys = {(owner_named(outlet, outlet).key, owner_named(other, other).key) for outlet, other in repeats}
    return dict(Counter(outlet for outlet, other in keys if outlet != other))


def front_page(stories: Sequence[Story], articles: Mapping[str, Article], now: datetime, reach: Reach = _UNKNOWN) -> tuple[Placement, ...]:
    """Stories by weight (`placed`), heaviest first, equal ones by id. Articles that are not in `articles` do not count."""
    held = [(story, [articles[id] for id in story.articles if id in articles]) for story in stories]
    found = [placed(story.id, standing(independent(story, members), members), now, reach) for story, members in held]
    return tuple(sorted(found, key=lambda p: (-p.weight, p.story)))


def standing(voices: Sequence[Article], members: Sequence[Article]) -> Standing:
    """How a story with these articles, of which `voices` are independent, stands; texts are not needed."""
    return Standing(
        voices=tuple(owner_of(article) for article in voices),
        languages=len({a.language for a in members if a.language}) or 1,
        newest=newest(members) if members else None,
        dated=any(instant(article.published) for article in members),
    )


def weight(found: Standing, now: datetime, reach: Reach = _UNKNOWN) -> float:
    """What a story weighs; nothing where no article is left.

    Weight = log2(1 + independent voices), a tenth more for each further language, a twentieth more for each doubling of 1 + the number of
    outlets that repeat the most repeated one of its voices, times 1 / (1 + age / 18 hours), where age is that of the newest article
    (`voices.newest`), and 18 hours at least where no article has a date.
    """
    if found.newest is None:
        return 0.0
    repeating = max((reach.get(voice.key, 0) for voice in found.voices), default=0)
    return (
        log2(1 + len(found.voices))
        * (1 + 0.1 * (found.languages - 1))
        * (1 + FARTHER * log2(1 + min(repeating, FARTHEST)))
        / (1 + _age(found, now) / HALF_FRESH)
    )


def placed(story: str, found: Standing, now: datetime, reach: Reach = _UNKNOWN) -> Placement:
    """The place of a story with that id: its `weight`, and why."""
    if found.newest is None:
        return Placement(story, 0.0, ("no article left",))
    repeating, outlet = max(((reach.get(voice.key, 0), voice.name or "") for voice in found.voices), key=itemgetter(0), default=(0, ""))
    age = _age(found, now)
    reasons = (
        _count(len(found.voices), "independent outlet"),
        _count(found.languages, "language") if found.languages > 1 else "",
        f"{outlet} is repeated by {_count(repeating, 'outlet')}" if repeating else "",
        f"newest report {_ago(age)}" if found.dated else "date unknown",
    )
    return Placement(story, weight(found, now, reach), tuple(filter(None, reasons)), (outlet, repeating) if repeating else None)


def _age(found: Standing, now: datetime) -> timedelta:
    age = max(timedelta(), now - (found.newest or now))
    return age if found.dated else max(age, HALF_FRESH)  # that it came in today does not make it of today


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return _count(minutes, "minute") + " ago"
    return _count(minutes // 60, "hour") + " ago" if minutes < 48 * 60 else _count(minutes // 1440, "day") + " ago"
