"""Who covered a story, when, and who was silent: outlets by country, language, kind and owner over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from octavo.compose.voices import independent, moment
from octavo.compose.whose import origins
from octavo.model import Article, Publisher, Story
from octavo.moments import instant, precision
from octavo.publishers import PublisherTable, known

HOURS = (1, 3, 6)  # lengths of a period within a day
DAYS = (1, 7, 28)  # lengths of a period of whole days
MOST = 31  # periods, as many as can be told apart on a phone; only a story of more than two years has more


class Facet(StrEnum):
    """What outlets are counted by."""

    COUNTRY = "country"  # of the outlet, ISO 3166-1 alpha-2
    LANGUAGE = "language"  # of the article, BCP 47
    KIND = "kind"  # of the outlet, a value of `PublisherKind`
    OWNER = "owner"  # of the outlet, by name


@dataclass(frozen=True, slots=True)
class Outlet:
    """What one outlet brought. `name` None: articles of which the outlet is not known."""

    name: str | None
    publisher: Publisher | None  # what is known of it
    articles: int
    copies: int  # of them, those that carry another one's text
    first: datetime | None  # when its first one appeared


@dataclass(frozen=True, slots=True)
class Group:
    """All that one country, language, kind or owner brought. `key` None: not known."""

    key: str | None
    outlets: tuple[str, ...]  # in order of first report
    articles: int
    copies: int
    counts: tuple[int, ...]  # articles in each period of the coverage


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who covered a story. Each article is counted once: as a voice of its own, as a copy, or as a further one of an outlet already heard."""

    articles: int
    voices: int
    copies: int
    undated: int  # articles that stand in no period
    length: timedelta  # of a period
    periods: tuple[datetime, ...]  # where each begins, without gaps; () where no article has a date
    outlets: tuple[Outlet, ...]  # in order of first report
    groups: Mapping[Facet, tuple[Group, ...]]  # most articles first, what is not known last


@dataclass(frozen=True, slots=True)
class Silent:
    """An outlet that published in the time of a story and said nothing of it. `articles`: how many it published."""

    name: str
    publisher: Publisher | None
    articles: int


@dataclass(frozen=True, slots=True)
class Silence:
    """The silent ones among some outlets of one country or kind. `key` None: not known."""

    key: str | None
    silent: tuple[Silent, ...]  # those that published most first
    asked: int  # outlets of that country or kind that published in that time, the silent ones included


def coverage(story: Story, articles: Sequence[Article], publishers: PublisherTable | None = None, zone: tzinfo = UTC) -> Coverage:
    """Who covered a story, out of its articles (texts are not needed).

    Periods are hours where all dates have a clock and the story is not longer than six days, else days, weeks or four weeks, beginning in
    `zone`. `publishers` is by default the package's own table.
    """
    table = publishers or known()
    copied = origins(story)
    outlet = {article.id: table.of_name(article.publisher) for article in articles}
    ordered = sorted(articles, key=moment)
    length, periods = _periods([article for article in ordered if instant(article.published)], zone)
    outlets: dict[str | None, list[Article]] = {}
    for article in ordered:
        found = outlet[article.id]
        outlets.setdefault(found.name if found else article.publisher, []).append(article)
    names = {article.id: name for name, theirs in outlets.items() for article in theirs}
    return Coverage(
        articles=len(articles),
        voices=len(independent(story, articles)),
        copies=sum(article.id in copied for article in articles),
        undated=sum(instant(article.published) is None for article in articles),
        length=length,
        periods=periods,
        outlets=tuple(
            Outlet(
                name,
                outlet[theirs[0].id],
                len(theirs),
                sum(article.id in copied for article in theirs),
                moment(theirs[0]) if instant(theirs[0].published) or theirs[0].seen_at else None,
            )
            for name, theirs in outlets.items()
        ),
        groups={
            facet: _groups(
                [(article, _key(facet, outlet[article.id], article.language)) for article in ordered], names, copied, periods, length, zone
            )
            for facet in Facet
        },
    )


