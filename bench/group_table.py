"""Measure grouping beside other ways to group, on the same open sets: a table, its numbers, and a picture of quality against speed.

    python bench/group_table.py DATA [--cache FOLDER] [--answers FOLDER] [--scorer FILE] [--only TEXT] [--md] [--json OUT] [--svg OUT]

DATA is the folder with the data sets, FILE the scorer (default: score/score.py beside DATA). Octavo answers through its command with
its one setting. Its weights were learned from these sets, so beside it stands what it reaches on each set with weights that were
learned without it (bench/weights/), on the later stories of a stream with weights from the earlier ones, and on undated sets in other
orders. The others (peers.py) are given the same vectors, and the one setting that is best for them over these very sets, which is kind to
them; beside it stands what the best setting for each set alone would reach. --cache keeps vectors and the model, --answers what the command answered: answers that are
there already are taken. Exit code 1 when one of floors.toml's bounds is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # before numpy is loaded

from rich.console import Console
from rich.table import Table

from group_fit import BEFORE, earlier
from group_sets import NOW, SETS, Row, read_set
from octavo.group import Grouper, Weights
from octavo.moments import instant
from peers import PEERS, Peer, Setting, given
from picture import Point, quality_picture

OCTAVO = Path(sys.executable).with_name("octavo")
HERE = Path(__file__).parent
OURS = "Octavo"
LEFT_OUT = "Octavo, learned without the set"
FORWARD = "Octavo, learned from the days before"
SHUFFLED = "Octavo, in other orders"
STREAM = "og2021-early"  # the set that is a stream of some weeks
UNDATED = ("uci2014", "neus")  # sets without dates: their order means nothing, so it must not matter
ORDERS = 3
WITHOUT = {"og2021-early": "og2021:wn-1266"}  # a grab-bag in a set's own answers: what is on no one event

Scores = dict[str, float]
Scorer = Callable[..., Scores]


@dataclass(frozen=True, slots=True)
class Measured:
    """One method on one set: the scorer's numbers, in percent, and these of our own.

    `found_ratio`: stories found over those in gold; `largest_ratio`: articles in the largest found over those in the largest of gold.
    """

    method: str
    set: str
    articles: int
    seconds: float  # of one core, for grouping alone: words, names and vectors given
    setting: Setting  # none for Octavo: it has one for all
    scores: Scores
    alone: Scores  # what the setting that is best for this set alone reaches

    @property
    def quality(self) -> float:
        """The mean of both F1, in percent."""
        return quality(self.scores)


def quality(scores: Mapping[str, float]) -> float:
    """The mean of pairwise and BCubed F1, in percent."""
    return (scores["pairwise_f1"] + scores["bcubed_f1"]) / 2


# ---- measuring --------------------------------------------------------------------------------------------------------


def load_scorer(path: Path) -> Scorer:
    """The function `stories` of the scorer in the file `path`."""
    spec = spec_from_file_location("scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    scorer: Scorer = module.stories
    return scorer


def scored(scorer: Scorer, name: str, rows: Sequence[Row], found: Mapping[str, str]) -> Scores:
    """The scores of the stories `found` (article id → story) in the set `name`."""
    without = WITHOUT.get(name)
    gold = [{"id": row.article.id, "story": row.story, "language": row.article.language} for row in rows]
    scores = dict(scorer(gold, [{"id": id, "story": story} for id, story in found.items()], without))
    kept = [row for row in rows if row.story != without]
    largest = max(Counter(found[row.article.id] for row in kept).values())
    return scores | {
        "found_ratio": round(scores["found_stories"] / scores["gold_stories"], 3),
        "largest_ratio": round(largest / max(Counter(row.story for row in kept).values()), 3),
    }


def measure_octavo(sets: Mapping[str, Sequence[Row]], data: Path, answers: Path, scorer: Scorer) -> list[Measured]:
    """Octavo's command on each set. Raises CalledProcessError when it fails."""
    measured = []
    for name, rows in sets.items():
        kept = answers / f"{name}.jsonl"
        if not kept.exists():
            done = subprocess.run([OCTAVO, "group", data / "stories" / f"{name}.jsonl.gz"], stdout=subprocess.PIPE, check=True)
            kept.write_bytes(done.stdout)
        found = {answer["id"]: answer["story"] for answer in map(json.loads, kept.read_text("utf-8").splitlines())}
        scores = scored(scorer, name, rows, found)
        _, seconds = grouped(rows, Weights.load())
        measured.append(Measured(OURS, name, len(rows), seconds, (), scores, scores))
    return measured


