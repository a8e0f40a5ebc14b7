"""To whom quotes belong: a person, whatever form of the name an article prints, an institution, or those whom the texts do not name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from octavo.compose.speakers import Sighting, speakers
from octavo.compose.statements import Wording
from octavo.model import QuoteKind, SpeakerKind
from octavo.publishers import folded
from octavo.words import fold

RECOGNISED = 4  # words of a quote that nobody else says by chance
LONGEST = 6  # words by which an institution without a name is called


@dataclass(frozen=True, slots=True)
class Owner:
    """To whom quotes belong. `name` None: all of one kind whom the texts do not name."""

    kind: SpeakerKind | None
    name: str | None
    forms: tuple[str, ...] = ()  # other forms of the name, the most printed first
    number: int = 0  # tells people of one name apart
    proper: bool = True  # False: not a name, only what the articles call it, as "the river authority"


NOBODY = Owner(None, None)


def owners(wordings: Sequence[Wording], named: Mapping[str, Sequence[str]], texts: Iterable[str]) -> list[Owner]:
    """To whom each wording belongs, in order.

    `named` and `texts` are as in `speakers`. A direct quote that an article gives to nobody belongs to the one speaker to whom others give the
    same words.
    """
    kinds = _kinds(wordings)
    people = _people([wording for wording in wordings if kinds.get(fold(wording.quote.name or "")) is SpeakerKind.PERSON], named, texts)
    houses: dict[str, Owner] = {}
    found: list[Owner] = []
    for wording in wordings:
        quote = wording.quote
        kind = kinds[fold(quote.name)] if quote.name else quote.speaker_kind
        called = quote.name or (wording.speaker if kind is SpeakerKind.INSTITUTION and len(wording.speaker.split()) <= LONGEST else None)
        if quote.name and kind is SpeakerKind.PERSON:
            found.append(people[wording.citation.article, fold(quote.name)])
        elif called:
            found.append(houses.setdefault(folded(called), Owner(kind, called, proper=quote.name is not None)))
        else:
            found.append(Owner(kind, None))
    given: defaultdict[str, set[Owner]] = defaultdict(set)
    for wording, owner in zip(wordings, found, strict=True):
        if owner.name and wording.quote.kind is QuoteKind.DIRECT and len(wording.words) >= RECOGNISED:
            given[fold(wording.text)].add(owner)
    sure = {words: next(iter(who)) for words, who in given.items() if len(who) == 1}
    return [sure.get(fold(w.text), owner) if owner == NOBODY else owner for w, owner in zip(wordings, found, strict=True)]


def _kinds(wordings: Sequence[Wording]) -> dict[str, SpeakerKind]:
    """Folded name → the kind of speaker that it is.

    A person where one quote takes it for one, or where it is a person's surname: that somebody is a person shows in what an article says of him
    or her, and a bare word is easily taken for a house. Else what most quotes take it for.
    """
    said: defaultdict[str, Counter[SpeakerKind | None]] = defaultdict(Counter)
    for wording in wordings:
        if wording.quote.name:
            said[fold(wording.quote.name)][wording.quote.speaker_kind] += 1
    people = {name for name, counts in said.items() if SpeakerKind.PERSON in counts or set(counts) == {None}}
    people |= said.keys() & {name.split()[-1] for name in people if len(name.split()) > 1}
    return {
        name: SpeakerKind.PERSON if name in people else max(SpeakerKind, key=lambda kind: counts[kind]) for name, counts in said.items()
    }


def _people(wordings: Sequence[Wording], named: Mapping[str, Sequence[str]], texts: Iterable[str]) -> dict[tuple[str, str], Owner]:
    """Article and folded name → the person who bears that name there."""
    theirs: defaultdict[tuple[str, str], list[Wording]] = defaultdict(list)
    for wording in wordings:
        theirs[wording.citation.article, fold(wording.quote.name or "")].append(wording)
    several_languages = len({wording.language for wording in wordings}) > 1
    sightings = [
        Sighting(
            article=article,
            name=said[0].quote.name or "",
            language=said[0].language,
            offices=tuple(dict.fromkeys(wording.quote.office for wording in said if wording.quote.office)),
            said=frozenset(fold(wording.text) for wording in said if len(wording.words) >= RECOGNISED),
            marks=frozenset(mark for wording in said for mark in _dated_marks(wording)) if several_languages else frozenset(),
        )
        for (article, _), said in theirs.items()
    ]
    places = list(theirs)
    return {
        places[place]: Owner(SpeakerKind.PERSON, speaker.name, speaker.forms, number)
        for number, speaker in enumerate(speakers(sightings, named, texts))
        for place in speaker.sightings
    }


def _dated_marks(wording: Wording) -> Iterator[str]:
    """The figures and names of a wording with its day and with the next one, so that those at most a day apart share them."""
    if wording.moment:
        for days in (0, 1):
            day = (wording.moment + timedelta(days=days)).date().isoformat()
            yield from (f"{day} {mark}" for mark in wording.marks)
