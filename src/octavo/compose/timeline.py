"""The timeline: the days that matter, and the one or two source sentences that tell most of each.

A day matters when articles come back to it: each article that names it counts once, little on the day itself, whole from three days
after on, so that what was only news of the day falls behind what the story turned on (cross-article mentions: Tran et al. 2013;
date selection by references: Kessler et al. 2012). The sentences of a day are those that carry most of what its articles share
(a centroid: Radev et al. 2004; Ghalandari & Ifrim 2020), the second not repeating the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, zip_longest
from math import fsum, log, sqrt

from octavo.compose.dates import day_of, mentions
from octavo.compose.standing import behind_dateline, whole
from octavo.compose.voices import independent
from octavo.model import Annotation, Article, Citation, Spans, Story, Timeline, TimelineEntry
from octavo.words import words

LEAD = 3  # sentences of an article that speak of its own day unless they name another
SHORTEST, LONGEST = 5, 60  # words of a sentence worth showing
LOOKING_BACK = 3  # days after which an article that names a day looks back on it
AT_ONCE = 0.1  # what an article counts for a day that it does not look back on
OUTSIDE = 0.5  # what a day before the first article or after the last one is worth
SENTENCES = 2  # for a day
REPEATED = 0.5  # share of a sentence's weight that stands in the one before, from which on it says nothing new
MANY_DAYS = 0.7  # what a sentence is worth for a day when it names others too
MOST_READ, MOST_SENTENCES = 600, 18_000  # articles of a thread that are read, and sentences of them
LEAST_READ = 10  # of an article that is read
LENGTH = 20  # words added to a sentence's length, so that short ones do not win by shortness


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """A sentence that tells of a day."""

    article: Article
    start: int
    end: int
    terms: frozenset[str]
    length: int  # words
    days: int  # that it names; 0: it stands in the lead of an article of the day
    exact: bool  # it prints the day itself
    weight: float  # what its article counts for the day


def timeline(
    topic: str, articles: Sequence[Article], annotations: Mapping[str, Annotation], dates: int, deep: int | None = None
) -> Timeline:
    """At most `dates` days in order, each with up to two sentences and where they stand.

    Of each article the first `deep` sentences are looked at, all where that is None. Articles whose own day is unknown add only full dates.
    The same sentence in several articles (a copy) is told once.
    """
    days: defaultdict[date, dict[str, Telling]] = defaultdict(dict)  # its text → the first telling
    spoken: list[str] = []
    sentences = 0
    for article in articles:
        annotation = annotations.get(article.id)
        read = annotation.sentences[:deep] if annotation else ()
        language = article.language or (annotation.language if annotation else None)
        sentences += len(read)
        for day, telling in _tellings(article, read, language, spoken):
            days[day].setdefault(article.text[telling.start : telling.end], telling)
    written = [known for article in articles if (known := day_of(article))]
    span = (min(written) - timedelta(days=1), max(written)) if written else (date.min, date.max)
    weights = {day: _weight(told.values()) * (1 if span[0] <= day <= span[1] else OUTSIDE) for day, told in days.items()}
    chosen = sorted(sorted(weights, key=lambda day: (-weights[day], day))[:dates])
    common = Counter(spoken)
    told = {term for day in chosen for telling in days[day].values() for term in telling.terms}
    rarity = {term: log((1 + sentences) / common[term]) for term in told}
    return Timeline(topic, tuple(_entry(day, list(days[day].values()), rarity) for day in chosen))


def spread(stories: Sequence[tuple[Story, Sequence[Article]]]) -> tuple[tuple[Article, ...], int]:
    """Of the stories of a thread, each with its articles (texts are not needed), whom a timeline of them all reads, and how deep.

    Every story's first independent voice, then every story's second one and so on, at most `MOST_READ`; all texts together at most about
    `MOST_SENTENCES`. So a thread of any length takes bounded time, and a loud story does not drown a quiet one.
    """
    turns = zip_longest(*(independent(story, articles) for story, articles in stories))
    read = [article for turn in turns for article in turn if article][:MOST_READ]
    return tuple(read), max(LEAST_READ, MOST_SENTENCES // max(1, len(read)))


def _tellings(article: Article, sentences: Spans, language: str | None, spoken: list[str]) -> Iterator[tuple[date, Telling]]:
    """The days that an article's sentences tell of. Adds to `spoken` the words of each sentence, every word once."""
    written = day_of(article)
    for place, (start, end) in enumerate(sentences):
        text = article.text[start:end]
        listed = words(text)
        terms = frozenset(listed)
        spoken += terms
        if len(listed) < SHORTEST:
            continue
        named = {mention.day: mention.exact for mention in mentions(text, language, written, terms)}
        for day, exact in named.items():
            back = (written - day).days / LOOKING_BACK if written else 1.0
            weight = min(1.0, max(AT_ONCE, back))
            yield day, Telling(article, start, end, terms, len(listed), len(named), exact, weight)
        if not named and place < LEAD and written:
            yield written, Telling(article, start, end, terms, len(listed), 0, False, AT_ONCE)


def _weight(tellings: Iterable[Telling]) -> float:
    """A day's weight: what each of its articles counts for it, once; a lead that does not name it comes on top."""
    counted: dict[tuple[str, bool], float] = {}
    for telling in tellings:
        key = telling.article.id, telling.days > 0
        counted[key] = max(counted.get(key, 0.0), telling.weight)
    return fsum(counted.values())


def _entry(day: date, tellings: Sequence[Telling], rarity: Mapping[str, float]) -> TimelineEntry:
    said: defaultdict[str, set[str]] = defaultdict(set)  # article → the words of its tellings
    for telling in tellings:
        said[telling.article.id] |= telling.terms
    value = {term: often * sqrt(max(0.0, rarity[term])) for term, often in Counter(chain.from_iterable(said.values())).items()}
    fitting = [t for t in tellings if t.length <= LONGEST and whole(t.article.text[t.start : t.end])] or tellings

    def worth(telling: Telling) -> float:
        carried = fsum(value[term] for term in telling.terms) / (telling.length + LENGTH)
        return carried * (MANY_DAYS if telling.days > 1 else 1.0)

    shown: list[Telling] = []
    for telling in sorted(fitting, key=lambda t: (-worth(t), t.article.id, t.start)):
        if not any(_repeats(telling, other, rarity) for other in shown):
            shown.append(telling)
        if len(shown) == SENTENCES:
            break
    estimated = all(not t.exact and (signal := t.article.signals.get("published")) and signal.estimated for t in shown)
    # Only what is shown loses its dateline: the date in it may be all that tells the article's day.
    sources = tuple(Citation(t.article.id, behind_dateline(t.article, t.start, t.end), t.end, t.article.revision) for t in shown)
    return TimelineEntry(
        date=day.isoformat(),
        text=" ".join(t.article.text[source.start : source.end] for t, source in zip(shown, sources, strict=True)),
        sources=sources,
        estimated=estimated,
    )


def _repeats(telling: Telling, other: Telling, rarity: Mapping[str, float]) -> bool:
    same, all_of_it = (fsum(rarity[term] for term in terms) for terms in (telling.terms & other.terms, telling.terms))
    return same > REPEATED * all_of_it