def measure_left_out(sets: Mapping[str, Sequence[Row]], scorer: Scorer) -> list[Measured]:
    """Octavo on each set, with weights that were learned from the others."""
    measured = []
    for name, rows in sets.items():
        found, seconds = grouped(rows, Weights.load(HERE / "weights" / f"without-{name}.toml"))
        scores = scored(scorer, name, rows, found)
        measured.append(Measured(LEFT_OUT, name, len(rows), seconds, (), scores, scores))
    return measured


def measure_forward(rows: Sequence[Row], scorer: Scorer) -> Measured:
    """Octavo on the stories of a stream that begin on a day or later, with weights from what began before; it groups the whole stream."""
    found, seconds = grouped(rows, Weights.load(HERE / "weights" / f"before-{BEFORE}.toml"))
    known = {row.article.id for row in earlier(rows, BEFORE)}
    scores = scored(scorer, STREAM, [row for row in rows if row.article.id not in known], found)
    return Measured(FORWARD, STREAM, len(rows), seconds, (), scores, scores)


def measure_shuffled(name: str, rows: Sequence[Row], scorer: Scorer) -> Measured:
    """Octavo on an undated set in some random orders: the means of the scores, and by how much at most two orders differ (`spread`)."""
    scores, spent = [], 0.0
    for seed in range(ORDERS):
        found, seconds = grouped(Random(seed).sample(rows, len(rows)), Weights.load())
        scores.append(scored(scorer, name, rows, found))
        spent += seconds
    means = {key: mean(one[key] for one in scores) for key in scores[0]}
    means["spread"] = max(max(one[key] for one in scores) - min(one[key] for one in scores) for key in ("pairwise_f1", "bcubed_f1"))
    return Measured(SHUFFLED, name, len(rows), spent / ORDERS, (), means, means)


def grouped(rows: Sequence[Row], weights: Weights) -> tuple[dict[str, str], float]:
    """The story of each article, and the seconds that grouping took, in order, its clock being the latest date so far, as the command's is."""
    grouper = Grouper(weights)
    clock: datetime | None = None
    begun = time.process_time()
    for row in rows:
        clock = max(filter(None, (clock, instant(row.article.published))), default=None)
        now = clock or NOW
        article = replace(row.article, seen_at=now)
        grouper.apply(article, row.annotation, grouper.decide(article, row.annotation, now), now)
        if grouper.due:
            grouper.apply(None, None, grouper.settle(now), now)
    while decisions := grouper.settle(now):
        grouper.apply(None, None, decisions, now)
    seconds = time.process_time() - begun
    return {article: story.id for story in grouper.stories() for article in story.articles}, seconds


def measure_peer(peer: Peer, sets: Mapping[str, Sequence[Row]], scorer: Scorer) -> list[Measured]:
    """The method on each set with the one of its settings that is best over all of them."""
    tried: dict[Setting, list[Measured]] = {setting: [] for setting in peer.settings}
    for name, rows in sets.items():
        known = given(rows)
        begun = time.process_time()
        group = peer.method(known)
        prepared = time.process_time() - begun
        for setting, measured in tried.items():
            begun = time.process_time()
            labels = group(setting).tolist()
            seconds = prepared + time.process_time() - begun
            scores = scored(scorer, name, rows, {row.article.id: str(label) for row, label in zip(rows, labels, strict=True)})
            measured.append(Measured(peer.name, name, len(rows), seconds, setting, scores, {}))
    best = max(tried.values(), key=lambda measured: mean(one.quality for one in measured))
    alone = [max((one.scores for one in same), key=quality) for same in zip(*tried.values(), strict=True)]
    return [replace(one, alone=scores) for one, scores in zip(best, alone, strict=True)]


# ---- showing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A table to be printed: the first `texts` columns are text, the others numbers."""

    texts: int
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def speed(measured: Sequence[Measured]) -> float:
    """Articles a second over all the sets."""
    return sum(one.articles for one in measured) / sum(one.seconds for one in measured)


def summary(results: Sequence[Sequence[Measured]]) -> Shown:
    """One row a method: both F1 on each set, the mean over all, speed."""
    head = ("method: pairwise / BCubed F1", *(one.set for one in results[0]), "mean", "mean, best setting a set", "articles/s")
    rows = [
        (
            measured[0].method,
            *(f"{one.scores['pairwise_f1']:.1f} / {one.scores['bcubed_f1']:.1f}" for one in measured),
            f"{mean(one.quality for one in measured):.1f}",
            f"{mean(quality(one.alone) for one in measured):.1f}" if measured[0].setting else "",
            f"{speed(measured):,.0f}",
        )
        for measured in results
    ]
    return Shown(1, head, rows)


