"""Learns the model of threads, and measures threads on matters that were not learned from.

    python bench/thread_fit.py DATA CACHE [--out WEIGHTS.toml]

DATA is the folder that holds `stories/` and `timelines/`, CACHE a folder for vectors and the model. Long stories of T17 ("matters") run
among dated news of other matters, once with their own dates and once moved into the time of that news. Grouping makes the stories; then
threads are decided as grouping decides them, and every comparison of two groups of stories on the way is an example. Each matter is
measured with weights that were learned from the examples of all others: pairwise over pairs of articles of which at least one is of the
matter, BCubed over its articles; what else stands in a thread with them counts as wrong. What stands in one thread among the other news
is not judged, for nobody has said what it should be; only how much of a set the largest thread there holds is said. On request, writes
the package's weights with the model learned from all matters.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from octavo.group import Weights
from octavo.group.deciding import Look, decide, look
from octavo.group.features import PAIR_FEATURES, THREAD_FEATURES
from octavo.group.reading import read
from octavo.group.review import Reviewed, review
from octavo.group.state import State
from octavo.group.threading import thread_decisions
from octavo.group.threads import compare, nearest, profile
from octavo.model import Annotation, Article, Decision, DecisionKind
from octavo.moments import instant
from thread_sets import NOISE, mixed, read_noise, read_t17, shifted

REVIEW = 100  # arrivals after which grouping looks back
ROUNDS = 2  # runs from which examples are gathered, each with what the one before taught
SURE = 0.8  # least share of a group's articles that must be of one matter for the group to be an example
PENALTY = 5.0
Told = tuple[tuple[float, ...], str, str]  # features, and the matters of both groups
Floats = NDArray[np.float64]
Watch = Callable[[State, Sequence[int]], None]


class Step(NamedTuple):
    """An arrival: how the article compares, where it was put, and what came of looking back, where that was done then."""

    article: Article
    annotation: Annotation
    seen: Look
    decision: Decision
    reviewed: Reviewed | None


class Score(NamedTuple):
    """Sums over the articles of a matter: pairs found and right, found and wrong, all; BCubed precision and recall; articles."""

    right: float
    wrong: float
    pairs: float
    precision: float
    recall: float
    articles: int


def journal(rows: Sequence[tuple[Article, Annotation, str]], weights: Weights) -> list[Step]:
    """How grouping makes stories of a stream, each article arriving when it was published. Threads have no part in it."""
    state, steps = State(weights), []
    for count, (article, annotation, _) in enumerate(rows, 1):
        now = instant(article.published)
        assert now is not None
        arrived = replace(article, seen_at=now)
        seen = look(state, read(arrived, annotation, now), now)
        decision = decide(state, seen)
        # The pairs were only needed to decide: without them the looks of a whole stream can be kept.
        seen = replace(seen, pairs=np.zeros((0, len(PAIR_FEATURES)), np.float32))
        step = Step(arrived, annotation, seen, decision, None)
        _enter(state, step)
        if count % REVIEW == 0 or count == len(rows):
            step = step._replace(reviewed=review(state))
        if step.reviewed is not None:
            _look_back(state, step, step.reviewed)
        steps.append(step)
    return steps


def threaded(steps: Sequence[Step], weights: Weights, watch: Watch | None = None) -> State:
    """The state after a stream, threads decided along the way; `watch` sees each review before what comes of it."""
    state = State(weights)
    for step in steps:
        _enter(state, step)
        if step.reviewed is not None:
            if watch is not None:
                watch(state, step.reviewed.settled)
            _look_back(state, step, step.reviewed, thread_decisions(state, step.reviewed.settled))
    return state


def _enter(state: State, step: Step) -> None:
    assert step.article.seen_at is not None
    origin = step.decision.other if step.decision.kind is DecisionKind.COPY else None
    state.enter(step.article, step.annotation, step.seen, origin, step.article.seen_at)
    state.apply([step.decision], step.article.seen_at)


def _look_back(state: State, step: Step, reviewed: Reviewed, threads: Sequence[Decision] = ()) -> None:
    assert step.article.seen_at is not None
    state.apply([Decision(DecisionKind.REVIEW, ""), *reviewed.decisions, *threads], step.article.seen_at)


def examples(state: State, changed: Sequence[int], matters: Mapping[str, str]) -> Iterator[Told]:
    """The comparisons of each story, and of the thread it stands in, with the groups of its nearest stories."""
    limits, cards = state.weights.threads, state.cards
    stories = [story for story in changed if story >= cards.first and cards.column("vectors")[story - cards.first]]
    near_stories = nearest(cards, stories, limits.stories, limits.nearest, limits.cosine) if stories else []
    for story, near in zip(stories, near_stories, strict=True):
        own = _group(state, story)
        rivals = [group for group in dict.fromkeys(_group(state, other) for other in near) if group != own][: limits.rivals]
        for one in dict.fromkeys([(story,), own]):
            for other in rivals:
                a, b = _matter(state, one, matters), _matter(state, other, matters)
                if a is not None and b is not None and not a == b in NOISE:
                    left, right = (profile(cards, state.rarity, _sample(group, limits.sample)) for group in (one, other))
                    features = compare(left, right, state.weights.thread).features
                    yield tuple(features[name] for name in THREAD_FEATURES), a, b


def _group(state: State, story: int) -> tuple[int, ...]:
    thread = state.stories[story].thread
    return (story,) if thread is None else tuple(state.threads[thread])


def _sample(group: Sequence[int], most: int) -> Sequence[int]:
    return group if len(group) <= most else [group[k * len(group) // most] for k in range(most)]


def _matter(state: State, group: Sequence[int], matters: Mapping[str, str]) -> str | None:
    """The matter (or the set of news) that nearly all articles of a group are of."""
    counts = Counter(matters[article] for story in group for article in state.stories[story].articles)
    matter, count = counts.most_common(1)[0]
    return matter if count >= SURE * counts.total() else None


def learn(told: Sequence[Told], leave: str | None = None) -> dict[str, float]:
    """The model of all examples but those of one matter; the matters count by the square root of how many examples they have."""
    told = [one for one in told if leave not in one[1:]]
    counts = Counter(matter for one in told for matter in one[1:])
    weight = np.array([sum(1 / np.sqrt(counts[matter]) for matter in one[1:]) for one in told])
    same = np.array([float(a == b) for _, a, b in told])
    return fit(np.array([one[0] for one in told]), same, weight * (10_000 / weight.sum()))


def fit(x: Floats, y: Floats, weight: Floats) -> dict[str, float]:
    """Logistic regression by Newton's method on standardised features; all but the bias are held small."""
    bias = THREAD_FEATURES.index("bias")
    mean = np.average(x, axis=0, weights=weight)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight))
    mean[bias], spread[bias] = 0, 1
    spread[spread < 1e-9] = np.inf  # a feature that never varies is left out
    x = (x - mean) / spread
    shrink = np.full(len(THREAD_FEATURES), PENALTY)
    shrink[bias] = 0
    beta = np.zeros(len(THREAD_FEATURES))
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
    return dict(zip(THREAD_FEATURES, (round(float(value), 4) for value in beta), strict=True))


