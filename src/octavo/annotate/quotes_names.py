"""Who a quote's source is: "Lind" is the Mara Lind named before, "she" the one who spoke last, each with office and kind.

Only what the article itself says is used. Where two readings are left, there is no name rather than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from octavo.annotate.quotes_lexicon import Word
from octavo.annotate.quotes_offices import is_listed, is_role, keeps_back, kind_of_speaker, office_before, office_behind, office_of_role
from octavo.annotate.quotes_speakers import Phrase
from octavo.annotate.quotes_statements import Statement
from octavo.annotate.quotes_words import Sentence, Words
from octavo.model import SpeakerKind

_REACH = 3  # sentences back in which a pronoun's person is looked for
_QUOTATION = Word.QUOTED | Word.SCARE
_HEAD_ENDS = Word.PREPOSITIONS | Word.LINKS | Word.STOPS | Word.RELATIVES
_NO_NAME = Word.DETERMINERS | Word.PREPOSITIONS | Word.PRONOUNS | Word.STOPS | Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS | Word.LINKS
_PARTICLES = frozenset(
    ["de", "da", "do", "dos", "di", "del", "della", "van", "von", "der", "den", "bin", "ibn", "al", "el", "la", "le", "y", "e", "zu"]
)
_ELIDED = re.compile(r"^[LlDd]['’](?=[A-ZÀ-Þ])")
_POSSESSIVES = ("'s", "’s", "'", "’")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a source is, as far as the article says."""

    name: str | None = None
    office: str | None = None
    kind: SpeakerKind | None = None


def speakers_of(words: Words, sentences: Sequence[Sentence], found: Sequence[Statement]) -> list[Speaker]:
    """Who each statement's source is, in order; without a name where it has none or more than one is possible."""
    known = _Known(words)
    speakers: list[Speaker] = []
    last: tuple[str, int] | None = None  # who spoke last by name, and in which sentence
    said_by: dict[Phrase, Speaker] = {}
    for statement in found:
        source = statement.source
        if source is None:
            near = last if words.lexicon.drops_subject and statement.cue and last and statement.sentence - last[1] <= _REACH else None
            speakers.append(known.speaker(statement.cue[0], near[0]) if near else Speaker())
            continue
        if source not in said_by:
            said_by[source] = known.speaker(source, _name(words, sentences, statement, source, known, last))
        speaker = said_by[source]
        speakers.append(speaker)
        if speaker.name and (speaker.kind is SpeakerKind.PERSON or " " not in speaker.name):
            if speaker.kind is SpeakerKind.PERSON:
                known.person[known.key(speaker.name.split()[-1])] = speaker.name
            last = (speaker.name, statement.sentence)
        elif not words.flags[source[0]] & Word.PRONOUNS:
            last = None  # someone unnamed has the word now
    # a name that "she" stands for later is a person's from the beginning
    persons = {speaker.name for speaker in speakers if speaker.kind is SpeakerKind.PERSON and speaker.name}
    return [replace(s, kind=SpeakerKind.PERSON) if s.name in persons and s.kind is not SpeakerKind.PERSON else s for s in speakers]


def _name(
    words: Words,
    sentences: Sequence[Sentence],
    statement: Statement,
    source: Phrase,
    known: _Known,
    last: tuple[str, int] | None,
) -> str | None:
    first = source[0]
    flags = words.flags[first]
    if flags & Word.RELATIVES:
        return known.printed((max(0, first - 8), first - 1 if words.lower[first - 1] == "," else first))
    if flags & Word.PRONOUNS:
        return _earlier(words, sentences, statement, first, known, last) if flags & Word.PERSONS else None
    if name := known.printed(source):
        return name
    goes_on = any(words.flags[k] & Word.CONTINUES for cue in statement.cue for k in range(*cue))
    definite = words.lower[first] in words.lexicon.definite and any(is_role(words, k) for k in range(*source))
    if definite and (name := known.holder(source)):
        return name
    name = _earlier(words, sentences, statement, first, known, last) if goes_on and definite else None
    return name if name and known.may_hold(name, source) else None


