"""How two revisions of an article differ, word by word, and which cited sentences their source no longer carries.

Paragraphs are laid side by side first (those that are equal anchor the rest), then the words within each pair. All of it takes bounded
time: the longer two texts are, the rarer a word must be to be laid beside its like.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from octavo.compose.comparing import paragraphs
from octavo.model import Article, BriefSentence
from octavo.words import words

MOST_MATCHES = 100_000  # pairs of equal words (or paragraphs) that are compared in one go
ALIKE = 0.4  # share of words that two paragraphs have in common, from which on one is the other, changed
NEAR = 30  # paragraphs further on, in which the one that a paragraph was before is looked for
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts without spaces: each character counts as a word
_PIECES = re.compile(f"[{_CJK}]|[^\\W{_CJK}]+|\\s+|.")


class Fate(StrEnum):
    """What became of a stretch of text from one revision to the next."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Stretch:
    fate: Fate
    text: str


Line = tuple[Stretch, ...]  # a headline or a paragraph; what is gone stands before what took its place


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed from one revision of an article to another. Paragraphs in order of reading; unchanged ones are a single KEPT stretch."""

    headline: Line
    paragraphs: tuple[Line, ...]

    def __bool__(self) -> bool:
        return any(changed(line) for line in (self.headline, *self.paragraphs))


def changed(line: Line) -> bool:
    """Whether anything in a line is gone or new."""
    return any(stretch.fate is not Fate.KEPT for stretch in line)


def differences(old: Article, new: Article) -> Differences:
    """From the text and headline of one revision to those of another. White space alone makes no difference."""
    return Differences(_line(old.headline or "", new.headline or ""), tuple(_lines(paragraphs(old.text), paragraphs(new.text))))


def withdrawn(sentence: BriefSentence, source: Article) -> bool:
    """Whether the article that a sentence was cited from has a newer revision, which no longer carries it."""
    return source.revision > sentence.citation.revision and " ".join(sentence.text.split()) not in " ".join(source.text.split())


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for (a, b), (c, d) in _regions(old, new):
        if old[a:b] == new[c:d]:
            yield from ((Stretch(Fate.KEPT, text),) for text in new[c:d])
        else:
            yield from _side_by_side(old[a:b], new[c:d])


def _side_by_side(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Paragraphs of a region that changed: each new one beside the first old one, in order, that is much like it."""
    left = 0
    bags = [Counter(words(text)) for text in old]
    for text in new:
        bag = Counter(words(text))
        partner = next((n for n in range(left, min(left + NEAR, len(old))) if _alike(bags[n], bag)), None)
        if partner is None:
            yield (Stretch(Fate.NEW, text),)
            continue
        yield from ((Stretch(Fate.GONE, gone),) for gone in old[left:partner])
        yield _line(old[partner], text)
        left = partner + 1
    yield from ((Stretch(Fate.GONE, gone),) for gone in old[left:])


def _alike(a: Counter[str], b: Counter[str]) -> bool:
    return (a & b).total() >= ALIKE * max(a.total(), b.total()) > 0


def _line(old: str, new: str) -> Line:
    """Two wordings as one line. A lone space or comma that stayed between two changes goes with them: it tells nobody anything."""
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    stretches: list[Stretch] = []
    gone = fresh = ""
    for (a, b), (c, d) in _regions(before, after):
        left, right = "".join(before[a:b]), "".join(after[c:d])
        if left == right and (any(piece[0].isalnum() for piece in after[c:d]) or not (gone or fresh)):
            stretches += _told(gone, fresh)
            gone = fresh = ""
            stretches.append(Stretch(Fate.KEPT, right))
        else:
            gone, fresh = gone + left, fresh + right
    return tuple(stretches + _told(gone, fresh))


def _told(gone: str, fresh: str) -> list[Stretch]:
    """A change as stretches; what both sides end with was kept."""
    if gone == fresh:
        return [Stretch(Fate.KEPT, fresh)] if fresh else []
    end = 0
    while end < min(len(gone), len(fresh)) and gone[-1 - end] == fresh[-1 - end] and not gone[-1 - end].isalnum():
        end += 1
    parts = [(Fate.GONE, gone[: len(gone) - end]), (Fate.NEW, fresh[: len(fresh) - end]), (Fate.KEPT, fresh[len(fresh) - end :])]
    return [Stretch(fate, text) for fate, text in parts if text]


def _regions(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Ranges of `old` and `new` in order that are equal or took each other's place; together they cover both."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if head:
        yield (0, head), (0, head)
    ends = len(old) - tail, len(new) - tail
    yield from _between(old[head : ends[0]], new[head : ends[1]], head)
    if tail:
        yield (ends[0], len(old)), (ends[1], len(new))


def _between(old: Sequence[str], new: Sequence[str], offset: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """As `_regions`. What stands too often in `new`, and white space, is only taken for equal beside something that is."""
    times = Counter(new)
    most = MOST_MATCHES // max(1, len(old))
    matcher = SequenceMatcher(lambda piece: piece.isspace() or times[piece] > most, old, new, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        yield (offset + a, offset + b), (offset + c, offset + d)