def score(state: State, matters: Mapping[str, str], matter: str) -> Score:
    """How well the articles of a matter stand together in threads and apart from all else."""
    threads: dict[str, Counter[bool]] = defaultdict(Counter)
    for story in state.stories:
        threads[story.thread or story.id].update(matters[article] == matter for article in story.articles)
    total = sum(found[True] for found in threads.values())
    sums = np.zeros(4)
    for found in threads.values():
        own, all_ = found[True], found.total()
        if own:
            sums += (own * (own - 1) / 2, own * (all_ - own), own * own / all_, own * own / total)
    return Score(sums[0], sums[1], total * (total - 1) / 2, sums[2], sums[3], total)


def shown(name: str, scores: Sequence[Score]) -> str:
    """Precision, recall and F1 in percent, pairwise and BCubed, over all given."""
    right, wrong, pairs, precision, recall, articles = (sum(part) for part in zip(*scores, strict=True))
    both = ((right / max(right + wrong, 1), right / pairs), (precision / articles, recall / articles))
    return f"{name:28}" + "   ".join(f"{100 * p:5.1f} {100 * r:5.1f} {200 * p * r / max(p + r, 1e-9):5.1f}" for p, r in both)


def largest(state: State, matters: Mapping[str, str], news: str) -> float:
    """The articles of a set of news that stand in its largest thread, as a share of all."""
    found = Counter(story.thread or story.id for story in state.stories for article in story.articles if matters[article] == news)
    return max(found.values()) / found.total()


def written(text: str, model: Mapping[str, float]) -> str:
    """The text of a file of weights with another table `[thread]`."""
    keys = {name: f'"{name}"' if " " in name else name for name in model}
    lines = "".join(f"{keys[name]} = {value}\n" for name, value in model.items())
    return re.sub(r"(?m)^\[thread\]\n(?:[^\[\n].*\n?)*", lambda _: f"[thread]\n{lines}", text)


def main() -> None:
    """Reads the command line, learns, measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    text = (files("octavo.group") / "weights.toml").read_text("utf-8")
    t17, noise = read_t17(given.data / "timelines" / "t17-open.jsonl.gz", given.cache), read_noise(given.data / "stories", given.cache)
    model = measure(Weights.of(tomllib.loads(text)), {"shifted": mixed(shifted(t17, noise), noise), "own dates": mixed(t17, noise)})
    if given.out is not None:
        given.out.write_text(written(text, model), encoding="utf-8")


def measure(weights: Weights, streams: Mapping[str, Sequence[tuple[Article, Annotation, str]]]) -> dict[str, float]:
    """Learns from the streams and prints how each matter does with the model of all others; the model of all matters."""
    matters = {article.id: matter for rows in streams.values() for article, _, matter in rows}
    journals = {name: journal(rows, weights) for name, rows in streams.items()}
    told: list[Told] = []
    learned = weights
    for _ in range(ROUNDS):
        for steps in journals.values():
            threaded(steps, learned, lambda state, stories: told.extend(examples(state, stories, matters)))
        learned = replace(weights, thread=learn(told))
    print(f"{'':28}pairwise P R F1       BCubed P R F1")
    for name, steps in journals.items():
        found = {}
        for matter in sorted(set(matters.values()) - set(NOISE)):
            found[matter] = score(threaded(steps, replace(weights, thread=learn(told, matter))), matters, matter)
            print(shown(f"{name}: {matter}", [found[matter]]), flush=True)
        print(shown(f"{name}: all", list(found.values())), flush=True)
        state = threaded(steps, learned)
        print(*(f"{name}: largest thread of {news}: {100 * largest(state, matters, news):.1f} %" for news in NOISE), sep="\n", flush=True)
    return dict(learned.thread)


if __name__ == "__main__":
    main()
