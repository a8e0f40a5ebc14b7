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
from datetime import datetime
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray

from group_sets import NOW, SETS, Row, read_set
from learning import Examples, Manner, learn, plain
from octavo.group import Weights, story_id
from octavo.group.deciding import Look, as_seen, decide, look, pair_odds
from octavo.group.features import MERGE_FEATURES, PAIR_FEATURES, STORY_FEATURES
from octavo.group.judge import Homes, couples, homes
from octavo.group.network import PARTS, Network
from octavo.group.reading import read
from octavo.group.review import edges_of, review, seen_rows
from octavo.group.state import State
from octavo.model import Decision, DecisionKind
from octavo.moments import instant

GRAB_BAGS = {"og2021:wn-1266"}  # stories of the sets that are no story: articles of them teach nothing
BEFORE = "2021-07-22"
SHARES = {"ecb-basil": 2.0}  # of a set in what is learned, where not 1: this is the one of full texts
RARER = 0.3  # an article of a story of n counts n ** -RARER: else the large stories are all that is learned from
# Pairs are learned short and with much decay: what they learn by heart of one kind of set is wrong of another.
MANNERS = {"pair": Manner(12, 3, 3000, 0.1), "story": Manner(8, 6, 8000, 0.01), "merge": Manner(8, 6, 8000, 0.01)}
ROUGH = Manner(8, 6, 1200, 0.1)  # for stories and merges in the rounds before the last one: plainer ones make more mistakes to learn from
STRANGE = 0.3  # how much a set counts for stories when it is judged by pairs that were learned without it
MODELS = ("story", "merge")  # learned from what grouping by itself shows
ROUNDS = 3  # of deciding and learning from it
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


def clocked(rows: Sequence[Row]) -> list[Row]:
    """The rows as they arrive when the latest date so far is the clock, as the command has it: so that old articles leave."""
    clock, found = None, []
    for row in rows:
        clock = max(filter(None, (clock, instant(row.article.published))), default=None)
        found.append(row._replace(article=replace(row.article, seen_at=clock or NOW)))
    return found


def streamed(rows: list[Row], share: float, whole: bool, weights: Weights) -> Stream:
    """The looks at a set: what they see does not depend on the stories, so they need be taken only once."""
    rows = clocked(rows)
    state = State(weights)
    looks = []
    for article, annotation, _ in rows:
        now = article.seen_at or NOW
        seen = look(state, read(article, annotation, now), now)
        looks.append(seen)
        decision = Decision(DecisionKind.OPEN, story_id(article.id, now), article.id)
        if seen.copied is not None:
            decision = Decision(
                DecisionKind.COPY, state.stories[state.articles[seen.copied.origin].story].id, article.id, seen.copied.origin
            )
        state.enter(article, annotation, seen, seen.copied and seen.copied.origin, now)
        state.apply([decision], now)
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
            now = row.article.seen_at or NOW
            state.enter(row.article, row.annotation, seen, seen.copied and seen.copied.origin, now)
            state.apply([decision], now)
            if count % REVIEW == 0:
                self.review(now)
        self.review(now)
        return self

    def review(self, now: datetime) -> None:
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
            state.apply([Decision(DecisionKind.REVIEW, ""), *found.decisions], now)

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
        return [article for article in self.state.stories[number].articles if self.state.row(article) is not None]

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


def taught(sets: Mapping[str, Sequence[Stream]], weights: Weights) -> Weights:
    """Weights with the networks learned anew: that of pairs, then those of stories and merges.

    These decide what they see, so they learn from rounds of grouping by themselves, and from what all rounds showed: as DAgger does (Ross,
    Gordon & Bagnell 2011). In the first round nothing is merged; what it shows serves to begin with and is then left out.

    Each set is also grouped with pairs that were learned without it: of a kind of set that is new, pairs are judged worse than of these,
    and stories are to know that (stacking: Wolpert 1992). Merges learn nothing from it: they would join too much of what is known.
    """
    pairs = {name: [examples for stream in streams for examples in pair_examples(stream)] for name, streams in sets.items()}
    pair = learn([examples for of_set in pairs.values() for examples in of_set], MANNERS["pair"])
    judged = []
    for name, streams in sets.items():
        without = learn([examples for other, of_set in pairs.items() if other != name for examples in of_set], MANNERS["pair"])
        for stream in streams:
            if stream.whole or len(stream.rows) < FEW:
                judged += [(stream, pair, MODELS), (replace(stream, share=stream.share * STRANGE), without, ("story",))]
    # Stories are first judged by the article's nearest neighbour in them; none is merged.
    weights = replace(weights, pair=pair, story=plain(STORY_FEATURES, "top", -0.2), merge=plain(MERGE_FEATURES, "top_three", -100))
    shown: dict[str, list[Examples]] = {}
    for count in range(ROUNDS):
        if count <= 1:
            shown = {model: [] for model in MODELS}
        for stream, by, models in judged:
            lesson = Lesson(stream, replace(weights, pair=by)).run()
            for model in models:
                shown[model] += lesson.examples(model)
        last = count == ROUNDS - 1
        weights = replace(weights, **{model: learn(examples, MANNERS[model] if last else ROUGH) for model, examples in shown.items()})
    return weights


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

    lessons: dict[str, Callable[[], dict[str, list[Stream]]]] = {"weights": lambda: streams}
    lessons |= {f"without-{left}": (lambda left=left: {name: streams[name] for name in SETS if name != left}) for left in SETS}
    lessons[f"before-{BEFORE}"] = lambda: {name: begun(name) for name in SETS}

    def make(name: str) -> None:
        (given.out / f"{name}.toml").write_text(written(data, taught(lessons[name](), weights)), encoding="utf-8")

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
