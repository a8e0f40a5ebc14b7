"""How fast Octavo reads web pages, beside other libraries on the same pages in the same run.

    python bench/pages_speed.py FOLDER... [--every 4] [--rounds 5]

FOLDERs hold saved pages (.html, .html.gz). Every reader reads every page in turn, in one process with one thread, `--rounds` times after a first round
that is not counted; what is printed is the median over the rounds of pages per CPU second, and how it stands to trafilatura's default. After that
first round the process is settled as Octavo's workers are, in which its users' pages are read (`octavo.memory.settle`): for all readers alike.
Readers take turns in beginning a page. Libraries that are not installed are left out (the development extra has them). Octavo gives headline, dates, writers, outlet, language and picture with the text; of the
others each is run as it comes, for the text alone, trafilatura a second time with its metadata.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # before numpy is loaded

from rich.console import Console
from rich.table import Table

from octavo.extract import extract
from octavo.extract.decode import decoded
from octavo.gather import parse_taken, read_paths
from octavo.memory import settle
from octavo.model import Capture

Reader = Callable[[Capture], object]
STANDARD = "trafilatura"


def readers() -> dict[str, Reader]:
    """The readers that are installed, by name."""
    found: dict[str, Reader] = {"octavo": extract}
    if importlib.util.find_spec("trafilatura"):
        import trafilatura

        found[STANDARD] = lambda capture: trafilatura.extract(capture.body)
        found["trafilatura with metadata"] = lambda capture: trafilatura.bare_extraction(capture.body, with_metadata=True)
    if importlib.util.find_spec("readability"):
        from readability import Document

        found["readability-lxml"] = lambda capture: Document(decoded(capture.body, capture.charset)).summary()
    if importlib.util.find_spec("resiliparse"):
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda capture: extract_plain_text(decoded(capture.body, capture.charset), main_content=True)
    return found


def measured(pages: Sequence[Capture], rounds: int) -> dict[str, list[float]]:
    """For every reader its pages per CPU second, round by round. A reader that fails on a page has read it."""
    turns = list(readers().items())
    seconds: dict[str, list[float]] = {name: [] for name, _ in turns}
    for number in range(rounds + 1):
        spent = dict.fromkeys(seconds, 0.0)
        for page in pages:
            turns.append(turns.pop(0))
            for name, reader in turns:
                begun = time.process_time()
                try:
                    reader(page)
                except Exception as error:
                    logging.getLogger(__name__).debug("%s fails on %s: %s", name, page.address, error)
                spent[name] += time.process_time() - begun
        if number:
            for name, value in spent.items():
                seconds[name].append(len(pages) / value)
        else:
            settle()  # the first round loads what is loaded once
    return seconds


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=4, help="take every n-th page")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    pages = [one for one in read_paths(given.folders, parse_taken(()), datetime.now(UTC)) if isinstance(one, Capture)][:: given.every]
    rates = measured(pages, given.rounds)
    standard = statistics.median(rates[STANDARD]) if STANDARD in rates else None
    table = Table("reader", "pages per CPU second", "least", "most", "to trafilatura", title=f"{len(pages)} pages, {given.rounds} rounds")
    for name, values in rates.items():
        rate = statistics.median(values)
        table.add_row(name, f"{rate:.1f}", f"{min(values):.1f}", f"{max(values):.1f}", f"{rate / standard:.2f}" if standard else "")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
