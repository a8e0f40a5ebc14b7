"""What stands around an article's text on a page saved as plain text: dates, writers, the picture's caption, the section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from octavo.extract.dates import date_span, is_time_word, last_weekday, printed_date, relative_date
from octavo.extract.dating import possible
from octavo.extract.found import Found, found
from octavo.extract.line_marks import phrases
from octavo.extract.people import people
from octavo.extract.picture import captioned
from octavo.extract.plain import fold
from octavo.extract.text_lines import Line
from octavo.extract.text_parts import Part
from octavo.model import Capture, Image
from octavo.moments import precision
from octavo.publishers import known

_SHORT = 120  # width up to which a line may be a date line or a byline
_NAMED = 60  # width up to which a line may be a name and a role
_ABOVE = 4  # lines above a headline that may still speak of its article
_BELOW = 4  # lines below a text that may
_CAPTION = 450  # width up to which a line may be a caption
_CREDIT_DOTS = re.compile(r"\s*\b(Credit|Photo|Image|Foto|Crédit)\s*(?:\.\.\.|…)\s*", re.IGNORECASE)
_TIME_LABEL = re.compile(r"\s*(?:Published|Updated|Posted|Last updated)(?![a-z]).*$")
_REPORTING = re.compile(r"^\W*(?:additional\s+)?reporting\s+by\s+", re.IGNORECASE)
_PERSON = re.compile(r"[A-Z][\w'.-]*(?: (?:[a-z]{2,3} )?[A-Z][\w'.-]*){1,4}$")  # in Latin letters: at least two capitalised words
_SENTENCES = 2  # at the beginning of a text, in which a weekday tells when it was written
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])['\"”’)]*\s+(?=[^\W\d_a-z])|(?<=[。！？])")


class Dates(NamedTuple):
    """When an article was published and changed, as far as its page says."""

    published: Found[str] | None
    modified: Found[str] | None


def dates(part: Part, capture: Capture, language: str | None) -> Dates:
    """The dates printed around an article; without one, relative ones, and at last the weekday that its first sentences name.

    Dates in captions and in the text are none of the article's; one after the capture is refused.
    """
    published: Found[str] | None = None
    modified: Found[str] | None = None
    for line in _around(part):
        if is_caption(line):
            continue
        for chunk, signal, iso in _readings(line, capture, language):
            if not possible(iso, capture.captured_at, dated=True):
                continue
            reading = found(iso, signal, 0.85 if signal == "text" else 0.7, precision(iso))
            if _speaks_of_change(chunk):
                modified = modified or reading
            else:
                published = published or reading
    if published is None and modified is not None:  # printed alone, the day of the last change is mostly the day of the first printing
        published = found(modified.value[:10], "text", 0.4, precision(modified.value[:10]), estimated=True)
    if published is None and capture.dated:
        published = _estimated(part, capture, language)
    return Dates(published, modified)


def _around(part: Part) -> Iterator[Line]:
    """The short lines that may date an article: from its headline down to its text, above the headline, below the text."""
    first, last = part.text[0], part.text[-1]
    head = part.headline if part.headline is not None else max(0, first - 3 * _ABOVE)
    lines = (
        *part.lines[head:first],
        *part.lines[first : first + 2],
        *reversed(part.lines[max(0, head - _ABOVE) : head]),
        *part.lines[last + 1 : last + 1 + _BELOW],
    )
    yield from (line for line in lines if line.width <= _SHORT)


def _readings(line: Line, capture: Capture, language: str | None) -> Iterator[tuple[str, str, str]]:
    """The dates of a line, each with the piece of the line that leads to it and how it was read."""
    rest = line.text
    while span := date_span(rest, language):
        printed = printed_date(rest[: span[1]], language) or printed_date(rest, language)
        if printed:
            yield rest[: span[1]], "text", printed[0]
        rest = rest[span[1] :]
    if rest == line.text and capture.dated and line.width < 60 and (relative := relative_date(rest, capture.captured_at, language)):
        yield rest, "relative", relative[0]


def _speaks_of_change(chunk: str) -> bool:
    plain = " " + re.sub(r"\W+", " ", chunk.casefold()) + " "
    return any((f" {word} " if word.isascii() else word) in plain for word in phrases()["modified"])


def _estimated(part: Part, capture: Capture, language: str | None) -> Found[str] | None:
    """The latest such weekday not after the capture, where a text's first sentences name exactly one."""
    if language is None:
        return None
    lead = " ".join(part.lines[i].text for i in part.text[:3] if not is_caption(part.lines[i]))
    sentences = [s for s in _SENTENCE_END.split(lead) if s.strip()][:_SENTENCES]
    for sentence in sentences:
        if date_span(sentence, language):
            return None  # a day that is printed in full need not be the article's, and the weekday belongs to it
        if day := last_weekday(sentence, capture.captured_at, language, phrases()["told"]):
            return found(day, "guess", 0.3, "day", estimated=True)
    return None


