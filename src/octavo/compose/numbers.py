"""Where the articles of a story give different numbers for the same thing: "12 dead" beside "15 dead"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from operator import itemgetter

from octavo.compose.counts import Count, Hedge, counts
from octavo.compose.dates import day_of, mentions
from octavo.compose.voices import by_time
from octavo.model import Annotation, Article, Citation
from octavo.words import fold

EARLY = 12  # sentences of an article that are looked at: what comes later is background and detail
ALIKE = 3  # words that two counts of one noun must share around it, to be of one thing
FAR = 10  # times as much is of another matter
WEEK = 7  # days between two articles that may speak of the same number
ROUNDED = 100  # a whole hundred, and what is larger and round, may stand for what lies near it
NEAR_DAYS = 31  # a sentence that names only days further from its article's than this tells of something else
ANY_DAY = date(2000, 1, 1)  # where dates stand in a text does not depend on when it was written
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one outlet gives as the number. `printed` is cut out of the sentence that the citation covers."""

    value: float
    printed: str  # "at least 12 people were killed"
    citation: Citation  # the sentence
    outlet: str | None
    published: str | None  # as the article prints it
    newest: bool = False  # nothing later in the story gives another


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures of independent voices for one thing, in order of time, undated ones last; two of them at least cannot both be right."""

    thing: str  # "killed", "injured" ... (the tables of `counts.toml`), with the noun as printed: "soldiers killed"; or the noun alone
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    article: Article
    day: date | None  # on which it was published
    language: str
    count: Count
    figure: Figure
    voice: str  # the outlet, folded; where it is not known the article's id


def disagreements(articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> tuple[Disagreement, ...]:
    """Where independent voices give different numbers for the same thing, most voices first.

    An article has one say on a thing, its first; an outlet's later articles have theirs. Equal words (a copy) and an outlet's equal numbers
    are shown once. Rounded and hedged numbers do not contradict what they may stand for.
    """
    told = [one for article in by_time(articles) for one in _told(article, annotations.get(article.id))]
    found = [made for group in _of_one_thing(told) if (made := _disagreement(group))]
    return tuple(sorted(found, key=lambda made: -len({figure.outlet or figure.citation.article for figure in made.figures})))


def _told(article: Article, annotation: Annotation | None) -> Iterator[_Told]:
    language = article.language or (annotation.language if annotation else None)
    day = day_of(article)
    voice = fold(article.publisher) if article.publisher else article.id
    said: set[tuple[str, str]] = set()
    for start, end in annotation.sentences[:EARLY] if annotation else ():
        text = article.text[start:end]
        found = [count for count in counts(text, language) if (count.thing, count.noun) not in said]
        if not found:
            continue
        days = mentions(text, language, day or ANY_DAY)
        if day and not _of_these_days(text, [mention.day for mention in days], day):
            continue
        for count in found:
            if (count.thing, count.noun) in said or any(m.start < count.end and count.start < m.end for m in days):
                continue
            said.add((count.thing, count.noun))
            citation = Citation(article.id, start, end, article.revision)
            figure = Figure(count.value, text[count.start : count.end], citation, article.publisher, article.published)
            yield _Told(article, day, language or "", count, figure, voice)


def _of_these_days(text: str, days: Sequence[date], written: date) -> bool:
    """Whether a sentence speaks of the days of its article: it names no other year, nor only days long past or far ahead."""
    years = {int(year) for year in _YEAR.findall(text)}
    return years <= {written.year} and (not days or any(abs((day - written).days) <= NEAR_DAYS for day in days))


def _of_one_thing(told: Sequence[_Told]) -> list[list[_Told]]:
    """The same happening to people in all languages; a noun within a language, and where only it is known, with like words around it."""
    by_key: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(told):
        by_key[one.count.thing, one.count.noun, one.language if one.count.noun else ""].append(place)
    groups = [group for (thing, _, _), places in by_key.items() for group in ([places] if thing else _alike(told, places))]
    return [[told[place] for place in group] for group in sorted(groups, key=itemgetter(0))]


def _alike(told: Sequence[_Told], places: Sequence[int]) -> list[list[int]]:
    """Counts of one noun, given by their places in `told`: each belongs to the first group in which one shares `ALIKE` words with it."""
    groups: list[list[int]] = []
    group_of: dict[int, int] = {}
    having: defaultdict[str, list[int]] = defaultdict(list)
    for place in places:
        around = told[place].count.context
        shared = Counter(chain.from_iterable(having.get(word, ()) for word in around))
        group = min((group_of[other] for other, often in shared.items() if often >= ALIKE), default=len(groups))
        if group == len(groups):
            groups.append([])
        groups[group].append(place)
        group_of[place] = group
        for word in around:
            having[word].append(place)
    return groups


def _disagreement(told: Sequence[_Told]) -> Disagreement | None:
    if len({one.voice for one in told}) < 2:
        return None
    shown: list[_Told] = []
    latest: float | None = None  # the last number given with a date, also by an outlet that gave it before; a copy says nothing anew
    seen: set[tuple[str, float | str]] = set()
    others = list({(one.voice, one.day, one.count.value): one for one in told}.values())
    for one in told:
        text = one.article.text[one.figure.citation.start : one.figure.citation.end]
        own: tuple[str, float | str] = (one.voice, one.count.value)
        sentence: tuple[str, float | str] = ("", " ".join(fold(text).split()))
        if sentence not in seen and any(_comparable(one, other) for other in others):
            latest = one.count.value if one.article.published else latest
            if own not in seen:
                shown.append(one)
        seen |= {own, sentence}
    if not any(_contradict(a, b) for i, a in enumerate(shown) for b in shown[:i]):
        return None
    dated = [i for i, one in enumerate(shown) if one.article.published]
    figures = tuple(replace(one.figure, newest=dated[-1:] == [i] and one.count.value == latest) for i, one in enumerate(shown))
    count = shown[-1].count
    return Disagreement(f"{count.noun} {count.thing}".strip(), figures)


def _comparable(a: _Told, b: _Told) -> bool:
    """Whether two voices' numbers are of one time and one size; what lies far from all others is of another matter."""
    if a.voice == b.voice or max(a.count.value, b.count.value) > FAR * min(a.count.value, b.count.value):
        return False
    return a.day is None or b.day is None or abs((a.day - b.day).days) <= WEEK


def _contradict(a: _Told, b: _Told) -> bool:
    differ = a.count.value != b.count.value
    return differ and _comparable(a, b) and not (_stands_for(a.count, b.count) or _stands_for(b.count, a.count))


def _stands_for(rough: Count, exact: Count) -> bool:
    """Whether the number of `rough`, for its hedge or its roundness, may mean that of `exact`."""
    unit = 1
    while rough.value % (unit * 10) == 0:
        unit *= 10
    beyond = exact.value - rough.value
    if rough.hedge in (Hedge.ABOVE, Hedge.BELOW):
        return 0 < beyond * rough.hedge < unit
    return abs(beyond) <= unit / 2 and (rough.hedge is Hedge.NEAR or unit >= ROUNDED)
