"""Whether a word is a cue here, where a statement ends, whether marked words are somebody's own, and whose where no cue says it.

Each answer is a sum of learned weights of what stands around: a logistic regression over the cue itself, small words of the lexicon and
endings of other words. The weights of a language are data (`lexicons/weights/`), learned by `bench/train_quotes.py`; a language without
them goes by its lexicon alone. Who speaks is told by weights that are the same for all languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import repeat
from operator import or_

from octavo.annotate.quotes_lexicon import Weights, Word
from octavo.annotate.quotes_sources import Spoke, candidates
from octavo.annotate.quotes_speakers import Phrase
from octavo.annotate.quotes_words import Sentence, Words

_SMALL = (
    Word.STOPS | Word.PREPOSITIONS | Word.DETERMINERS | Word.PRONOUNS | Word.INTRODUCES | Word.AUXILIARIES | Word.CONJUNCTIONS
    | Word.MARK | Word.LINKS | Word.RELATIVES
)  # fmt: skip
_CLAUSE = Word.AUXILIARIES | Word.PRONOUNS
_QUOTATION = Word.QUOTED | Word.SCARE
_LISTED = (Word.SPEECH, Word.POSITION, Word.SHARED, Word.CLAUSAL)
_SIGNS = {"reported": Word.REPORTED, "speech": Word.SPEECH | Word.POSITION, "that": Word.INTRODUCES}
_INNER = re.compile(r"\w+")
_NOTHING = repeat(0.0)  # what a feature without a weight adds
_ENDING = 3  # letters by which a word is known that is no small one


class Judge:
    """The answers for one language."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.generous = bool(weights.cue)  # whether rules may offer more cues than there are, because they are judged

    def is_cue(self, words: Words, sentence: Sentence, at: int, group: int, way: str, source: Phrase | None) -> bool:
        """Whether the word `at` is a cue. `group` is where its auxiliaries begin, `way` names how its source stands to it."""
        return not self.generous or _accepted(self._weights.cue, cue_features(words, sentence, at, group, way, source))

    def end(self, words: Words, sentence: Sentence, cue: int, first: int, last: int) -> int:
        """Where a statement ends that begins at `first`, behind the cue word `cue`; at `last` at the latest."""
        weights = self._weights.end
        if weights:
            for at in range(first + 1, last):
                if words.flags[at] & Word.BREAKS and _accepted(weights, end_features(words, sentence, cue, first, at)):
                    return at
        return last

    def is_own(self, words: Words, sentence: Sentence, at: int, place: str) -> bool:
        """Whether the marked words at `at` are what somebody said, rather than a name, a title or a manner of speaking.

        `place` says where they stand: "within" a reported statement, "beside" or "after" one, "alone" in their sentence or "apart".
        """
        if self._weights.mark:
            return _accepted(self._weights.mark, mark_features(words, sentence, at, place))
        return place == "within" or bool(words.flags[at] & Word.QUOTED)

    def source(self, words: Words, sentences: Sequence[Sentence], number: int, quotation: int, spoke: Sequence[Spoke]) -> Phrase | None:
        """Who says the quotation at this word of sentence `number`, which no cue claims; nobody where that is likelier.

        `spoke`: the sources before it, the last one first.
        """
        found, nobody = candidates(words, sentences, number, quotation, spoke)
        sums = [_sum(self._weights.source, features) for _, features in found]
        best = max(range(len(found)), key=sums.__getitem__, default=None)
        return found[best][0] if best is not None and sums[best] > _sum(self._weights.source, nobody) else None


def _accepted(weights: Mapping[str, float], features: Sequence[str]) -> bool:
    return _sum(weights, features) > 0


def _sum(weights: Mapping[str, float], features: Sequence[str]) -> float:
    return sum(map(weights.get, features, _NOTHING))


