"""Who speaks: the noun phrase to the left or the right of a speech verb, found by small words and punctuation alone.

Positions are indices into `Words`; a phrase is a range [first, last) of them.
"""

from __future__ import annotations

from octavo.annotate.quotes_lexicon import Word
from octavo.annotate.quotes_words import Sentence, Words

Phrase = tuple[int, int]

_LONGEST = 25  # words of a name with what is said about it
_CUE = Word.SPEECH | Word.POSITION
_BETWEEN = Word.AUXILIARIES | Word.ADVERBS | Word.TIMES
_APPOSITION = Word.RELATIVES | Word.DETERMINERS | Word.CAPITAL | Word.ROLES
_NOT_LAST = Word.PREPOSITIONS | Word.DETERMINERS | Word.LINKS | Word.INTRODUCES | Word.CONJUNCTIONS | Word.STOPS
_BEFORE_NOUN = Word.DETERMINERS | Word.ROLES | Word.RELATIVES  # before what is no cue, or one of a relative clause
_NOUN_PHRASE = Word.CAPITAL | Word.ROLES | Word.DETERMINERS | Word.INSTITUTIONS | Word.GROUPS
_NO_SUBJECT = Word.PREPOSITIONS | Word.ADVERBS | Word.TIMES | Word.STOPS
_SMALL = (
    Word.MARK
    | Word.PREPOSITIONS
    | Word.DETERMINERS
    | Word.LINKS
    | Word.CONJUNCTIONS
    | Word.STOPS
    | Word.ADVERBS
    | Word.TIMES
    | Word.PRONOUNS
)
_NOT_FIRST = Word.PREPOSITIONS | Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS


def verb_group_start(words: Words, sentence: Sentence, verb: int) -> int:
    """Where the verb's auxiliaries and adverbs begin: "has also [said]"."""
    at = verb
    while at > sentence.first and words.flags[at - 1] & _BETWEEN and not words.flags[at - 1] & Word.PRONOUNS:
        at -= 1
    # "on Monday" before the verb goes with its adverbs
    while at < verb and at > sentence.first and words.flags[at] & Word.TIMES and words.flags[at - 1] & Word.PREPOSITIONS:
        at -= 1
        while at > sentence.first and words.flags[at - 1] & (Word.AUXILIARIES | Word.ADVERBS):
            at -= 1
    return at


def left_of(words: Words, sentence: Sentence, verb: int) -> Phrase | None:
    """The subject that ends before the verb group, with what stands behind it between commas."""
    end = verb_group_start(words, sentence, verb)
    if end == sentence.first:
        return None
    if words.lower[end - 1] in ",)—–-":
        opening = _opening(words, sentence, end - 1)
        inner = _plain_left(words, sentence, opening) if opening else None
        if inner is None or opening is None or end - opening > _LONGEST:
            return None
        if words.flags[opening + 1] & _APPOSITION or words.lower[opening + 1].isdigit():
            return inner[0], end
        return None if words.lexicon.verb_second else inner  # ", on Monday," or ", speaking in Bo," is not part of who speaks
    return _plain_left(words, sentence, end)


def is_abbreviation(words: Words, sentence: Sentence, at: int) -> bool:
    """Whether the point at `at` belongs to the word before it ("J.", "Sen.") rather than ending a sentence."""
    if words.lower[at] != "." or at == sentence.first or words.end[at - 1] != words.start[at]:
        return False
    before = words.lower[at - 1]
    return before.isdigit() or (len(before) <= 4 and bool(words.flags[at - 1] & Word.CAPITAL))


def _opening(words: Words, sentence: Sentence, closing: int) -> int | None:
    """The mark that opens what `closing` closes: the comma before a comma, the bracket before a bracket."""
    wanted = "(" if words.lower[closing] == ")" else words.lower[closing]
    for at in range(closing - 1, sentence.first, -1):
        if words.lower[at] == wanted:
            return at if at < closing - 1 else None
        if words.flags[at] & Word.QUOTED:
            return None
    return None


