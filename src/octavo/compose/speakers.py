"""Which names of several articles are one person: short and full forms, spellings of other languages and scripts.

Within an article a name has been resolved already. So two different full names of one article are two people, whatever else speaks for them
to be one; and where a short form fits two people, only what is said or the office held can tell which of them it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import combinations, product
from operator import or_

from octavo.compose.offices import posts_of
from octavo.compose.sounds import sound_alike, sounds
from octavo.words import fold

SURE = 4  # consonants that a full name must have to be known again by its sound alone
ENOUGH = 3  # consonants that a surname must have for that
FEW = 2  # consonants that are enough where the post is the same
MARKS = 2  # figures and names that statements of one day must share to be evidence
BESIDE = 32  # characters before a bracket in which the name stands that it explains
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_UNSPACED = re.compile(r"[\u3005\u3040-\u309f\u3400-\u9fff\uac00-\ud7af]")  # of scripts that write a person's whole name as one word
_BRACKET = re.compile(r"[(（]([^()（）\n]{2,48})[)）]")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person who speaks, as one article has him or her."""

    article: str
    name: str
    language: str | None = None
    offices: tuple[str, ...] = ()  # as the article prints them
    said: frozenset[str] = frozenset()  # the very words, folded
    marks: frozenset[str] = frozenset()  # figures and names in them, each with its day


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person who speaks. `name`: the full form printed most, of equals that of the main language; `forms`: all others, so ordered."""

    name: str
    forms: tuple[str, ...]
    sightings: tuple[int, ...]  # places in what was handed in, in order


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What tells people of one name apart."""

    posts: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()

    def agrees(self, other: _Evidence) -> bool:
        """Whether both said the same."""
        return bool(self.said & other.said) or len(self.marks & other.marks) >= MARKS

    def supports(self, other: _Evidence) -> bool:
        """Whether both said the same or hold the same post."""
        return bool(self.posts & other.posts) or self.agrees(other)

    def differs(self, other: _Evidence) -> bool:
        """Whether both hold posts, but none that is the same."""
        return bool(self.posts and other.posts) and not self.posts & other.posts

    def __or__(self, other: _Evidence) -> _Evidence:
        return _Evidence(self.posts | other.posts, self.said | other.said, self.marks | other.marks)


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """A name as it is written, with what is known of who bears it."""

    name: str
    tokens: tuple[str, ...]
    sightings: tuple[int, ...]
    articles: frozenset[str]  # in which it is named, speaking or not
    languages: frozenset[str | None]
    evidence: _Evidence


_Person = list[_Form]


def speakers(sightings: Sequence[Sighting], named: Mapping[str, Sequence[str]], texts: Iterable[str] = ()) -> tuple[Speaker, ...]:
    """The people in some sightings, in order of the first of each.

    `named`: article → all names that it prints, whoever speaks; `texts`: the articles' texts, in which a name may stand beside its form in
    another script. They are read only where names in different scripts speak.
    """
    evidence = [_evidence(sighting) for sighting in sightings]
    forms = _forms(sightings, evidence, named)
    people = _people([form for form in forms if _is_full(form.tokens)], texts)
    short = [form for form in forms if not _is_full(form.tokens)]
    bearers, strangers = _bearers(people), _strangers(named, people)
    groups = [[place for form in person for place in form.sightings] for person in people]
    left: list[_Form] = []
    for form in short:
        near = {number for key in (form.tokens[-1], *sounds(form.tokens[-1])) for number in bearers.get(key, ())}
        candidates = [number for number in near if any(_shortens(form, full) for full in people[number])] or [
            number for number in near if any(_sounds_like_surname(form, full) for full in people[number])
        ]
        known = {number: reduce(or_, (full.evidence for full in people[number])) for number in candidates}
        lost: list[int] = []
        for place in form.sightings:
            who = _who(evidence[place], known, ambiguous=form.tokens[-1] in strangers)
            (lost if who is None else groups[who]).append(place)
        if lost:
            left.append(_Form(form.name, form.tokens, tuple(lost), form.articles, form.languages, form.evidence))
    groups += [[place for form in person for place in form.sightings] for person in _alike_surnames(left)]
    spoken = Counter(sighting.language for sighting in sightings)
    return tuple(_speaker(sorted(group), sightings, spoken) for group in sorted(groups, key=min))


def _speaker(group: Sequence[int], sightings: Sequence[Sighting], spoken: Mapping[str | None, int]) -> Speaker:
    printed = Counter(sightings[place].name for place in group)
    often = {sightings[place].name: spoken[sightings[place].language] for place in group}
    name, *forms = sorted(printed, key=lambda name: (not is_full(name), -printed[name], -often[name]))
    return Speaker(name, tuple(forms), tuple(group))


