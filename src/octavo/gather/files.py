"""Saved pages, texts, feeds and article JSON Lines from files and folders, and the times at which they were captured."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from octavo.errors import ExtractError, InputError, OctavoError
from octavo.gather.capture import HTML, LINES, TEXT, XML, make_capture
from octavo.model import Capture
from octavo.moments import instant, precision

LARGEST_FILE = 50_000_000  # bytes, unpacked
MOST_LINES = 200  # articles of a file of JSON Lines that make one capture, so that one of them is read well within its time

# What a file's ending declares; "" leaves it to the content.
_ENDINGS = {
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".shtml": HTML,
    ".txt": TEXT,
    ".text": TEXT,
    ".md": TEXT,
    ".xml": XML,
    ".rss": XML,
    ".atom": XML,
    ".json": "application/json",
    ".jsonl": LINES,
    ".ndjson": LINES,
}
_PACKED = ".gz"


@dataclass(frozen=True, slots=True)
class Taken:
    """When captures were taken, as the user says: in general, and by file name (with or without its endings)."""

    general: datetime | None = None
    by_name: Mapping[str, datetime] = field(default_factory=dict)

    def of(self, path: Path) -> datetime | None:
        """When this file was captured; None when nobody said so."""
        return next((self.by_name[name] for name in _names(path) if name in self.by_name), self.general)


def parse_taken(values: Sequence[str]) -> Taken:
    """Capture times as given on the command line: "2025-08-05" for all files, "NAME=2025-08-05" for one; the last "=" parts the two.

    A time without a zone is UTC. A day alone means its last second in UTC: so "a day ago" comes out as the day before, and an article
    dated that same day is not one from after its capture. Raises InputError for a date that is none, is less precise than a day, or is
    given twice with different values.
    """
    found: dict[str, datetime] = {}
    for value in values:
        name, equals, text = value.rpartition("=")
        if equals and not name:
            raise InputError(f"No file name stands before the = in {value!r}", todo="Write NAME=2025-08-05, or the date alone")
        at = instant(text)
        if at is None or precision(text) in {"year", "month"}:
            raise InputError(f"{text!r} is no date to the day", todo="Write it as 2025-08-05 or 2025-08-05T14:30Z")
        if precision(text) == "day":
            at += timedelta(days=1, seconds=-1)
        if found.setdefault(name, at) != at:
            raise InputError(f"Two different capture times are given for {name or 'all files'}", todo="Give one")
    return Taken(found.pop("", None), found)


def bare_name(path: Path) -> str:
    """A file's name without its endings: "page-1.html.gz" is "page-1"; a dot before the last one stays."""
    name = path.name.removesuffix(_PACKED)
    return name.rpartition(".")[0] or name


def list_files(paths: Sequence[Path]) -> list[Path]:
    """The files of these paths in the order given; those of a folder and its folders sorted, hidden ones left out.

    What is no folder, is not there, or is a folder that holds nothing or may not be read stands for itself: `read_paths` then says why.
    """
    found: list[Path] = []
    for path in paths:
        found += (_files_in(path) if os.path.isdir(path) else []) or [path]
    return found


def read_paths(paths: Sequence[Path], taken: Taken, now: datetime) -> Iterator[Capture | OctavoError]:
    """Captures of files and of whole folders, in the order of `list_files`; in place of one that cannot be used, the error that says why.

    Files ending in .gz are unpacked. The address of a capture is the file's path; a file of JSON Lines gives a capture for each 200 lines,
    with the number of its first line behind a "#". Without a word from `taken`, a capture is undated and
    `captured_at` is `now`; times of the file system say when a copy was made, and are not used. A name in `taken` that no file
    bears is an error too, at the end.
    """
    unused = set(taken.by_name)
    for file in list_files(paths):
        unused.difference_update(_names(file))
        try:
            yield from _read(file, taken.of(file), now)
        except (InputError, ExtractError) as error:
            yield error
    for name in sorted(unused):
        yield InputError("A capture time is given for it, but no such file was read", todo="Check the name", subject=name)


def _files_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    closed: list[OSError] = []
    for base, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(base, name) for name in names if not name.startswith(".")]
    return sorted(found + [Path(problem.filename) for problem in closed])


def _read(path: Path, at: datetime | None, now: datetime) -> Iterator[Capture]:
    """The captures of one file. Raises InputError and ExtractError."""
    if at and at > now + timedelta(days=1):
        raise InputError(f"Its capture time, {at.date()}, lies in the future", todo="Correct the date", subject=str(path))
    packed = path.suffix.lower() == _PACKED
    try:
        if os.path.isdir(path):
            raise InputError("The folder holds no files, or may not be read", todo="Check its name and rights", subject=str(path))
        if os.path.exists(path) and not os.path.isfile(path):
            raise InputError("It is neither a file nor a folder", todo="Give files or folders", subject=str(path))
        with gzip.open(path) if packed else path.open("rb") as file:
            body = file.read(LARGEST_FILE + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise InputError("The file is damaged: it cannot be unpacked", todo="Fetch or save it anew", subject=str(path)) from problem
    except OSError as problem:
        raise _unreadable(path, problem) from problem
    if len(body) > LARGEST_FILE:
        raise InputError(f"The file is larger than {LARGEST_FILE / 1e6:g} MB", todo="Split it", subject=str(path))
    ending = Path(path.name.removesuffix(path.suffix)).suffix if packed else path.suffix
    captured_at = min(at, now) if at else now
    declared = _ENDINGS.get(ending.lower(), "")
    for address, part in _parts(path, body) if declared == LINES else [(str(path), body)]:
        yield make_capture(address, part, captured_at, declared=declared, dated=at is not None)


def _parts(path: Path, body: bytes) -> Iterator[tuple[str, bytes]]:
    """A file of JSON Lines in parts, each with its address."""
    lines = body.splitlines(keepends=True)
    for first in range(0, max(1, len(lines)), MOST_LINES):
        yield f"{path}#{first + 1}", b"".join(lines[first : first + MOST_LINES])


def _names(path: Path) -> tuple[str, ...]:
    """Under which names a file may be given a capture time."""
    return path.name, path.name.removesuffix(_PACKED), bare_name(path)


def _unreadable(path: Path, problem: OSError) -> InputError:
    what = "There is no such file" if isinstance(problem, FileNotFoundError) else f"It cannot be read ({problem.strerror or problem})"
    return InputError(what, todo="Check the name and the rights", subject=str(path))
