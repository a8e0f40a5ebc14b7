"""Whose page a plain-text capture is, and whose article: by the names that pages print of themselves and beside a date."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from octavo.extract.dates import date_span
from octavo.extract.found import Found, found
from octavo.extract.plain import fold
from octavo.extract.text_lines import Line, phrases
from octavo.extract.text_parts import Part
from octavo.model import PublisherKind
from octavo.publishers import known

_HOST = re.compile(r"(?:https?://|www\.|@)?((?:[a-z0-9-]+\.)+[a-z]{2,10})\b", re.IGNORECASE)
_RIGHTS = re.compile(
    r"(?:©|\(c\)|ⓒ|copyright)[\s,©|]*(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?)?[\s,|]*(?:(?:19|20)\d\d)?\s*(?:by\s+)?"
    r"(?P<name>[^\W\d_][^.,;|©·•\n]{1,50}?)(?=\s*(?:[.,;|·•©]|all rights|alle rechte|tous droits|todos los|$))",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(r"[\s,]+(?:inc|llc|ltd|plc|gmbh|ag|s\.?a|co|corp|corporation|limited|media group|pvt)\.?$", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_][\w’'&.-]*[^\W_]|[^\W_]")
_LONGEST = 5  # words of a name
_TOP = 4  # lines at the top of a page where its own name stands
_SURE = 3  # lines in which a page must print a name of itself that nobody knows


def own_name(lines: Sequence[Line], outside: Sequence[Line]) -> Found[str] | None:
    """The name that a page uses for itself: in its first lines, its appeals to the reader, its notice of rights, its addresses.

    `outside` are the lines that belong to no article's text. A name that the table of publishers knows needs less evidence.
    """
    votes: dict[str, float] = defaultdict(float)
    shown: dict[str, str] = {}
    for text, weight in _appeals(lines, outside):
        for name in _names_in(text):
            key = fold(name)
            votes[key] += weight
            shown.setdefault(key, name)
            if name != name.upper():
                shown[key] = name if shown[key] == shown[key].upper() else shown[key]
    scores: dict[str, float] = defaultdict(float)
    for key, weight in votes.items():
        if declared := known().of_name(shown[key]):
            scores[declared.name] += weight * (0.3 if declared.kind is PublisherKind.AGENCY else 1)
    for line in outside:
        for host in _HOST.findall(line.text):
            if declared := known().of_host(host):
                scores[declared.name] += 0.5
    if scores:
        best = max(scores, key=lambda name: scores[name])
        return found(best, "text", min(0.9, 0.4 + 0.1 * scores[best])) if scores[best] >= 1 else None
    # Of "Daily", "Daily Planet" and "Daily Planet News" the longest that is nearly as frequent is the name.
    often = max(votes.values(), default=0.0)
    good = [key for key, weight in votes.items() if weight >= max(_SURE, 0.6 * often)]
    if not good:
        return None
    best = max(good, key=lambda key: (len(key.split()), votes[key]))
    return found(shown[best], "text", 0.5)


def _appeals(lines: Sequence[Line], outside: Sequence[Line]) -> Iterator[tuple[str, float]]:
    """Lines in which a page speaks of itself, each text once, with their weight; a notice of rights alone is enough."""
    seen: set[str] = set()
    for line in (*lines[:_TOP], *outside):
        if line.text in seen or line.width > 400:
            continue
        seen.add(line.text)
        rights = _RIGHTS.search(line.text)
        if rights:
            yield _LEGAL_FORM.sub("", rights["name"].strip()), _SURE
        elif line.signs & {"call", "legal", "bio", "ad"} or line in lines[:_TOP] or (line.width > 60 and "?" in line.text):
            yield line.text, 1


def _names_in(text: str) -> set[str]:
    """Every run of one to five capitalised words in a text, without the platforms' names."""
    names: set[str] = set()
    run: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        word = re.sub(r"['’]s?$", "", match[0])
        if run and not text[end : match.start()].isspace():
            names |= _runs(run)
            run = []
        named = word[0].isupper() or not word[0].islower() or (word in ("of", "the") and bool(run))
        if named:
            run.append(word)
        if not named or word != match[0]:
            names |= _runs(run)
            run = []
        end = match.end()
    return names | _runs(run)


def _runs(run: Sequence[str]) -> set[str]:
    """The parts of a run of words that may be a name: none of its ends is a word of navigation."""
    made = set()
    for first in range(len(run)):
        for last in range(first + 1, min(first + _LONGEST, len(run)) + 1):
            part = run[first:last]
            idle = (
                phrases("platform")
                | phrases("call")
                | phrases("legal")
                | phrases("heading")
                | {"the", "a", "our", "of", "is", "this", "for", "from", "to"}
            )
            if (
                not {part[0].casefold(), part[-1].casefold(), " ".join(part).casefold()} & idle
                and not "".join(part).isdigit()
                and len("".join(part)) > 2
            ):
                made.add(" ".join(part))
    return made


def source_of(part: Part, many: bool) -> Found[str] | None:
    """The outlet that stands beside an article's headline or date: a line that is a known name, or what stands beside the date.

    A name that nobody knows counts only on a page of several articles (`many`), where it is printed at each of them.
    """
    head = _head(part)
    for line in head:
        for name in _beside(line):
            if declared := known().of_name(name):
                return found(declared.name, "text", 0.9)
    if not many:
        return None
    names = [name for line in head for name in _beside(line) if _is_name(name)]
    for name in names:
        if names.count(name) > 1 or any(name != line.text and name in _dated(line) for line in head):
            return found(name, "text", 0.6)
    return None


def _head(part: Part) -> list[Line]:
    """The short lines around an article's headline, down to its text."""
    first = part.headline if part.headline is not None else max(0, part.text[0] - 6)
    return [line for line in part.lines[max(0, first - 3) : part.text[0] + 1] if line.width < 90]


def _beside(line: Line) -> list[str]:
    """What may be a source's name in a line: all of it, or what is left without the date."""
    bare = line.text.strip(" •·|-–—:")
    return [bare, *_dated(line)]


def _dated(line: Line) -> list[str]:
    span = date_span(line.text)
    if span is None:
        return []
    left, right = line.text[: span[0]], line.text[span[1] :]
    return [name for side in (left, right) if (name := side.strip(" •·|-–—:,/()[]"))]


def _is_name(name: str) -> bool:
    return (
        2 <= len(name) <= 40
        and len(name.split()) <= _LONGEST
        and (name[0].isupper() or not name[0].isascii())
        and not re.search(r"\d\d|[:?!]", name)
    )
