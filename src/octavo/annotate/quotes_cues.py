"""The cues of a sentence: each speech verb or "according to" with its source."""

from __future__ import annotations

from dataclasses import dataclass

from octavo.annotate.quotes_lexicon import Lexicon, Phrases, Word
from octavo.annotate.quotes_speakers import Phrase, left_of, right_of, sentence_subject, verb_group_start
from octavo.annotate.quotes_words import Sentence, Words

_ANY = int(Word.SPEECH | Word.CLAUSAL | Word.POSITION | Word.SHARED)
_CLAUSAL, _INTRODUCES = int(Word.CLAUSAL), int(Word.INTRODUCES)
_CLAUSE_WITHIN = 12  # words between a verb and the clause that it introduces
_CAPITAL, _SHARED, _POSITION, _SPEECH, _PASSIVE = (int(w) for w in (Word.CAPITAL, Word.SHARED, Word.POSITION, Word.SPEECH, Word.PASSIVE))
_QUOTATION = int(Word.QUOTED | Word.SCARE)
_NO_VERB_AFTER = int(Word.DETERMINERS | Word.PREPOSITIONS | Word.LINKS)
_CONJUNCTION, _AUXILIARY, _MARK, _STOP, _PRONOUN = (
    int(w) for w in (Word.CONJUNCTIONS, Word.AUXILIARIES, Word.MARK, Word.STOPS, Word.PRONOUNS)
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue and its source. Content may stand left of `first` and right of `last`, which bound cue and adjacent source."""

    words: tuple[Phrase, ...]
    source: Phrase | None
    first: int
    last: int
    both_sides: bool  # the statement may stand on either side
    own_clause: bool = True  # False: shares the subject of another verb
    source_first: bool = False  # "according to X": what follows the source's comma may be content


def cues_of(words: Words, sentence: Sentence, lexicon: Lexicon) -> list[Cue]:
    """All cues of a sentence in order."""
    found: list[Cue] = []
    flags, lower = words.flags, words.lower
    for at in range(sentence.first, sentence.last):
        if flags[at] & _ANY and (not flags[at] & _CAPITAL or at == sentence.first):
            if cue := _verb(words, sentence, at, lexicon, found):
                found.append(cue)
        elif lower[at] in lexicon.before and (end := _phrase(words, sentence, at, lexicon.before)):
            source = right_of(words, sentence, end, lexicon)
            if source and source[0] == end:
                first = at + 1 if lower[at] == "," else at
                found.append(Cue(((first, end),), source, first, source[1], True, source_first=True))
        elif lower[at] in lexicon.after and (end := _phrase(words, sentence, at, lexicon.after)):
            source = left_of(words, sentence, at, lexicon) or _after_source(words, sentence, at, lexicon)
            if source:
                found.append(Cue(((at, end),), source, source[0], end, True, source_first=True))
    return found


def _after_source(words: Words, sentence: Sentence, at: int, lexicon: Lexicon) -> Phrase | None:
    for first in range(max(sentence.first, at - 6), at):
        source = right_of(words, sentence, first, lexicon)
        if source and source[1] == at:
            return source
    return None


def _phrase(words: Words, sentence: Sentence, at: int, phrases: Phrases) -> int | None:
    """The end of the longest phrase of the lexicon that begins at this word."""
    for phrase in phrases[words.lower[at]]:
        end = at + len(phrase)
        if end <= sentence.last and tuple(words.lower[at:end]) == phrase:
            return end
    return None


def _verb(words: Words, sentence: Sentence, at: int, lexicon: Lexicon, earlier: list[Cue]) -> Cue | None:
    flags, lower = words.flags, words.lower
    if at > sentence.first and flags[at - 1] & _NO_VERB_AFTER and not flags[at - 1] & (_PRONOUN | _CAPITAL):
        return None
    parts: tuple[Phrase, ...] = ((at, at + 1),)
    last = at + 1
    if needed := lexicon.needs.get(lower[at]):
        particle = _particle(words, sentence, at + 1, needed)
        if particle is None:
            return None
        parts += ((particle, particle + 1),)
        last = max(last, particle + 1) if particle <= at + 2 else last
    f = flags[at]
    if f & _PRONOUN:  # verb and pronoun in one word: "dit-elle"
        return Cue(parts, (at, last), at, last, True)
    if f & _CLAUSAL and not f & (_SPEECH | _POSITION) and not _clause_follows(words, sentence, last):
        return None
    group = verb_group_start(words, sentence, at)
    if lexicon.verb_second:
        group = _finite(words, sentence, group)
    if not f & _SHARED and any(flags[k] & _PASSIVE for k in range(group, at)):
        return None
    if f & _SHARED and not f & (_SPEECH | _POSITION):
        if group > sentence.first and not flags[group - 1] & (_MARK | _QUOTATION | _CONJUNCTION) and lower[group - 1] not in ("as", "by", "in"):
            subject = left_of(words, sentence, at, lexicon)
            if subject and any(flags[k] & _AUXILIARY for k in range(group, at)):
                return Cue(parts, subject, subject[0], last, True)
        return Cue(parts, _shared(words, sentence, group, lexicon, earlier), group, last, True, own_clause=False)
    before = flags[group - 1] if group > sentence.first else _MARK
    both = bool(f & (_SPEECH | _CLAUSAL))
    if before & _CONJUNCTION:
        source = _shared(words, sentence, group - 1, lexicon, earlier)
        return Cue(parts, source, group, last, both, own_clause=False) if source else None
    after_quote = before & _QUOTATION or (
        lower[group - 1] == "," and group - 2 >= sentence.first and flags[group - 2] & _QUOTATION if group > sentence.first else False
    )
    if not after_quote and (source := left_of(words, sentence, group, lexicon)):
        return Cue(parts, source, source[0], last, both)
    if both and (after_quote or lexicon.verb_second or before & _MARK) and (source := right_of(words, sentence, at + 1, lexicon)):
        return Cue(parts, source, group, max(last, source[1]), both)
    if lexicon.verb_second and group < at and (source := right_of(words, sentence, group + 1, lexicon)) and source[1] <= at:
        return Cue(parts, source, group, last, both)
    if after_quote and both:
        return Cue(parts, _shared(words, sentence, group, lexicon, earlier), group, last, both, own_clause=False)
    return None


def _clause_follows(words: Words, sentence: Sentence, at: int) -> bool:
    """Whether a reported clause or a quotation follows soon."""
    for k in range(at, min(sentence.last, at + _CLAUSE_WITHIN)):
        if words.flags[k] & (_INTRODUCES | int(Word.QUOTED)) or words.lower[k] == ":":
            return True
        if words.lower[k] in ",;" and not (k + 1 < sentence.last and words.flags[k + 1] & (_QUOTATION | _INTRODUCES)):
            return False
    return False


def _particle(words: Words, sentence: Sentence, at: int, needed: tuple[str, ...]) -> int | None:
    """The word that the verb needs, later in its clause."""
    for k in range(at, sentence.last):
        if words.lower[k] in needed:
            return k
        if words.flags[k] & _MARK and words.lower[k] not in ".'’-" or words.flags[k] & int(Word.QUOTED):
            return None
    return None


def _finite(words: Words, sentence: Sentence, at: int) -> int:
    """Where a parted verb's auxiliary stands ("hat gestern in Rom [gesagt]"), else `at`."""
    for k in range(at - 1, max(sentence.first - 1, at - 14), -1):
        if words.flags[k] & _AUXILIARY:
            return k
        if words.flags[k] & (_MARK | _STOP | int(Word.QUOTED)) and words.lower[k] not in ".'’-":
            break
    return at


def _shared(words: Words, sentence: Sentence, before: int, lexicon: Lexicon, earlier: list[Cue]) -> Phrase | None:
    """The subject of the clause that a participle or a second verb belongs to."""
    own = next((c.source for c in reversed(earlier) if c.source and not c.source_first), None)
    return own or sentence_subject(words, sentence, before, lexicon)