def details(results: Sequence[Sequence[Measured]]) -> Shown:
    """One row a set and method: the numbers that guard against bad groups."""
    head = (
        "set",
        "method",
        "pairwise F1",
        "BCubed F1",
        "BCubed P",
        "across F1",
        "found / gold",
        "largest / gold's",
        "articles/s",
        "spread",
    )
    rows = [
        (
            one.set,
            one.method,
            f"{one.scores['pairwise_f1']:.1f}",
            f"{one.scores['bcubed_f1']:.1f}",
            f"{one.scores['bcubed_precision']:.1f}",
            f"{one.scores['crosslingual_f1']:.1f}" if "crosslingual_f1" in one.scores else "",
            f"{one.scores['found_stories']:,.0f} / {one.scores['gold_stories']:,.0f}",
            f"{one.scores['largest_ratio']:.2f}",
            f"{one.articles / one.seconds:,.0f}",
            f"{one.scores['spread']:.1f}" if "spread" in one.scores else "",
        )
        for same in zip(*results, strict=True)
        for one in same
    ]
    return Shown(2, head, rows)


def as_markdown(shown: Shown) -> str:
    """The table in Markdown."""
    rule = tuple("---" if column < shown.texts else "---:" for column in range(len(shown.head)))
    lines = [shown.head, rule, *shown.rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_rich(shown: Shown) -> Table:
    """The table for a terminal."""
    table = Table()
    for column, name in enumerate(shown.head):
        table.add_column(name, justify="left" if column < shown.texts else "right", no_wrap=True)
    for row in shown.rows:
        table.add_row(*row, style="bold" if OURS in row else None)
    return table


def as_data(results: Sequence[Sequence[Measured]]) -> list[dict[str, Any]]:
    """All numbers, for a JSON file."""
    return [
        {
            "method": measured[0].method,
            "setting": measured[0].setting,
            "quality": round(mean(one.quality for one in measured), 2),
            "articles_per_second": round(speed(measured)),
            "sets": [asdict(one) for one in measured],
        }
        for measured in results
    ]


def as_picture(results: Sequence[Sequence[Measured]]) -> str:
    """Quality against speed, as an SVG."""
    points = [Point(m[0].method.partition(":")[0], speed(m), mean(one.quality for one in m), m[0].method == OURS) for m in results]
    told = "; ".join(f"{point.name}: {point.quality:.0f} percent at {point.speed:,.0f} articles a second" for point in points)
    return quality_picture(
        points,
        "Grouping: quality against speed",
        f"Mean of pairwise and BCubed F1 over {len(results[0])} open sets against articles grouped a second, vectors given; the others re-made by us. {told}.",
    )


def breaches(measured: Sequence[Measured]) -> Iterator[str]:
    """What of floors.toml does not hold, a line each."""
    floors = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
    tables = {OURS: "stories", LEFT_OUT: "left-out", FORWARD: "time-forward", SHUFFLED: "shuffled"}
    for one in measured:
        for name, bound in floors.get(tables.get(one.method, ""), {}).get(one.set, {}).items():
            least, most = bound if isinstance(bound, list) else (bound, float("inf"))
            if not least <= one.scores[name] <= most:
                yield f"{one.method}, {one.set}: {name} is {one.scores[name]}, to be {bound if isinstance(bound, list) else f'{bound} at least'}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line, measures, and shows the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--only", metavar="TEXT", default="", help="measure the methods whose name holds this alone")
    parser.add_argument("--md", action="store_true", help="print Markdown")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    chosen = parser.parse_args(arguments)
    peers = [peer for peer in PEERS if chosen.only in peer.name]
    if not (peers or chosen.only in OURS):
        parser.error(f"no method's name holds {chosen.only}")
    scorer_file = chosen.scorer or chosen.data.resolve().parent / "score" / "score.py"
    for path in (chosen.data, scorer_file, *filter(None, (chosen.cache, chosen.answers))):
        if not path.exists():
            parser.error(f"{path} is not there")
    scorer = load_scorer(scorer_file)
    with TemporaryDirectory() as scratch:
        sets = {name: read_set(name, chosen.data / "stories", chosen.cache or Path(scratch)) for name in SETS}
        results, further = [], []
        if chosen.only in OURS:
            results += [measure_octavo(sets, chosen.data, chosen.answers or Path(scratch), scorer), measure_left_out(sets, scorer)]
            further = [measure_forward(sets[STREAM], scorer), *(measure_shuffled(name, sets[name], scorer) for name in UNDATED)]
        results += [measure_peer(peer, sets, scorer) for peer in peers]
    for shown in (summary(results), details(results), *([details([further])] if further else [])):
        if chosen.md:
            print(as_markdown(shown))
        else:
            Console(width=150).print(as_rich(shown))
    if chosen.json:
        chosen.json.write_text(json.dumps(as_data(results), indent=1) + "\n", encoding="utf-8")
    if chosen.svg:
        chosen.svg.write_text(as_picture(results), encoding="utf-8")
    broken = list(breaches([one for measured in (*results, further) for one in measured]))
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
