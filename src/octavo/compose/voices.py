"""Who speaks in a story: its independent voices, the people quoted with what they said over time, the outlets credited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby

from octavo.compose.evidence import Evidence, evidence
from octavo.compose.offices import country_of, is_country, organisation_of
from octavo.compose.owners import Owner, owners
from octavo.compose.statements import Said, Statement, Wording
from octavo.compose.whose import origins, owner_of
from octavo.model import Annotation, Article, Citation, CreditKind, Quote, Spans, SpeakerKind, Story
from octavo.moments import instant, precision
from octavo.words import fold

LATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker with what he, she or it is quoted as saying, in order of time, so that one sees how a position moved."""

    name: str | None  # the fullest form; None: whom the texts do not name
    statements: Sequence[Statement]  # what is said, each thing once
    kind: SpeakerKind | None = None
    forms: tuple[str, ...] = ()  # other forms of the name, the most printed first
    offices: tuple[str, ...] = ()  # as printed, the most printed first
    country: str | None = None  # that the offices, or an institution's name, speak of; ISO 3166-1 alpha-2
    organisation: str | None = None  # in which the office is held; an institution's own name
    outlets: tuple[str, ...] = ()  # that quote it, in order of time


@dataclass(frozen=True, slots=True)
class Choices:
    """By what voices can be filtered: each country and organisation with the number of its voices, the most frequent first."""

    countries: tuple[tuple[str, int], ...]
    organisations: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A source that the story's articles say they have something from. `name` None: anonymous. Evidence: their own sentences."""

    name: str | None
    kind: CreditKind
    evidence: tuple[Evidence, ...]  # in order of time


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

    A group of copies is one voice, carried by its origin; several articles of one outlet are one voice, carried by the first with text. So are
    those that carry an agency's copy, whoever prints it.
    """
    copied = origins(story)
    voices: dict[str, Article] = {}
    for article in by_time([a for a in articles if a.id not in copied]):
        owner = owner_of(article).key
        if owner not in voices or (article.text and not voices[owner].text):
            voices[owner] = article
    return tuple(voices.values())


def printed(text: str, spans: Spans) -> str:
    """The characters of several spans as one line, with "…" for what lies between."""
    return " … ".join(" ".join(text[start:end].split()) for start, end in spans)


def quoted(articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> tuple[Voice, ...]:
    """The speakers in `articles`, those whom most outlets quote first; at the end whom the texts do not name.

    The same person is one voice, whatever form of the name an article prints (`speakers`), and the same quote in several wordings is one
    statement (`statements`). A direct quote that an article gives to nobody belongs to the one speaker to whom others give the same words.
    """
    ordered = [article for article in by_time(articles) if article.id in annotations]
    wordings = [_wording(article, quote) for article in ordered for quote in annotations[article.id].quotes if quote.content]
    named = {article.id: annotations[article.id].names for article in ordered}
    said: dict[Owner, list[Wording]] = {}
    for wording, owner in zip(wordings, owners(wordings, named, (article.text for article in ordered)), strict=True):
        said.setdefault(owner, []).append(wording)
    ranked = sorted((_voice(owner, theirs) for owner, theirs in said.items()), key=_rank)
    tied = (list(voices) for _, voices in groupby(ranked, key=_rank))
    return tuple(chain.from_iterable(sorted(those, key=_said) if len(those) > 1 else those for those in tied))


def _rank(voice: Voice) -> tuple[bool, bool, int]:
    return voice.name is None, voice.kind is None, -len(voice.outlets)


def _said(voice: Voice) -> int:
    return -len(voice.statements)


def choices(voices: Iterable[Voice]) -> Choices:
    """By what some voices can be filtered. An institution that speaks only for itself is no choice: it is one voice already."""
    found = list(voices)
    countries = Counter(voice.country for voice in found if voice.country)
    organisations = Counter(voice.organisation for voice in found if voice.organisation)
    alone = {voice.organisation for voice in found if voice.organisation == voice.name and organisations[voice.organisation or ""] == 1}
    return Choices(tuple(countries.most_common()), tuple(choice for choice in organisations.most_common() if choice[0] not in alone))


def filtered(voices: Sequence[Voice], country: str | None = None, organisation: str | None = None) -> tuple[Voice, ...]:
    """The voices of one country, of one organisation or of both, in the order given; None lets all pass."""
    return tuple(
        voice
        for voice in voices
        if country in (None, voice.country) and (organisation is None or fold(organisation) == fold(voice.organisation or ""))
    )


def _wording(article: Article, quote: Quote) -> Wording:
    return Wording(
        text=printed(article.text, quote.content),
        quote=quote,
        citation=Citation(article.id, min(s for s, _ in quote.content), max(e for _, e in quote.content), article.revision),
        speaker=printed(article.text, quote.speaker),
        language=article.language,
        published=article.published,
        outlet=article.publisher,
    )


def _voice(owner: Owner, wordings: Sequence[Wording]) -> Voice:
    offices = tuple(office for office, _ in Counter(w.quote.office for w in wordings if owner.name and w.quote.office).most_common())
    house = owner.name if owner.kind is SpeakerKind.INSTITUTION and owner.proper else None
    phrases = (*filter(None, [house]), *offices, *_before_name(owner, wordings))
    return Voice(
        name=owner.name,
        statements=Said(tuple(wordings)),
        kind=owner.kind,
        forms=owner.forms,
        offices=offices,
        country=next(filter(None, map(country_of, phrases)), None),
        organisation=house if house and not is_country(house) else next(filter(None, map(organisation_of, offices)), None),
        outlets=tuple(dict.fromkeys(wording.outlet for wording in wordings if wording.outlet)),
    )


def _before_name(owner: Owner, wordings: Sequence[Wording]) -> tuple[str, ...]:
    """What articles print of a person before the name: "the Norwegian historian"."""
    if owner.kind is not SpeakerKind.PERSON or not owner.name:
        return ()
    first = dict.fromkeys(word for name in (owner.name, *owner.forms) for word in name.split()[:1])
    return tuple(dict.fromkeys(w.speaker.partition(word)[0] for w in wordings for word in first if word in w.speaker))


def credited(articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> tuple[Acknowledgement, ...]:
    """Whom the articles say they have it from, most credited first, anonymous sources last."""
    found: dict[tuple[CreditKind, str | None], list[Evidence]] = {}
    for article in by_time(articles):
        for credit in annotations[article.id].credits if article.id in annotations else ():
            lines = found.setdefault((credit.kind, credit.name), [])
            line = evidence(article, credit.sentence)
            if line.text not in (known.text for known in lines):
                lines.append(line)
    ranked = sorted(found.items(), key=lambda item: (item[0][0] is CreditKind.ANONYMOUS, -len(item[1]), item[0][1] or ""))
    return tuple(Acknowledgement(name, kind, tuple(lines)) for (kind, name), lines in ranked)