def _plain_left(words: Words, sentence: Sentence, end: int) -> Phrase | None:
    flags, lower = words.flags, words.lower
    at = end
    while at > sentence.first and end - at < _LONGEST:
        f = flags[at - 1]
        if (f & Word.PRONOUNS and not f & Word.CAPITAL) or (f & Word.PRONOUNS and at - 1 == sentence.first):
            if at == end:
                return (at - 1, end)
            if not (f & Word.RELATIVES and _goes_on(words, at, end)):
                break
        elif f & Word.QUOTED:
            break
        elif f & Word.MARK:
            if lower[at - 1] == ")" and (opening := _opening(words, sentence, at - 1)) is not None:
                at = opening
                continue
            if lower[at - 1] not in "'’%$&/#@-" and not is_abbreviation(words, sentence, at - 1):
                break
        elif f & Word.STOPS:
            if not (f & Word.RELATIVES and at < end and _goes_on(words, at, end)):
                break
        elif f & Word.CONJUNCTIONS:
            if at == end or not _joins(words, sentence, at - 1):
                break
        elif f & _CUE and not f & Word.CAPITAL and not (at - 2 >= sentence.first and flags[at - 2] & _BEFORE_NOUN):
            break
        at -= 1
    return _trimmed(words, sentence, at, end)


def _goes_on(words: Words, at: int, end: int) -> bool:
    """Whether a relative clause begins at `at` (so that it belongs to the phrase): its first word is no subject."""
    return at < end and not words.flags[at] & (Word.CAPITAL | Word.DETERMINERS | Word.PRONOUNS)


def _joins(words: Words, sentence: Sentence, conjunction: int) -> bool:
    """Whether "and" joins two names or nouns rather than two clauses."""
    if conjunction == sentence.first:
        return False
    left, right = words.flags[conjunction - 1], words.flags[conjunction + 1] if conjunction + 1 < sentence.last else 0
    if left & Word.CAPITAL or words.lower[conjunction - 1] in ",":
        return bool(right & (Word.CAPITAL | Word.DETERMINERS | Word.ROLES))
    return bool(left & Word.ROLES and right & (Word.ROLES | Word.CAPITAL))


def _trimmed(words: Words, sentence: Sentence, first: int, last: int) -> Phrase | None:
    """A candidate without the words at its edges that belong to none; None when nothing that can speak is left."""
    flags = words.flags
    while first < last and words.lower[first] in "-–—.&/'’":
        first += 1
    if first < last and flags[first] & (Word.PREPOSITIONS | Word.STOPS) and not flags[first] & Word.DETERMINERS:
        if words.lexicon.verb_second:
            return None
        first = _inner_start(words, first, last)
    while first < last and flags[first] & _NOT_FIRST and not flags[first] & (Word.DETERMINERS | Word.PRONOUNS):
        first += 1
    if first == last or (flags[last - 1] & _NOT_LAST and not flags[last - 1] & Word.CAPITAL):
        return None
    return (first, last)


def _inner_start(words: Words, first: int, last: int) -> int:
    """The subject's start behind a leading phrase such as "In Tokyo": the last noun phrase that hangs on no preposition."""
    flags = words.flags
    for at in range(last - 1, first, -1):
        before = flags[at - 1]
        if before & (Word.PREPOSITIONS | Word.LINKS | Word.DETERMINERS):
            continue
        if flags[at] & Word.DETERMINERS or (flags[at] & Word.CAPITAL and not before & (Word.CAPITAL | Word.ROLES)):
            return at
    return last


def right_of(words: Words, sentence: Sentence, at: int, *, closes: bool = True) -> Phrase | None:
    """The subject that begins at `at` or behind adverbs there, with the apposition behind it ("said Bo Li, the mayor").

    The apposition may run to the sentence's end only if the source `closes` the sentence.
    """
    flags, lower = words.flags, words.lower
    while (
        at < sentence.last
        and flags[at] & (Word.ADVERBS | Word.TIMES | Word.AUXILIARIES)
        and not flags[at] & (Word.DETERMINERS | Word.CAPITAL)
    ):
        at += 1
    if at >= sentence.last or flags[at] & (Word.QUOTED | Word.STOPS) or (flags[at] & Word.MARK and lower[at] not in "@"):
        return None
    if flags[at] & Word.PRONOUNS:
        return (at, at + 1)
    if flags[at] & Word.PREPOSITIONS and not flags[at] & Word.DETERMINERS:
        return None
    end = _phrase_end(words, sentence, at)
    lexicon = words.lexicon
    known = not lexicon.capitals or lexicon.case_endings or any(flags[k] & _NOUN_PHRASE for k in range(at, end))
    if end == at or not known:
        return None
    return (at, _with_apposition(words, sentence, end, closes))


