"""Cues → statements: which words of the sentence are what the source said, and whether they are its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from octavo.annotate.quotes_cues import Cue, cues_of
from octavo.annotate.quotes_lexicon import Lexicon, Word
from octavo.annotate.quotes_speakers import Phrase, sentence_subject
from octavo.annotate.quotes_words import Sentence, Words
from octavo.model import QuoteKind, Span

_QUOTED, _QUOTATION, _MARK = int(Word.QUOTED), int(Word.QUOTED | Word.SCARE), int(Word.MARK)
_INTRODUCES, _STOP, _CONJUNCTION = int(Word.INTRODUCES), int(Word.STOPS), int(Word.CONJUNCTIONS)
_ADJUNCT = int(Word.PREPOSITIONS | Word.TIMES | Word.ADVERBS)
_LIGHT = int(Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS | Word.STOPS)
_EMPTY = int(Word.MARK | Word.TIMES | Word.CONJUNCTIONS)
_ADJUNCT_WORDS = 16  # between a verb and its statement: "told reporters in Bo on Monday that"


@dataclass(slots=True)
class Statement:
    """A quote in the making, in words rather than characters."""

    sentence: int
    source: Phrase | None
    cue: tuple[Phrase, ...]
    content: list[Phrase]
    kind: QuoteKind
    quoted: list[int] = field(default_factory=list)  # words of its own that are quotations


def statements(words: Words, sentences: Sequence[Sentence], lexicon: Lexicon) -> list[Statement]:
    """All statements of a text, in order of their sentences."""
    found: list[Statement] = []
    taken: set[int] = set()
    for number, sentence in enumerate(sentences):
        here: list[Statement] = []
        cues = cues_of(words, sentence, lexicon)
        for index, cue in enumerate(cues):
            if statement := _of_cue(words, sentence, number, cues, index, taken, lexicon):
                here.append(statement)
                taken.update(statement.quoted)
        here += _uncued(words, sentences, number, cues, found + here, taken, lexicon)
        found += here
    return found


def _of_cue(
    words: Words, sentence: Sentence, number: int, cues: list[Cue], index: int, taken: set[int], lexicon: Lexicon
) -> Statement | None:
    cue = cues[index]
    content = _quoted_left(words, sentence, cue, cues, index, taken)
    if content:
        right = _quoted_right(words, sentence, cue)
        if right:
            content.append(right)
        return _statement(words, number, cue, content)
    if cue.source_first and (around := _around(words, sentence, cue)):
        return _statement(words, number, cue, around)
    right = _right(words, sentence, cues, index, lexicon)
    if right and any(words.flags[k] & _QUOTED and k in taken for k in range(*right)) and len(_quotations(words, right)) == right[1] - right[0]:
        right = None
    if right:
        return _statement(words, number, cue, [right])
    left = _clause_left(words, sentence, cue, cues, index)
    return _statement(words, number, cue, [left]) if left else None


def _around(words: Words, sentence: Sentence, cue: Cue) -> list[Phrase]:
    """The statement on both sides of a source that is put into it: "Prices, according to the bank, will fall"."""
    left, right = cue.first, cue.last
    if left > sentence.first and words.lower[left - 1] in ",-–—":
        left -= 1
    if right < sentence.last and words.lower[right] in ",-–—":
        right += 1
    end = sentence.last
    while end > right and words.flags[end - 1] & _MARK:
        end -= 1
    return [(sentence.first, left), (right, end)] if left - sentence.first >= 2 and end - right >= 2 else []


def _quotations(words: Words, phrase: Phrase) -> list[int]:
    return [k for k in range(*phrase) if words.flags[k] & _QUOTATION]


def _statement(words: Words, number: int, cue: Cue, content: list[Phrase]) -> Statement | None:
    quoted = [k for part in content for k in _quotations(words, part)]
    plain = sum(not words.flags[k] & (_QUOTATION | _MARK) and not words.flags[k] & _LIGHT for part in content for k in range(*part))
    if not quoted:
        enough = sum(not words.flags[k] & _EMPTY for part in content for k in range(*part)) >= 2
        return Statement(number, cue.source, cue.words, content, QuoteKind.INDIRECT) if enough else None
    if plain:
        return Statement(number, cue.source, cue.words, content, QuoteKind.MIXED, quoted)
    return Statement(number, cue.source, cue.words, [(k, k + 1) for k in quoted], QuoteKind.DIRECT, quoted)


def _quoted_left(words: Words, sentence: Sentence, cue: Cue, cues: list[Cue], index: int, taken: set[int]) -> list[Phrase]:
    """The quotation that ends before cue and source, with the words of the same sentence that lead into it."""
    at = cue.first - 1
    while at > sentence.first and words.lower[at] in ",-–—":
        at -= 1
    if at < sentence.first or not words.flags[at] & _QUOTATION or at in taken or not cue.both_sides:
        return []
    if words.flags[at] & _QUOTED == 0 and words.text[words.marks[at].inner[1] - 1] not in ",!?." and words.lower[cue.first - 1] != ",":
        return []
    bound = max((c.last for c in cues[:index] if c.last <= at), default=sentence.first)
    first = at
    while first > bound and (words.flags[first - 1] & _QUOTATION or not words.flags[first - 1] & _MARK or words.lower[first - 1] in ",.'’-"):
        first -= 1
    plain = sum(not words.flags[k] & (_QUOTATION | _MARK) for k in range(first, at))
    return [(first, at + 1)] if plain >= 2 else [(at, at + 1)]


def _quoted_right(words: Words, sentence: Sentence, cue: Cue) -> Phrase | None:
    """The second half of a quotation that the cue interrupts."""
    for at in range(cue.last, min(sentence.last, cue.last + 12)):
        if words.flags[at] & _QUOTED:
            return (at, at + 1) if words.lower[at - 1] in ",:;-–—" or at == cue.last else None
    return None


def _right(words: Words, sentence: Sentence, cues: list[Cue], index: int, lexicon: Lexicon) -> Phrase | None:
    """The statement behind cue and source."""
    cue = cues[index]
    at = _right_start(words, sentence, cue, lexicon)
    if at is None:
        return None
    end = sentence.last
    for later in cues[index + 1 :]:
        cut = _cut_before(words, later, at)
        if cut is not None:
            end = min(end, cut)
    while end > at and words.flags[end - 1] & _MARK:
        end -= 1
    return (at, end) if end > at else None


def _cut_before(words: Words, later: Cue, at: int) -> int | None:
    """Where a statement ends because another cue begins a clause of its own: at its comma or conjunction."""
    k = later.first - 1
    while k > at and words.flags[k] & (_STOP | _CONJUNCTION) and not words.flags[k] & _INTRODUCES:
        k -= 1
    if k > at and (words.lower[k] in ",;—–" or k < later.first - 1):
        return k if words.lower[k] in ",;—–" else k + 1
    return None


def _right_start(words: Words, sentence: Sentence, cue: Cue, lexicon: Lexicon) -> int | None:
    flags, lower = words.flags, words.lower
    at = cue.last
    if at >= sentence.last:
        return None
    if cue.source_first:  # "According to X, ..." at the sentence's start, or without a comma in a verb-second language
        if lower[at] == "," and cue.first <= sentence.first + 2:
            return at + 1
        return at if lexicon.verb_second and cue.first <= sentence.first + 2 else None
    limit = min(sentence.last, at + _ADJUNCT_WORDS)
    comma = None
    for k in range(at, limit):
        if flags[k] & _QUOTATION:
            return k if k == at or lower[k - 1] in ",:" else comma if comma is not None and lexicon.verb_second else at
        if lower[k] == ":":
            return k + 1
        if flags[k] & _INTRODUCES:
            return k
        if flags[k] & _STOP and k > at:
            break
        if lower[k] == ",":
            if comma is not None:
                break
            comma = k + 1
            if lexicon.verb_second:
                return comma
        elif flags[k] & _MARK and lower[k] not in "'’.-@":
            break
    if flags[at] & _MARK:
        return None
    if flags[at] & _ADJUNCT and cue.both_sides:
        return None if _comma_before(words, sentence, cue) else at
    return at


def _comma_before(words: Words, sentence: Sentence, cue: Cue) -> bool:
    return cue.first - 2 >= sentence.first and words.lower[cue.first - 1] == ","


def _clause_left(words: Words, sentence: Sentence, cue: Cue, cues: list[Cue], index: int) -> Phrase | None:
    """The statement before cue and source: "..., she said"."""
    if not cue.both_sides or not cue.own_clause:
        return None
    end = cue.first
    if words.lower[end - 1] in ",—–-":
        end -= 1
    elif not cue.source_first:
        return None
    first = sentence.first
    while first < end and words.flags[first] & _MARK:
        first += 1
    return (first, end) if end - first >= 3 else None


def _uncued(
    words: Words, sentences: Sequence[Sentence], number: int, cues: list[Cue], before: list[Statement], taken: set[int], lexicon: Lexicon
) -> list[Statement]:
    """Long quotations that no cue of their sentence claimed."""
    sentence = sentences[number]
    free = [k for k in range(sentence.first, sentence.last) if words.flags[k] & _QUOTED and k not in taken]
    if not free:
        return []
    taken.update(free)
    alone = all(words.flags[k] & (_QUOTED | _MARK) for k in range(sentence.first, sentence.last))
    last = before[-1] if before else None
    if alone and last and last.quoted and last.sentence == number - 1 and _runs_on(words, sentences, number, last):
        if lexicon.apart:
            return [Statement(number, last.source, last.cue, [(k, k + 1) for k in free], QuoteKind.DIRECT, free)]
        last.content += [(k, k + 1) for k in free]
        last.quoted += free
        last.sentence = number
        return []
    source = cue = None
    if alone and number and words.lower[sentences[number - 1].last - 1] == ":":
        source = sentence_subject(words, sentences[number - 1], sentences[number - 1].last, lexicon)
    elif alone:
        if last and last.quoted:
            source, cue = last.source, last.cue
    else:
        near = [c for c in cues if c.source]
        source = near[-1].source if near else sentence_subject(words, sentence, free[0], lexicon)
        cue = near[-1].words if near else None
    return [Statement(number, source, cue or (), [(k, k + 1)], QuoteKind.DIRECT, [k]) for k in free]


def _runs_on(words: Words, sentences: Sequence[Sentence], number: int, last: Statement) -> bool:
    """Whether a quotation of its own goes on with the one before: same paragraph, or that one was left open."""
    return sentences[number].paragraph == sentences[number - 1].paragraph or not words.marks[last.quoted[-1]].closed


def characters(words: Words, phrase: Phrase) -> Span:
    """Phrase → characters: a lone quotation without its marks, else from the first word to the last."""
    return words.span(*phrase)
