"""Who speaks: the noun phrase to the left or the right of a speech verb, found by small words and punctuation alone.

Positions are indices into `Words`; a phrase is a range [first, last) of them.
"""

from __future__ import annotations

from octavo.annotate.quotes_lexicon import Lexicon, Word
from octavo.annotate.quotes_words import Sentence, Words

Phrase = tuple[int, int]

_LONGEST = 25  # words of a name with what is said about it
_CUE = int(Word.SPEECH | Word.POSITION)
_BETWEEN = int(Word.AUXILIARIES | Word.ADVERBS | Word.TIMES)
_NOT_LAST = int(Word.PREPOSITIONS | Word.DETERMINERS | Word.LINKS | Word.INTRODUCES | Word.CONJUNCTIONS | Word.STOPS)
_NOT_FIRST = int(Word.PREPOSITIONS | Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS)
_CAPITAL, _MARK, _QUOTED, _STOP, _PRONOUN = (int(w) for w in (Word.CAPITAL, Word.MARK, Word.QUOTED, Word.STOPS, Word.PRONOUNS))
_DETERMINER, _PREPOSITION, _LINK, _TIME = (int(w) for w in (Word.DETERMINERS, Word.PREPOSITIONS, Word.LINKS, Word.TIMES))
_CONJUNCTION, _RELATIVE, _ROLE, _AUXILIARY, _ADVERB = (
    int(w) for w in (Word.CONJUNCTIONS, Word.RELATIVES, Word.ROLES, Word.AUXILIARIES, Word.ADVERBS)
)


def verb_group_start(words: Words, sentence: Sentence, verb: int) -> int:
    """Where the verb's auxiliaries and adverbs begin: "has also [said]"."""
    at = verb
    while at > sentence.first and words.flags[at - 1] & _BETWEEN and not words.flags[at - 1] & _PRONOUN:
        at -= 1
    # "on Monday" before the verb goes with its adverbs
    while at < verb and at > sentence.first and words.flags[at] & _TIME and words.flags[at - 1] & _PREPOSITION:
        at -= 1
        while at > sentence.first and words.flags[at - 1] & (_AUXILIARY | _ADVERB):
            at -= 1
    return at


def left_of(words: Words, sentence: Sentence, verb: int, lexicon: Lexicon) -> Phrase | None:
    """The subject that ends before the verb group, with what stands behind it between commas."""
    end = verb_group_start(words, sentence, verb)
    if end == sentence.first:
        return None
    if words.lower[end - 1] in ",)—–-":
        opening = _opening(words, sentence, end - 1)
        inner = opening and _plain_left(words, sentence, opening, lexicon)
        return (inner[0], end) if inner and opening and end - opening <= _LONGEST else None
    return _plain_left(words, sentence, end, lexicon)


def _opening(words: Words, sentence: Sentence, closing: int) -> int | None:
    """The mark that opens what `closing` closes: the comma before a comma, the bracket before a bracket."""
    wanted = "(" if words.lower[closing] == ")" else words.lower[closing]
    for at in range(closing - 1, sentence.first, -1):
        if words.lower[at] == wanted:
            return at if at < closing - 1 else None
        if words.flags[at] & _QUOTED:
            return None
    return None


def _plain_left(words: Words, sentence: Sentence, end: int, lexicon: Lexicon) -> Phrase | None:
    flags, lower = words.flags, words.lower
    at = end
    while at > sentence.first and end - at < _LONGEST:
        f = flags[at - 1]
        if f & _PRONOUN and not f & _CAPITAL or f & _PRONOUN and at - 1 == sentence.first:
            if at == end:
                return (at - 1, end)
            if not (f & _RELATIVE and _goes_on(words, at, end)):
                break
        elif f & _QUOTED:
            break
        elif f & _MARK:
            if lower[at - 1] == ")" and (opening := _opening(words, sentence, at - 1)) is not None:
                at = opening
                continue
            if lower[at - 1] not in ".'’%$&/#@-":
                break
        elif f & _STOP:
            if not (f & _RELATIVE and at < end and _goes_on(words, at, end)):
                break
        elif f & _CONJUNCTION:
            if at == end or not _joins(words, sentence, at - 1):
                break
        elif f & _CUE and not f & _CAPITAL and not (at - 2 >= sentence.first and flags[at - 2] & (_DETERMINER | _ROLE)):
            break
        at -= 1
    return _trimmed(words, sentence, at, end, lexicon)