def authors(part: Part, outlets: Sequence[str | None]) -> Found[tuple[str, ...]] | None:
    """The people whom the bylines around an article name; without one, the name that stands beside the date."""
    if names := _persons((byline for line in bylines(part) if (byline := _without_time(line))), outlets):
        return found(names, "text", 0.75)
    names = _persons(_beside_date(part), outlets)
    return found(names, "text", 0.5) if names else None


def bylines(part: Part) -> Iterator[str]:
    """The lines around an article that say who wrote it; a lone "By" goes with the next line."""
    first, last = part.text[0], part.text[-1]
    head = part.headline if part.headline is not None else max(0, first - 2 * _ABOVE)
    near = [*part.lines[max(0, head - 2) : first + 1], *part.lines[max(last, first + 1) : last + 3]]
    for line, following in zip(near, [*near[1:], None], strict=True):
        if "byline" in line.opens and line.width <= _SHORT:
            yield _REPORTING.sub("By ", f"{line.text} {following.text}" if len(line.words) == 1 and following else line.text)


def _persons(candidates: Iterable[str], outlets: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(name for name in people(candidates, outlets) if not name.isascii() or _PERSON.match(name))


def _beside_date(part: Part) -> Iterator[str]:
    """What stands before a date in its line, or in the line above it, between headline and text."""
    if part.headline is None:
        return
    title = fold(part.lines[part.headline].text)
    head = part.lines[part.headline + 1 : part.text[0]]
    for i, line in enumerate(head):
        if line.width <= _SHORT and date_span(line.text):
            yield _without_time(line.text)
            if i and head[i - 1].width < _NAMED and fold(head[i - 1].text) != title:
                yield head[i - 1].text


def _without_time(byline: str) -> str:
    """A byline up to its date: "By Ann Smith November 19, 2019" is "By Ann Smith"."""
    words = re.split(r"\d", _TIME_LABEL.sub("", byline), maxsplit=1)[0].split()
    while words and (is_time_word(words[-1].strip(",.")) or words[-1] in "|•·-–—"):
        words.pop()
    return " ".join(words)


def is_caption(line: Line) -> bool:
    """Whether a line stands under a picture: it names who took or gave it."""
    signed = "photo" in line.signs or ("©" in line.text and "legal" not in line.signs)
    return signed and line.width <= _CAPTION and captioned(_dotted(line.text))[1] is not None


def picture(part: Part) -> Found[Image] | None:
    """Caption and credit of the first picture from the headline on; its address is not known from text."""
    head = part.headline if part.headline is not None else max(0, part.text[0] - _ABOVE)
    for line in part.lines[head : part.text[-1] + 1]:
        if is_caption(line):
            caption, credit = captioned(_dotted(line.text))
            return found(Image(None, caption, credit), "text", 0.8)
    return None


def _dotted(text: str) -> str:
    """ "It moved.Credit...Ann Smith" with its credit as other pages write it."""
    return _CREDIT_DOTS.sub(r" \1: ", text)


def section(part: Part, lines: Sequence[Line], outlets: Sequence[str]) -> Found[str] | None:
    """The section that stands right above the headline and in the page's navigation as well; an outlet's name is none."""
    if part.headline is None:
        return None
    own = {fold(name) for name in outlets}
    often = {line.text for line in lines[: max(1, len(lines) // 2)]}
    for line in reversed(part.lines[max(0, part.headline - 3) : part.headline]):
        known_there = line.text in often and sum(other.text == line.text for other in lines) > 1
        if fold(line.text) in own or known().of_name(line.text):
            continue
        if known_there and line.width <= 25 and len(line.words) <= 3 and not line.signs and line.text[0].isupper():
            return found(line.text.title() if line.text.isupper() else line.text, "text", 0.6)
    return None
