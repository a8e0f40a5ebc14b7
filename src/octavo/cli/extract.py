"""`octavo extract`: saved pages, feeds and text captures in, article JSON Lines out."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from octavo.cli.forms import article_row
from octavo.cli.lines import Problems, answer, shown
from octavo.errors import InputError
from octavo.extract import Pool
from octavo.extract.template import Memory
from octavo.gather import bare_name, list_files, parse_taken, read_paths
from octavo.model import Capture
from octavo.publishers import known
from octavo.settings import load_settings

CAPTURED_AT = click.option(
    "--captured-at",
    "captured_at",
    multiple=True,
    metavar="[NAME=]DATE",
    help='When the captures, or the one called NAME, were taken, so that "4 days ago" becomes a date. Repeatable.',
)


@click.command()
@click.option("--url", metavar="URL", help="The address that the one file given was saved from.")
@CAPTURED_AT
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def extract(paths: tuple[Path, ...], url: str | None, captured_at: tuple[str, ...]) -> None:
    """The articles in saved pages, feeds and plain-text captures; files ending in .gz are unpacked."""
    settings, problems, now = load_settings(), Problems(), datetime.now(UTC)
    known()  # a faulty declaration is told here, not as a problem of every page
    files = list_files(paths)
    if url and len(files) != 1:
        raise InputError("--url says where one file was saved from, so exactly one file is needed", subject="octavo extract")
    names = _names(files)
    memory = Memory()  # of what hosts repeat, gathered on the way
    under_way: deque[str] = deque()  # files of the captures on their way through the pool, which keeps their order

    def captures() -> Iterator[Capture]:
        for capture in read_paths(paths, parse_taken(captured_at), now):
            if isinstance(capture, Capture):
                under_way.append(capture.address)
                yield replace(capture, address=url) if url else capture
            else:
                problems.add(capture.subject, f"{capture.what}. {capture.todo}".strip())

    with Pool(settings.extract_workers, settings.extract_seconds) as pool:
        for extraction in shown(map(memory.cleaned, pool.map(captures())), "Extracting", len(files)):
            file = under_way.popleft()
            name = names[file]
            if not extraction.articles:
                problems.add(file, extraction.problem or f"no article found, this is a {extraction.kind.value}")
            elif extraction.problem:
                problems.note(file, extraction.problem)
            for number, article in enumerate(extraction.articles, 1):
                answer(article_row(article, name if len(extraction.articles) == 1 else f"{name}#{number}"))
    problems.exit()


def _names(files: Sequence[Path]) -> dict[str, str]:
    """File → the name that its articles go by: without endings; with its folder's name where several have that; else its path as given."""
    forms = [(bare_name(file), f"{file.parent.name}/{bare_name(file)}", str(file)) for file in files]
    often = Counter(form for three in set(forms) for form in set(three))
    return {three[-1]: next((form for form in three if often[form] == 1), three[-1]) for three in forms}