def _phrase_end(words: Words, sentence: Sentence, at: int) -> int:
    flags, lower = words.flags, words.lower
    first = at
    noun = False  # whether a noun stands already, so that a lower-case word may end the phrase
    while at < sentence.last and at - first < _LONGEST:
        f = flags[at]
        if f & Word.MARK:
            if lower[at] == "(":
                closing = next((k for k in range(at, sentence.last) if lower[k] == ")"), None)
                if closing is None:
                    break
                at = closing + 1
                continue
            if (lower[at] not in "'’&/@-" and not is_abbreviation(words, sentence, at)) or at + 1 >= sentence.last:
                break
        elif f & (Word.QUOTED | Word.STOPS) or (f & Word.TIMES and noun and not f & Word.DETERMINERS):
            break
        elif f & Word.CAPITAL:
            noun = True
        elif f & Word.LINKS:
            if not noun and at > first:
                break
        elif f & Word.CONJUNCTIONS:
            if not _joins(words, sentence, at):
                break
        elif (f & (Word.PREPOSITIONS | Word.ADVERBS | Word.AUXILIARIES | Word.PRONOUNS) and not f & Word.DETERMINERS) or (
            words.lexicon.verb_second and noun and not _goes_on_with(words, sentence, at)
        ):
            break
        elif f & Word.ROLES:
            noun = True
        at += 1
    while at > first and flags[at - 1] & (Word.LINKS | Word.CONJUNCTIONS | Word.DETERMINERS) and not flags[at - 1] & Word.CAPITAL:
        at -= 1
    return at


def _goes_on_with(words: Words, sentence: Sentence, at: int) -> bool:
    """Whether a noun phrase goes on behind its noun, in a verb-second language: with a genitive, or with adjectives before another noun."""
    if words.flags[at] & Word.DETERMINERS and words.flags[at - 1] & Word.CAPITAL:
        return words.lower[at] in words.lexicon.genitive
    return bool(words.flags[at] & Word.DETERMINERS) or _noun_follows(words, sentence, at)


def _noun_follows(words: Words, sentence: Sentence, at: int) -> bool:
    """Whether lower-case words from here are adjectives of a phrase that a link or article opened ("des neuen Rates")."""
    before = words.flags[at - 1]
    return bool(before & (Word.LINKS | Word.DETERMINERS)) or (
        not before & (Word.CAPITAL | Word.MARK) and at + 1 < sentence.last and bool(words.flags[at + 1] & Word.CAPITAL)
    )


def _with_apposition(words: Words, sentence: Sentence, end: int, closes: bool) -> int:
    """The end of "..., the mayor of Bo" behind a name: up to the next comma, quotation or the sentence's end."""
    flags, lower = words.flags, words.lower
    if end + 1 >= sentence.last or lower[end] != ",":
        return end
    f = flags[end + 1]
    opens = (f & (Word.DETERMINERS | Word.ROLES) and not f & Word.PRONOUNS) or lower[end + 1].isdigit()
    for at in range(end + 1, min(sentence.last, end + _LONGEST)):
        if flags[at] & (Word.QUOTED | Word.RELATIVES) or lower[at] in ",;:—–":
            named = at - end <= 5 and all(flags[k] & Word.CAPITAL for k in range(end + 1, at))  # "the mayor, Bo Li, said"
            return at if at > end + 1 and (opens or named or lower[at] == ":") else end
    return sentence.last - 1 if opens and closes and sentence.last - end <= _LONGEST and lower[sentence.last - 1] in ".!?" else end