def _goes_on(words: Words, at: int, end: int) -> bool:
    """Whether a relative clause begins at `at` (so that it belongs to the phrase): its first word is no subject."""
    return at < end and not words.flags[at] & (_CAPITAL | _DETERMINER | _PRONOUN)


def _joins(words: Words, sentence: Sentence, conjunction: int) -> bool:
    """Whether "and" joins two names or nouns rather than two clauses."""
    if conjunction == sentence.first:
        return False
    left, right = words.flags[conjunction - 1], words.flags[conjunction + 1] if conjunction + 1 < sentence.last else 0
    if left & _CAPITAL or words.lower[conjunction - 1] in ",":
        return bool(right & (_CAPITAL | _DETERMINER | _ROLE))
    return bool(left & _ROLE and right & (_ROLE | _CAPITAL))


def _trimmed(words: Words, sentence: Sentence, first: int, last: int, lexicon: Lexicon) -> Phrase | None:
    """A candidate without the words at its edges that belong to none; None when nothing that can speak is left."""
    flags = words.flags
    while first < last and words.lower[first] in "-–—.&/'’":
        first += 1
    if first < last and flags[first] & (_PREPOSITION | _STOP) and not flags[first] & _DETERMINER:
        if lexicon.verb_second:
            return None
        first = _inner_start(words, first, last)
    while first < last and flags[first] & _NOT_FIRST and not flags[first] & (_DETERMINER | _PRONOUN):
        first += 1
    if first == last or flags[last - 1] & _NOT_LAST and not flags[last - 1] & _CAPITAL:
        return None
    return (first, last)


def _inner_start(words: Words, first: int, last: int) -> int:
    """The subject's start behind a leading phrase such as "In Tokyo": the last noun phrase that hangs on no preposition."""
    flags = words.flags
    for at in range(last - 1, first, -1):
        before = flags[at - 1]
        if before & (_PREPOSITION | _LINK | _DETERMINER):
            continue
        if flags[at] & _DETERMINER or (flags[at] & _CAPITAL and not before & (_CAPITAL | _ROLE)):
            return at
    return last


def right_of(words: Words, sentence: Sentence, at: int, lexicon: Lexicon) -> Phrase | None:
    """The subject that begins at `at` or behind adverbs there, with the apposition behind it ("said Bo Li, the mayor")."""
    flags, lower = words.flags, words.lower
    while at < sentence.last and flags[at] & (_ADVERB | _TIME | _AUXILIARY) and not flags[at] & (_DETERMINER | _CAPITAL):
        at += 1
    if at >= sentence.last or flags[at] & (_QUOTED | _STOP) or (flags[at] & _MARK and lower[at] not in "@"):
        return None
    if flags[at] & _PRONOUN:
        return (at, at + 1)
    if flags[at] & _PREPOSITION and not flags[at] & _DETERMINER:
        return None
    end = _phrase_end(words, sentence, at, lexicon)
    if end == at or not any(flags[k] & (_CAPITAL | _ROLE | _DETERMINER) for k in range(at, end)):
        return None
    return (at, _with_apposition(words, sentence, end))


