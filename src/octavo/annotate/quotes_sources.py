"""Who may have said a quotation that no cue claims: the noun phrases around it, and what speaks for each of them.

Candidates are the noun phrases of the quotation's sentence and of its neighbours, and who spoke last. What is told of them holds in every
language: where they stand, what stands beside them, and what kind of words they are. `quotes_judge` weighs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from octavo.annotate.quotes_lexicon import Word
from octavo.annotate.quotes_speakers import Phrase, right_of, sentence_subject
from octavo.annotate.quotes_words import Sentence, Words

Spoke = tuple[Phrase, int]  # a source and its sentence's number
Candidate = tuple[Phrase, list[str]]

_QUOTATION = Word.QUOTED | Word.SCARE
_OPENS = Word.CAPITAL | Word.DETERMINERS | Word.ROLES | Word.PRONOUNS | Word.GROUPS | Word.INSTITUTIONS
_NOT_FIRST = Word.PREPOSITIONS | Word.ADVERBS | Word.TIMES | Word.CONJUNCTIONS | Word.STOPS
_CLASSES = (
    (_QUOTATION, "quotation"),
    (Word.MARK, "mark"),
    (Word.CAPITAL | Word.ROLES, "name"),
    (Word.SPEECH | Word.SHARED | Word.POSITION | Word.CLAUSAL | Word.JUDGED, "cue"),
    (Word.PRONOUNS, "pronoun"),
    (Word.AUXILIARIES, "auxiliary"),
    (Word.DETERMINERS, "article"),
    (Word.LINKS | Word.PREPOSITIONS, "preposition"),
    (Word.STOPS | Word.RELATIVES, "stop"),
    (Word.CONJUNCTIONS, "and"),
    (Word.ADVERBS | Word.TIMES, "adverb"),
)
_TOLD_APART = ",:("  # marks that say more than that there is one
_NEIGHBOURS = {-1: 1, 0: 99, 1: 1}  # sentences around the quotation's, and how many of their first phrases may have said it
_REMEMBERED = 4  # sources before the quotation


def candidates(
    words: Words, sentences: Sequence[Sentence], number: int, quotation: int, spoke: Sequence[Spoke]
) -> tuple[list[Candidate], list[str]]:
    """Who may have said the quotation at this word of sentence `number`, each with its features, and the features of nobody.

    `spoke`: the sources before it, the last one first.
    """
    sentence = sentences[number]
    form = _form(words, sentence, quotation)
    recent: dict[Phrase, tuple[int, int]] = {}
    for phrase, at in spoke[: 2 * _REMEMBERED]:
        recent.setdefault(phrase, (len(recent), at))
    heads = {words.lower[last - 1] for (_, last), _ in spoke if words.flags[last - 1] & Word.CAPITAL}
    found: list[Candidate] = []

    def offer(phrase: Phrase, at: int, where: str, subject: bool) -> None:
        features = _features(words, sentences[at], phrase, where, form, subject)
        if heads:
            features.append(f"known {words.lower[phrase[1] - 1] in heads} {where}")
        if phrase in recent:
            rank, place = recent.pop(phrase)
            features += [f"spoke {rank}", f"spoke {rank} form {form}", f"spoke {rank} before {min(4, number - place)}"]
        found.append((phrase, features))

    for step, most in _NEIGHBOURS.items():
        at = number + step
        if not 0 <= at < len(sentences) or (step > 0 and sentences[at].paragraph != sentence.paragraph):
            continue
        subject = sentence_subject(words, sentences[at], quotation if step == 0 else sentences[at].last)
        where = f"{step}{'' if sentences[at].paragraph == sentence.paragraph else ' other paragraph'}"
        for phrase in _phrases(words, sentences[at], subject, most):
            if not phrase[0] <= quotation < phrase[1]:
                offer(phrase, at, f"{where} {'left' if phrase[0] < quotation else 'right'}", phrase == subject)
    for phrase, (_, at) in list(recent.items()):
        gap = min(3, sentence.paragraph - sentences[at].paragraph)
        offer(phrase, at, f"earlier {min(3, number - at)} paragraphs {gap}", False)
    return found, ["none", f"none form {form}"]


def _phrases(words: Words, sentence: Sentence, subject: Phrase | None, most: int) -> Iterator[Phrase]:
    """The noun phrases of a sentence in order, the subject as it is given."""
    flags = words.flags
    at = sentence.first
    while at < sentence.last and most:
        if subject and at == subject[0]:
            phrase: Phrase | None = subject
        else:
            phrase = right_of(words, sentence, at, closes=False) if _opens(flags[at]) else None
            if phrase and words.lexicon.capitals:
                phrase = at, next((k for k in range(at + 1, phrase[1]) if flags[k - 1] & Word.CAPITAL and not flags[k]), phrase[1])
        if phrase:
            yield phrase
            most -= 1
        at = max(at + 1, phrase[1] if phrase else 0)


def _opens(flags: int) -> bool:
    """Whether a noun phrase may begin with such a word."""
    small = flags & _NOT_FIRST and not flags & (Word.DETERMINERS | Word.PRONOUNS)
    return bool(flags & _OPENS) and not flags & Word.QUOTED and not small


def _form(words: Words, sentence: Sentence, quotation: int) -> str:
    """How a quotation stands in its sentence."""
    if all(words.flags[k] & (Word.MARK | _QUOTATION) for k in range(sentence.first, sentence.last)):
        return "alone"
    if quotation == sentence.first:
        return "first"
    if words.lower[quotation - 1] == ":":
        return "colon"
    if any(words.flags[k] & Word.REPORTED for k in range(sentence.first, sentence.last)):
        return "reported"
    return "last" if all(words.flags[k] & Word.MARK for k in range(quotation + 1, sentence.last)) else "within"


def _features(words: Words, sentence: Sentence, phrase: Phrase, where: str, form: str, subject: bool) -> list[str]:
    """What tells whether a phrase speaks: its place (`where`: sentences from the quotation's, and side), its kind and its neighbours."""
    first, last = phrase
    kind = _kind(words, phrase)
    return [
        f"where {where}",
        f"where {where} form {form}",
        f"kind {kind}",
        f"kind {kind} form {form}",
        f"before {_class(words, sentence, first - 1)}",
        f"after {_class(words, sentence, last)}",
        f"subject {subject} where {where}",
        f"subject {subject} form {form}",
        f"names {min(3, sum(bool(words.flags[k] & Word.CAPITAL) for k in range(first, last)))}",
    ]


def _class(words: Words, sentence: Sentence, at: int) -> str:
    """What class of word stands there; "-" outside of the sentence."""
    if not sentence.first <= at < sentence.last:
        return "-"
    if words.lower[at] in _TOLD_APART:
        return words.lower[at]
    flags = words.flags[at]
    for flag, name in _CLASSES:
        if flags & flag:
            return name
    return "word"


def _kind(words: Words, phrase: Phrase) -> str:
    """What kind of phrase: a pronoun of a person or another, or a noun by its article and meaning."""
    first, last = phrase
    flags = words.flags[first]
    if last - first == 1 and flags & Word.PRONOUNS:
        return "person" if flags & Word.PERSONS else "relative" if flags & Word.RELATIVES else "pronoun"
    article = "oblique" if words.lower[first] in words.lexicon.oblique else "article" if flags & Word.DETERMINERS else "bare"
    all_ = reduce(or_, words.flags[first:last])
    return f"{article} {'role' if all_ & Word.ROLES else 'group' if all_ & (Word.GROUPS | Word.INSTITUTIONS) else 'other'}"