def sentence_subject(words: Words, sentence: Sentence, before: int) -> Phrase | None:
    """The subject of the clause that a sentence opens with, looked for up to `before`."""
    if words.lexicon.verb_second:
        return _subject_around_verb(words, sentence, before)
    flags, lower = words.flags, words.lower
    at = sentence.first
    if flags[at] & (Word.PREPOSITIONS | Word.STOPS) and not flags[at] & Word.PRONOUNS:
        comma = next((k for k in range(at, before) if lower[k] == ","), None)
        if comma is None:
            return None
        at = comma + 1
    while at < before and flags[at] & (Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS | Word.MARK) and not flags[at] & Word.DETERMINERS:
        at += 1
    if at >= before:
        return None
    if flags[at] & Word.PRONOUNS:
        return (at, at + 1)
    first = at
    noun = False
    while at < before and at - first < _LONGEST:
        f = flags[at]
        if (
            f & (_CUE | Word.AUXILIARIES | Word.ADVERBS | Word.STOPS | Word.QUOTED | Word.PRONOUNS)
            and not f & (Word.CAPITAL | Word.DETERMINERS | Word.ROLES)
        ) or (f & Word.MARK and lower[at] not in "'’&-" and not is_abbreviation(words, sentence, at)):
            break
        if f & (Word.CAPITAL | Word.ROLES):
            noun = True
        elif (
            noun
            and not f & Word.MARK
            and not f & (Word.LINKS | Word.CONJUNCTIONS | Word.DETERMINERS | Word.PREPOSITIONS)
            and not flags[at - 1] & (Word.LINKS | Word.CONJUNCTIONS | Word.DETERMINERS | Word.PREPOSITIONS)
        ):
            break
        at += 1
    while at > first and flags[at - 1] & _NOT_LAST and not flags[at - 1] & Word.CAPITAL:
        at -= 1
    return (first, at) if at > first else None


def _subject_around_verb(words: Words, sentence: Sentence, before: int) -> Phrase | None:
    """The subject where the finite verb is the second element: all that stands before the verb, or the phrase behind it when
    something else stands first."""
    flags, lower = words.flags, words.lower
    first = sentence.first
    while first < before and flags[first] & (Word.MARK | Word.CONJUNCTIONS):
        first += 1
    verb = _finite_verb(words, first, before)
    if verb is None:
        return None
    if flags[first] & Word.ADVERBS and first + 1 < verb and flags[first + 1] & (Word.CAPITAL | Word.DETERMINERS):
        first += 1  # "Auch der Minister sagte"
    opening = flags[first]
    if (opening & _NO_SUBJECT and not opening & (Word.DETERMINERS | Word.PRONOUNS)) or lower[first] in words.lexicon.oblique:
        return right_of(words, sentence, verb + 1)
    end = verb
    while end > first and flags[end - 1] & Word.MARK and lower[end - 1] != ")":
        end -= 1
    if opening & Word.PRONOUNS:
        end = first + 1
    elif end - first > _LONGEST or any(flags[k] & (Word.RELATIVES | Word.STOPS) for k in range(first + 1, end)):
        end = min(end, _phrase_end(words, sentence, first))
    return (first, end) if end > first else None


def _finite_verb(words: Words, first: int, before: int) -> int | None:
    """The verb that is the second element: an auxiliary, or a lower-case word right behind a noun, what is said of a name or an opening
    adverb."""
    flags, lower = words.flags, words.lower
    clause = bool(flags[first] & Word.STOPS)  # "Als er kam, sagte sie": the verb stands behind the comma
    for at in range(first + 1, before):
        f = flags[at]
        if clause:
            if lower[at - 1] == ",":
                return at
        elif f & Word.AUXILIARIES and not f & Word.CAPITAL:
            return at
        elif not f & (Word.CAPITAL | _SMALL) and not flags[at - 1] & Word.DETERMINERS:
            noun = at - 2 if lower[at - 1] in ",)" else at - 1
            if at == first + 1 or (noun > first and flags[noun] & Word.CAPITAL) or lower[at - 1] == ")":
                return at
    return None