def silent(
    coverage: Coverage,
    published: Mapping[str, int],
    heard: Iterable[str | None] = (),
    facet: Facet = Facet.COUNTRY,
    publishers: PublisherTable | None = None,
) -> tuple[Silence, ...]:
    """Which outlets said nothing of a story, by country or kind (or owner, or an outlet's first language): the group with most silent first.

    `published` is how many articles each outlet that the reader gathers from published in the time of the story, by the outlet's name. One
    without any was not silent on the story in particular and is left out. Nor are those silent that were `heard` without an article of their
    own, on others' pages. Groups in which nobody is silent are left out.
    """
    table = publishers or known()
    told = {*(outlet.name for outlet in coverage.outlets), *heard}
    asked: dict[str, Silent] = {}
    for name, count in published.items():
        found = table.of_name(name)
        own = found.name if found else name
        if count:
            asked[own] = Silent(own, found, count + (asked[own].articles if own in asked else 0))
    groups: dict[str | None, list[Silent]] = {}
    for one in asked.values():
        groups.setdefault(_key(facet, one.publisher, None), []).append(one)
    found_silent = [
        Silence(key, tuple(sorted((one for one in group if one.name not in told), key=lambda one: (-one.articles, one.name))), len(group))
        for key, group in groups.items()
    ]
    return tuple(
        sorted(
            (group for group in found_silent if group.silent), key=lambda group: (group.key is None, -len(group.silent), group.key or "")
        )
    )


def _key(facet: Facet, publisher: Publisher | None, language: str | None) -> str | None:
    if facet is Facet.LANGUAGE:
        return language or (publisher.languages[0] if publisher and publisher.languages else None)
    if publisher is None:
        return None
    if facet is Facet.COUNTRY:
        return publisher.country
    return publisher.kind.value if facet is Facet.KIND else publisher.owner


def _groups(
    keyed: Iterable[tuple[Article, str | None]],
    names: Mapping[str, str | None],
    copied: Container[str],
    periods: Sequence[datetime],
    length: timedelta,
    zone: tzinfo,
) -> tuple[Group, ...]:
    members: dict[str | None, list[Article]] = {}
    for article, key in keyed:
        members.setdefault(key, []).append(article)
    groups = []
    for key, theirs in members.items():
        counts = Counter((_local(article, zone) - periods[0]) // length for article in theirs if instant(article.published))
        groups.append(
            Group(
                key,
                tuple(name for name in dict.fromkeys(names[article.id] for article in theirs) if name),
                len(theirs),
                sum(article.id in copied for article in theirs),
                tuple(counts[period] for period in range(len(periods))),
            )
        )
    return tuple(sorted(groups, key=lambda group: (group.key is None, -group.articles, group.key or "")))


def _local(article: Article, zone: tzinfo) -> datetime:
    """When a dated article appeared, in `zone`. A day without a clock is that day wherever one reads of it."""
    if _has_clock(article):
        return moment(article).astimezone(zone)
    return moment(article).replace(tzinfo=zone)


def _has_clock(article: Article) -> bool:
    return precision(article.published or "") in ("minute", "second")


def _periods(dated: Sequence[Article], zone: tzinfo) -> tuple[timedelta, tuple[datetime, ...]]:
    """The length of a period and where each one begins, so that they hold all of some dated articles."""
    if not dated:
        return timedelta(days=1), ()
    times = [_local(article, zone) for article in dated]
    first, last = min(times), max(times)
    hours = [timedelta(hours=hours) for hours in HOURS] if all(map(_has_clock, dated)) else []
    midnight = datetime.combine(first.date(), time(), zone)
    lengths = [*hours, *(timedelta(days=days) for days in DAYS)]
    length = next((length for length in lengths if last - _floor(first, midnight, length) < MOST * length), lengths[-1])
    start = _floor(first, midnight, length)
    return length, tuple(start + i * length for i in range((last - start) // length + 1))


def _floor(when: datetime, midnight: datetime, length: timedelta) -> datetime:
    return midnight + (when - midnight) // length * length
