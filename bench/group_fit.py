"""Learns the pair and story models of grouping from open sets of stories and writes a file of weights.

    python bench/group_fit.py DATA CACHE OUT.toml [--leave SET] [--before ISO]

DATA is the folder of the sets, CACHE a folder for vectors and the model. Each set is streamed through grouping's own state with
its own answers as decisions, so that the features are exactly those that grouping will see. `--leave` learns without one set,
to look at how the weights do on a set never seen.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from group_sets import NOW, SETS, Row, read_set
from octavo.group import Weights, story_id
from octavo.group.deciding import look
from octavo.group.reading import read
from octavo.group.state import State
from octavo.group.weights import PAIR_FEATURES, STORY_FEATURES
from octavo.model import Decision, DecisionKind

Floats = NDArray[np.float64]
GRAB_BAGS = {"og2021:wn-1266"}  # stories of the sets that are no story: articles of them teach nothing
TOP = STORY_FEATURES.index("top")
RIVALS = 4  # stories of an article that are learned from, the best ones: the others are never chosen
MODELS = {"pair": PAIR_FEATURES, "story": STORY_FEATURES}
PENALTY = {"pair": 30.0, "story": 10.0}  # of the squares of the weights of standardised features


@dataclass
class Examples:
    """Rows of features, whether each is of one story, and how much it counts."""

    x: Floats
    y: Floats
    weight: Floats


def variants(rows: Sequence[Row]) -> Iterable[tuple[float, list[Row]]]:
    """A set as it is, without dates, and without vectors, with how much each counts: what may be missing is missing in a part of it."""
    yield 1.0, list(rows)
    if any(row.article.published for row in rows):
        yield 0.5, [row._replace(article=replace(row.article, published=None)) for row in rows]
    yield 0.3, [row._replace(annotation=replace(row.annotation, vector=b"")) for row in rows]


def examples(rows: Sequence[Row], weights: Weights) -> dict[str, Examples]:
    """Pairs and stories as grouping would see them, had it decided rightly so far."""
    state = State(weights)
    sizes = Counter(row.story for row in rows)
    opened: dict[str, str] = {}
    bags: list[int] = []  # numbers of the stories that teach nothing
    pairs: list[tuple[NDArray[np.float32], NDArray[np.bool_], float]] = []
    stories: list[tuple[NDArray[np.float32], NDArray[np.bool_], float]] = []
    for article, annotation, story in rows:
        reading = read(article, annotation, NOW)
        seen = look(state, reading, state.window.first)
        copy = state.copies.find(reading, state.window, seen.rows.tolist(), state.window.first, weights.copies)
        own = state.numbers.get(opened.get(story, ""), -1)
        homes = np.array([state.articles[state.window.ids[row - state.window.first]].story for row in seen.rows.tolist()], np.int64)
        fair = ~np.isin(homes, bags)
        if copy is None and story not in GRAB_BAGS and fair.any():
            weight = 1 / np.sqrt(sizes[story])
            pairs.append((seen.pairs[fair], homes[fair] == own, weight))
            told = ~np.isin(seen.stories.stories, bags)
            told[np.argsort(-seen.stories.matrix[:, TOP], kind="stable")[RIVALS:]] = False
            stories.append((seen.stories.matrix[told], seen.stories.stories[told] == own, weight))
        if story not in opened:
            opened[story] = story_id(article.id, NOW)
            decision = Decision(DecisionKind.OPEN, opened[story], article.id)
        elif copy is not None:
            decision = Decision(DecisionKind.COPY, opened[story], article.id, other=state.window.ids[copy.row - state.window.first])
        else:
            decision = Decision(DecisionKind.JOIN, opened[story], article.id)
        state.apply(article, annotation, [decision], NOW)
        if story in GRAB_BAGS and decision.kind is DecisionKind.OPEN:
            bags.append(state.numbers[opened[story]])
    return {"pair": _joined(pairs), "story": _joined(stories)}


def _joined(parts: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_], float]]) -> Examples:
    x = np.concatenate([part[0] for part in parts]).astype(np.float64)
    y = np.concatenate([part[1] for part in parts]).astype(np.float64)
    weight = np.concatenate([np.full(len(part[1]), part[2]) for part in parts])
    return Examples(x, y, weight * (10_000 / weight.sum()))


def fit(parts: Sequence[Examples], names: Sequence[str], penalty: float) -> dict[str, float]:
    """Logistic regression by Newton's method on standardised features; the parts count the same."""
    x, y, weight = (np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "y", "weight"))
    mean = np.average(x, axis=0, weights=weight)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight))
    bias = names.index("bias")
    mean[bias], spread[bias] = 0, 1
    spread[spread < 1e-9] = np.inf  # a feature that never varies is left out
    x = (x - mean) / spread
    shrink = np.full(len(names), penalty)
    shrink[bias] = 0
    beta = np.zeros(len(names))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        slope = x.T @ (weight * (y - chance)) - shrink * beta
        curve = (x * (weight * chance * (1 - chance))[:, None]).T @ x + np.diag(shrink + 1e-9)
        step = np.linalg.solve(curve, slope)
        beta += step
        if np.abs(step).max() < 1e-5:
            break
    beta = beta / spread
    beta[bias] -= (beta * mean).sum()
    return dict(zip(names, (round(float(value), 4) for value in beta), strict=True))


def earlier(rows: Sequence[Row], day: str) -> list[Row]:
    """The articles of undated stories and of those whose first article is dated before `day` (ISO)."""
    first: dict[str, str] = {}
    for row in rows:
        first[row.story] = min(first.get(row.story, "~"), row.article.published or "")
    return [row for row in rows if first[row.story] < day]


def learn(sets: Mapping[str, Sequence[Row]], data: dict[str, object]) -> dict[str, object]:
    """The parsed file of weights `data` with both models learned anew: first pairs, then, with these, stories."""
    for model, names in MODELS.items():
        weights = Weights.of(data)
        parts = [
            replace(found, weight=found.weight * share)
            for rows in sets.values()
            for share, stream in variants(rows)
            if (found := examples(stream, weights)[model])
        ]
        data = data | {model: fit(parts, names, PENALTY[model])}
    return data


def written(data: Mapping[str, object]) -> str:
    """A file of weights as TOML."""
    lines = ["# The numbers that grouping judges by. docs/grouping.md is their card: what they were learned from, and with what result."]
    for table, entries in data.items():
        assert isinstance(entries, Mapping)
        lines += ["", f"[{table}]", *(f"{_key(key)} = {value}" for key, value in entries.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def main() -> None:
    """Reads the command line, learns and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--leave", choices=SETS)
    parser.add_argument("--before", help="learn from stories whose first article was published before this day alone")
    arguments = parser.parse_args()
    sets = {name: read_set(name, arguments.data, arguments.cache) for name in SETS if name != arguments.leave}
    if arguments.before:
        sets = {name: earlier(rows, arguments.before) for name, rows in sets.items()}
    data = tomllib.loads((files("octavo.group") / "weights.toml").read_text("utf-8"))
    arguments.out.write_text(written(learn(sets, data)), encoding="utf-8")


if __name__ == "__main__":
    main()
