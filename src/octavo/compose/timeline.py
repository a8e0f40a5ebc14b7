"""The timeline: the days that matter and one source sentence for each.

A day's weight is how many sentences speak of it, each counted for the day it names, or for the day of its article where it names none
and stands in the lead (date counting, after Tran et al. 2013 and Ghalandari & Ifrim 2020). The sentence shown for a day is the one
that carries most of what all sentences of that day share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum

from octavo.compose.dates import mentions
from octavo.model import Annotation, Article, Citation, Timeline, TimelineEntry, instant, precision
from octavo.words import words

LEAD = 3  # sentences of an article that speak of its own day unless they name another
SHORTEST = 5  # words


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence that tells of a day."""

    article: Article
    start: int
    end: int
    printed: bool  # the sentence names the day itself
    terms: tuple[str, ...]


def timeline(topic: str, articles: Sequence[Article], annotations: Mapping[str, Annotation], dates: int) -> Timeline:
    """At most `dates` days in order, each with a sentence and where it stands. Articles whose day is unknown add only full dates."""
    days: defaultdict[date, list[Telling]] = defaultdict(list)
    for article in articles:
        for day, telling in _tellings(article, annotations.get(article.id)):
            days[day].append(telling)
    chosen = sorted(days, key=lambda day: (-len(days[day]), day))[:dates]
    return Timeline(topic, tuple(_entry(day, days[day]) for day in sorted(chosen)))


def _tellings(article: Article, annotation: Annotation | None) -> list[tuple[date, Telling]]:
    moment = instant(article.published)
    known = moment and precision(article.published or "") not in ("year", "month")
    written = date.fromisoformat(article.published[:10]) if known and article.published else None
    language = article.language or (annotation.language if annotation else None)
    found = []
    for place, (start, end) in enumerate(annotation.sentences if annotation else ()):
        text = article.text[start:end]
        terms = tuple(words(text))
        if len(terms) < SHORTEST:
            continue
        named = {mention.day: mention.exact for mention in mentions(text, language, written)}
        if not named and place < LEAD and written:
            named = {written: False}
        found += [(day, Telling(article, start, end, exact, terms)) for day, exact in named.items()]
    return found


def _entry(day: date, tellings: Sequence[Telling]) -> TimelineEntry:
    spoken = Counter(term for telling in tellings for term in set(telling.terms))
    best = max(tellings, key=lambda t: fsum(spoken[term] for term in set(t.terms)) / (len(t.terms) + 8))
    signal = best.article.signals.get("published")
    return TimelineEntry(
        date=day.isoformat(),
        text=best.article.text[best.start : best.end],
        sources=(Citation(best.article.id, best.start, best.end, best.article.revision),),
        estimated=not best.printed and bool(signal and signal.estimated),
    )
