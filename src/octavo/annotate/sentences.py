"""The sentences of a text, by sentencex, with its splits mended where the reason is plain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sentencex

from octavo.model import Block, Span, Spans

_LINE = re.compile(r"[^\n]+")
_SPACE = re.compile(r"\s")
_ENDED = re.compile(r"""[.!?…:;。！？：；।؟۔]["'”’»“)\]」』]*\s*$""")

# A point after one of these never ends a sentence, for a name follows. Without regard to language: they do not clash.
_TITLES = (
    "M MM Mme Mmes Mlle Dr Pr Mgr Mr Mrs Ms Messrs Prof St Ste Sr Sra Dra Srta D Dña Sig Dott Fr Hr Gen Sen Rep Reps Sens Gov Lt Col Sgt "
    "Capt Cpl Maj Cmdr Adm Rev Hon Pres Supt Ald"
)
_TITLE = re.compile(rf"(?:^|[\s(\"'“«„-])(?:{'|'.join(_TITLES.split())})\.\s*$")
_HOUR = re.compile(r"\b[ap]\.m\.\s*$")
_DAY = re.compile(r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[ECMP][DS]?T|GMT|BST|UTC)\b")
_SMALL = re.compile(r"[^\W\d_]+(?=[\s,;:.!?]|$)")
_JAPANESE_QUOTE = re.compile(r"[」』]\s*$")
_HIRAGANA = re.compile(r"[ぁ-ゖ]")
_WORD = re.compile(r"\w")


def sentences(text: str, language: str | None, blocks: Sequence[Block] = ()) -> Spans:
    """The sentences as [start, end) code points of `text`, in order, without white space at their borders.

    None crosses the border of a block (without blocks: a blank line), nor the end of a line that looks like an end.
    """
    found: list[Span] = []
    for start, end in _lines(text, blocks):
        line = _SPACE.sub(" ", text[start:end])  # sentencex 1.0.32 panics at a wide space after a single letter
        pieces = [(piece["start_index"], piece["end_index"]) for piece in sentencex.get_sentence_boundaries(language or "en", line)]
        for first, last in _mended(line, pieces):
            inside = line[first:last]
            trimmed = inside.strip()
            if trimmed:
                begin = start + first + len(inside) - len(inside.lstrip())
                found.append((begin, begin + len(trimmed)))
    return tuple(found)


def _lines(text: str, blocks: Sequence[Block]) -> Iterator[Span]:
    """The ranges that hold whole sentences: lines of blocks, two taken as one where the first only wraps."""
    for block in [(block.start, block.end) for block in blocks] or [
        (m.start(), m.end()) for m in re.finditer(r"(?:[^\n]|\n(?!\s*\n))+", text)
    ]:
        open_start: int | None = None
        end = block[0]
        for line in _LINE.finditer(text, *block):
            wraps = open_start is not None and not _ENDED.search(text[open_start:end]) and line[0].lstrip()[:1].islower()
            if open_start is None:
                open_start = line.start()
            elif not wraps:
                yield open_start, end
                open_start = line.start()
            end = line.end()
        if open_start is not None:
            yield open_start, end


def _mended(line: str, pieces: Sequence[Span]) -> Iterator[Span]:
    """The pieces, those joined that belong together."""
    held: Span | None = None
    for piece in pieces:
        if held is None:
            held = piece
        elif _belongs(line[held[0] : held[1]], line[piece[0] : piece[1]]):
            held = (held[0], piece[1])
        else:
            yield held
            held = piece
    if held is not None:
        yield held


def _belongs(before: str, after: str) -> bool:
    """Whether `after` goes on with the sentence `before`."""
    start = after.lstrip()
    if not _WORD.search(start):  # only closing marks
        return True
    if _JAPANESE_QUOTE.search(before):
        return bool(_HIRAGANA.match(start))
    small = _SMALL.match(start)
    return bool((small and small[0].islower()) or _TITLE.search(before) or (_HOUR.search(before) and _DAY.match(start)))
