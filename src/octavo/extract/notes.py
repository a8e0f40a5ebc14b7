"""Notes of an outlet on its own text: corrections, clarifications, editor's notes, updates; found by how they begin (`data/notes.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from octavo.model import Block, BlockKind, Note, NoteKind, Span

_MOST = 20  # of one article
_LONGEST = 1500  # characters
_SHORTEST = 30  # characters of a line outside of the text that is a note and not a link to notes
# Between a label and what it labels: a bracket, or a date or hour: "Correction, May 3:", "Update (3 p.m.):".
_BETWEEN = r"(?:\s*[(\[（][^()\[\]（）\n]{1,40}[)\]）]|[,\s][^:：\d\n]{0,20}\d(?:[^:：\n]|:(?=\d)){0,25}?)?"
_SIGNS = re.compile(r"[\W_]{0,6}")  # that may stand before a label
_SENTENCE = re.compile(r"(?:^|[.!?]\s|[。！？])[\W_]{0,6}$")  # what stands before a phrase that begins one


class _Cues(NamedTuple):
    """What notes begin with: a label at the beginning of a line, in large letters or small, or a phrase at that of a sentence."""

    heads: frozenset[str]  # the first two characters of each label, in small letters: of most lines they tell that it has none
    labels: re.Pattern[str]  # the group that matches is named after the kind: "n0" is the first of NoteKind
    phrases: re.Pattern[str]  # without groups, so that a text is searched for all of them at the speed of their first letters
    kinds: Mapping[str, NoteKind]  # of the phrases


@lru_cache
def _cues() -> _Cues:
    table = tomllib.loads(files("octavo.extract").joinpath("data", "notes.toml").read_text("utf-8"))
    labels: list[str] = []
    heads: set[str] = set()
    kinds: dict[str, NoteKind] = {}
    for number, kind in enumerate(NoteKind):
        cues = sorted({cue for cues in table[kind.value].values() for cue in cues}, key=len, reverse=True)
        heads |= {cue[:2].lower() for cue in cues if cue.endswith(":")}
        labels.append(f"(?P<n{number}>{'|'.join(re.escape(cue[:-1]) for cue in cues if cue.endswith(':'))})")
        kinds |= {cue: kind for cue in cues if not cue.endswith(":")}
    label = rf"{_SIGNS.pattern}(?:{'|'.join(labels)}){_BETWEEN}\s*(?:[:：]|[—–]\s|$|[\])）】］]\s*[:：]?)"
    return _Cues(frozenset(heads), re.compile(label, re.IGNORECASE), re.compile("|".join(map(re.escape, kinds))), kinds)


def notes_of(text: str, blocks: Sequence[Block], elsewhere: Iterable[tuple[NoteKind, str]] = (), live: bool = False) -> tuple[Note, ...]:
    """The notes in a text, in its order, then those `elsewhere` on its page that it does not hold.

    Of a live ticker "update" is no note: it is made of them.
    """
    found = [Note(kind, text[span[0] : span[1]], span) for kind, span in _in_text(text, blocks) if not (live and kind is NoteKind.UPDATE)]
    for kind, said in elsewhere:
        at = text.find(said)
        known = at >= 0 and any(note.span and note.span[0] <= at < note.span[1] for note in found)
        if not known and all(said != note.text for note in found):
            found.append(Note(kind, said, (at, at + len(said)) if at >= 0 else None))
    found.sort(key=lambda note: note.span or (len(text), len(text)))
    return tuple(found[:_MOST])


def note_kind(line: str) -> NoteKind | None:
    """What kind of note a line that stands outside of the text is; None for none."""
    begun = _begun(line) if _SHORTEST <= len(line) <= _LONGEST else None
    return begun.kind if begun else None


def _in_text(text: str, blocks: Sequence[Block]) -> Iterator[tuple[NoteKind, Span]]:
    """A label that stands alone, as a heading does, labels the block below it."""
    cues = _cues()
    phrased = cues.phrases.search(text) is not None
    labelled: tuple[NoteKind, int] | None = None
    for block in blocks:
        if block.kind is BlockKind.CAPTION:
            continue
        start = end = block.start - 1
        for line in text[block.start : block.end].split("\n"):
            start, end = end + 1, end + 1 + len(line)
            if not line:
                continue
            begun = _begun(line[:_LONGEST]) if phrased or _head(line) in cues.heads else None
            if begun and begun.end == len(line):
                labelled = (begun.kind, start) if block.kind not in (BlockKind.LIST, BlockKind.TABLE) else None
                continue
            if labelled and len(line) >= _SHORTEST:
                yield labelled[0], (labelled[1], end)
            elif begun:
                yield begun.kind, (start + begun.start, end)
            labelled = None


def _head(line: str) -> str:
    """The first two characters of a line's first word, in small letters."""
    signs = _SIGNS.match(line)
    at = signs.end() if signs else 0
    return line[at : at + 2].lower()


class _Begun(NamedTuple):
    """A note's kind, and where in a line its cue stands."""

    kind: NoteKind
    start: int
    end: int


def _begun(line: str) -> _Begun | None:
    """The first note that begins in a line."""
    cues = _cues()
    if match := cues.labels.match(line):
        return _Begun(list(NoteKind)[int((match.lastgroup or "n0")[1:])], 0, match.end())
    for match in cues.phrases.finditer(line):
        if _SENTENCE.search(line, 0, match.start()):
            return _Begun(cues.kinds[match[0]], match.start(), match.end())
    return None
