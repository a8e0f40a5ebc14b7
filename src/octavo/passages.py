"""The sentence of a text that answers a search, and where the words stand in it. Pure.

Words are compared as search compares them, folded; what is shown is the text itself, in Unicode's composed form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from octavo.annotate.scripts import UNSPACED
from octavo.annotate.search_text import search_text
from octavo.model import Span, Spans
from octavo.query import Clause

LONGEST = 300  # characters of a sentence that are shown
MOST_SENTENCES = 300  # of a text that are looked at
_BEFORE = 80  # characters that are shown before the first find, where a sentence is longer

_UNSPACED = re.compile(f"[{UNSPACED}]")
_MARK = "\u0301"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of a sentence in a row; `found`: they were looked for."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """What finds the phrases of a clause in a folded sentence: `beginning` stands wherever the slower `pattern` can."""

    beginning: str
    pattern: re.Pattern[str]


Passage = tuple[Stretch, ...]
Patterns = tuple[Sought, ...]


def patterns(clauses: Iterable[Clause]) -> Patterns:
    """What finds the phrases of each of these clauses."""
    made = []
    for clause in clauses:
        runs = [_run(phrase) for phrase in clause.phrases]
        pattern = re.compile("|".join(_pattern(run, start=clause.start) for run in runs))
        made.append(Sought(_shared([run.split(" ")[0] for run in runs]), pattern))
    return tuple(made)


def passage(text: str, sentences: Spans, wanted: Patterns) -> Passage:
    """The first of the sentences that hold most of what is wanted, with its finds; the first sentence where none holds any."""
    best: tuple[int, str, list[Span]] = (-1, "", [])
    for start, end in (sentences or ((0, len(text)),))[:MOST_SENTENCES]:
        if best[1] and _most_held(text[start:end], wanted) <= best[0]:
            continue
        sentence = _shown(text[start:end])
        found = _found(sentence, wanted)
        held = sum(map(bool, found))
        if sentence and held > best[0]:
            best = held, sentence, [span for spans in found for span in spans]
            if held == len(wanted):
                break
    return tuple(_stretches(*_cut(best[1], _joined(best[2])))) if best[1] else ()


def marked(text: str, wanted: Patterns) -> Passage:
    """A short text as a whole, with its finds."""
    shown = _shown(text)
    return tuple(_stretches(shown, _joined([span for spans in _found(shown, wanted) for span in spans])))


def _shown(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _shared(words: Sequence[str]) -> str:
    """The letters with which all of these words begin."""
    first, last = min(words), max(words)
    return first[: next((place for place, letter in enumerate(first) if last[place] != letter), len(first))]


def _run(phrase: tuple[str, ...]) -> str:
    """A phrase with spaces between its words; of letters without spaces the overlapping pairs are one run again."""
    run = phrase[0]
    for before, word in pairwise(phrase):
        overlaps = _UNSPACED.match(word) and _UNSPACED.match(before) and before[-1] == word[0]
        run += word[1:] if overlaps else f" {word}"
    return run


def _pattern(run: str, *, start: bool) -> str:
    between = r"[\W_]+".join(re.escape(part) for part in run.split(" "))
    first = "" if _UNSPACED.match(run) else r"(?<![^\W_])"
    return first + between + ("" if _UNSPACED.match(run[-1]) else r"[^\W_]*" if start else r"(?![^\W_])")


def _most_held(sentence: str, wanted: Patterns) -> int:
    """How many of the things wanted can stand in a sentence: told without looking where, which takes ten times as long."""
    folded = sentence.lower() if sentence.isascii() else unicodedata.normalize("NFC", sentence).translate(_ALONE)
    return len(wanted) if _MARK in folded else sum(one.beginning in folded for one in wanted)


def _found(sentence: str, wanted: Patterns) -> list[list[Span]]:
    """For each thing wanted where it stands in the sentence."""
    folded, origins = _folded(sentence)
    return [
        [(origins[m.start()], origins[m.end() - 1] + 1) for m in one.pattern.finditer(folded)] if one.beginning in folded else []
        for one in wanted
    ]


def _folded(sentence: str) -> tuple[str, Sequence[int]]:
    """A sentence folded, and for each of its characters which one of the sentence it comes from."""
    if sentence.isascii():
        return sentence.lower(), range(len(sentence))
    letters = list(map(_letters, f" {sentence}", sentence))
    return "".join(letters), [place for place, some in enumerate(letters) for _ in some]


class _Alone(dict[int, str]):
    """What each character is folded to where it stands for itself; a mark, which changes the letter before it, stays one."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = _MARK if unicodedata.category(character).startswith("M") else _letters(" ", character)
        return self[code]


_ALONE = _Alone()


@lru_cache(maxsize=20_000)
def _letters(before: str, character: str) -> str:
    """A character folded; what it becomes may depend on the one before it (accents that stand alone, vowel signs)."""
    if not unicodedata.category(character).startswith("M"):
        parted = " " if before.isalnum() and bool(_UNSPACED.match(before)) != bool(_UNSPACED.match(character)) else ""
        return parted + (search_text(None, character) or " ")
    return search_text(None, before + character).removeprefix(search_text(None, before))


def _joined(spans: list[Span]) -> list[Span]:
    """Spans in order, those that overlap or touch as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _cut(sentence: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """A long sentence from a little before its first find, cut between words."""
    if len(sentence) <= LONGEST:
        return sentence, spans
    begin = max(0, spans[0][0] - _BEFORE) if spans else 0
    if begin:
        begin = max(begin, sentence.find(" ", begin, begin + 20) + 1)
    end = min(len(sentence), begin + LONGEST)
    if end < len(sentence):
        space = sentence.rfind(" ", end - 20, end)
        end = space if space > 0 else end
    before, after = "… " if begin else "", " …" if end < len(sentence) else ""
    moved = [(start - begin + len(before), min(stop, end) - begin + len(before)) for start, stop in spans if start < end]
    return before + sentence[begin:end] + after, moved


def _stretches(sentence: str, spans: list[Span]) -> Iterator[Stretch]:
    place = 0
    for start, end in spans:
        if start > place:
            yield Stretch(sentence[place:start])
        yield Stretch(sentence[start:end], found=True)
        place = end
    if place < len(sentence):
        yield Stretch(sentence[place:])
