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


@dataclass(frozen=True, slots=True, eq=False)
class Owner:
    """To whom quotes belong; one record each. `name` None: all of one kind whom the texts do not name."""

    kind: SpeakerKind | None
    name: str | None
    forms: tuple[str, ...] = ()  # other forms of the name, the most printed first
    number: int = 0  # tells people of one name apart
    proper: bool = True  # False: not a name, only what the articles call it, as "the river authority"


def owners(wordings: Sequence[Wording], named: Mapping[str, Sequence[str]], texts: Iterable[str]) -> list[Owner]:
    """To whom each wording belongs, in order.

    `named` and `texts` are as in `speakers`. A direct quote that an article gives to nobody belongs to the one speaker to whom others give the
    same words.
    """
    names = [fold(wording.quote.name) if wording.quote.name else "" for wording in wordings]
    kinds = _kinds(names, wordings)
    theirs: defaultdict[tuple[str, str], list[Wording]] = defaultdict(list)
    for name, wording in zip(names, wordings, strict=True):
        if kinds.get(name) is SpeakerKind.PERSON:
            theirs[wording.citation.article, name].append(wording)
    people = _people(theirs, named, texts)
    houses: dict[str, Owner] = {}
    unnamed: dict[SpeakerKind | None, Owner] = {}
    found: list[Owner] = []
    for name, wording in zip(names, wordings, strict=True):
        quote = wording.quote
        kind = kinds[name] if name else quote.speaker_kind
        called = quote.name or (wording.speaker if kind is SpeakerKind.INSTITUTION and len(wording.speaker.split()) <= LONGEST else None)
        if quote.name and kind is SpeakerKind.PERSON:
            found.append(people[wording.citation.article, name])
        elif called:
            found.append(houses.setdefault(folded(called), Owner(kind, called, proper=quote.name is not None)))
        else:
            found.append(unnamed.setdefault(kind, Owner(kind, None)))
    given: defaultdict[str, set[Owner]] = defaultdict(set)
    for wording, owner in zip(wordings, found, strict=True):
        if owner.name and wording.quote.kind is QuoteKind.DIRECT and len(wording.words) >= RECOGNISED:
            given[wording.folded].add(owner)
    nobody = unnamed.get(None)
    sure = {words: next(iter(who)) for words, who in given.items() if len(who) == 1}
    return [sure.get(w.folded, owner) if owner is nobody else owner for w, owner in zip(wordings, found, strict=True)]


def _kinds(names: Sequence[str], wordings: Sequence[Wording]) -> dict[str, SpeakerKind]:
    """Folded name → the kind of speaker that it is. `names` are those of the wordings, "" for none.

    A person where one quote takes it for one, or where it is a person's surname: that somebody is a person shows in what an article says of him
    or her, and a bare word is easily taken for a house. Else what most quotes take it for.
    """
    said: defaultdict[str, Counter[SpeakerKind | None]] = defaultdict(Counter)
    for name, wording in zip(names, wordings, strict=True):
        if name:
            said[name][wording.quote.speaker_kind] += 1
    people = {name for name, counts in said.items() if SpeakerKind.PERSON in counts or set(counts) == {None}}
    people |= said.keys() & {name.split()[-1] for name in people if len(name.split()) > 1}
    return {
        name: SpeakerKind.PERSON if name in people else max(SpeakerKind, key=lambda kind: counts[kind]) for name, counts in said.items()
    }


def _people(
    theirs: Mapping[tuple[str, str], Sequence[Wording]], named: Mapping[str, Sequence[str]], texts: Iterable[str]
) -> dict[tuple[str, str], Owner]:
    """Article and folded name → the person who bears that name there. `theirs`: the same → what is said there under that name."""
    several_languages = len({wording.language for said in theirs.values() for wording in said}) > 1
    sightings = [
        Sighting(
            article=article,
            name=said[0].quote.name or "",
            language=said[0].language,
            offices=tuple(dict.fromkeys(wording.quote.office for wording in said if wording.quote.office)),
            said=frozenset(wording.folded for wording in said if len(wording.words) >= RECOGNISED),
            marks=frozenset(mark for wording in said for mark in _dated_marks(wording)) if several_languages else frozenset(),
        )
        for (article, _), said in theirs.items()
    ]
    places, found = list(theirs), dict[tuple[str, str], Owner]()
    for number, speaker in enumerate(speakers(sightings, named, texts)):
        owner = Owner(SpeakerKind.PERSON, speaker.name, speaker.forms, number)
        found |= {places[place]: owner for place in speaker.sightings}
    return found


def _dated_marks(wording: Wording) -> Iterator[str]:
    """The figures and names of a wording with its day and with the next one, so that those at most a day apart share them."""
    if wording.moment:
        for days in (0, 1):
            day = (wording.moment + timedelta(days=days)).date().isoformat()
            yield from (f"{day} {mark}" for mark in wording.marks)
