"""Which person a quote's source is: "Lind" is the Mara Lind named before, "she" the one who spoke last.

Only what the article itself says is used. Where two readings are left, there is no name rather than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from octavo.annotate.quotes_lexicon import Word
from octavo.annotate.quotes_speakers import Phrase
from octavo.annotate.quotes_statements import Statement
from octavo.annotate.quotes_words import Sentence, Words

_REACH = 3  # sentences back in which a pronoun's person is looked for
_QUOTATION = Word.QUOTED | Word.SCARE
_HEAD_ENDS = Word.PREPOSITIONS | Word.LINKS | Word.STOPS | Word.RELATIVES
_NO_NAME = Word.DETERMINERS | Word.PREPOSITIONS | Word.PRONOUNS | Word.STOPS | Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS | Word.LINKS
_PARTICLES = frozenset(
    ["de", "da", "do", "dos", "di", "del", "della", "van", "von", "der", "den", "bin", "ibn", "al", "el", "la", "le", "y", "e", "zu"]
)
_ELIDED = re.compile(r"^[LlDd]['’](?=[A-ZÀ-Þ])")
_POSSESSIVES = ("'s", "’s", "'", "’")


def names_of(words: Words, sentences: Sequence[Sentence], found: Sequence[Statement]) -> list[str | None]:
    """The name of each statement's source, in order; None where it has none or more than one is possible."""
    known = _Known(words)
    names: list[str | None] = []
    last: tuple[str, int] | None = None  # who spoke last by name, and in which sentence
    said_by: dict[Phrase, str | None] = {}
    for statement in found:
        source = statement.source
        if source is None:
            names.append(None)
            continue
        if source not in said_by:
            said_by[source] = _name(words, sentences, statement, source, known, last)
        name = said_by[source]
        names.append(name)
        if name:
            known.person[name.split()[-1].lower()] = name
            last = (name, statement.sentence)
        elif not words.flags[source[0]] & Word.PRONOUNS:
            last = None  # someone unnamed has the word now
    return names


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
    definite = words.lower[first] in words.lexicon.definite and any(words.flags[k] & Word.ROLES for k in range(*source))
    return _earlier(words, sentences, statement, first, known, last) if goes_on and definite else None


def _earlier(
    words: Words, sentences: Sequence[Sentence], statement: Statement, at: int, known: _Known, last: tuple[str, int] | None
) -> str | None:
    """The last speaker, if near and no other person was named since; without one, the only person of the sentence before."""
    near = last if last and statement.sentence - last[1] <= _REACH else None
    since = sentences[near[1]].last if near else sentences[max(0, statement.sentence - 1)].first
    named = {name for k in range(since, at) if (name := known.person.get(words.lower[k]))}
    if near:
        return near[0] if named <= {near[0]} else None
    return named.pop() if len(named) == 1 else None


