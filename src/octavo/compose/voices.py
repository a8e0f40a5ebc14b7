"""Who speaks in a story: its independent voices, the people quoted, the outlets credited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from octavo.model import Annotation, Article, Citation, Credit, CreditKind, Quote, Spans, Story, instant, precision
from octavo.words import fold

LATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """One quote with the article that carries it. `text` is its content as printed, `citation` covers all of it."""

    text: str
    quote: Quote
    citation: Citation


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker with what he or she is quoted as saying, in order of time. `name` None: somebody the texts do not name."""

    name: str | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A source that the story's articles say they have something from. `name` None: anonymous. Evidence: their own sentences."""

    name: str | None
    kind: CreditKind
    evidence: tuple[tuple[str, Citation], ...]  # the sentence and where it stands, in order of time


def moment(article: Article) -> datetime:
    """When an article counts as having appeared: as printed, but never later than we saw it; the end of time when unknown."""
    printed = instant(article.published)
    if printed and article.seen_at:
        return min(printed, article.seen_at)
    return printed or article.seen_at or LATE


def newest(articles: Sequence[Article]) -> datetime:
    """When the last of some articles appeared. Undated ones count only among themselves: what came in late need not be new."""
    return max(moment(article) for article in [a for a in articles if instant(a.published)] or articles)


def by_time(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Articles in order of time, undated ones last in the order given.

    A day without a clock counts as its end, and what was only estimated or is hosted by an aggregator stands behind what is as old: who had
    it first is not decided by a date that says less.
    """
    return tuple(sorted(articles, key=_place_in_time))


def _place_in_time(article: Article) -> tuple[datetime, bool, bool]:
    moment = instant(article.published)
    if moment and precision(article.published or "") not in ("minute", "second"):
        moment += timedelta(days=1, seconds=-1)
    signal = article.signals.get("published")
    return moment or LATE, bool(signal and signal.estimated), article.aggregator is not None


def independent(story: Story, articles: Sequence[Article]) -> tuple[Article, ...]:
    """One article for each independent voice, in order of time.

    A group of copies is one voice, carried by its origin; several articles of one outlet are one voice, carried by the first with text.
    """
    copied = {copy for group in story.copies for copy in group.articles if copy != group.origin}
    voices: dict[str, Article] = {}
    for article in by_time([a for a in articles if a.id not in copied]):
        outlet = fold(article.publisher) if article.publisher else article.id
        if outlet not in voices or (article.text and not voices[outlet].text):
            voices[outlet] = article
    return tuple(voices.values())


def printed(text: str, spans: Spans) -> str:
    """The characters of several spans as one line, with "…" for what lies between."""
    return " … ".join(" ".join(text[start:end].split()) for start, end in spans)


def quoted(articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> tuple[Voice, ...]:
    """The speakers in `articles`, most quoted first; those without a name come last as one voice."""
    statements: dict[str | None, list[Statement]] = {}
    seen: set[tuple[str, str]] = set()
    names: dict[str, str] = {}
    for article in by_time(articles):
        for quote in annotations[article.id].quotes if article.id in annotations else ():
            said = printed(article.text, quote.content)
            key = fold(quote.name or ""), fold(said)
            if key in seen:
                continue  # a copy carries the same words
            seen.add(key)
            name = names.setdefault(fold(quote.name), quote.name) if quote.name else None
            start, end = min(s for s, _ in quote.content), max(e for _, e in quote.content)
            statements.setdefault(name, []).append(Statement(said, quote, Citation(article.id, start, end, article.revision)))
    return tuple(
        Voice(name, tuple(said))
        for name, said in sorted(statements.items(), key=lambda item: (item[0] is None, -len(item[1]), item[0] or ""))
    )


def credited(articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> tuple[Acknowledgement, ...]:
    """Whom the articles say they have it from, most credited first, anonymous sources last."""
    evidence: dict[tuple[CreditKind, str | None], list[tuple[str, Citation]]] = {}
    for article in by_time(articles):
        for credit in annotations[article.id].credits if article.id in annotations else ():
            lines = evidence.setdefault((credit.kind, credit.name), [])
            line = _evidence(article, credit)
            if line[0] not in (text for text, _ in lines):
                lines.append(line)
    ranked = sorted(evidence.items(), key=lambda item: (item[0][0] is CreditKind.ANONYMOUS, -len(item[1]), item[0][1] or ""))
    return tuple(Acknowledgement(name, kind, tuple(lines)) for (kind, name), lines in ranked)


def _evidence(article: Article, credit: Credit) -> tuple[str, Citation]:
    start, end = credit.sentence
    return " ".join(article.text[start:end].split()), Citation(article.id, start, end, article.revision)
