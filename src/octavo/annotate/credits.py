"""Article text → whom it credits: "Reuters reported", "citing unnamed officials", agency datelines, printed addresses.

`credits_outlets` finds where outlets are named, `credits_cues` whether something is had from them. The words stand in the `credits` lists
of `lexicons/` and in `credits.toml`, each entry a regular expression.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from octavo.annotate.credits_cues import SPACE, UP_TO_FOUR, UP_TO_THREE, any_of, cues
from octavo.annotate.credits_outlets import kind_of, namings, outlets
from octavo.annotate.quotes_lexicon import CreditWords, lexicons
from octavo.model import Credit, CreditKind, PublisherKind, Quote, Span, Spans
from octavo.publishers import PublisherTable, folded, known

# begins with one set of characters, which a search skips to
_NOTE = re.compile(
    r"[(\[（【［〔－―—–](?:(?<![－―—–])([^()\[\]（）【】［］〔〕\n]{2,60})[)\]）】］〕]|(?<=[－―—–])\s?([\w・]{2,12})(?=\n|$))"
)
_ADDRESS = re.compile(r"(?P<cue>https?://)(?P<host>[\w-]+(?:\.[\w-]+)+)")
_NOTE_PARTS = re.compile(r"\s*[/,;、／＝=・＋+]\s*|\s+")
_DATELINE = 70  # characters from a paragraph's start in which a dateline stands


def find_credits(
    text: str,
    language: str | None,
    sentences: Spans,
    publishers: PublisherTable | None = None,
    *,
    own: str | None = None,
    quotes: Sequence[Quote] = (),
) -> tuple[Credit, ...]:
    """The credits of a text, in order of their sources; one per source and sentence.

    `sentences` are the text's sentence spans; all spans count code points of `text`. `language` is a BCP 47 primary tag; for
    one without a lexicon only agency notes such as "(AP)" and addresses are found. `publishers` is by default the package's own table.
    `own` is the outlet whose text it is: it does not credit itself. A speaker of one of the text's `quotes` is credited if it names an outlet.
    """
    table = publishers or known()
    if declared := table.of_name(own):
        own = declared.name
    found = [*_notes(text, table), *_addresses(text, table)]
    if language and language in lexicons():
        named = namings(text, lexicons()[language], table, own)
        found += ((naming.span, (cue,), naming.kind, naming.name) for naming, cue in cues(text, language, sentences, named, quotes))
        found += _anonymous(text, _insiders(language), sentences)
    starts = [start for start, _ in sentences]
    out: dict[tuple[Span, str], Credit] = {}
    own_name = folded(own) if own else None
    for source, cue, kind, name in sorted(found, key=lambda f: (f[0], -len(f[1]))):
        if name and folded(name) == own_name:
            continue
        at = bisect_right(starts, source[0]) - 1
        sentence = sentences[at] if at >= 0 else (0, 0)
        credit = Credit((source,), kind, cue, name, sentence)
        out.setdefault((sentence, name or text[slice(*source)]), credit)
    return tuple(out.values())


_Found = tuple[Span, Spans, CreditKind, str | None]


@dataclass(frozen=True, slots=True)
class _Insiders:
    any: re.Pattern[str]  # of its group "sign" something stands in every sentence that has an anonymous source
    forms: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]  # what a form is not there without, and the form


@lru_cache(maxsize=64)
def _insiders(language: str) -> _Insiders:
    lexicon = lexicons()[language]
    words = lexicon.credits
    first, last = (r"\W", r"(?!\w)") if lexicon.spaced else ("", "")  # a search skips to \W, which it cannot do for \b or (?<!\w)

    def sign(*entries: str) -> re.Pattern[str]:
        return re.compile(f"{first}(?P<sign>{any_of(entries)}){last}")

    forms = _spaced_insiders(words) if lexicon.spaced else _unspaced_insiders(words)
    return _Insiders(
        sign(*words.insiders, *words.unqualified, *words.nameless, *words.familiar, *words.anonymity),
        tuple((sign(*entries), re.compile(form)) for entries, form in forms),
    )


def _spaced_insiders(words: CreditWords) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The forms in which the press speaks of a source without its name, the most telling first, each behind the words that it cannot lack."""
    some, said, leads = any_of(words.indefinite), any_of(words.said), any_of(words.leads)
    nameless, familiar, anonymity = any_of(words.nameless), any_of(words.familiar), any_of(words.anonymity)
    insider, person, unqualified = any_of(words.insiders), any_of((*words.insiders, *words.persons)), any_of(words.unqualified)
    few, sp = UP_TO_FOUR, SPACE
    return (
        (words.nameless, rf"\b(?:(?P<cue>{leads}){sp})?(?P<source>(?:{some}{sp})?{nameless}{sp}{few}{person})\b"),
        (words.nameless, rf"\b(?:(?P<cue>{leads}){sp})?(?P<source>(?:{some}{sp})?{person}{sp}(?:\w+{sp})?{nameless})\b"),
        (words.anonymity, rf"\b(?P<source>{some}{sp}{few}{person})\b[^.;]{{0,80}}?{sp}(?P<cue>{anonymity})\b"),
        (words.familiar, rf"\b(?P<source>(?:{some}{sp}{few})?{person}){sp}(?P<cue>{familiar})\b"),
        (words.insiders, rf"\b(?P<cue>{leads}){sp}(?P<source>{some}{sp}{few}{insider})\b"),
        (words.insiders, rf"\b(?P<source>{some}{sp}{few}{insider})\b,?{UP_TO_THREE}(?P<cue>{said})\b"),
        (words.insiders, rf"\b(?P<cue>{said}){sp}(?P<source>{some}{sp}{few}{insider})\b"),
        (words.unqualified, rf"\b(?P<cue>{leads}){sp}(?P<source>{few}{unqualified})\b"),
        (words.unqualified, rf"\b(?P<source>{unqualified})\b{UP_TO_THREE}(?P<cue>{said})\b"),
        (words.anonymity, rf"\b(?P<source>{anonymity})\b"),
    )


