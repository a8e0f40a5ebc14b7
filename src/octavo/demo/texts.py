"""The texts of the demonstration press: one file an article in `press/<outlet>/`, read into frozen records.

A file is TOML between two `+++` lines, then paragraphs parted by blank lines. `## ` opens a sub-headline. `@outlet/slug 2-5` stands
for paragraphs 2 to 5 of another file: that is how agency copy travels. A further `+++ ... +++` block and text after it is the
corrected revision, which inherits every field that it does not name. `docs/demo.md` lists the fields.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

FIELDS = frozenset(
    {"story", "thread", "copy_of", "at", "section", "language", "headline", "lead", "by", "agency", "picture", "caption", "credit", "wrong"}
    | {"gone", "related", "note"}
)
WRONG = ("future", "none", "zone")  # what a feed may get wrong about an article's date: see `views.fed_date`
_REFERENCE = re.compile(r"@(?P<key>[\w/-]+) (?P<first>\d+)-(?P<last>\d+)")


@dataclass(frozen=True, slots=True)
class Text:
    """One revision of an article. `day` counts from the press's today (0 or less), `clock` is the outlet's local time."""

    headline: str
    lead: str  # standfirst of the page and excerpt of the feed
    paragraphs: tuple[str, ...]
    day: int
    clock: str
    note: str | None = None  # the correction note


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of the press with all its revisions and its labels (`story`, `thread`, `copy_of`), which are never served."""

    outlet: str
    slug: str
    section: str
    story: str
    revisions: tuple[Text, ...]
    thread: str | None = None
    copy_of: str | None = None  # key of the piece whose text this one carries
    language: str | None = None  # None: the outlet's own
    authors: tuple[str, ...] = ()
    agency: str | None = None
    picture: str | None = None  # a motif of `pictures.MOTIFS`
    caption: str | None = None
    credit: str | None = None
    wrong: str | None = None  # one of WRONG
    gone: bool = False  # still in the feed, but its page answers 404
    related: tuple[str, ...] = ()  # keys of pieces printed in full below this one

    @property
    def key(self) -> str:
        return f"{self.outlet}/{self.slug}"


@lru_cache(maxsize=1)
def pieces() -> Mapping[str, Piece]:
    """All pieces by key ("courier/vote-of-confidence"), in order of key. Raises ValueError for a faulty file."""
    raw = {
        f"{outlet.name}/{file.name.removesuffix('.md')}": file.read_text("utf-8")
        for outlet in files(__package__).joinpath("press").iterdir()
        for file in outlet.iterdir()
        if file.name.endswith(".md")
    }
    return {key: _piece(key, raw) for key in sorted(raw)}


def _piece(key: str, raw: Mapping[str, str]) -> Piece:
    sections = _sections(key, raw)
    first = sections[0][0]
    outlet, slug = key.split("/")
    revisions, merged = [], dict[str, Any]()
    for fields, body in sections:
        merged = {**merged, **fields}
        revisions.append(_text(key, merged, body, raw))
    if first.get("wrong") not in (None, *WRONG):
        raise ValueError(f"{key}: wrong = {first['wrong']!r}, but it must be one of {', '.join(WRONG)}")
    return Piece(
        outlet=outlet,
        slug=slug,
        section=first["section"],
        story=first["story"],
        revisions=tuple(revisions),
        thread=first.get("thread"),
        copy_of=first.get("copy_of"),
        language=first.get("language"),
        authors=tuple(first.get("by", ())),
        agency=first.get("agency"),
        picture=first.get("picture"),
        caption=first.get("caption"),
        credit=first.get("credit"),
        wrong=first.get("wrong"),
        gone=first.get("gone", False),
        related=tuple(first.get("related", ())),
    )


def _text(key: str, fields: Mapping[str, Any], body: str, raw: Mapping[str, str]) -> Text:
    paragraphs = _paragraphs(body, raw)
    day, _, clock = str(fields["at"]).partition(" ")
    if not paragraphs or not re.fullmatch(r"\d\d:\d\d", clock):
        raise ValueError(f"{key}: no text, or `at` is not like '-3 07:40'")
    return Text(fields["headline"], fields.get("lead", paragraphs[0]), paragraphs, int(day), clock, fields.get("note"))


def _paragraphs(body: str, raw: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for paragraph in filter(None, (re.sub(r"\s*\n\s*", " ", p).strip() for p in re.split(r"\n\s*\n", body))):
        if reference := _REFERENCE.fullmatch(paragraph):
            other = _paragraphs(_sections(reference["key"], raw)[0][1], raw)
            found += other[int(reference["first"]) - 1 : int(reference["last"])]
        else:
            found.append(paragraph)
    return tuple(found)


def _sections(key: str, raw: Mapping[str, str]) -> list[tuple[dict[str, Any], str]]:
    """The fields and the body of each revision, oldest first."""
    _, *parts = re.split(r"^\+\+\+$", raw[key], flags=re.MULTILINE)
    if not parts or len(parts) % 2:
        raise ValueError(f"{key}: fields stand between two lines of +++")
    sections = [(tomllib.loads(fields), body) for fields, body in zip(parts[::2], parts[1::2], strict=True)]
    if unknown := {name for fields, _ in sections for name in fields} - FIELDS:
        raise ValueError(f"{key}: unknown field {', '.join(sorted(unknown))}")
    return sections
