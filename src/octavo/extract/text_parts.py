"""Where the articles of a page saved as plain text stand: one, or several with a headline each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from octavo.extract.plain import fold
from octavo.extract.text_chain import chances, taken, weights
from octavo.extract.text_headline import headline_of
from octavo.extract.text_lines import Line, features, line_values, telling

NEAR = 12  # lines within which a headline that is printed twice stands again
WHOLE = 400  # width of prose from which a further text is an article and not a teaser
PROSE = 80  # width from which a line is prose
_LEAD = 3  # lines of prose that make the beginning of a text
_STEM = 5  # letters by which words of one stem are the same
_SHARED = 0.4  # share of a headline's words that its text takes up at once


@dataclass(frozen=True, slots=True)
class Part:
    """The lines that belong to one article: `text` and `headline` are numbers into `lines`."""

    lines: Sequence[Line]
    text: tuple[int, ...]
    headline: int | None


def parts_of(lines: Sequence[Line]) -> list[Part]:
    """The articles of a page in order; [] where no line is taken for text.

    A page holds several where several headlines stand there twice, close together and each above a text of its own length,
    as lists of full texts print them (picture's text, source, time, headline again).
    """
    cuts = _cuts(lines)
    if cuts and (before := _part(lines[: cuts[0]])) and _is_whole(before):
        cuts.insert(0, 0)
    if len(cuts) > 1:
        bounds = [0, *cuts[1:], len(lines)]
        parts = [part for a, b in pairwise(bounds) if (part := _part(lines[a:b])) and _is_whole(part)]
        if parts:
            return parts
    part = _part(lines)
    return [part] if part else []


def _part(lines: Sequence[Line]) -> Part | None:
    if not lines:
        return None
    text = taken(chances(features(lines), weights()))
    if not any(_is_prose(lines[i]) for i in text):
        return None
    return Part(lines, text, headline_of(lines, text))


def _is_prose(line: Line) -> bool:
    """Whether a line has the length of a sentence and is made of words."""
    return line.width > PROSE and 2 * sum(c.isalpha() for c in line.text) > len(line.text)


def _is_whole(part: Part) -> bool:
    prose = [part.lines[i] for i in part.text if part.lines[i].width > PROSE]
    return sum(line.width for line in prose) >= WHOLE and part.headline is not None


def _cuts(lines: Sequence[Line]) -> list[int]:
    """Where articles begin that print their headline twice: the first line of each such pair."""
    places: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if _may_head(line):
            places.setdefault(fold(line.text), []).append(i)
    pairs: list[tuple[int, int]] = []  # first and last place of a headline
    for among in places.values():
        first = last = among[0]
        for i in among[1:]:
            if i - last > NEAR or any(other.width > 2 * PROSE for other in lines[last + 1 : i]):
                if last > first:
                    pairs.append((first, last))
                first = i
            last = i
        if last > first:
            pairs.append((first, last))
    pairs.sort()
    cuts: list[int] = []
    for k, (first, last) in enumerate(pairs):
        until = pairs[k + 1][0] if k + 1 < len(pairs) else len(lines)
        if cuts and first < pairs[k - 1][1]:
            continue  # two lines that are repeated together are one head
        below = lines[last + 1 : min(until, last + 1 + 3 * NEAR)]
        text = [i for i, line in enumerate(below) if line.width > PROSE and line_values(line)["stops"]]
        if sum(below[i].width for i in text) < WHOLE:
            continue
        around = (*lines[max(0, first - 1) : last + 1], *below[: text[0]])
        if _is_dated(around) and _speaks_of(lines[first], [below[i] for i in text[:_LEAD]]):
            cuts.append(first)
    return cuts


def _is_dated(head: Sequence[Line]) -> bool:
    return any(line.width < PROSE and (line_values(line)["stamp"] or "time" in line.signs) for line in head)


def _speaks_of(headline: Line, text: Sequence[Line]) -> bool:
    """Whether a text begins with what a headline says: an advertisement of another article stands above text that does not."""
    stems = {word[:_STEM] for line in text for word in line.words}
    told = {word[:_STEM] for word in headline.words if telling(word)}
    return len(told & stems) >= _SHARED * len(told)


def _may_head(line: Line) -> bool:
    """Whether a line could be a headline that is printed twice: a few words, no sign of navigation, no sentence."""
    values = line_values(line)
    plain = not (values["stamp"] or values["all_caps"] or line.opens & {"heading", "call", "legal", "ad", "comment", "photo"})
    return plain and 20 <= line.width <= 250 and len(line.words) >= 3
