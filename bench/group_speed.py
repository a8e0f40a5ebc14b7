"""Measure how fast grouping is with many live articles, vectors given, on one core: articles a second, delay, memory.

    python bench/group_speed.py [--live N ...] [--measured N] [--json OUT]

The stream is invented and always the same, so no data is needed. For each number of live articles (by default 1,000, 20,000, 100,000 and
200,000) a process of its own groups that many, goes on until articles have been leaving for a while, and is measured from there, looking
back included. Times are those of the processor, so that other programs on the machine disturb them little. The 200,000 take minutes.

The peer beside it is an exact search, as RSSMonster's way and other methods of `peers.py` need one for each article: its vector is compared
with those of all live ones (one product in float32, then the 60 best). Its time is for that search alone, not for what would follow.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # before numpy is loaded

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from octavo.group import Grouper, Weights
from octavo.group.reading import DIMENSIONS
from octavo.group.start import load_start
from octavo.model import Annotation, Article

SIZES = (1_000, 20_000, 100_000, 200_000)
BATCH = 250
NEAREST = 60  # that the exact search looks for
BEGIN = datetime(2031, 5, 1, tzinfo=UTC)
DAYS = 14  # in which as many articles arrive as are live


# ---- the stream ----------------------------------------------------------------------------------------------------

LANGUAGES = (("en", 0.5), ("es", 0.12), ("fr", 0.1), ("de", 0.1), ("pt", 0.08), ("it", 0.05), ("nl", 0.05))
TOPICS = 300
OUTLETS = 800
VOCABULARY = 60_000  # general words a language
TOPIC_WORDS, STORY_WORDS, STORY_NAMES = 120, 10, 6
LENGTHS = (9, 12, 16, 40, 70, 100)  # words of headline and lead
WHERE = (0.55, 0.15, 0.15, 0.15)  # shares of words that are general, of the topic, of the story and names of the story
COPIES, UNDATED = 0.05, 0.05  # shares
STORY_SIZE = 2.2  # exponent: most stories have one or two articles, one in a thousand has a hundred
LARGEST = 500
# A centred vector is made of its topic, its story and a rest: two articles of a story have a cosine of TOPIC + sqrt(STORY * STORY), 0.3 to
# 0.8, two of a topic 0.15, two others 0 +- 0.1, as headlines in several languages have.
TOPIC, STORY = 0.15, (0.15, 0.3, 0.4, 0.5, 0.65)
DECAY = -0.3  # the k-th direction of real vectors has about k ** -0.3 of the first one's width
COMMON = 0.9  # the length of what all vectors of a language share


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Which story each article of the stream is on and when it arrives (hours after `BEGIN`), in order of arrival."""

    story: NDArray[np.int32]
    hour: NDArray[np.float64]


Arrival = tuple[Article, Annotation, datetime]


def planned(count: int, live: int) -> Plan:
    """A plan of `count` articles, of which `live` arrive in `DAYS`: each story begins at some moment and fades over a day or two."""
    random = np.random.default_rng(1)
    span = 24 * DAYS * count / live
    sizes = np.minimum(random.zipf(STORY_SIZE, count), LARGEST)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), count)) + 1]
    story = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[:count]
    hour = random.uniform(0, span, len(sizes))[story] + random.exponential(18, count)
    order = np.argsort(hour, kind="stable")
    return Plan(story[order], hour[order])


def arrivals(plan: Plan, start: int, stop: int) -> list[Arrival]:
    """The articles from `start` to `stop` of the plan with their annotations, and when each arrives."""
    random = np.random.default_rng((2, start))
    width = np.arange(1, DIMENSIONS + 1) ** DECAY
    width /= np.linalg.norm(width)
    topics = np.random.default_rng(3).standard_normal((TOPICS, DIMENSIONS)) * width
    means = load_start().means
    found: list[Arrival] = []
    last: dict[int, Arrival] = {}  # story → its latest article in this piece of the stream
    for number in range(start, stop):
        story, now = int(plan.story[number]), BEGIN + timedelta(hours=float(plan.hour[number]))
        id, outlet = f"{number:016x}", f"Outlet {int(OUTLETS * random.random() ** 2)}"
        published = None if random.random() < UNDATED else (now - timedelta(hours=random.exponential(1))).isoformat(timespec="minutes")
        if story in last and random.random() < COPIES:
            article, annotation, _ = last[story]
            article = replace(article, id=id, publisher=outlet, published=published, seen_at=now)
            found.append((article, replace(annotation, article=id), now))
            continue
        own = np.random.default_rng((4, story))
        topic, centre = int(own.integers(TOPICS)), own.standard_normal(DIMENSIONS) * width
        language = str(random.choice([name for name, _ in LANGUAGES], p=[share for _, share in LANGUAGES]))
        near = random.choice(STORY)
        rest = random.standard_normal(DIMENSIONS) * width
        vector = COMMON * _unit(means.get(language, means["*"]).astype(np.float64)) + np.sqrt(1 - COMMON**2) * _unit(
            np.sqrt(TOPIC) * topics[topic] + np.sqrt(near) * centre + np.sqrt(1 - TOPIC - near) * rest
        )
        words, names = _words(random, story, topic, language)
        article = Article(
            id, " ".join(words[:9]), " ".join(words[9:]), published=published, publisher=outlet, language=language, seen_at=now
        )
        annotation = Annotation(
            article=id,
            revision=1,
            version="bench",
            language=language,
            names=names,
            vector=_unit(vector).astype("<f2").tobytes(),
            search_text=" ".join(words),
        )
        last[story] = (article, annotation, now)
        found.append(last[story])
    return found


