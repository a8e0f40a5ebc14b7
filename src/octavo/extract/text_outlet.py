"""Whose page a plain-text capture is, and whose article: by the names that pages print of themselves and beside a date."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from octavo.extract.dates import date_span
from octavo.extract.found import Found, found
from octavo.extract.line_marks import SIGNS, phrases
from octavo.extract.plain import fold
from octavo.extract.text_lines import Line
from octavo.extract.text_parts import Part
from octavo.model import Publisher, PublisherKind
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
_LOGO = 40  # width up to which a line at the top may be the page's name
_SHORT = 100  # width up to which a line that repeats that name speaks of the page
_TOP = 4  # lines at the top of a page where its own name stands
_KNOWN = 2  # weight of evidence that a known name needs
# Pages of all outlets print the names of agencies; hardly any but its own prints that of an aggregator.
_WORTH = {PublisherKind.AGENCY: 0.3, PublisherKind.AGGREGATOR: 2.0}
_SURE = 3  # lines in which a page must print a name of itself that nobody knows


def own_name(lines: Sequence[Line], outside: Sequence[Line]) -> Found[str] | None:
    """The name that a page uses for itself: in its first lines, its appeals to the reader, its notice of rights, its addresses.

    `outside` are the lines that belong to no article's text. A name that the table of publishers knows needs less evidence;
    another one must stand at the top of the page or in the notice of rights, and elsewhere.
    """
    votes: dict[str, float] = defaultdict(float)
    scores: dict[str, float] = defaultdict(float)
    shown: dict[str, str] = {}
    anchored: set[str] = set()
    for text, weight, anchor in _appeals(lines, outside):
        names = _names_in(text)
        for name in names:
            key = fold(name)
            votes[key] += weight
            if anchor:
                anchored.add(key)
            if key not in shown or not name.isupper():
                shown[key] = name
        for outlet in _known(names):
            scores[outlet.name] += weight * _WORTH.get(outlet.kind, 1)
    for host in {host.lower() for line in outside for host in _HOST.findall(line.text)}:
        if (declared := known().of_host(host)) and fold(declared.name) not in phrases()["platform"]:
            scores[declared.name] += 1
    best = max(scores, key=lambda name: scores[name], default="")
    # Of "Daily", "Daily Planet" and "Daily Planet News" the longest that is nearly as frequent is the name.
    often = max((votes[key] for key in anchored), default=0.0)
    good = [key for key in anchored if votes[key] >= max(_SURE, 0.6 * often)]
    if best and scores[best] >= _KNOWN and 2 * scores[best] >= often:
        return found(best, "text", min(0.9, 0.4 + 0.1 * scores[best]))
    if not good:
        return None
    longest = max(good, key=lambda key: (len(key.split()), votes[key], key))
    return found(shown[longest], "text", 0.5)


def _appeals(lines: Sequence[Line], outside: Sequence[Line]) -> Iterator[tuple[str, float, bool]]:
    """Lines in which a page speaks of itself, each text once, with their weight, and whether a page's own name must be in such a line."""
    top = [line for line in lines[:_TOP] if not line.signs]
    logos = [" ".join(line.words) for line in top if len(line.words) > 1 and line.width <= _LOGO]
    seen: set[str] = set()
    for line in (*top, *outside):
        if line.text in seen or line.width > 400:
            continue
        seen.add(line.text)
        if rights := _RIGHTS.search(line.text):
            yield _LEGAL_FORM.sub("", rights["name"].strip()), 2, True
        elif line in top:
            yield line.text, 1, line.width <= _LOGO
        else:
            named_again = line.width < _SHORT and any(logo in " ".join(line.words) for logo in logos)
            asking = line.width > 60 and "?" in line.text  # as appeals for support do
            if line.signs & {"call", "legal", "bio", "ad"} or named_again or asking:
                yield line.text, 1, False


def _known(names: Mapping[str, bool]) -> Iterator[Publisher]:
    """The outlets among names, the longest first: who says "The New York Times" does not speak of The Times as well.

    One word within a longer run of capitals names nobody: the "Universal" of another company is no newspaper.
    """
    taken: list[str] = []
    for name in sorted(names, key=len, reverse=True):
        outlet = known().of_name(name) if names[name] or " " in name else None
        if outlet and not any(name in longer for longer in taken) and fold(outlet.name) not in phrases()["platform"]:
            taken.append(name)
            yield outlet


def _names_in(text: str) -> dict[str, bool]:
    """Every run of one to five capitalised words in a text that may be a name, and whether it is all of the run."""
    names: dict[str, bool] = {}
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


def _runs(run: Sequence[str]) -> dict[str, bool]:
    """The parts of a run of words that may be a name, without the words of navigation and the numbers at its ends."""
    words = list(run)
    while words and (_is_idle(words[0]) or words[0].casefold() in _asking()):
        words.pop(0)
    while words and (_is_idle(words[-1]) or words[-1] in ("the", "of")):
        words.pop()
    made = {}
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST, len(words)) + 1):
            part = words[first:last]
            alone = len(part) == 1 and (part[0].casefold() in _spoken() or len(part[0]) < 3)
            if not (alone or any(_is_idle(word) for word in (part[0], part[-1]))):
                made[" ".join(part)] = len(part) == len(words)
    return made


def _is_idle(word: str) -> bool:
    return word.isdigit() or word.casefold() in _idle()


@lru_cache
def _idle() -> frozenset[str]:
    """Words with which no name begins or ends, although pages print them with capitals."""
    return (
        phrases()["platform"]
        | phrases()["call"]
        | phrases()["legal"]
        | phrases()["heading"]
        | {"a", "our", "is", "this", "for", "from", "to", "your"}
    )


@lru_cache
def _asking() -> frozenset[str]:
    """Words with which appeals begin: "Download", "Join"."""
    return frozenset(phrase.split()[0] for phrase in phrases()["call"] if " " in phrase)


@lru_cache
def _spoken() -> frozenset[str]:
    """Every word of the signs' phrases: none of them alone is a name."""
    return frozenset(word for sign in SIGNS for phrase in phrases()[sign] for word in phrase.split())


def source_of(part: Part, many: bool) -> Found[str] | None:
    """The outlet that stands beside an article's headline or date: a line that is a known name, or what stands beside the date.

    A name that nobody knows counts only on a page of several articles (`many`), where it is printed at each of them.
    """
    head = _head(part)
    for line in head:
        for name in _beside(line):
            declared = known().of_name(name)
            if declared and fold(declared.name) not in phrases()["platform"] and (many or declared.kind is not PublisherKind.AGENCY):
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