def _evidence(sighting: Sighting) -> _Evidence:
    return _Evidence(frozenset(post for office in sighting.offices for post in posts_of(office)), sighting.said, sighting.marks)


@lru_cache(maxsize=16_384)  # a story's articles print the same names again and again
def _tokens(name: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(fold(name))) or (name,)


def is_full(name: str) -> bool:
    """Whether a name is more than a surname."""
    return _is_full(_tokens(name))


def _is_full(tokens: tuple[str, ...]) -> bool:
    """Whether a name is more than a surname: two words ("J. Lind" is none), or three characters of a script that parts no words."""
    if len(tokens) == 1:
        return len(tokens[0]) > 2 and all(map(_UNSPACED.match, tokens[0]))
    return len(tokens) > 1 and len(tokens[0]) > 1


def _forms(sightings: Sequence[Sighting], evidence: Sequence[_Evidence], named: Mapping[str, Sequence[str]]) -> list[_Form]:
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, sighting in enumerate(sightings):
        places[_tokens(sighting.name)].append(place)
    articles = {tokens: {sightings[place].article for place in where} for tokens, where in places.items()}
    for article, names in named.items():
        for name in names:
            if (tokens := _tokens(name)) in articles:
                articles[tokens].add(article)
    return [
        _Form(
            sightings[where[0]].name,
            tokens,
            tuple(where),
            frozenset(articles[tokens]),
            frozenset(sightings[place].language for place in where),
            reduce(or_, (evidence[place] for place in where)),
        )
        for tokens, where in places.items()
    ]


# ---- full names ------------------------------------------------------------------------------------------------------


def _people(full: Sequence[_Form], texts: Iterable[str]) -> list[_Person]:
    """The people that bear some full names."""
    people: dict[_Form, _Person] = {form: [form] for form in full}
    for one, other in _alike(full):
        if _same_name(one, other) and not _apart(people[one], people[other]) and not _contrary(people[one], people[other]):
            _join(people, one, other)
    sounding, silent = [form for form in full if sounds(form.name)], [form for form in full if not sounds(form.name)]
    if sounding and silent:
        for one, other in _bracketed(full, texts):
            _join(people, one, other)
        for one, other in product(sounding, silent):
            same = one.evidence.posts & other.evidence.posts and one.evidence.agrees(other.evidence)
            if same and not _apart(people[one], people[other]):
                _join(people, one, other)
    return list({id(person): person for person in people.values()}.values())


def _join(people: dict[_Form, _Person], one: _Form, other: _Form) -> None:
    if people[one] is not people[other]:
        people[one] += people[other]
        people.update(dict.fromkeys(people[other], people[one]))


def _apart(one: _Person, other: _Person) -> bool:
    """Whether an article has both, as two."""
    return one is not other and any(a.articles & b.articles for a, b in product(one, other))


def _contrary(one: _Person, other: _Person) -> bool:
    """Whether one language has both under names that cannot be one: "Jan A. Lind" and "Jan B. Lind", though each can be "Jan Lind"."""
    return any(a.languages & b.languages and not _same_name(a, b) for a, b in product(one, other))


def _alike(forms: Sequence[_Form]) -> Iterator[tuple[_Form, _Form]]:
    """The pairs of names that share their words, their first word and another, or their sound."""
    having: defaultdict[object, list[_Form]] = defaultdict(list)
    for form in forms:
        keys = (tuple(sorted(form.tokens)), *((form.tokens[0], token) for token in form.tokens[1:]), *sorted(sounds(form.name)))
        for key in dict.fromkeys(keys):  # in a fixed order: who is joined first can decide who else is
            having[key].append(form)
    for group in having.values():
        yield from combinations(group, 2)


def _same_name(one: _Form, other: _Form) -> bool:
    """Whether two full names can be one: in another order, with a middle name more, or spelt as another language does."""
    short, long = sorted((one.tokens, other.tokens), key=len)
    if sorted(short) == sorted(long):
        return True
    if short[0] == long[0] and short[-1] in (long[-1], long[-2]) and set(short) < set(long):  # a middle name, or a second surname
        return True
    if not sound_alike(one.name, other.name, SURE):
        return False
    if one.languages & other.languages:  # a language spells one person in two ways only where the name is foreign to it
        return len(short) == len(long) > 1 and short[0] == long[0] and sound_alike(short[-1], long[-1], ENOUGH)
    # "Jan Lind" and "Jana Lind" are two people, "Vladimir Lind" and "Wladimir Lind" are one
    return (
        len(short) != len(long)
        or all(a == b or sound_alike(a, b, ENOUGH) for a, b in zip(short, long, strict=True))
        or not set(short) & set(long)
    )