class _Known:
    """The full names that an article prints, to be found again by their last (or first) word."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._roles = (
            tuple(w for w, f in words.lexicon.words.items() if f & Word.ROLES and len(w) >= 4) if words.lexicon.verb_second else ()
        )
        self._full: dict[str, set[str]] = {}  # last or first word → full names
        self.person: dict[str, str] = {}  # last word of a name that a role stands before, or that spoke → full name
        at, count = 0, len(words.lower)
        while at < count:
            if words.flags[at] & Word.CAPITAL and not words.flags[at] & _QUOTATION:
                end = self._run_end(at, count)
                self._learn(at, end)
                at = end
            else:
                at += 1

    def _run_end(self, at: int, limit: int) -> int:
        flags, lower = self._words.flags, self._words.lower
        end = at
        while end < limit:
            if flags[end] & _QUOTATION:
                break
            if end > at and "\n" in self._words.text[self._words.end[end - 1] : self._words.start[end]]:
                break
            initial = lower[end] == "." and end > at and self._abbreviates(end - 1) and end + 1 < limit and flags[end + 1] & Word.CAPITAL
            particle = lower[end] in _PARTICLES and end > at and end + 1 < limit and flags[end + 1] & Word.CAPITAL
            if not flags[end] & Word.CAPITAL and not initial and not particle:
                break
            end += 1
            if lower[end - 1].endswith(_POSSESSIVES):
                break
        return end

    def _abbreviates(self, at: int) -> bool:
        """Whether the point behind this word is no full stop: "J. Li", "Sen. Li"."""
        word = self._words.lower[at]
        return len(word) == 1 or "." in word or (len(word) <= 4 and bool(self._words.flags[at] & Word.ROLES))

    def _is_role(self, at: int) -> bool:
        lower = self._words.lower[at]
        return bool(self._words.flags[at] & Word.ROLES) or (bool(self._roles) and lower.endswith(self._roles))

    def _stripped(self, first: int, end: int) -> Phrase:
        """A run of capitals without the roles and small words before the name."""
        for at in range(end - 1, first - 1, -1):
            if self._is_role(at) or (self._words.lower[at] == "." and at > first and self._is_role(at - 1)):
                return at + 1, end
        while first < end and self._words.flags[first] & _NO_NAME:
            first += 1
        return first, end

    def _learn(self, first: int, end: int) -> None:
        start, end = self._stripped(first, end)
        if end - start > 2 and start and self._words.flags[start - 1] & _HEAD_ENDS and not self._is_role(start - 1):
            start = end - 2  # "the ambassador to Norway Mara Lind"
        if not 2 <= end - start <= 5:
            return
        name = self._text(start, end)
        for word in {self._bare(end - 1), self._words.lower[start]}:
            self._full.setdefault(word, set()).add(name)
        if start > first:
            self.person[self._bare(end - 1)] = name

    def _bare(self, at: int) -> str:
        word = self._words.lower[at]
        return next((word[: -len(p)] for p in _POSSESSIVES if word.endswith(p)), word)

    def _text(self, start: int, end: int) -> str:
        text = _ELIDED.sub("", " ".join(self._words.text[slice(*self._words.span(start, end))].split()))
        return next((text[: -len(p)] for p in _POSSESSIVES if text.endswith(p)), text)

    def printed(self, source: Phrase) -> str | None:
        """The name that a phrase holds at its head, in full as far as the article prints it."""
        first, last = source
        flags, lower = self._words.flags, self._words.lower
        comma = next((k for k in range(first, last) if lower[k] in ",("), last)
        if any(flags[k] & Word.CONJUNCTIONS and flags[k + 1] & (Word.CAPITAL | Word.ROLES) for k in range(first + 1, comma - 1)):
            return None  # two names
        head = next((k for k in range(first + 1, comma) if flags[k] & _HEAD_ENDS and not flags[k] & Word.CAPITAL), comma)
        if name := self._at_end(first, head):
            return name
        if comma + 1 < last and lower[comma] == "," and (name := self._at_end(comma + 1, last, words_least=2)):  # "the mayor, Bo Li"
            return name
        return self._at_end(first, comma) if head < comma else None

    def _at_end(self, first: int, end: int, words_least: int = 1) -> str | None:
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
        bare = self._stripped(start, end) if start == first or any(self._is_role(k) for k in range(start, end)) else (start, end)
        if bare[0] == bare[1]:
            return None
        if bare[1] - bare[0] > 2 and bare[0] > first and flags[bare[0] - 1] & _HEAD_ENDS and bare[0] == start:
            bare = (bare[1] - 2, bare[1])
        if bare[1] - bare[0] < words_least:
            return None
        if bare[1] - bare[0] == 1:
            full = self._full.get(self._bare(bare[0]), set())
            if len(full) == 1:
                return next(iter(full))
            if self._words.lexicon.verb_second and bare[0] > first and flags[bare[0] - 1] & Word.DETERMINERS:
                return None  # a noun: "der Staatsanwalt"
        return self._text(*bare)
