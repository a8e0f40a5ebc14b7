"""Whose voice each article of a story is, and who had it first: by publication and by when we saw it, each with how sure that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from octavo.compose.voices import LATE
from octavo.compose.whose import Owner, origins, outlet, owner_of
from octavo.model import Annotation, Article, Story
from octavo.moments import instant, precision

ROUND = timedelta(minutes=5)  # within which one round of looks at all sources ends: the order within it is ours, not theirs
_WIDTHS = {"year": timedelta(days=366), "month": timedelta(days=31), "day": timedelta(days=1), "minute": timedelta(minutes=1)}
_SECOND = timedelta(seconds=1)
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)  # of UTC, the farthest time zones
_ZONED = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")


class Doubt(StrEnum):
    """Why a time is less than sure."""

    UNDATED = "undated"  # no date is known
    NO_CLOCK = "no clock"  # a day, a month or a year only
    NO_ZONE = "no zone"  # a clock, but not whose
    ESTIMATED = "estimated"  # worked out, not printed
    HOSTED = "hosted"  # known from an aggregator's page only
    AFTER_SEEN = "after seen"  # printed later than we saw it, so the printed one is wrong


@dataclass(frozen=True, slots=True)
class When:
    """A time, and the moments between which it must lie; None where nothing is known. Without doubts it is what was printed or clocked."""

    at: str | None  # ISO 8601, only as precise as known
    earliest: datetime | None
    latest: datetime | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The first that is known of one independent voice."""

    owner: Owner
    article: str
    carrier: str | None  # the outlet that printed it, where that is not the owner (agency copy, a syndicated text)
    when: When
    maybe_first: bool  # nobody is sure to have been earlier
    tied: bool  # its order to the report before it is unknown


@dataclass(frozen=True, slots=True)
class FirstReports:
    """The independent voices in two orders, which may differ. Those without a date stand last and are never `maybe_first`."""

    published: tuple[Report, ...]
    seen: tuple[Report, ...]


def first_reports(story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> FirstReports:
    """Who of a story's independent voices published first and whom we saw first, earliest first.

    An agency's copy counts as the agency's report, a copied text as that of its origin. Times are compared as the spans in which they
    must lie: where two of these overlap, the order is unknown.
    """
    by_owner: dict[Owner, list[Article]] = {}
    for article, owner in zip(articles, owners(story, articles, annotations), strict=True):
        by_owner.setdefault(owner, []).append(article)
    return FirstReports(_ordered(by_owner, published), _ordered(by_owner, seen))


def owners(story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> tuple[Owner, ...]:
    """Whose voice each article is: of a copy that of its origin; of an agency's text the agency's; else the outlet's own."""
    by_id, origin_of = {article.id: article for article in articles}, origins(story)
    texts = [by_id.get(origin_of.get(article.id, article.id), article) for article in articles]  # as if each were read where it comes from
    found = {text.id: owner_of(text, annotations[text.id].credits if text.id in annotations else ()) for text in texts}
    return tuple(found[text.id] for text in texts)


def published(article: Article) -> When:
    """When an article was published, by what is printed."""
    signal = article.signals.get("published")
    printed = instant(article.published)
    hosted = (Doubt.HOSTED,) if article.aggregator else ()
    if printed is None or article.published is None:
        return When(None, None, None, (Doubt.UNDATED, *hosted))
    exact = (signal.precision if signal else None) or precision(article.published) or "day"
    width = _WIDTHS.get(exact, _SECOND)
    earliest, latest = printed, printed + width - _SECOND
    doubts: list[Doubt] = []
    clock = exact in ("minute", "second")
    if not clock or not _ZONED.search(article.published):  # a day too begins earlier in the east and ends later in the west
        doubts.append(Doubt.NO_ZONE if clock else Doubt.NO_CLOCK)
        earliest, latest = earliest - _EAST, latest + _WEST
    if signal and signal.estimated:
        doubts.append(Doubt.ESTIMATED)
        earliest, latest = earliest - width, latest + width
    if article.seen_at:
        if earliest > article.seen_at:
            doubts.append(Doubt.AFTER_SEEN)
            earliest = min(earliest - _EAST, article.seen_at)
        latest = min(latest, article.seen_at)
    return When(article.published, earliest, latest, (*doubts, *hosted))


def seen(article: Article) -> When:
    """When we first saw an article. It counts to a round of looks, because within one the order is ours."""
    if article.seen_at is None:
        return When(None, None, None, (Doubt.UNDATED,))
    return When(article.seen_at.astimezone(UTC).isoformat(timespec="seconds"), article.seen_at - ROUND, article.seen_at)


def earliest(articles: Iterable[Article], clock: Callable[[Article], When]) -> tuple[When, Article]:
    """The first of some articles by a clock (`published` or `seen`), with its time. Raises ValueError for none."""
    times = [(clock(article), article) for article in articles]
    return min(times, key=lambda one: (one[0].latest or LATE, one[0].earliest or LATE, len(one[0].doubts)))


def _ordered(by_owner: Mapping[Owner, Sequence[Article]], clock: Callable[[Article], When]) -> tuple[Report, ...]:
    found = [(owner, *earliest(articles, clock)) for owner, articles in by_owner.items()]
    found.sort(key=lambda one: (one[1].latest or LATE, one[1].earliest or LATE, len(one[1].doubts)))
    surely = min((when.latest for _, when, _ in found if when.latest), default=None)
    reports: list[Report] = []
    above: datetime | None = None
    for owner, when, article in found:
        reports.append(
            Report(
                owner=owner,
                article=article.id,
                carrier=article.publisher if article.publisher and outlet(article.publisher, article.id).key != owner.key else None,
                when=when,
                maybe_first=when.earliest is not None and surely is not None and when.earliest <= surely,
                tied=bool(reports) and (when.earliest is None or above is None or when.earliest <= above),
            )
        )
        above = when.latest
    return tuple(reports)
