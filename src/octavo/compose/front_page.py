"""The order of the front page, with the reasons for each story's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from octavo.compose.voices import independent, newest
from octavo.model import Article, Placement, Story
from octavo.moments import instant

HALF_FRESH = timedelta(hours=18)  # a story that last moved this long ago weighs half


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a story weighs, whatever the time."""

    voices: int  # independent ones
    languages: int
    newest: datetime | None  # when its newest article appeared; None: it has none
    dated: bool  # that is known


def front_page(stories: Sequence[Story], articles: Mapping[str, Article], now: datetime) -> tuple[Placement, ...]:
    """Stories by weight (`placed`), heaviest first, equal ones by id. Articles that are not in `articles` do not count."""
    held = [(story, [articles[id] for id in story.articles if id in articles]) for story in stories]
    found = [placed(story.id, standing(independent(story, members), members), now) for story, members in held]
    return tuple(sorted(found, key=lambda p: (-p.weight, p.story)))


def standing(voices: Sequence[Article], members: Sequence[Article]) -> Standing:
    """How a story with these articles, of which `voices` are independent, stands; texts are not needed."""
    return Standing(
        voices=len(voices),
        languages=len({a.language for a in members if a.language}) or 1,
        newest=newest(members) if members else None,
        dated=any(instant(article.published) for article in members),
    )


def placed(story: str, found: Standing, now: datetime) -> Placement:
    """The place of a story with that id.

    Weight = log2(1 + independent voices), a tenth more for each further language, times 1 / (1 + age / 18 hours), where age is
    that of the newest article (`voices.newest`), and 18 hours at least where no article has a date.
    """
    if found.newest is None:
        return Placement(story, 0.0, ("no article left",))
    age = max(timedelta(), now - found.newest)
    if not found.dated:  # that it came in today does not make it of today
        age = max(age, HALF_FRESH)
    weight = log2(1 + found.voices) * (1 + 0.1 * (found.languages - 1)) / (1 + age / HALF_FRESH)
    reasons = [_count(found.voices, "independent outlet"), f"newest report {_ago(age)}" if found.dated else "date unknown"]
    if found.languages > 1:
        reasons.insert(1, _count(found.languages, "language"))
    return Placement(story, weight, tuple(reasons))


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return _count(minutes, "minute") + " ago"
    return _count(minutes // 60, "hour") + " ago" if minutes < 48 * 60 else _count(minutes // 1440, "day") + " ago"