def _bracketed(forms: Sequence[_Form], texts: Iterable[str]) -> Iterator[tuple[_Form, _Form]]:
    """The pairs of names of which an article explains one by the other: "Name (name in another script)"."""
    by_tokens = {form.tokens: form for form in forms}
    unspaced = [form for form in forms if len(form.tokens) == 1]
    for text in texts:
        for bracket in _BRACKET.finditer(text):
            before = _named_in(text[max(0, bracket.start() - BESIDE) : bracket.start()], by_tokens, unspaced)
            inside = _named_in(bracket[1], by_tokens, unspaced)
            if len(before) == len(inside) == 1:
                yield before.pop(), inside.pop()


def _named_in(text: str, by_tokens: Mapping[tuple[str, ...], _Form], unspaced: Sequence[_Form]) -> set[_Form]:
    tokens = _tokens(text)
    runs = (tokens[start:end] for start, end in combinations(range(len(tokens) + 1), 2) if end - start > 1)
    return {by_tokens[run] for run in runs if run in by_tokens} | {form for form in unspaced if form.name in text}


# ---- short forms -----------------------------------------------------------------------------------------------------


def _bearers(people: Sequence[_Person]) -> dict[str, set[int]]:
    """What may be a surname, as written or as it sounds → the people (places in `people`) who may bear it."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for number, person in enumerate(people):
        for form in person:
            first, last = form.tokens[0], form.tokens[-1]
            beginnings = [last[:end] for end in range(1, len(last))] if _UNSPACED.match(last) else []
            for key in (first, last, *sounds(last), *beginnings):
                found[key].add(number)
    return found


def _shortens(short: _Form, full: _Form) -> bool:
    """Whether a name is the surname of a full one, with or without initials.

    A surname may stand first; but so do first names and the words of a house, so this needs the same post or words.
    """
    *initials, surname = short.tokens
    if len(full.tokens) == 1:
        return not initials and full.tokens[0].startswith(surname) and bool(_UNSPACED.match(surname))
    if surname == full.tokens[-1]:
        return all(a[0] == b[0] for a, b in zip(initials, full.tokens[:-1], strict=False))
    return surname == full.tokens[0] and not initials and short.evidence.supports(full.evidence)


def _sounds_like_surname(short: _Form, full: _Form) -> bool:
    least = FEW if short.evidence.posts & full.evidence.posts else ENOUGH
    possible = len(short.tokens) == 1 and len(full.tokens) > 1 and not short.languages & full.languages
    return possible and sound_alike(short.tokens[0], full.tokens[-1], least)


def _who(own: _Evidence, known: Mapping[int, _Evidence], ambiguous: bool) -> int | None:
    """Which of some people a sighting by surname is of: the one who said or holds the same, else the only one; None in doubt."""
    possible = [number for number, evidence in known.items() if not own.differs(evidence)]
    for choice in (
        [number for number in possible if own.agrees(known[number])],
        [number for number in possible if own.posts & known[number].posts],
        [] if ambiguous else possible,
    ):
        if len(choice) == 1:
            return choice[0]
    return None


def _strangers(named: Mapping[str, Sequence[str]], people: Sequence[_Person]) -> frozenset[str]:
    """The last words of names of two words and more that no known person bears: a surname among them may mean somebody else."""
    by_word: defaultdict[str, list[set[str]]] = defaultdict(list)
    for form in (form for person in people for form in person):
        for token in form.tokens:
            by_word[token].append(set(form.tokens))
    names = {tokens for printed in named.values() for name in printed if len(tokens := _tokens(name)) > 1}
    return frozenset(
        tokens[-1] for tokens in names if not any(set(tokens) <= known or known <= set(tokens) for known in by_word[tokens[-1]])
    )


def _alike_surnames(left: Sequence[_Form]) -> list[_Person]:
    """Surnames that nobody's full name explains, those of one sound in different languages together."""
    people: list[_Person] = []
    for form in left:
        for person in people:
            other = person[0]
            least = FEW if form.evidence.posts & other.evidence.posts else ENOUGH
            if (
                not form.languages & other.languages
                and not _apart([form], person)
                and sound_alike(form.tokens[-1], other.tokens[-1], least)
            ):
                person.append(form)
                break
        else:
            people.append([form])
    return people