def _phrase_end(words: Words, sentence: Sentence, at: int, lexicon: Lexicon) -> int:
    flags, lower = words.flags, words.lower
    first = at
    noun = False  # whether a noun stands already, so that a lower-case word may end the phrase
    while at < sentence.last and at - first < _LONGEST:
        f = flags[at]
        if f & _MARK:
            if lower[at] == "(":
                closing = next((k for k in range(at, sentence.last) if lower[k] == ")"), None)
                if closing is None:
                    break
                at = closing + 1
                continue
            if lower[at] not in ".'’&/@-" or at + 1 >= sentence.last:
                break
        elif f & (_QUOTED | _STOP) or (f & _TIME and noun and not f & _DETERMINER):
            break
        elif f & _CAPITAL:
            noun = True
        elif f & _LINK:
            if not noun and at > first:
                break
        elif f & _CONJUNCTION:
            if not _joins(words, sentence, at):
                break
        elif f & (_PREPOSITION | _ADVERB | _AUXILIARY | _PRONOUN):
            break
        elif lexicon.verb_second and noun and not f & _DETERMINER and not _noun_follows(words, sentence, at):
            break
        elif f & _ROLE:
            noun = True
        at += 1
    while at > first and flags[at - 1] & (_LINK | _CONJUNCTION | _DETERMINER) and not flags[at - 1] & _CAPITAL:
        at -= 1
    return at


def _noun_follows(words: Words, sentence: Sentence, at: int) -> bool:
    """Whether lower-case words from here are adjectives of a phrase that a link or article opened ("des neuen Rates")."""
    before = words.flags[at - 1]
    return bool(before & (_LINK | _DETERMINER)) or (
        not before & (_CAPITAL | _MARK) and at + 1 < sentence.last and bool(words.flags[at + 1] & _CAPITAL)
    )


def _with_apposition(words: Words, sentence: Sentence, end: int) -> int:
    """The end of "..., the mayor of Bo" behind a name: up to the next comma, quotation or the sentence's end."""
    flags, lower = words.flags, words.lower
    if end + 1 >= sentence.last or lower[end] != ",":
        return end
    f = flags[end + 1]
    if not (f & (_DETERMINER | _ROLE) or lower[end + 1].isdigit()) or f & _PRONOUN:
        return end
    for at in range(end + 1, min(sentence.last, end + _LONGEST)):
        if flags[at] & (_QUOTED | _RELATIVE) or lower[at] in ",;:—–":
            return end + 1 if at == end + 1 else at
    return sentence.last - 1 if sentence.last - end <= _LONGEST and lower[sentence.last - 1] in ".!?" else end


def sentence_subject(words: Words, sentence: Sentence, before: int, lexicon: Lexicon) -> Phrase | None:
    """The subject of the clause that a sentence opens with, looked for up to `before`."""
    flags, lower = words.flags, words.lower
    at = sentence.first
    if flags[at] & (_PREPOSITION | _STOP) and not flags[at] & _PRONOUN:
        comma = next((k for k in range(at, before) if lower[k] == ","), None)
        if comma is None:
            return None
        at = comma + 1
    while at < before and flags[at] & (_ADVERB | _TIME | _CONJUNCTION | _MARK) and not flags[at] & _DETERMINER:
        at += 1
    if at >= before:
        return None
    if flags[at] & _PRONOUN:
        return (at, at + 1)
    first = at
    noun = False
    while at < before and at - first < _LONGEST:
        f = flags[at]
        if f & (_CUE | _AUXILIARY | _ADVERB | _STOP | _QUOTED | _PRONOUN) and not f & (_CAPITAL | _DETERMINER | _ROLE) or f & _MARK and lower[at] not in ".'’&-":
            break
        if f & (_CAPITAL | _ROLE):
            noun = True
        elif noun and not f & (_LINK | _CONJUNCTION | _DETERMINER | _PREPOSITION) and not flags[at - 1] & (_LINK | _CONJUNCTION | _DETERMINER | _PREPOSITION):
            break
        at += 1
    while at > first and flags[at - 1] & _NOT_LAST and not flags[at - 1] & _CAPITAL:
        at -= 1
    return (first, at) if at > first else None