def _unspaced_insiders(words: CreditWords) -> tuple[tuple[tuple[str, ...], str], ...]:
    who, said = any_of(words.insiders), any_of(words.said)
    return (
        (words.nameless, rf"(?P<source>{any_of(words.nameless)}[^。、「」\s]{{0,12}}?{who})"),
        (words.insiders, rf"(?P<source>[^。、「」\s]{{0,20}}{who})(?P<cue>{said})"),
        (words.anonymity, rf"(?P<source>{any_of(words.anonymity)})"),
    )


def _anonymous(text: str, insiders: _Insiders, sentences: Spans) -> Iterator[_Found]:
    """Sources that the article leaves without a name."""
    starts = [start for start, _ in sentences]
    padded = f" {text}"  # so that something stands before every word
    numbers = {bisect_right(starts, m.start("sign") - 1) - 1 for m in insiders.any.finditer(padded)} - {-1}
    for number in sorted(numbers):
        start, end = sentences[number]
        there = {sign: bool(sign.search(padded, start, end + 1)) for sign, _ in insiders.forms}
        taken: list[Span] = []
        for sign, pattern in insiders.forms:
            for m in pattern.finditer(text, start, end) if there[sign] else ():
                span = m.span("source")
                if not any(a < span[1] and span[0] < b for a, b in taken):
                    cue = m.span("cue") if "cue" in pattern.groupindex else (-1, -1)
                    taken += (span, cue)
                    yield span, (cue,) if cue[0] >= 0 else (), CreditKind.ANONYMOUS, None


def _addresses(text: str, table: PublisherTable) -> Iterator[_Found]:
    """Printed addresses of an outlet's pages: the host is the source, what stands before it the cue."""
    for m in _ADDRESS.finditer(text):
        if publisher := table.of_host(m["host"]):
            yield m.span("host"), (m.span("cue"),), kind_of(publisher), publisher.name


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
