"""Cues → statements: which words of the sentence are what the source said, and whether they are its own words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from octavo.annotate.quotes_cues import Cue, cues_of
from octavo.annotate.quotes_judge import Judge
from octavo.annotate.quotes_lexicon import Word
from octavo.annotate.quotes_sources import Spoke
from octavo.annotate.quotes_speakers import Phrase
from octavo.annotate.quotes_words import Sentence, Words
from octavo.model import QuoteKind

_QUOTATION = Word.QUOTED | Word.SCARE
_ADJUNCT = Word.PREPOSITIONS | Word.TIMES | Word.ADVERBS
_LIGHT = Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS | Word.STOPS
_PLAIN = Word.MARK | _LIGHT  # what may stand around a quotation without being words of its own
_EMPTY = Word.MARK | Word.TIMES | Word.CONJUNCTIONS
_IN_NAME = Word.CAPITAL | Word.DETERMINERS | Word.LINKS | Word.MARK | Word.ROLES | Word.ADVERBS
_SUBJECT = Word.STOPS | Word.AUXILIARIES | Word.PRONOUNS
_LABEL_WORDS = 14  # before a colon, for who speaks behind it
_RECENT = 12  # statements before a quotation whose sources may have said it
_LONGEST_SENTENCE = 300  # words; what is longer is a list or a table, no prose
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


def statements(words: Words, sentences: Sequence[Sentence], judge: Judge) -> list[Statement]:
    """All statements of a text, in order of their sentences; `judge` decides what rules leave open."""
    found: list[Statement] = []
    taken: set[int] = set()
    for number, sentence in enumerate(sentences):
        here: list[Statement] = []
        cues = cues_of(words, sentence, judge) if sentence.last - sentence.first <= _LONGEST_SENTENCE else []
        for index in range(len(cues)):
            if statement := _of_cue(words, sentence, number, cues, index, taken, judge):
                here.append(statement)
                taken.update(statement.quoted)
        if not here and found and (statement := _continued(words, sentences, number, taken, found[-1])):
            here.append(statement)
            taken.update(statement.quoted)
        if number == 0 and not here and (statement := _headline(words, sentence)):
            here.append(statement)
        here = [s for s in here if not _within(s, here)]
        if words.lexicon.apart:
            here += [own for s in here for own in _own_words(words, sentence, s, judge)]
        here += _uncued(words, sentences, number, found, here, taken, judge)
        found += here
    return found


def _within(statement: Statement, others: Sequence[Statement]) -> bool:
    """Whether a reported statement is part of another one: what she says that he thinks is her statement."""
    if statement.kind is QuoteKind.DIRECT:
        return False
    own = [part for part in (statement.source, *statement.cue) if part]
    held = (part for other in others if other is not statement for part in other.content)
    return any(first <= part[0] and part[1] <= last for first, last in held for part in own)


def _of_cue(words: Words, sentence: Sentence, number: int, cues: list[Cue], index: int, taken: set[int], judge: Judge) -> Statement | None:
    cue = cues[index]
    content = _quoted_left(words, sentence, cue, cues, index, taken)
    if content:
        right = _quoted_right(words, sentence, cue)
        if right:
            content.append(right)
        return _statement(words, number, cue, content)
    if cue.source_first and (around := _around(words, sentence, cue)):
        return _statement(words, number, cue, around)
    right = _right(words, sentence, cues, index, judge)
    if right and not taken.issuperset(range(*right)):
        return _statement(words, number, cue, [right])
    left = _clause_left(words, sentence, cue)
    return _statement(words, number, cue, [left]) if left else None


def _own_words(words: Words, sentence: Sentence, statement: Statement, judge: Judge) -> list[Statement]:
    """The marked words within a reported statement, as quotes beside it."""
    if statement.kind is not QuoteKind.INDIRECT:
        return []
    return [
        Statement(statement.sentence, statement.source, statement.cue, [(k, k + 1)], QuoteKind.DIRECT, [k])
        for k in statement.quoted
        if judge.is_own(words, sentence, k, "within")
    ]


def _around(words: Words, sentence: Sentence, cue: Cue) -> list[Phrase]:
    """The statement on both sides of a source that is put into it: "Prices, according to the bank, will fall"."""
    left, right = cue.first, cue.last
    if left > sentence.first and words.lower[left - 1] in ",-–—":
        left -= 1
    if right < sentence.last and words.lower[right] in ",-–—":
        right += 1
    end = sentence.last
    while end > right and words.flags[end - 1] & Word.MARK:
        end -= 1
    return [(sentence.first, left), (right, end)] if left - sentence.first >= 2 and end - right >= 2 else []


def _quotations(words: Words, phrase: Phrase) -> list[int]:
    return [k for k in range(*phrase) if words.flags[k] & _QUOTATION]


def _statement(words: Words, number: int, cue: Cue, content: list[Phrase]) -> Statement | None:
    flags = words.flags
    own = [k for part in content for k in range(*part)]
    quoted = [k for k in own if flags[k] & _QUOTATION or (k in words.marks and not cue.both_sides)]
    if not quoted:
        enough = sum([not flags[k] & _EMPTY for k in own]) >= 2
        return Statement(number, cue.source, cue.words, content, QuoteKind.INDIRECT) if enough else None
    plain = any(not flags[k] & (_QUOTATION | _PLAIN) for k in own)
    if plain:
        return Statement(number, cue.source, cue.words, content, _mixed(words), quoted)
    return Statement(number, cue.source, cue.words, [(k, k + 1) for k in quoted], QuoteKind.DIRECT, quoted)


def _mixed(words: Words) -> QuoteKind:
    """What a reported statement with marked words is: where these are quotes of their own, what is left is indirect."""
    return QuoteKind.INDIRECT if words.lexicon.apart else QuoteKind.MIXED


def _quoted_left(words: Words, sentence: Sentence, cue: Cue, cues: list[Cue], index: int, taken: set[int]) -> list[Phrase]:
    """The quotation that ends before cue and source, with the words of the same sentence that lead into it."""
    at = _before(words, sentence, cue) - 1
    while at > sentence.first and words.lower[at] in ",-–—":
        at -= 1
    if at < sentence.first or not words.flags[at] & _QUOTATION or at in taken or not cue.both_sides:
        return []
    if (
        words.flags[at] & Word.QUOTED == 0
        and words.text[words.marks[at].inner[1] - 1] not in ",!?."
        and words.lower[cue.first - 1] not in ",—–"
    ):
        return []
    if words.lexicon.apart:
        return [(at, at + 1)]
    bound = max((c.last for c in cues[:index] if c.last <= at), default=sentence.first)
    first = at
    while first > bound and (
        words.flags[first - 1] & _QUOTATION or not words.flags[first - 1] & Word.MARK or words.lower[first - 1] in ",.'’-"
    ):
        first -= 1
    plain = sum(not words.flags[k] & (_QUOTATION | Word.MARK) for k in range(first, at))
    return [(first, at + 1)] if plain >= 2 else [(at, at + 1)]


def _before(words: Words, sentence: Sentence, cue: Cue) -> int:
    """Where cue and source begin, with the "as" of "..., as she said"."""
    return cue.first - 1 if cue.first > sentence.first and words.flags[cue.first - 1] & Word.AS else cue.first


def _quoted_right(words: Words, sentence: Sentence, cue: Cue) -> Phrase | None:
    """The second half of a quotation that the cue interrupts."""
    for at in range(cue.last, min(sentence.last, cue.last + 12)):
        if words.flags[at] & Word.QUOTED:
            return (at, at + 1) if words.lower[at - 1] in ",:;-–—" or at == cue.last else None
    return None


def _right(words: Words, sentence: Sentence, cues: list[Cue], index: int, judge: Judge) -> Phrase | None:
    """The statement behind cue and source."""
    at = _right_start(words, sentence, cues, index)
    if at is None:
        return None
    end = sentence.last
    for later in cues[index + 1 :]:
        cut = _cut_before(words, cues[index], later, at)
        if cut is not None:
            end = min(end, cut)
    while end > at and words.flags[end - 1] & Word.MARK:
        end -= 1
    if not cues[index].source_first:
        end = judge.end(words, sentence, cues[index].words[0][0], at, end)
    return (at, end) if end > at else None


def _cut_before(words: Words, cue: Cue, later: Cue, at: int) -> int | None:
    """Where a statement ends because another cue begins a clause of its own: at its comma or conjunction, or where its source ends."""
    if later.source and later.source[0] <= cue.first and at < later.source[1]:  # "a man who asked for help said"
        return later.source[1]
    k = later.first - 1
    while k > at and words.flags[k] & (Word.STOPS | Word.CONJUNCTIONS) and not words.flags[k] & Word.INTRODUCES:
        k -= 1
    if k > at and (words.lower[k] in ",;—–" or k < later.first - 1):
        return k if words.lower[k] in ",;—–" else k + 1
    return None


def _right_start(words: Words, sentence: Sentence, cues: list[Cue], index: int) -> int | None:
    flags, lower = words.flags, words.lower
    cue = cues[index]
    at = cue.last
    if at >= sentence.last:
        return None
    if cue.source_first:  # "According to X, ..." at the sentence's start, or without a comma in a verb-second language
        if lower[at] == "," and cue.first <= sentence.first + 2:
            return at + 1
        return at if words.lexicon.verb_second and cue.first <= sentence.first + 2 else None
    following = cues[index + 1].first if index + 1 < len(cues) else sentence.last
    for k in range(at, following - 1):
        if lower[k] == ":" and flags[k + 1] & Word.QUOTED:
            return k + 1
    limit = min(sentence.last, at + _ADJUNCT_WORDS) if cue.both_sides or words.lexicon.verb_second else at + 1
    comma = None
    for k in range(at, limit):
        if flags[k] & _QUOTATION:
            return k if k == at or lower[k - 1] in ",:" else comma if comma is not None and words.lexicon.verb_second else at
        if lower[k] == ":":
            return k + 1
        if flags[k] & Word.INTRODUCES:
            return k
        if flags[k] & _SUBJECT:  # a clause has begun without "that"
            break
        if lower[k] == ",":
            if comma is not None:
                break
            comma = k + 1
            if words.lexicon.verb_second:
                return comma
        elif flags[k] & Word.MARK and lower[k] not in "'’.-@":
            break
    if flags[at] & Word.MARK:
        return at + 1 if at + 1 < sentence.last and lower[at] == "," and flags[at + 1] & Word.INTRODUCES else None
    if flags[at] & _ADJUNCT and cue.both_sides:
        return None if _comma_before(words, sentence, cue) else at
    return at


def _comma_before(words: Words, sentence: Sentence, cue: Cue) -> bool:
    return cue.first - 2 >= sentence.first and words.lower[cue.first - 1] == ","


def _clause_left(words: Words, sentence: Sentence, cue: Cue) -> Phrase | None:
    """The statement before cue and source: "..., she said"."""
    if not cue.both_sides or not cue.own_clause:
        return None
    end = _before(words, sentence, cue)
    if words.lower[end - 1] in ",—–-":
        end -= 1
    elif not cue.source_first:
        return None
    first = sentence.first
    while first < end and words.flags[first] & Word.MARK:
        first += 1
    return (first, end) if end - first >= 3 else None


def _uncued(
    words: Words, sentences: Sequence[Sentence], number: int, found: list[Statement], here: list[Statement], taken: set[int], judge: Judge
) -> list[Statement]:
    """Quotations that no cue of their sentence claimed; `found` are the statements before the sentence, `here` those of its cues."""
    sentence = sentences[number]
    marks = [
        k for k in words.places[bisect_left(words.places, sentence.first) : bisect_left(words.places, sentence.last)] if k not in taken
    ]
    if not marks:
        return []
    alone = all(k in words.marks or words.flags[k] & Word.MARK for k in range(sentence.first, sentence.last))
    last = next(reversed(here or found), None)
    follows = last is not None and last.sentence == number - 1 and _runs_on(words, sentences, number, last)
    beside = last is not None and last.sentence == number
    place = "alone" if alone else "beside" if beside else "after" if follows else "apart"
    free = [k for k in marks if judge.is_own(words, sentence, k, place)]
    if not free:
        return []
    taken.update(free)
    if alone and follows and last and last.quoted and not words.lexicon.apart:
        last.content += [(k, k + 1) for k in free]
        last.quoted += free
        last.sentence = number
        return []
    own: list[Statement] = []
    for k in free:
        if alone and last and last.source is None and last.cue:  # who speaks is told by the verb alone
            source, cue = None, last.cue
        elif sentence.last - sentence.first > _LONGEST_SENTENCE:
            source, cue = None, ()
        else:
            source, cue = judge.source(words, sentences, number, k, spoke([*found[-_RECENT:], *here, *own])), ()
        own.append(Statement(number, source, cue, [(k, k + 1)], QuoteKind.DIRECT, [k]))
    return own


def spoke(before: Sequence[Statement]) -> list[Spoke]:
    """The sources of the latest of these statements, the last one first."""
    return [(statement.source, statement.sentence) for statement in reversed(before[-_RECENT:]) if statement.source]


def _continued(words: Words, sentences: Sequence[Sentence], number: int, taken: set[int], last: Statement) -> Statement | None:
    """A sentence without a cue whose verb forms say that the last source still speaks: "Es sei zu spät."""
    sentence = sentences[number]
    if not words.lexicon.reported or last.sentence != number - 1 or not _runs_on(words, sentences, number, last) or last.source is None:
        return None
    if not any(words.flags[k] & Word.REPORTED for k in range(sentence.first, sentence.last)):
        return None
    end = sentence.last
    while end > sentence.first and words.flags[end - 1] & Word.MARK:
        end -= 1
    quoted = [k for k in _quotations(words, (sentence.first, end)) if k not in taken]
    kind = _mixed(words) if quoted else QuoteKind.INDIRECT
    return Statement(number, last.source, (), [(sentence.first, end)], kind, quoted)


