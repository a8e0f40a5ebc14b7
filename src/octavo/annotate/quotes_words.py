"""Text → words with what each may be, quotations folded into one word each, and the sentences they stand in.

Rules over words stay simple when a quotation is one word: "“...”, she said" is then a quotation, a comma, a pronoun, a verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

from octavo.annotate.quotes_lexicon import Lexicon, Word
from octavo.annotate.quotes_marks import Marked
from octavo.model import Spans

_WORDS = re.compile(r"(\w+(?:(?:['’\-‑&/:]|\.(?!(?<=[a-zß-ÿ]\.)[A-ZÀ-Þ]))\w+)*|--+|[^\w\s])")  # not over "end.Start"
_MARKS = str.maketrans("،؛؟", ",;?")  # Arabic marks, for which the rules know the others
_INNER_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]")  # letters of scripts without spaces
_LONG_UNSPACED = 10
_LONG = 4  # words from which a quotation is taken for a statement whatever stands around it


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words [first, last) of one sentence; the paragraph's number tells which sentences stand together."""

    first: int
    last: int
    paragraph: int


@dataclass(slots=True)
class Words:
    """The words of a text as parallel lists: what it says (lower-case), where it stands, what it may be (`Word` flags)."""

    text: str
    lower: list[str]
    start: list[int]
    end: list[int]
    flags: list[int]
    marks: dict[int, Marked]  # by word
    lexicon: Lexicon
    places: list[int] = field(default_factory=list)  # the words that are quotations, in order
    kinds: list[str] = field(default_factory=list)  # what `quotes_judge.kind_of` has told of each word; "" where it was not asked yet

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Characters of the words [first, last)."""
        return self.start[first], self.end[last - 1]


def read_words(text: str, marks: list[Marked], lexicon: Lexicon) -> Words:
    words = Words(text, [], [], [], [], {}, lexicon)
    at = 0
    for mark in marks:
        _read(words, at, mark.start)
        words.places.append(len(words.start))
        words.marks[len(words.start)] = mark
        words.lower.append("“”")
        words.start.append(mark.start)
        words.end.append(mark.end)
        if is_long(text, mark):
            words.flags.append(Word.QUOTED)
        else:
            words.flags.append(Word.CAPITAL if _is_title(text[slice(*mark.inner)]) else Word.SCARE | Word.CAPITAL)
        at = mark.end
    _read(words, at, len(text))
    words.kinds = [""] * len(words.lower)
    return words


def _read(words: Words, start: int, end: int) -> None:
    parts = _WORDS.split(words.text[start:end])  # what stands between words, and words, in turn
    texts = parts[1::2]
    lower = list(map(str.lower, texts))
    if not words.lexicon.capitals:
        texts = lower = [text.translate(_MARKS) for text in lower]
    ends = list(accumulate(map(len, parts), initial=start))[1:]
    words.lower += lower
    words.start += ends[:-1:2]
    words.end += ends[1::2]
    adverbs, capital, adverb, mark = words.lexicon.adverb_endings, Word.CAPITAL, Word.ADVERBS, Word.MARK
    words.flags += [
        (flags or 0) | capital
        if text != low
        else flags
        if flags is not None
        else adverb
        if low.endswith(adverbs)
        else 0
        if low[0].isalnum()
        else mark
        for text, low, flags in zip(texts, lower, map(words.lexicon.words.get, lower), strict=True)
    ]


def is_long(text: str, mark: Marked) -> bool:
    """Whether a quotation is long enough to be a statement whatever stands around it, and no title."""
    inner = text[slice(*mark.inner)].strip()
    count = len(_INNER_WORDS.findall(inner))
    sentence = count > 1 and inner[0].isupper() and inner[-1] in ",.!?"  # "“We won,” she said"
    return (count >= _LONG or sentence or len(_UNSPACED.findall(inner)) >= _LONG_UNSPACED) and not _is_title(inner)


def _is_title(inner: str) -> bool:
    """Whether marks hold a title or a name: the longer words have capitals, and no mark of a sentence ends it."""
    if inner[-1:] in ".,!?":
        return False
    longer = [w for w in _INNER_WORDS.findall(inner) if len(w) > 3] or inner.split()
    return len(longer) <= 8 and all(w[0].isupper() for w in longer)


def read_sentences(words: Words, spans: Spans) -> list[Sentence]:
    """Sentences as ranges of words. A boundary within a quotation is none: what is quoted belongs to its frame."""
    starts = words.start
    found: list[Sentence] = []
    first = paragraph = at = 0
    count = len(starts)
    for start in (*(start for start, _ in spans), len(words.text)):
        while at < count and starts[at] < start:
            at += 1
        inside = at > first and words.end[at - 1] > start
        if inside and not _INNER_WORDS.search(words.text, starts[at - 1], start):  # an opening mark left behind at a sentence's end
            at -= 1
            inside = False
        if at > first and not inside:
            found.append(Sentence(first, at, paragraph))
            if at < count and "\n" in words.text[words.end[at - 1] : starts[at]]:
                paragraph += 1
            first = at
    return found
