"""JSON Lines in and out, the lines about what is wrong, and the progress bar: what all step commands share."""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from octavo.model import Article
from octavo.moments import instant

T = TypeVar("T")
Row = dict[str, Any]
_LONE = re.compile(r"[\ud800-\udfff]")  # halves of surrogate pairs, which JSON may hold and UTF-8 may not
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def whole(text: str) -> str:
    """`text` with lone surrogates as U+FFFD: of the same length, so that offsets stay true."""
    return _LONE.sub("\ufffd", text)


def plain(text: str) -> str:
    """Text from outside as it may go to a terminal: without the control characters that would move its cursor or colour it."""
    return _CONTROL.sub("\ufffd", whole(text))


class Problems:
    """What was wrong with the input: one line each on standard error, and exit code 2 at the end."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, where: str, what: object) -> None:
        self.count += 1
        self.note(where, what)

    def note(self, where: str, what: object) -> None:
        """Say what a person should know although the input could be used."""
        click.echo(plain(f"octavo: {where}: {' '.join(str(what).split())}"), err=True)

    def exit(self) -> None:
        """End the command with exit code 2 if anything was wrong."""
        if self.count:
            raise click.exceptions.Exit(2)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of input and where it stands, for messages."""

    where: str  # "file.jsonl:12"
    row: Row


def rows(paths: Sequence[Path], problems: Problems) -> Iterator[Line]:
    """The JSON objects of files, of all `*.jsonl` and `*.jsonl.gz` in folders, or of standard input when no path is given."""
    for name, stream in _streams(paths, problems):
        empty = True
        try:
            for number, raw in enumerate(stream, 1):
                if not raw.strip():
                    continue
                empty = False
                where = f"{name}:{number}"
                try:
                    row = json.loads(raw)
                except (ValueError, RecursionError) as fault:
                    problems.add(where, f"not JSON ({getattr(fault, 'msg', fault)}); line left out")
                    continue
                if isinstance(row, dict):
                    yield Line(where, row)
                else:
                    problems.add(where, f"a JSON object is needed, found {type(row).__name__}; line left out")
        except (OSError, EOFError, zlib.error) as fault:
            problems.add(name, f"cannot be read on: {fault}")
        if empty:
            problems.add(name, "holds no lines")


def _streams(paths: Sequence[Path], problems: Problems) -> Iterator[tuple[str, Iterable[bytes]]]:
    if not paths:
        yield "standard input", sys.stdin.buffer
        return
    for path in paths:
        if not os.path.exists(path):
            problems.add(str(path), "no such file")
            continue
        inside = sorted(p for p in path.rglob("*") if p.name.endswith((".jsonl", ".jsonl.gz"))) if os.path.isdir(path) else [path]
        if not inside:
            problems.add(str(path), "holds no .jsonl files")
        for file in inside:
            try:
                with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
                    yield str(file), stream
            except OSError as fault:
                problems.add(str(file), f"cannot be opened: {fault.strerror or fault}")


def article_of(line: Line, problems: Problems, taken: Callable[[str], bool] | None = None) -> Article | None:
    """The article in one row, or None after a line about what it lacks. `taken`: whether an id was given before.

    All fields but `id` may be missing or null, as long as there is a headline or a text.
    """
    row = line.row
    id = row.get("id")
    if isinstance(id, bool) or not isinstance(id, str | int) or id == "":
        problems.add(line.where, 'needs an "id"; line left out')
        return None
    id = whole(str(id))
    texts: dict[str, str | None] = {}
    for name in ("headline", "text", "published", "publisher", "language", "url"):
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            problems.add(line.where, f'"{name}" must be a string or null; line left out')
            return None
        texts[name] = whole(value) if value else None
    if not texts["headline"] and not texts["text"]:
        problems.add(line.where, 'needs a "headline" or a "text"; line left out')
        return None
    if taken and taken(id):
        problems.add(line.where, f'the id "{id}" was given before; line left out')
        return None
    if texts["published"] and not instant(texts["published"]):
        problems.add(line.where, f'"published" is no ISO 8601 date: {texts["published"]!r}; the article counts as undated')
        texts["published"] = None
    return Article(
        id=id,
        headline=texts["headline"],
        text=texts["text"] or "",
        published=(texts["published"] or "").strip() or None,
        publisher=texts["publisher"],
        language=texts["language"],
        url=texts["url"],
    )


def answer(row: Row) -> None:
    """Print one JSON line."""
    click.echo(whole(json.dumps(row, ensure_ascii=False)))


def shown(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """`items`, with a progress bar on standard error while they pass, where that is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, what, total=total, console=Console(stderr=True), transient=True)


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """A function that shows how far one long piece of work is (what it is, share from 0 to 1), where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda what, share: None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=1.0)
            bars.update(tasks[what], completed=share)

        yield show