def _headline(words: Words, sentence: Sentence) -> Statement | None:
    """ "Lind: Bridge will hold": a name that the text goes on to speak of, a colon, and what was said."""
    lower = words.lower
    colon = next((k for k in range(sentence.first + 1, min(sentence.last, sentence.first + _LABEL_WORDS)) if lower[k] == ":"), None)
    end = sentence.last
    while end > sentence.first and words.flags[end - 1] & Word.MARK:
        end -= 1
    if colon is None or end - colon <= 3 or any(words.flags[k] & _QUOTATION for k in range(sentence.first, end)):
        return None
    before = words.flags[sentence.first : colon]
    if words.lexicon.capitals:
        named = all(flags & _IN_NAME for flags in before) and before[-1] & Word.CAPITAL
    else:
        named = not any(flags & ~_IN_NAME for flags in before)
    if not named or lower[colon - 1] not in lower[sentence.last :]:
        return None
    return Statement(0, (sentence.first, colon), ((colon, colon + 1),), [(colon + 1, end)], QuoteKind.INDIRECT)


def _runs_on(words: Words, sentences: Sequence[Sentence], number: int, last: Statement) -> bool:
    """Whether a sentence goes on with the statement before: same paragraph, or that one was left open."""
    open_quotation = bool(last.quoted) and not words.marks[last.quoted[-1]].closed
    return sentences[number].paragraph == sentences[number - 1].paragraph or open_quotation
