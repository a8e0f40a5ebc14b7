"""Read real feeds beside feedparser and fastfeedparser: entries found, agreement on titles, links and dates, and the time it takes.

    python bench/feeds.py DATA [--each]

DATA is the folder with the data sets; the feeds stand in its `feeds`, plain or gzipped. Prints a table with one line a kind of feed
(and with --each one a feed that is not read as well as by the others). A title, link or date agrees when either of the others has it;
one that neither has is left out. Times are of CPU, the best of three, in a process settled as Octavo's workers are: reading the entries, and all
until the articles are made.
Exit code 1 when a floor of floors.toml is broken.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import statistics
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin

import fastfeedparser
import feedparser
from rich.console import Console
from rich.table import Table

from octavo.extract.feed import feed_of, read_feed
from octavo.extract.plain import plain
from octavo.memory import settle
from octavo.model import Capture
from octavo.moments import instant

HERE = Path(__file__).parent
ADDRESS = "https://feeds.example/feed"  # where they stood is not told with the data
MEASURES = ("titles", "links", "dates")
ROUNDS = 3  # of which the best counts
ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|rdf)\b", re.IGNORECASE)
KINDS = {"rss": "rss", "rdf": "rdf", "feed": "atom"}
TAG = re.compile(r"</?(?:script|iframe|style|img|a|p|div)\b[^<>]*>", re.IGNORECASE)
OLDEST = datetime(1900, 1, 2, tzinfo=UTC)  # dates before it are what systems write for none
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as one reader has it: title, link and the moment it was published (or, without one, changed)."""

    title: str | None
    link: str | None
    date: datetime | None


@dataclass(slots=True)
class Told:
    """What was measured on one feed; in `agreed` for each measure how many values agree and how many could be compared."""

    name: str
    kind: str
    ours: int
    feedparser: int
    fastfeedparser: int
    read_ms: float
    whole_ms: float
    peer_ms: float
    unclean: int  # articles with markup left in them
    agreed: dict[str, tuple[int, int]] = field(default_factory=dict)


def by_octavo(body: bytes) -> list[Row]:
    feed = feed_of(body, ADDRESS)
    return [Row(plain(e.title), e.link, instant(e.published or e.modified)) for e in feed.entries] if feed else []


def by_fastfeedparser(body: bytes) -> list[Row]:
    try:
        entries = fastfeedparser.parse(body)["entries"]
    except ValueError:
        return []
    return [Row(plain(e.get("title")), linked(e), instant(e.get("published") or e.get("updated"))) for e in entries]


def by_feedparser(body: bytes) -> list[Row]:
    def moment(entry: Mapping[str, Any]) -> datetime | None:
        parsed = entry.get("published_parsed") or entry.get("updated_parsed")
        return datetime(*parsed[:6], tzinfo=UTC) if parsed else None

    return [Row(plain(e.get("title")), linked(e), moment(e)) for e in feedparser.parse(io.BytesIO(body)).entries]


def linked(entry: Mapping[str, Any]) -> str | None:
    return urljoin(ADDRESS, entry["link"]) if entry.get("link") else None


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` gives, and its CPU time in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        result = work()
        times.append(time.process_time() - begun)
    return result, 1000 * min(times)


def agreement(rows: Sequence[Row], others: Sequence[Sequence[Row]]) -> dict[str, tuple[int, int]]:
    """For each measure: how many of our entries have the value that another reader has, of those for which one has any."""
    told = dict.fromkeys(MEASURES, (0, 0))
    for at, row in enumerate(rows):
        beside = [other[at] for other in others if len(other) == len(rows)]
        for measure, name in zip(MEASURES, ("title", "link", "date"), strict=True):
            values = {value for one in beside if (value := getattr(one, name)) and (measure != "dates" or value > OLDEST)}
            if values:
                right, all_ = told[measure]
                told[measure] = right + (getattr(row, name) in values), all_ + 1
    return told


def measured(path: Path) -> Told:
    """All that is measured on the feed in one file."""
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    capture = Capture("feed", ADDRESS, body, datetime.now(UTC), "application/xml")
    rows, read_ms = timed(lambda: by_octavo(body))
    extraction, whole_ms = timed(lambda: read_feed(capture))
    fast, peer_ms = timed(lambda: by_fastfeedparser(body))
    slow = by_feedparser(body)
    root = ROOT.search(body[:4096])
    kind = KINDS[root[1].decode().lower()] if root else "json"
    unclean = sum(bool(TAG.search(f"{article.headline} {article.text}")) for article in extraction.articles)
    return Told(path.stem, kind, len(rows), len(slow), len(fast), read_ms, whole_ms, peer_ms, unclean, agreement(rows, (fast, slow)))


def summary(feeds: Sequence[Told]) -> dict[str, float]:
    """The numbers that floors.toml may hold: shares in percent, times in milliseconds."""
    best = sum(max(feed.feedparser, feed.fastfeedparser) for feed in feeds)
    numbers = {"entries": 100 * sum(min(feed.ours, max(feed.feedparser, feed.fastfeedparser)) for feed in feeds) / max(1, best)}
    for measure in MEASURES:
        right, all_ = (sum(feed.agreed[measure][place] for feed in feeds) for place in (0, 1))
        numbers[measure] = 100 * right / max(1, all_)
    numbers["clean"] = 100 * (1 - sum(feed.unclean for feed in feeds) / max(1, sum(feed.ours for feed in feeds)))
    return numbers


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line, measures, prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--each", action="store_true")
    given = parser.parse_args(arguments)
    paths = sorted(path for path in (given.data / "feeds").glob("*") if path.is_file())
    if not paths:
        parser.error(f"{given.data / 'feeds'} holds no feeds")
    read_feed(Capture("warm", ADDRESS, b"<rss><channel><item><title>Warm</title></item></channel></rss>", datetime.now(UTC), ""))
    settle()
    feeds = [measured(path) for path in paths]
    kinds: dict[str, list[Told]] = defaultdict(list)
    for feed in feeds:
        kinds[feed.kind].append(feed)
        if given.each and (feed.ours < max(feed.feedparser, feed.fastfeedparser) or any(a < b for a, b in feed.agreed.values())):
            print(f"{feed.name} ({feed.kind}): {feed.ours}/{feed.feedparser}/{feed.fastfeedparser} entries, {feed.agreed}")
    table = Table(
        "kind", "feeds", "entries of ours / feedparser / fastfeedparser", *MEASURES, "clean", "read ms", "whole ms", "fastfeedparser ms"
    )
    for kind, some in (*sorted(kinds.items()), ("all", feeds)):
        numbers = summary(some)
        counts = " / ".join(f"{sum(getattr(feed, name) for feed in some):,}" for name in ("ours", "feedparser", "fastfeedparser"))
        times = ([getattr(feed, name) for feed in some] for name in ("read_ms", "whole_ms", "peer_ms"))
        shares = (f"{numbers[measure]:.1f}" for measure in (*MEASURES, "clean"))
        table.add_row(kind, str(len(some)), counts, *shares, *(f"{statistics.median(each):.1f} (max {max(each):.1f})" for each in times))
    Console(width=160).print(table)
    floors: dict[str, float] = tomllib.loads((HERE / "floors.toml").read_text("utf-8")).get("feeds", {})
    numbers = summary(feeds)
    broken = [f"feeds {name}: {numbers[name]:.2f} is under {floor}" for name, floor in floors.items() if numbers[name] < floor]
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
