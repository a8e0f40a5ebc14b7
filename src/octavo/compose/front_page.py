"""The order of the front page, with the reasons for each story's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import log2

from octavo.compose.voices import independent, newest
from octavo.model import Article, Placement, Story, instant

HALF_FRESH = timedelta(hours=18)  # a story that last moved this long ago weighs half


def front_page(stories: Sequence[Story], articles: Mapping[str, Article], now: datetime) -> tuple[Placement, ...]:
    """Stories by weight, heaviest first, equal ones by id.

    Weight = log2(1 + independent voices), a tenth more for each further language, times 1 / (1 + age / 18 hours), where age is
    that of the newest article (`voices.newest`), and 18 hours at least where no article has a date. Articles that are not in `articles` do not count.
    """
    placed = [_place(story, [articles[id] for id in story.articles if id in articles], now) for story in stories]
    return tuple(sorted(placed, key=lambda p: (-p.weight, p.story)))


def _place(story: Story, members: Sequence[Article], now: datetime) -> Placement:
    if not members:
        return Placement(story.id, 0.0, ("no article left",))
    voices = len(independent(story, members))
    languages = len({a.language for a in members if a.language}) or 1
    age = max(timedelta(), now - newest(members))
    dated = any(instant(article.published) for article in members)
    if not dated:  # that it came in today does not make it of today
        age = max(age, HALF_FRESH)
    weight = log2(1 + voices) * (1 + 0.1 * (languages - 1)) / (1 + age / HALF_FRESH)
    reasons = [_count(voices, "independent outlet"), f"newest report {_ago(age)}" if dated else "date unknown"]
    if languages > 1:
        reasons.insert(1, _count(languages, "language"))
    return Placement(story.id, weight, tuple(reasons))


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return _count(minutes, "minute") + " ago"
    return _count(minutes // 60, "hour") + " ago" if minutes < 48 * 60 else _count(minutes // 1440, "day") + " ago"
