"""Article text → whom it credits: "Reuters reported", "citing unnamed officials", agency datelines.

An outlet of the publishers' table needs a cue beside its name; an unknown one also a noun that says what it is ("the
newspaper ..."). The words come from the `credits` lists of `lexicons/`, each entry a regular expression.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from octavo.annotate.credits_outlets import mentions, outlets
from octavo.annotate.quotes_lexicon import CreditWords, lexicons
from octavo.model import Credit, CreditKind, PublisherKind, Span, Spans
from octavo.publishers import PublisherTable, known

_WINDOW = 110  # characters before a name in which its cue must end
_MARKS = "[\"'“”„«»‹›‘’「」『』]"
_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'.&-]*(?: (?:[A-ZÀ-ÖØ-Þ][\w’'&-]*|de|la|el|of|the|del|da|do|online)){0,4}"
_NOTE = re.compile(r"[(\[（【［〔]([^()\[\]（）【】［］〔〕\n]{2,60})[)\]）】］〕]|[－―—–]\s?([\w・]{2,12})(?=\n|$)")
_NOTE_PARTS = re.compile(r"\s*[/,;、／＝=・＋+]\s*|\s+")
_SPACE = r"[^\S\n]+"
_UP_TO_FOUR = r"(?:[\w’'.-]+[^\S\n]+){0,4}?"  # words before what follows
_UP_TO_THREE = r"(?:[’']s)?,?(?:[^\S\n]+[\w’'.-]+){0,3}?[^\S\n]+"  # words behind what stands before
_DATELINE = 70  # characters from a paragraph's start in which a dateline stands


def find_credits(text: str, language: str | None, sentences: Spans, publishers: PublisherTable | None = None) -> tuple[Credit, ...]:
    """The credits of a text, in order of their sources; one per source and sentence.

    `sentences` are the text's sentence spans; all spans count code points of `text`. `language` is a BCP 47 primary tag; for
    one without a lexicon only agency notes such as "(AP)" are found. `publishers` is by default the package's own table.
    """
    table = publishers or known()
    found = list(_notes(text, table))
    if patterns := _compiled(language or ""):
        found += _outlets(text, patterns, sentences, table)
        found += _anonymous(text, patterns, sentences)
    starts = [start for start, _ in sentences]
    out: dict[tuple[Span, str], Credit] = {}
    for source, cue, kind, name in sorted(found, key=lambda f: (f[0], -len(f[1]))):
        at = bisect_right(starts, source[0]) - 1
        sentence = sentences[at] if at >= 0 else (0, 0)
        credit = Credit((source,), kind, cue, name, sentence)
        out.setdefault((sentence, name or text[slice(*source)]), credit)
    return tuple(out.values())


_Found = tuple[Span, Spans, CreditKind, str | None]


@dataclass(frozen=True, slots=True)
class _Patterns:
    before: re.Pattern[str]  # ends where a name begins
    after: re.Pattern[str]  # begins where a name ends
    unknown: re.Pattern[str]  # a noun and the name that it announces
    agency: re.Pattern[str]  # of the nouns, those that announce an agency
    insider: re.Pattern[str]  # stands in every sentence that has an anonymous source
    anonymous: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=64)
def _compiled(language: str) -> _Patterns | None:
    lexicon = lexicons().get(language)
    if lexicon is None:
        return None
    words = lexicon.credits
    leads, follows = (_UP_TO_FOUR, _UP_TO_THREE) if lexicon.spaced else ("", r"(?:[はが][^。]{0,60}?)?")
    first, last = (r"(?<!\w)", r"(?!\w)") if lexicon.spaced else ("", "")
    return _Patterns(
        before=re.compile(rf"{first}(?P<cue>{_any(words.before)}){_SPACE if lexicon.spaced else ''}{leads}{_MARKS}?$"),
        after=re.compile(rf"{_MARKS}?{follows}(?P<cue>{_any(words.after)}){last}"),
        unknown=re.compile(rf"{first}(?P<noun>{_any((*words.outlets, *words.agencies))})\s?{_MARKS}?(?P<name>{_NAME})"),
        agency=re.compile(_any(words.agencies)),
        insider=re.compile(f"{first}{_any((*words.insiders, *words.persons, *words.unqualified, *words.anonymity))}{last}"),
        anonymous=tuple(re.compile(f) for f in (_spaced_insiders(words) if lexicon.spaced else _unspaced_insiders(words))),
    )


def _any(entries: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(entries)})" if entries else "(?!)"


def _spaced_insiders(words: CreditWords) -> tuple[str, ...]:
    """The forms in which the press speaks of a source without its name, the most telling first."""
    some, said, leads = _any(words.indefinite), _any(words.said), _any(words.leads)
    nameless, familiar, anonymity = _any(words.nameless), _any(words.familiar), _any(words.anonymity)
    insider, person, unqualified = _any(words.insiders), _any((*words.insiders, *words.persons)), _any(words.unqualified)
    few, sp = _UP_TO_FOUR, _SPACE
    return (
        rf"\b(?:(?P<cue>{leads}){sp})?(?P<source>(?:{some}{sp})?{nameless}{sp}{few}{person})\b",
        rf"\b(?:(?P<cue>{leads}){sp})?(?P<source>(?:{some}{sp})?{person}{sp}(?:\w+{sp})?{nameless})\b",
        rf"\b(?P<source>{some}{sp}{few}{person})\b[^.;]{{0,80}}?{sp}(?P<cue>{anonymity})\b",
        rf"\b(?P<source>(?:{some}{sp}{few})?{person}){sp}(?P<cue>{familiar})\b",
        rf"\b(?P<cue>{leads}){sp}(?P<source>{some}{sp}{few}{insider})\b",
        rf"\b(?P<source>{some}{sp}{few}{insider})\b,?{_UP_TO_THREE}(?P<cue>{said})\b",
        rf"\b(?P<cue>{said}){sp}(?P<source>{some}{sp}{few}{insider})\b",
        rf"\b(?P<cue>{leads}){sp}(?P<source>{few}{unqualified})\b",
        rf"\b(?P<source>{unqualified})\b{_UP_TO_THREE}(?P<cue>{said})\b",
        rf"\b(?P<source>{anonymity})\b",
    )


def _unspaced_insiders(words: CreditWords) -> tuple[str, ...]:
    who, said = _any(words.insiders), _any(words.said)
    return (
        rf"(?P<source>{_any(words.nameless)}[^。、「」\s]{{0,12}}?{who})",
        rf"(?P<source>[^。、「」\s]{{0,20}}{who})(?P<cue>{said})",
        rf"(?P<source>{_any(words.anonymity)})",
    )


def _outlets(text: str, patterns: _Patterns, sentences: Spans, table: PublisherTable) -> Iterator[_Found]:
    """Outlets with a cue beside them in the same sentence: those of the table, and others that a noun announces."""
    named: list[tuple[Span, int, CreditKind, str]] = [
        (span, span[0], _kind(publisher.kind), publisher.name) for span, publisher in mentions(text, outlets(table))
    ]
    taken = [span for span, *_ in named]
    for m in patterns.unknown.finditer(text):
        span = m.span("name")
        if not any(start < span[1] and span[0] < end for start, end in taken):
            kind = CreditKind.AGENCY if patterns.agency.fullmatch(m["noun"]) else CreditKind.OUTLET
            named.append((span, m.start(), kind, text[slice(*span)].rstrip(".’'")))
    starts = [start for start, _ in sentences]
    for span, first, kind, name in named:
        at = bisect_right(starts, span[0]) - 1
        if at >= 0 and (cue := _cue(text, patterns, sentences[at], first, span[1])):
            yield span, (cue,), kind, name


def _cue(text: str, patterns: _Patterns, sentence: Span, first: int, last: int) -> Span | None:
    """The cue that ends before a name or begins after it."""
    window = text[max(sentence[0], first - _WINDOW) : first]
    if m := patterns.before.search(window):
        offset = first - len(window)
        return offset + m.start("cue"), offset + m.end("cue")
    m = patterns.after.match(text, last, sentence[1])
    return m.span("cue") if m else None


def _kind(kind: PublisherKind) -> CreditKind:
    return CreditKind.AGENCY if kind is PublisherKind.AGENCY else CreditKind.OUTLET


def _anonymous(text: str, patterns: _Patterns, sentences: Spans) -> Iterator[_Found]:
    """Sources that the article leaves without a name."""
    starts = [start for start, _ in sentences]
    numbers = {bisect_right(starts, m.start()) - 1 for m in patterns.insider.finditer(text)} - {-1}
    for number in sorted(numbers):
        taken: list[Span] = []
        for pattern in patterns.anonymous:
            for m in pattern.finditer(text, *sentences[number]):
                span = m.span("source")
                if not any(start < span[1] and span[0] < end for start, end in taken):
                    cue = m.span("cue") if "cue" in pattern.groupindex else (-1, -1)
                    taken += (span, cue)
                    yield span, (cue,) if cue[0] >= 0 else (), CreditKind.ANONYMOUS, None


def _notes(text: str, table: PublisherTable) -> Iterator[_Found]:
    """Agency notes: "BERLIN (dpa) -" at a paragraph's start, "(AP)" or "―共同通信" at its end."""
    for m in _NOTE.finditer(text):
        group = 1 if m[1] else 2
        start = m.start(group)
        begins = text.rfind("\n", 0, start) + 1
        if start - begins > _DATELINE and text[m.end() : m.end() + 2].strip():
            continue
        if ":" in m[group]:  # "Photo: ..."
            continue
        for part, at in _parts(m[group], start, table):
            publisher = table.of_name(part)
            if publisher and publisher.kind is PublisherKind.AGENCY:
                yield (at, at + len(part)), (), CreditKind.AGENCY, publisher.name


def _parts(note: str, start: int, table: PublisherTable) -> Iterator[tuple[str, int]]:
    """What a note may name, each with its place: the note, what its separators part, and a name that ends a part ("東京共同")."""
    yield note, start
    at = 0
    names = outlets(table).of_unspaced
    for m in [*_NOTE_PARTS.finditer(note), None]:
        end = m.start() if m else len(note)
        part = note[at:end]
        if part and part != note:
            yield part, start + at
        if name := next((part[k:] for k in range(1, len(part)) if part[k:] in names), None):
            yield name, start + end - len(name)
        at = m.end() if m else end
