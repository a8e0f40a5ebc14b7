"""Learns the networks of grouping from open sets of stories and writes a file of weights.

    python bench/group_fit.py DATA CACHE OUT [--only NAME] [--jobs N]

DATA is the folder of the sets, CACHE a folder for vectors and the model, OUT one for the files: `weights.toml`, learned from all sets;
`without-SET.toml` for each, to look at how the weights do on a set never seen; `before-DAY.toml`, learned from stories whose first article
was published before a day (and from undated ones). Each set is streamed through grouping's own state. Pairs are
learned first; with these, grouping decides by itself, and from what it then sees the models of stories and merges are learned: so they
know the mistakes that they will meet.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray

from group_sets import NOW, SETS, Row, read_set
from learning import Examples, learn, plain
from octavo.group import Weights, story_id
from octavo.group.deciding import Look, as_seen, decide, look, pair_odds
from octavo.group.features import MERGE_FEATURES, PAIR_FEATURES, STORY_FEATURES
from octavo.group.judge import Homes, couples, homes
from octavo.group.network import PARTS, Network
from octavo.group.reading import read
from octavo.group.review import edges_of, review, seen_rows
from octavo.group.state import State
from octavo.model import Decision, DecisionKind

GRAB_BAGS = {"og2021:wn-1266"}  # stories of the sets that are no story: articles of them teach nothing
BEFORE = "2021-07-22"
SHARES = {"ecb-basil": 2.0}  # of a set in what is learned, where not 1: this is the one of full texts
RARER = 0.3  # an article of a story of n counts n ** -RARER: else the large stories are all that is learned from
UNITS = {"pair": 12, "story": 8, "merge": 8}
SEEDS = {"pair": 3, "story": 6, "merge": 6}  # networks that are averaged
ROUNDS = 4  # of deciding and learning from it
REVIEW = 100  # articles between two reviews
RIVALS = 4  # stories of an article that are learned from, the nearest ones: the others are never chosen
FEW = 5000  # articles: of larger sets, stories and merges are learned from the set as it is alone, which is enough
LOOKED_BACK = 0.5  # share of what reviews see that is learned from: much of it comes again and again
COUPLES = 400  # of a review, the nearest ones
WORDLESS = 0.15  # how much pairs count whose words are hidden, as if they were of two languages
_BY_WORDS = [PAIR_FEATURES.index(name) for name in ("words", "headline", "rarest", "numbers", "other_numbers")]
_OTHER_LANGUAGE = PAIR_FEATURES.index("other_language")
_TOP, _TOP_THREE = STORY_FEATURES.index("top"), MERGE_FEATURES.index("top_three")


@dataclass(frozen=True, slots=True)
class Stream:
    """A set as it comes in: as it is, or with something missing that may be missing elsewhere; how much it counts; its looks."""

    rows: list[Row]
    share: float
    whole: bool  # nothing is taken out
    looks: list[Look]


def variants(name: str, data: Path, cache: Path) -> Iterator[tuple[float, list[Row]]]:
    """A set as it is, without dates, without texts, and (the smaller ones) without vectors, with how much each counts."""
    rows, share = read_set(name, data, cache), SHARES.get(name, 1.0)
    yield share, rows
    if any(row.article.published for row in rows):
        yield share / 2, [row._replace(article=replace(row.article, published=None)) for row in rows]
    if any(row.article.text for row in rows):
        yield 0.5, read_set(name, data, cache, headlines=True)
    if len(rows) < 2000:
        yield 0.3, [row._replace(annotation=replace(row.annotation, vector=b"")) for row in rows]


def streamed(rows: list[Row], share: float, whole: bool, weights: Weights) -> Stream:
    """The looks at a set: what they see does not depend on the stories, so they need be taken only once."""
    state = State(weights)
    looks = []
    for article, annotation, _ in rows:
        seen = look(state, read(article, annotation, NOW), NOW)
        looks.append(seen)
        decision = Decision(DecisionKind.OPEN, story_id(article.id, NOW), article.id)
        if seen.copied is not None:
            decision = Decision(
                DecisionKind.COPY, state.stories[state.articles[seen.copied.origin].story].id, article.id, seen.copied.origin
            )
        state.enter(article, annotation, seen, seen.copied and seen.copied.origin, NOW)
        state.apply([decision], NOW)
    return Stream(rows, share, whole, looks)


def pair_examples(stream: Stream) -> list[Examples]:
    """Every article with its candidates; and, in a set of one language, the same as if the languages were different ones."""
    at = [k for k, seen in enumerate(stream.looks) if seen.copied is None]
    stories = np.array([row.story for row in stream.rows])[at]  # row numbers count the articles that are no copies
    sizes = Counter(row.story for row in stream.rows)
    x, y, weight = [], [], []
    for place, k in enumerate(at):
        seen, story = stream.looks[k], stories[place]
        there = stories[seen.rows]
        fair = ~np.isin(there, list(GRAB_BAGS))
        if story not in GRAB_BAGS and fair.any():
            x.append(seen.pairs[fair])
            y.append((there[fair] == story).astype(np.float32))
            weight.append(np.full(int(fair.sum()), sizes[story] ** -0.5, np.float32))
    found = Examples(np.concatenate(x), np.concatenate(y), np.concatenate(weight), stream.share)
    if len({row.article.language for row in stream.rows}) > 1:
        return [found]
    some = np.random.default_rng(1).random(len(found.y)) < 0.3
    wordless = found.x[some]
    wordless[:, _BY_WORDS] = 0
    wordless[:, _OTHER_LANGUAGE] = 1
    return [found, Examples(wordless, found.y[some], found.weight[some], stream.share * WORDLESS)]


class Lesson:
    """What is seen while a stream is grouped, beside what would have been right."""

    def __init__(self, stream: Stream, weights: Weights) -> None:
        self.stream = stream
        self.state = State(weights)
        self.gold = {row.article.id: row.story for row in stream.rows}
        self.sizes = Counter(self.gold.values())
        self.random = np.random.default_rng(0)
        self.seen: dict[str, list[tuple[NDArray[np.float32], float, float]]] = {"story": [], "merge": []}

    def run(self) -> Lesson:
        """Groups the stream."""
        state = self.state
        for count, (row, seen) in enumerate(zip(self.stream.rows, self.stream.looks, strict=True), 1):
            seen = replace(seen, odds=pair_odds(seen.pairs, state.weights))
            decision = decide(state, seen)
            if seen.copied is None:
                self.note_homes(row.article.id, homes(as_seen(state, seen), state.cards), 0)
            state.enter(row.article, row.annotation, seen, seen.copied and seen.copied.origin, NOW)
            state.apply([decision], NOW)
            if count % REVIEW == 0:
                self.review()
        self.review()
        return self

    def review(self) -> None:
        """Looks back as grouping does."""
        state = self.state
        at = np.flatnonzero(state.window.column("changed"))
        places = homes(seen_rows(state, at), state.cards)
        for k in np.flatnonzero(self.random.random(len(at)) < LOOKED_BACK).tolist():
            self.note_homes(state.window.ids[int(at[k])], places, k)
        found = couples(edges_of(state, sorted(state.to_review())), state.cards)
        for k in np.argsort(-found.matrix[:, _TOP_THREE], kind="stable")[:COUPLES].tolist():
            if self.random.random() < LOOKED_BACK:
                self.note_couple(int(found.small[k]), int(found.large[k]), found.matrix[k])
        found = review(state)
        if found is not None:
            state.apply([Decision(DecisionKind.REVIEW, ""), *found.decisions], NOW)

    def note_homes(self, article: str, places: Homes, k: int) -> None:
        """How much of each of the nearest stories is of one story with the article."""
        mine = self.gold[article]
        if mine in GRAB_BAGS:
            return
        at = np.flatnonzero(places.articles == k)
        for place in at[np.argsort(-places.matrix[at, _TOP], kind="stable")[:RIVALS]].tolist():
            members = [self.gold[other] for other in self.members(int(places.stories[place])) if other != article]
            if members and sum(story in GRAB_BAGS for story in members) <= len(members) / 2:
                right = sum(story == mine for story in members) / len(members)
                self.seen["story"].append((places.matrix[place], right, self.sizes[mine] ** -RARER))

    def note_couple(self, small: int, large: int, matrix: NDArray[np.float32]) -> None:
        """How many of the pairs that a merge would make are right."""
        ones, others = ([self.gold[article] for article in self.members(number)] for number in (small, large))
        bags = max(sum(story in GRAB_BAGS for story in stories) / len(stories) for stories in (ones, others))
        if bags <= 0.3:
            counts = Counter(others)
            right = sum(counts[story] for story in ones) / (len(ones) * len(others))
            size = np.mean([self.sizes[story] for story in (*ones, *others)])
            self.seen["merge"].append((matrix, right, float((len(ones) * len(others)) ** 0.25 / np.sqrt(size))))

    def members(self, number: int) -> list[str]:
        """Articles of a story that are no copies."""
        return [article for article in self.state.stories[number].articles if article in self.state.rows]

    def examples(self, model: str) -> list[Examples]:
        """What was noted for a model; nothing if that is too little."""
        noted = self.seen[model]
        if len(noted) < 50:
            return []
        x, y, weight = (np.array([one[part] for one in noted], np.float32) for part in range(3))
        return [Examples(x, y, weight, self.stream.share)]


def earlier(rows: Sequence[Row], day: str) -> list[Row]:
    """The articles of undated stories and of those whose first article is dated before `day` (ISO)."""
    first: dict[str, str] = {}
    for row in rows:
        first[row.story] = min(first.get(row.story, "~"), row.article.published or "")
    return [row for row in rows if first[row.story] < day]


def taught(streams: Sequence[Stream], weights: Weights, pair: Network | None) -> Weights:
    """Weights with the networks learned anew: that of pairs, unless one is given, then those of stories and merges.

    These decide what they see, so they learn from rounds of grouping by themselves, and from what all rounds showed: as DAgger does (Ross,
    Gordon & Bagnell 2011). In the first round nothing is merged; what it shows serves to begin with and is then left out.
    """
    if pair is None:
        pair = _learned("pair", [examples for stream in streams for examples in pair_examples(stream)])
    # Stories are first judged by the article's nearest neighbour in them; none is merged.
    weights = replace(weights, pair=pair, story=plain(STORY_FEATURES, "top", -0.2), merge=plain(MERGE_FEATURES, "top_three", -100))
    shown: dict[str, list[Examples]] = {"story": [], "merge": []}
    for count in range(ROUNDS):
        lessons = [Lesson(stream, weights).run() for stream in streams if stream.whole or len(stream.rows) < FEW]
        for model, before in shown.items():
            shown[model] = (before if count > 1 else []) + [found for lesson in lessons for found in lesson.examples(model)]
        weights = replace(weights, **{model: _learned(model, examples) for model, examples in shown.items()})
    return weights


def _learned(model: str, examples: Sequence[Examples]) -> Network:
    return learn(examples, UNITS[model], SEEDS[model])


def written(data: Mapping[str, object], weights: Weights) -> str:
    """A file of weights as TOML: tables of `data`, with the networks of `weights`."""
    lines = ["# The numbers that grouping judges by. docs/grouping.md is their card: what they were learned from, and with what result."]
    networks = {"pair": (weights.pair, PAIR_FEATURES), "story": (weights.story, STORY_FEATURES), "merge": (weights.merge, MERGE_FEATURES)}
    for table, entries in data.items():
        assert isinstance(entries, Mapping)
        if table in networks:
            entries = _as_table(*networks[table])
        lines += ["", f"[{table}]", *(f"{_key(key)} = {_value(value)}" for key, value in entries.items())]
    return "\n".join(lines) + "\n"


def _as_table(network: Network, features: Sequence[str]) -> dict[str, object]:
    return {part: list(features) if part == "features" else getattr(network, part) for part in PARTS}


def _key(key: str) -> str:
    return key if key.isidentifier() else f'"{key}"'


def _value(value: object) -> str:
    match value:
        case np.ndarray() if value.ndim > 1:
            return "[\n" + "".join(f"  {_value(row)},\n" for row in value) + "]"
        case np.ndarray() | list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case float() | np.floating():
            return f"{float(value):.4g}" if float(value) % 1 else f"{float(value):.1f}"
        case str():
            return f'"{value}"'
    return str(value)


def main() -> None:
    """Reads the command line, learns and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", action="append", metavar="NAME", help="of the files, make this one")
    parser.add_argument("--jobs", type=int, default=1, help="files that are made at the same time")
    parser.add_argument("--pairs", type=Path, metavar="FOLDER", help="do not learn of pairs: take that from the files there")
    given = parser.parse_args()
    data = tomllib.loads((files("octavo.group") / "weights.toml").read_text("utf-8"))
    weights = Weights.of(data)
    sources = {name: list(variants(name, given.data, given.cache)) for name in SETS}
    early = {name: {row.article.id for row in earlier(parts[0][1], BEFORE)} for name, parts in sources.items()}
    streams = {
        name: [streamed(rows, share, number == 0, weights) for number, (share, rows) in enumerate(parts)] for name, parts in sources.items()
    }

    def begun(name: str) -> list[Stream]:
        """The part of a set that begins before the day; the set itself where that is all of it."""
        if len(early[name]) == len(sources[name][0][1]):
            return streams[name]
        parts = [(share, [row for row in rows if row.article.id in early[name]]) for share, rows in sources[name]]
        return [streamed(rows, share, number == 0, weights) for number, (share, rows) in enumerate(parts)]

    lessons: dict[str, Callable[[], list[Stream]]] = {"weights": lambda: [one for name in SETS for one in streams[name]]}
    lessons |= {f"without-{left}": (lambda left=left: [one for name in SETS if name != left for one in streams[name]]) for left in SETS}
    lessons[f"before-{BEFORE}"] = lambda: [one for name in SETS for one in begun(name)]

    def make(name: str) -> None:
        pair = Weights.load(given.pairs / f"{name}.toml").pair if given.pairs else None
        (given.out / f"{name}.toml").write_text(written(data, taught(lessons[name](), weights, pair)), encoding="utf-8")

    given.out.mkdir(parents=True, exist_ok=True)
    workers: list[Any] = []
    for name in given.only or lessons:
        while sum(worker.is_alive() for worker in workers) >= given.jobs:
            sleep(1)
        workers.append(get_context("fork").Process(target=make, args=(name,)))  # what was read is shared
        workers[-1].start()
    for worker in workers:
        worker.join()
    sys.exit(any(worker.exitcode for worker in workers))


if __name__ == "__main__":
    main()