def cue_features(words: Words, sentence: Sentence, at: int, group: int, way: str, source: Phrase | None) -> list[str]:
    """What tells whether a word is a cue: itself, how its source was found, and its neighbours."""
    flags, lower, last = words.flags, words.lower, sentence.last
    word = lower[at]
    next_ = kind_of(words, at + 1, last)
    return [
        "always",
        f"word {word}",
        f"word {word} {next_}",
        f"ending {word[-_ENDING:]}",
        f"way {way} {word[-2:]}",
        f"next {next_}",
        f"before {kind_of(words, at - 1, last) if at > sentence.first else '-'}",
        f"group {lower[group] if group < at else '-'}",
        f"source {kind_of(words, source[0], last) if source else '-'}",
        f"source end {kind_of(words, source[1] - 1, last) if source else '-'}",
        f"source size {min(4, source[1] - source[0]) if source else 0}",
        f"list {next((number for number, flag in enumerate(_LISTED) if flags[at] & flag), '-')}",
    ]


def end_features(words: Words, sentence: Sentence, cue: int, first: int, at: int) -> list[str]:
    """What tells whether a statement that begins at `first`, behind the cue word `cue`, ends before `at`."""
    last = sentence.last
    here, before, next_ = kind_of(words, at, last), kind_of(words, at - 1, last), kind_of(words, at + 1, last)
    opens = kind_of(words, first, last)
    clause = bool(reduce(or_, words.flags[first:at]) & _CLAUSE)
    size = min(6, (at - first) // 2)
    word = words.lower[cue]
    return [
        "always",
        f"here {here}",
        f"here {here} next {next_}",
        f"here {here} opens {opens}",
        f"here {here} clause {clause}",
        f"here {here} size {size}",
        f"here {here} before {before}",
        f"here {here} word {word}",
        f"opens {opens} clause {clause}",
        f"word {word}",
    ]


def mark_features(words: Words, sentence: Sentence, at: int, place: str) -> list[str]:
    """What tells whether marked words are somebody's own: how they look, where they stand, and their neighbours."""
    flags, last = words.flags, sentence.last
    start, end = words.marks[at].inner
    inner = _INNER.findall(words.text, start, end)
    known = words.lexicon.words.get
    capitals = sum(word[0].isupper() for word in inner)
    size = min(len(inner), 8)
    small = any(known(word.lower(), 0) & (_CLAUSE | Word.REPORTED) for word in inner)
    looks = f"{size} {'all' if capitals == len(inner) else 'some' if capitals else 'no'} {small}"
    before, next_ = kind_of(words, at - 1, last) if at > sentence.first else "-", kind_of(words, at + 1, last)
    stop = words.text[end - 1]
    all_ = reduce(or_, flags[sentence.first : last])
    there = [f"{name} {bool(all_ & flag)}" for name, flag in _SIGNS.items()]
    return [
        "always",
        f"looks {looks}",
        f"looks {looks} place {place}",
        f"size {size}",
        f"place {place} before {before}",
        f"place {place}",
        f"ending {words.lower[at - 1][-_ENDING:] if at > sentence.first else '-'}",
        f"before {before}",
        f"before {before} next {next_}",
        f"next {next_}",
        f"second {kind_of(words, at - 2, last) if at - 1 > sentence.first else '-'}",
        f"stop {'-' if stop.isalnum() else stop}",
        f"stop {not stop.isalnum()} size {size}",
        *(f"{sign} place {place}" for sign in there),
        *(f"{sign} size {size}" for sign in there),
    ]


def kind_of(words: Words, at: int, last: int) -> str:
    """A word as features name it: a small word by itself, others by what they are; "-" from `last` on."""
    if at >= last:
        return "-"
    if kind := words.kinds[at]:
        return kind
    flags = words.flags[at]
    if flags & _QUOTATION:
        kind = "“”"
    elif flags & _SMALL:
        kind = words.lower[at]
    elif flags & Word.CAPITAL:
        kind = "Role" if flags & Word.ROLES else "Name"
    else:
        kind = "role" if flags & Word.ROLES else "…" + words.lower[at][-2:]
    words.kinds[at] = kind
    return kind
