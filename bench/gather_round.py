"""Gather from 500 invented feeds on loopback, each on a port of its own, most of them ill, and say what happened to each kind.

    python bench/gather_round.py [--feeds N] [--json OUT]

Two rounds of the real desk, the second one two hours later, into a database in a temporary folder, without grouping. Every kind of feed
says beforehand what must come of it; what differs is printed, and the program then ends with status 1. One port more is on no list of
allowed pairs, and nothing may ever ask it. Limits are tighter than usual (2 seconds, 1 MB), so that it takes about a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ill_feeds import KINDS, LEFT_ALONE, TAKEN, UNCHANGED, Feed, serving
from octavo.desk import Desk
from octavo.gather import Fetcher, Gathered
from octavo.model import SourceKind
from octavo.settings import Settings
from octavo.store import Store

NOW = datetime(2031, 5, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
SECONDS, LARGEST = 2.0, 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one kind."""

    kind: str
    feeds: int
    first: tuple[str, ...]  # outcomes with their numbers
    second: tuple[str, ...]
    articles: int
    bytes_in: int
    bytes_out: int
    wrong: tuple[str, ...]  # what was not as it must be


@dataclass(frozen=True, slots=True)
class Report:
    feeds: int
    lines: tuple[Line, ...]
    seconds: tuple[float, float]  # of the two rounds
    cpu_seconds: float
    peak_mb: float  # memory of this process, servers included
    forbidden_asked: int

    @property
    def well(self) -> bool:
        return not self.forbidden_asked and not any(line.wrong for line in self.lines)


async def run(number: int, folder: Path) -> Report:
    """Two rounds over so many feeds, with the database in `folder`."""
    async with serving(number) as town:
        settings = Settings(
            data=folder, allow=frozenset(f"127.0.0.1:{feed.port}" for feed in town.feeds), fetch_seconds=SECONDS, fetch_bytes=LARGEST
        )
        with Desk(settings, Store.open(settings.database_address)) as desk:
            ids = {desk.store.add_source(SourceKind.FEED, feed.address, NOW).id: feed for feed in town.feeds}
            outcomes: list[dict[int, str]] = []
            seconds: list[float] = []
            async with Fetcher(settings) as fetcher:
                for now in (NOW, LATER):
                    begun = time.monotonic()
                    looks = await desk.gather(fetcher, now)
                    seconds.append(time.monotonic() - begun)
                    outcomes.append({ids[look.source.id].number: _outcome(look) for look in looks})
            lines = _lines(town.feeds, outcomes, desk.store, {feed.number: id for id, feed in ids.items()})
        usage = resource.getrusage(resource.RUSAGE_SELF)
        cpu = usage.ru_utime + usage.ru_stime
        return Report(len(town.feeds), lines, (seconds[0], seconds[1]), cpu, usage.ru_maxrss / 1024, town.forbidden_asked)


def _outcome(look: Gathered) -> str:
    return look.error.what.replace("127.0.0.1", "its host") if look.error else UNCHANGED if look.not_modified else TAKEN


def _lines(feeds: Sequence[Feed], outcomes: Sequence[dict[int, str]], store: Store, ids: dict[int, int]) -> tuple[Line, ...]:
    sources = {source.id: source for source in store.sources()}
    headlines = Counter(article.headline for article in store.latest_articles(100_000))
    by_kind: dict[str, list[Feed]] = defaultdict(list)
    for feed in feeds:
        by_kind[feed.kind].append(feed)
    lines = []
    for kind in KINDS:
        those = by_kind[kind.name]
        came = [[outcome.get(feed.number, LEFT_ALONE) for feed in those] for outcome in outcomes]
        wrong = [
            f"{said}, not {wanted}"
            for said_all, wanted in zip(came, (kind.first, kind.second), strict=True)
            for said in said_all
            if wanted not in said
        ]
        wrong += [
            f"{headline} is missing" for feed in those if kind.headline and not headlines[headline := kind.headline.format(feed.number)]
        ]
        healths = [sources[ids[feed.number]] for feed in those]
        wrong += [
            f"{one.address}: failed, and says nothing" for one in healths if one.error_count and not (one.last_error and one.last_error_at)
        ]
        lines.append(
            Line(
                kind.name,
                len(those),
                *(tuple(f"{count} x {said}" for said, count in Counter(said_all).most_common()) for said_all in came),
                articles=sum(
                    health.articles for health in store.source_health(NOW - timedelta(days=9999), LATER) if health.source in healths
                ),
                bytes_in=sum(one.bytes_in for one in healths),
                bytes_out=sum(one.bytes_out for one in healths),
                wrong=tuple(wrong),
            )
        )
    return tuple(lines)


def _print(report: Report) -> None:
    console = Console(width=170 if not sys.stdout.isatty() else None)
    table = Table(title=f"{report.feeds} feeds on loopback, two rounds")
    for name in ("kind", "feeds", "first round", "second round, 2 hours later", "articles", "kB in", "kB out"):
        table.add_column(name, justify="right" if name in ("feeds", "articles", "kB in", "kB out") else "left")
    for line in report.lines:
        numbers = (str(line.articles or ""), f"{line.bytes_in / 1000:,.0f}", f"{line.bytes_out / 1000:,.1f}")
        table.add_row(line.kind, str(line.feeds), "\n".join(line.first), "\n".join(line.second), *numbers)
    console.print(table)
    console.print(
        f"rounds took {report.seconds[0]:.1f} and {report.seconds[1]:.1f} s; {report.cpu_seconds:.1f} s of CPU and {report.peak_mb:.0f} MB at most, "
        f"servers included; the forbidden port was asked {report.forbidden_asked} times"
    )
    for line in report.lines:
        for what in line.wrong:
            console.print(f"[red]{line.kind}: {what}[/red]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500, help="how many feeds, about (default 500)")
    parser.add_argument("--json", type=Path, help="write the report there too")
    given = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard < 1 << 20 else max(soft, 8192), hard))
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(given.feeds, Path(folder)))
    _print(report)
    if given.json:
        given.json.write_text(json.dumps(asdict(report), indent=1) + os.linesep)
    sys.exit(not report.well)


if __name__ == "__main__":
    main()