def _earlier(
    words: Words, sentences: Sequence[Sentence], statement: Statement, at: int, known: _Known, last: tuple[str, int] | None
) -> str | None:
    """The last speaker, if near and no other person was named since; without one, the only person of the sentence before."""
    near = last if last and statement.sentence - last[1] <= _REACH else None
    since = sentences[near[1]].last if near else sentences[max(0, statement.sentence - 1)].first
    named = {name for k in range(since, at) if (name := known.person.get(known.key(words.lower[k])))}
    if near:
        return near[0] if named <= {near[0]} else None
    return named.pop() if len(named) == 1 else None


class _Known:
    """The full names that an article prints, to be found again by their last (or first) word."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._office: dict[str, str] = {}  # full name → office, the longest that the article prints
        self._full: dict[str, set[str]] = {}  # last or first word → full names
        self.person: dict[str, str] = {}  # last word of a name that a role stands before, or that spoke → full name
        self._places: set[str] = set()  # last words of what "in" stands before
        end, count = 0, len(words.lower)
        capital, named = Word.CAPITAL, Word.CAPITAL | _QUOTATION
        for at in [at for at, flags in enumerate(words.flags) if flags & named == capital]:
            if at >= end:
                end = self._run_end(at, count)
                if end - at > 1:
                    self._learn(at, end)
                if at and words.lower[at - 1] in words.lexicon.inside:
                    self._places.add(words.lower[end - 1])

    def _run_end(self, at: int, limit: int) -> int:
        words = self._words
        flags, lower = words.flags, words.lower
        end = at
        while end < limit and not flags[end] & _QUOTATION:
            if end > at and "\n" in words.text[words.end[end - 1] : words.start[end]]:
                break
            if not flags[end] & Word.CAPITAL:
                next_ = end + 1 if lower[end] == "." and self._abbreviates(end - 1) else self._behind_particles(end, limit)
                if next_ == end or next_ >= limit or not flags[next_] & Word.CAPITAL:
                    break
                end = next_
            end += 1
            if lower[end - 1].endswith(_POSSESSIVES):
                break
        return end

    def _behind_particles(self, at: int, limit: int) -> int:
        """Behind the small words that may stand in a name: "Ada [von der] Lind"."""
        while at < limit and self._words.lower[at] in _PARTICLES and not self._words.flags[at] & Word.CAPITAL:
            at += 1
        return at

    def _abbreviates(self, at: int) -> bool:
        """Whether the point behind this word is no full stop: "J. Li", "Sen. Li"."""
        word = self._words.lower[at]
        return len(word) == 1 or "." in word or (len(word) <= 4 and bool(self._words.flags[at] & Word.ROLES))

    def _stripped(self, first: int, end: int) -> Phrase:
        """A run of capitals without the roles and small words before the name; empty where no name is left."""
        flags = self._words.flags
        for at in range(end - 1, first - 1, -1):
            if is_role(self._words, at) or (self._words.lower[at] == "." and at > first and is_role(self._words, at - 1)):
                genitive = at + 1 < end and flags[at + 1] & (Word.DETERMINERS | Word.CAPITAL) == Word.DETERMINERS  # "Sprecher der Polizei"
                if at + 1 < end and self._words.lower[at + 1].endswith(_POSSESSIVES):  # "Prime Minister's Office"
                    break
                return (end if genitive else at + 1), end
        while first < end and flags[first] & _NO_NAME:
            first += 1
        return first, end

    def _learn(self, first: int, end: int) -> None:
        start, end = self._stripped(first, end)
        start = self._behind_particles(start, end)
        if end - start > 2 and start and self._words.flags[start - 1] & _HEAD_ENDS and not is_role(self._words, start - 1):
            start = end - 2  # "the ambassador to Norway Mara Lind"
        if not 2 <= end - start <= 5 or (self._words.lower[start + 1] in _PARTICLES and is_listed(self._words, (start, start + 1))):
            return
        if self._words.lexicon.verb_second and any(self._joins_nouns(k) for k in range(start + 1, end)):
            return
        name = self._same(start, end) or self._text(start, end)
        for word in {self._bare(end - 1), self._bare(start)}:
            self._full.setdefault(word, set()).add(name)
        office = office_before(self._words, start) or office_behind(self._words, end) or ""
        if office:
            self.person[self._bare(end - 1)] = name
        if len(office) > len(self._office.get(name, "")):
            self._office[name] = office

    def _joins_nouns(self, at: int) -> bool:
        """Whether a word is an article behind a noun, where nouns have capitals: "Angaben der Polizei"."""
        return bool(self._words.flags[at] & Word.DETERMINERS and self._words.flags[at - 1] & Word.CAPITAL)

    def speaker(self, source: Phrase, name: str | None) -> Speaker:
        """The source with office and kind, `name` being who it is."""
        last = self.key(name.split()[-1]) if name else ""
        kind = kind_of_speaker(self._words, source, name, name is not None and self.person.get(last) == name, last in self._places)
        if name and name not in self._office and (office := self._before_comma(source)):
            self._office[name] = office
        office = self._office.get(name) if name else office_of_role(self._words, source)
        if (
            name
            and kind is not SpeakerKind.PERSON
            and self._words.lexicon.verb_second
            and " " not in name
            and is_listed(self._words, source)
        ):
            name = None  # a noun that opens a sentence: "Kritiker"
        return Speaker(name, office if kind in (SpeakerKind.PERSON, SpeakerKind.UNNAMED) else None, kind)

    def _before_comma(self, source: Phrase) -> str | None:
        """The office of "the minister of transport, Mara Lind,"."""
        comma = next((k for k in range(*source) if self._words.lower[k] == ","), None)
        return office_of_role(self._words, (source[0], comma)) if comma else None

    def holder(self, source: Phrase) -> str | None:
        """The one person whose office a phrase names: "the foreign minister" where one foreign minister is named."""
        office = office_of_role(self._words, source)
        holders = {name for name, full in self._office.items() if office and f" {office.lower()} " in f" {full.lower()} "}
        return holders.pop() if len(holders) == 1 else None

    def may_hold(self, name: str, source: Phrase) -> bool:
        """Whether a phrase may mean this person: the article gives no office, or one with its noun or its names."""
        office = self._office.get(name, "").lower()
        flags, lower = self._words.flags, self._words.lower
        others = [k for k in range(source[0] + 1, source[1]) if flags[k] & Word.CAPITAL and lower[k] not in office]
        return not office or not others or any(is_role(self._words, k) and lower[k] in office for k in range(*source))

    def _bare(self, at: int) -> str:
        return self.key(self._words.lower[at])

    def key(self, word: str) -> str:
        """By what a word of a name is found again: lower-case, without possessive and without the endings of cases."""
        low = word.lower()
        if low.endswith(_POSSESSIVES):
            low = next(low[: -len(p)] for p in _POSSESSIVES if low.endswith(p))
        for ending in self._words.lexicon.case_endings:
            if low.endswith(ending) and len(low) > len(ending) + 2:
                return low[: -len(ending)]
        return low

    def _same(self, start: int, end: int) -> str | None:
        """The name that these words are another form of, in a language with cases."""
        if not self._words.lexicon.case_endings:
            return None
        first = self._bare(start)
        return next((name for name in sorted(self._full.get(self._bare(end - 1), ())) if self.key(name.split()[0]) == first), None)

    def _text(self, start: int, end: int) -> str:
        text = _ELIDED.sub("", " ".join(self._words.text[slice(*self._words.span(start, end))].split()))
        return next((text[: -len(p)] for p in _POSSESSIVES if text.endswith(p)), text)

    def printed(self, source: Phrase) -> str | None:
        """The name that a phrase holds at its head, in full as far as the article prints it."""
        first, last = source
        flags, lower = self._words.flags, self._words.lower
        if not self._words.lexicon.capitals:
            return self._without_capitals(source)
        comma = next((k for k in range(first, last) if lower[k] in ",("), last)
        if any(flags[k] & Word.CONJUNCTIONS and flags[k + 1] & (Word.CAPITAL | Word.ROLES) for k in range(first + 1, comma - 1)):
            return None  # two names
        ends = (k for k in range(first + 1, comma) if flags[k] & _HEAD_ENDS and not flags[k] & Word.CAPITAL)
        head = next((k for k in ends if not self._in_name(first, k, comma)), comma)
        if name := self._house(first, head, comma) or self._at_end(first, head):
            return name
        if comma + 1 < last and lower[comma] == "," and (name := self._at_end(comma + 1, last, words_least=2)):  # "the mayor, Bo Li"
            return name
        return self._at_end(first, comma, own=True) if head < comma else None

    def _in_name(self, first: int, at: int, end: int) -> bool:
        """Whether a small word is part of a name that the article prints: "Ada von der Lind", "President von der Lind"."""
        then = self._behind_particles(at, end)
        full = self._full.get(self._bare(then), set()) if at < then < end else set()
        fits = is_role(self._words, at - 1) or not is_listed(self._words, (at - 1, at))
        return fits and any(f" {self._words.lower[at]} " in name for name in full)

    def _house(self, first: int, link: int, end: int) -> str | None:
        """A name that goes on behind a small word: "the Bank of Norway", "the Group of Seven"."""
        flags = self._words.flags
        noun = flags[link - 1] & Word.INSTITUTIONS and flags[link - 1] & Word.CAPITAL and not self._words.lexicon.verb_second
        if not noun or link + 1 >= end or not flags[link] & Word.LINKS or not flags[link + 1] & Word.CAPITAL:
            return None
        start, stop = link - 1, link + 2
        while start > first and (
            (flags[start - 1] & Word.CAPITAL and not flags[start - 1] & Word.DETERMINERS)
            or (self._words.lower[start - 1] == "." and self._abbreviates(start - 2))
        ):
            start -= 1
        while stop < end and flags[stop] & Word.CAPITAL:
            stop += 1
        return self._text(start, stop)

    def _at_end(self, first: int, end: int, words_least: int = 1, own: bool = False) -> str | None:
        """The name that a phrase ends with; with `own` none whom a small word ties to what stands before: "the mayor of Bo"."""
        flags, lower = self._words.flags, self._words.lower
        while end > first and flags[end - 1] & Word.MARK:
            end -= 1
        start = end
        while start > first and (
            flags[start - 1] & Word.CAPITAL
            or (lower[start - 1] == "." and start - 1 > first and self._abbreviates(start - 2))
            or (lower[start - 1] in _PARTICLES and start < end)
        ):
            start -= 1
        if start == end or flags[start] & _QUOTATION:
            return None
        bare = self._stripped(start, end) if start == first or any(is_role(self._words, k) for k in range(start, end)) else (start, end)
        bare = (self._behind_particles(*bare), bare[1])
        if bare[0] == bare[1]:
            return None
        if bare[1] - bare[0] > 2 and bare[0] > first and flags[bare[0] - 1] & _HEAD_ENDS:
            bare = (bare[1] - 2, bare[1])
        if bare[1] - bare[0] < words_least:
            return None
        if bare[1] - bare[0] == 1 or lower[bare[0]] in _PARTICLES:
            full = self._full.get(self._bare(bare[1] - 1), set())
            if len(full) == 1:
                return next(iter(full))
            if self._words.lexicon.verb_second and bare[0] > first and flags[bare[0] - 1] & Word.DETERMINERS:
                return None  # a noun: "der Staatsanwalt"
        if own and flags[bare[0] - 1] & (_HEAD_ENDS | Word.DETERMINERS):
            return None
        return self._same(*bare) or self._text(*bare)

    def _without_capitals(self, source: Phrase) -> str | None:
        """The name at the end of a phrase in a script without capitals: what follows offices and the adjectives behind them."""
        flags, lower = self._words.flags, self._words.lower
        first = source[0]
        end = next((k for k in range(first, source[1]) if flags[k] & (Word.MARK | Word.PREPOSITIONS | Word.STOPS | Word.TIMES)), source[1])
        start = first
        while start < end and (
            flags[start] & Word.ROLES or (start > first and (lower[start].startswith("ال") or flags[start] & Word.LINKS))
        ):
            start += 2 if flags[start] & Word.LINKS else 1
        if (
            not 1 <= end - start <= 4
            or lower[start].startswith("لل")
            or any(flags[k] & (Word.INSTITUTIONS | Word.GROUPS | Word.DETERMINERS | Word.ROLES) for k in range(start, end))
        ):
            return None
        name = self._text(start, end)
        if keeps_back(self._words.lexicon).search(self._words.text[slice(*self._words.span(*source))]):
            return None
        if end - start == 1:
            full = self._full.get(self._bare(start), set())
            return next(iter(full)) if len(full) == 1 else name
        self._full.setdefault(self._bare(end - 1), set()).add(name)
        if start > first:
            self.person[self._bare(end - 1)] = name
            self._office.setdefault(name, self._text(first, start))
        return name