def _words(random: np.random.Generator, story: int, topic: int, language: str) -> tuple[list[str], tuple[str, ...]]:
    # Names are the same in every language, other words are not.
    words, names = [], []
    for where, place in zip(random.choice(4, random.choice(LENGTHS), p=WHERE).tolist(), random.random(100).tolist(), strict=False):
        match where:
            case 0:
                words.append(f"{language}{int(VOCABULARY**place)}")  # Zipf's law: as many uses for the ranks 1 to 10 as for 100 to 1,000
            case 1:
                words.append(f"{language}t{topic}x{int(TOPIC_WORDS**place)}")
            case 2:
                words.append(f"{language}s{story}x{int(STORY_WORDS * place)}")
            case _:
                names.append(f"n{story}x{int(STORY_NAMES * place)}")
                words.append(names[-1])
    return words, tuple(dict.fromkeys(names))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / np.linalg.norm(vector)


# ---- measuring -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured with `live` articles. Times in milliseconds an article, memory in megabytes."""

    live: int
    articles_per_second: float  # median over batches, each with the reviews that fell due in it
    p95: float  # of one article: decided, taken in, and what is settled after it
    deciding: float
    applying: float
    settling: float
    memory: float  # of the process, above what it had before the first article
    stories: int  # found
    true_stories: int
    exact_search: float  # median, of the peer


def measured(live: int, count: int) -> Speed:
    """Groups until `live` articles are live and a quarter more (at most 10,000) have come, then measures `count` more."""
    weights = Weights.load()
    weights = replace(weights, limits=replace(weights.limits, window_articles=live, window_days=2.0 * DAYS))
    filled = live + min(live // 4, 10_000)
    plan = planned(filled + count, live)
    before = _resident()
    grouper = Grouper(weights)
    for piece in track(list(_pieces(0, filled)), f"{live:,} live", console=Console(stderr=True), transient=True):
        _group(grouper, arrivals(plan, *piece))
    memory = _resident() - before
    times = np.array([_group(grouper, arrivals(plan, *piece)) for piece in _pieces(filled, filled + count)])
    whole = times.sum(2)
    deciding, applying, settling = (times.mean((0, 1)) * 1000).tolist()
    return Speed(
        live=live,
        articles_per_second=statistics.median((BATCH / whole.sum(1)).tolist()),
        p95=float(np.percentile(whole, 95)) * 1000,
        deciding=deciding,
        applying=applying,
        settling=settling,
        memory=memory,
        stories=len(grouper.stories()),
        true_stories=len(np.unique(plan.story)),
        exact_search=_exact_search(live),
    )


def _group(grouper: Grouper, coming: Sequence[tuple[Article, Annotation, datetime]]) -> list[tuple[float, float, float]]:
    # Seconds for deciding, applying and settling each; what makes them known beforehand counts as deciding the first.
    times, begun = [], time.process_time()
    grouper.expect((article, annotation) for article, annotation, _ in coming)
    for article, annotation, now in coming:
        decisions = grouper.decide(article, annotation, now)
        decided = time.process_time()
        grouper.apply(article, annotation, decisions, now)
        applied = time.process_time()
        if grouper.due:
            grouper.apply(None, None, grouper.settle(now), now)
        settled = time.process_time()
        times.append((decided - begun, applied - decided, settled - applied))
        begun = settled
    return times


def _exact_search(live: int) -> float:
    # Its time does not depend on the numbers.
    random = np.random.default_rng(5)
    vectors = random.standard_normal((live, DIMENSIONS), dtype=np.float32)
    times = []
    for vector in vectors[:20]:
        begun = time.process_time()
        np.argpartition(-(vectors @ vector), NEAREST)[:NEAREST]
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


def _pieces(start: int, stop: int) -> Iterator[tuple[int, int]]:
    return ((at, min(at + BATCH, stop)) for at in range(start, stop, BATCH))


def _resident() -> float:
    # Linux alone says this without a further package.
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--live", type=int, nargs="+", default=SIZES, metavar="N", help="live articles")
    parser.add_argument("--measured", type=int, default=2_000, metavar="N", help=f"articles to measure, in batches of {BATCH}")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the numbers there too")
    given = parser.parse_args(arguments)
    table = Table(
        "live",
        "articles/s (median)",
        "p95 ms",
        "decide ms (mean)",
        "apply ms (mean)",
        "settle ms (mean)",
        "memory MB",
        "stories found / made",
        "exact search ms (median)",
        "its speed / ours",
    )
    found = []
    whole = max(1, given.measured // BATCH) * BATCH
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as processes:
        for speed in processes.map(measured, given.live, [whole] * len(given.live)):
            found.append(speed)
            table.add_row(
                f"{speed.live:,}",
                f"{speed.articles_per_second:,.0f}",
                *(f"{value:.2f}" for value in (speed.p95, speed.deciding, speed.applying, speed.settling)),
                f"{speed.memory:,.0f}",
                f"{speed.stories:,} / {speed.true_stories:,}",
                f"{speed.exact_search:.2f}",
                f"{1000 / speed.exact_search / speed.articles_per_second:.1f}",
            )
    Console(width=140).print(table)
    if given.json:
        given.json.write_text(json.dumps([asdict(speed) for speed in found], indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
