"""Measure what Octavo's step commands make of public research data, and hold it against the floors that must not break.

    python bench/run.py DATA [--only NAME] [--scorer FILE]

DATA is the folder with the data sets, FILE the scorer (default: score/score.py beside DATA); neither is part of the project. Prints a
table with one line a data set: what was measured, the floor from floors.toml, the seconds it took. Exit code 1 when a floor is broken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
OCTAVO = Path(sys.executable).with_name("octavo")


@dataclass(frozen=True, slots=True)
class Run:
    """One data set: the step command, its input and the gold answers (paths in DATA), and the scorer's measure."""

    name: str
    command: tuple[str, ...]
    given: str
    measure: str
    gold: str


RUNS = (
    Run("scrapinghub", ("extract",), "pages/scrapinghub", "pages", "pages/scrapinghub.jsonl.gz"),
    Run("news2023", ("extract",), "pages/news2023", "pages", "pages/news2023.jsonl.gz"),
    Run("news2023-multi", ("extract",), "pages/news2023-multi", "pages", "pages/news2023-multi.jsonl.gz"),
    Run("oldlayouts", ("extract",), "pages/oldlayouts", "pages", "pages/oldlayouts.jsonl.gz"),
    Run("wcxb-dev", ("extract",), "pages/wcxb-dev", "pages", "pages/wcxb-dev.jsonl.gz"),
    Run("captures", ("extract",), "captures/open", "pages", "captures/open.jsonl.gz"),
    Run("polnear-dev", ("quotes",), "quotes/polnear-dev.jsonl.gz", "quotes", "quotes/polnear-dev.jsonl.gz"),
    Run("german-dev", ("quotes",), "quotes/german-dev.jsonl.gz", "quotes", "quotes/german-dev.jsonl.gz"),
    Run("t17-open", ("timeline",), "timelines/t17-open.jsonl.gz", "timelines", "timelines/t17-open.jsonl.gz"),
    Run("briefs", ("brief", "--sentences", "3"), "briefs/neus.jsonl.gz", "briefs", "briefs/neus.jsonl.gz"),
)


def measured(run: Run, data: Path, scorer: Path, scratch: Path) -> tuple[dict[str, float], float]:
    """The scorer's numbers for one data set, and the seconds that the command took. Raises CalledProcessError when either fails."""
    found = scratch / f"{run.name}.jsonl"
    begun = time.perf_counter()
    with found.open("wb") as out:
        done = subprocess.run([OCTAVO, *run.command, data / run.given], stdout=out, check=False)
    if done.returncode not in (0, 2):  # 2: some inputs could not be used, and were named
        raise subprocess.CalledProcessError(done.returncode, run.command)
    seconds = time.perf_counter() - begun
    scored = subprocess.run([sys.executable, scorer, run.measure, data / run.gold, found], capture_output=True, check=True)
    numbers: dict[str, float] = json.loads(scored.stdout)
    return numbers, seconds


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--only", action="append", metavar="NAME", choices=[run.name for run in RUNS])
    given = parser.parse_args(arguments)
    scorer = given.scorer or given.data.resolve().parent / "score" / "score.py"
    for path in (given.data, scorer):
        if not path.exists():
            parser.error(f"{path} is not there")
    floors: dict[str, dict[str, Any]] = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
    table = Table("data set", "measure", "value", "floor", "seconds")
    broken = []
    with TemporaryDirectory() as scratch:
        for run in RUNS:
            if given.only and run.name not in given.only:
                continue
            numbers, seconds = measured(run, given.data, scorer, Path(scratch))
            for place, (measure, floor) in enumerate(floors.get(run.name, {}).items()):
                holds = numbers[measure] >= floor
                broken += [] if holds else [f"{run.name} {measure}: {numbers[measure]} is under {floor}"]
                name, took = (run.name, f"{seconds:.0f}") if place == 0 else ("", "")
                table.add_row(name, measure, f"{numbers[measure]:.1f}", f"{floor:.1f}", took, style=None if holds else "red")
    Console(width=100).print(table)
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
