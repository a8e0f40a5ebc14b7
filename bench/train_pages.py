"""Learns the weights by which Octavo finds the article on a web page (`extract/data/page.toml`).

    python bench/train_pages.py DATA [--folds 3] [--write FILE]

DATA is a folder with the sets of pages below, packed HTML, each with its gold articles in `<name>.jsonl.gz`. The weights are validated by folds
over web sites (no site stands on both sides); with `--write` the weights of all pages together are written. They are numbers of features: no word
of a page goes into them. What helps them hold on other sites: features are left out at random while learning, single ones and whole kinds of them;
and several networks are averaged into one. Reading takes half a minute of one core, each learning a quarter of one.

Method: conditional random field over the scores of one hidden layer, by maximum likelihood with Adam (Kingma and Ba 2015).
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlparse

import numpy as np

from octavo.extract.html import read_lines
from octavo.extract.page_chain import Weights, chances, taken
from octavo.extract.page_features import FEATURES, Matrix
from octavo.extract.text_chain import AFTER, BEFORE, BETWEEN, MAY_END, MAY_FOLLOW, MAY_START, STATES, TEXT
from octavo.gather import parse_taken, read_paths
from train_lines import _runs as runs_of
from train_lines import _without_head as without_head
from train_lines import _words as words_of
from train_lines import asked

SETS = ("scrapinghub", "news2023", "oldlayouts", "wcxb-dev")
HEADED = frozenset({"oldlayouts"})  # sets whose gold begins with headline and date
UNITS, NETWORKS, ROUNDS = 24, 2, 20
BATCH = 24  # pages
RATE, DECAY = 0.004, 0.001
LEFT_OUT = 0.05  # chance of a single feature, of each batch
# Kinds of features, by how their names begin, with the chance, of each page, that all of a kind are left out: what a site of another make lacks.
KINDS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.15, ("own_", "body_own")), (0.15, ("all_",)), (0.1, ("in_",)), (0.1, ("form_",)), (0.1, ("tag_",)), (0.1, ("best_", "core_")),
    (0.2, ("headline", "below_headline", "has_headline")), (0.3, ("stated", "not_stated", "has_stated", "described")),
)  # fmt: skip
LONGEST = 1200  # lines of a page that are learned from, and some more below its text


@dataclass(frozen=True)
class Sample:
    """A page with its gold: `states` is None where the gold text does not stand on it."""

    set: str
    site: str
    lines: tuple[str, ...]
    rows: Matrix
    states: np.ndarray | None
    text: str


# ---- data ----------------------------------------------------------------------------------------------------------


def read(data: Path, name: str) -> Iterator[Sample]:
    """The pages of one set."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as gold:
        wanted = {row["id"]: row for row in map(json.loads, gold)}
    for capture in read_paths([data / name], parse_taken(()), datetime.now(UTC)):
        identity = Path(capture.address).name.split(".")[0]
        row = wanted.get(identity)
        read = read_lines(capture) if row else None
        if row is None or read is None or not read[0].lines:
            continue
        page, rows = read
        site = ".".join((urlparse(row.get("url") or "").hostname or identity).split(".")[-2:])
        lines = tuple(line.text for line in page.lines)
        wanted_text = without_head(row["text"]) if name in HEADED else row["text"]
        yield Sample(name, site, lines, rows.astype(np.float16), _states(lines, wanted_text), row["text"])


def _states(lines: Sequence[str], gold: str) -> np.ndarray | None:
    """Each line's state: text where half of its runs of four words (a short line: all of it) stand in the gold text, of copies the most central."""
    runs = set(runs_of(gold))
    paragraphs = {tuple(words_of(paragraph)) for paragraph in gold.split("\n")} - {()}
    words = [words_of(line) for line in lines]
    fours = [list(zip(*(own[at:] for at in range(4)), strict=False)) for own in words]
    hit = [len(own) >= 7 and 2 * sum(four in runs for four in four_) >= len(four_) for own, four_ in zip(words, fours, strict=True)]
    sure = [at for at, found in enumerate(hit) if found]
    if not sure:
        return None
    middle = float(np.median(sure))
    for line, often in Counter(lines[at] for at in sure).items():
        if often > 1:
            same = [at for at in sure if lines[at] == line]
            for at in same:
                hit[at] = at == min(same, key=lambda at: abs(at - middle))
    sure = [at for at, found in enumerate(hit) if found]
    for at in range(max(0, sure[0] - 2), min(len(lines), sure[-1] + 3)):
        if 0 < len(words[at]) < 7:
            hit[at] = tuple(words[at]) in paragraphs or (bool(fours[at]) and all(four in runs for four in fours[at]))
    inside = [at for at, found in enumerate(hit) if found]
    states = np.full(len(lines), BETWEEN)
    states[: inside[0]], states[inside[-1] + 1 :], states[inside] = BEFORE, AFTER, TEXT
    return states


# ---- learning ------------------------------------------------------------------------------------------------------

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]  # rows, states, lengths of several pages one after the other


def learn(samples: Sequence[Sample]) -> Weights:
    """The mean of several networks, learned from pages whose states are known: their units side by side."""
    found = [_network(samples, seed) for seed in range(NETWORKS)]
    mean = lambda name: np.mean([getattr(one, name) for one in found], axis=0)  # noqa: E731
    hidden, shift, out = (
        np.concatenate([getattr(one, name) for one in found], axis=axis) for name, axis in (("hidden", 1), ("shift", 0), ("out", 0))
    )
    return Weights(hidden, shift, out / NETWORKS, mean("line"), mean("turn"))


def _network(samples: Sequence[Sample], seed: int) -> Weights:
    chance = np.random.default_rng(seed)
    many = len(FEATURES)
    at = {
        "hidden": chance.normal(0, many**-0.5, (many, UNITS)), "shift": np.zeros(UNITS), "out": chance.normal(0, 0.1, (UNITS, 4)),
        "line": np.zeros((many, 4)), "turn": np.zeros((4, 4)),
    }  # fmt: skip
    at = {name: value.astype(np.float32) for name, value in at.items()}
    means, squares = ({name: np.zeros_like(value) for name, value in at.items()} for _ in range(2))
    batches = list(_batches(samples))
    step = 0
    for _ in range(ROUNDS):
        for number in chance.permutation(len(batches)):
            step += 1
            slopes = _slopes(Weights(**at), _thinned(batches[number], chance))
            rate = RATE * min(1, step / 50) * 0.5 * (1 + np.cos(np.pi * step / (ROUNDS * len(batches))))
            for name, slope in slopes.items():
                means[name] = 0.9 * means[name] + 0.1 * slope
                squares[name] = 0.99 * squares[name] + 0.01 * slope**2
                moved = (means[name] / (1 - 0.9**step)) / (np.sqrt(squares[name] / (1 - 0.99**step)) + 1e-6)
                fade = DECAY * at[name] if name in ("hidden", "out", "line") else 0
                at[name] = (at[name] - rate * (moved + fade)).astype(np.float32)
    return Weights(**at)


def _batches(samples: Sequence[Sample]) -> Iterator[Batch]:
    known = sorted((_shortened(sample) for sample in samples if sample.states is not None), key=lambda sample: len(sample.lines))
    for first in range(0, len(known), BATCH):
        part = known[first : first + BATCH]
        yield np.vstack([s.rows for s in part]), np.concatenate([s.states for s in part]), np.array([len(s.lines) for s in part])


def _shortened(sample: Sample) -> Sample:
    last = int(np.flatnonzero(sample.states == TEXT)[-1])
    end = max(LONGEST, last + 30)
    return replace(sample, lines=sample.lines[:end], rows=sample.rows[:end], states=sample.states[:end])


def _thinned(batch: Batch, chance: np.random.Generator) -> Batch:
    """The batch without the features that are left out."""
    rows, states, lengths = batch
    rows = rows.astype(np.float32) * (chance.random(rows.shape[1]) >= LEFT_OUT)
    ends = np.cumsum(lengths)
    for part, columns in _KIND_COLUMNS:
        for start, end in zip(ends - lengths, ends, strict=True):
            if chance.random() < part:
                rows[start:end, columns] = 0
    return rows, states, lengths


_KIND_COLUMNS = [(part, [at for at, name in enumerate(FEATURES) if name.startswith(starts)]) for part, starts in KINDS]


def _slopes(of: Weights, batch: Batch) -> dict[str, np.ndarray]:
    """How the negative log-likelihood of the known states changes with each weight, per page."""
    rows, states, lengths = batch
    inner = np.tanh(rows @ of.hidden + of.shift)
    likely, turns = _expected(inner @ of.out + rows @ of.line, lengths, of.turn)
    likely[np.arange(len(states)), states] -= 1
    first = np.zeros(len(states), bool)
    first[np.cumsum(lengths)[:-1]] = first[0] = True
    later = np.flatnonzero(~first)
    np.add.at(turns, (states[later - 1], states[later]), -1)
    likely = likely.astype(np.float32)
    back = (likely @ of.out.T) * (1 - inner**2)
    many = len(lengths)
    return {
        "hidden": rows.T @ back / many, "shift": back.sum(0) / many, "out": inner.T @ likely / many, "line": rows.T @ likely / many,
        "turn": turns * MAY_FOLLOW / many,
    }  # fmt: skip


def _expected(scores: np.ndarray, lengths: np.ndarray, turn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For pages side by side, the chance of each state of each line and how often each turn is expected (forward-backward, scaled)."""
    many, longest = len(lengths), int(lengths.max())
    local = np.zeros((many, longest, 4))
    for page, part in enumerate(np.split(scores, np.cumsum(lengths)[:-1])):
        local[page, : len(part)] = part
    local = np.exp(local - local.max(axis=2, keepdims=True))
    ways = np.where(MAY_FOLLOW, np.exp(turn), 0.0)
    forth, back, scale = np.zeros((many, longest, 4)), np.zeros((many, longest, 4)), np.ones((many, longest))
    for at in range(longest):
        forth[:, at] = (forth[:, at - 1] @ ways if at else MAY_START.astype(float)) * local[:, at]
        scale[:, at] = np.maximum(forth[:, at].sum(axis=1), 1e-300)
        forth[:, at] /= scale[:, at, None]
    back[:, -1] = MAY_END
    for at in range(longest - 2, -1, -1):
        back[:, at] = (local[:, at + 1] * back[:, at + 1]) @ ways.T / scale[:, at + 1, None]
        back[lengths - 1 <= at, at] = MAY_END
    both = forth * back
    both /= np.maximum(both.sum(axis=2, keepdims=True), 1e-300)
    there = np.arange(longest)[None] < lengths[:, None]
    pair = forth[:, :-1, :, None] * ways * ((local * back)[:, 1:] / scale[:, 1:, None])[:, :, None, :]
    pair /= np.maximum(pair.sum(axis=(2, 3), keepdims=True), 1e-300)
    return both[there], (pair * there[:, 1:, None, None]).sum(axis=(0, 1))


# ---- measuring -----------------------------------------------------------------------------------------------------


def validate(samples: Sequence[Sample], folds: int) -> None:
    """Prints what weights learned on other sites find on each set: the lines alone, before they are tidied and without a second reading."""
    results: dict[str, list[tuple[float, float]]] = {}
    for fold in range(folds):
        of = learn([s for s in samples if zlib.crc32(s.site.encode()) % folds != fold])
        for sample in samples:
            if zlib.crc32(sample.site.encode()) % folds == fold:
                results.setdefault(sample.set, []).append(_measured(sample, of))
    for name, values in results.items():
        precision, recall = np.mean(values, axis=0)
        print(
            f"{name} (held out): precision {100 * precision:.2f}, recall {100 * recall:.2f}, F1 {200 * precision * recall / (precision + recall):.2f}"
        )


def _measured(sample: Sample, of: Weights) -> tuple[float, float]:
    gold = runs_of(sample.text)
    found = runs_of("\n".join(sample.lines[at] for at in taken(chances(sample.rows.astype(np.float32), of))))
    hits = (found & gold).total()
    return hits / max(found.total(), 1), hits / max(gold.total(), 1)


def written(of: Weights) -> str:
    """The weights as TOML."""
    row = lambda values: "[" + ", ".join(f"{value:.3f}".replace("-0.000", "0.000") for value in values) + "]"  # noqa: E731
    return (
        "\n".join(
            (
                "# Weights of the lines of a web page, learned by bench/train_pages.py. Numbers of features only: no word of any page.",
                "# Of each feature: how far it speaks for each unit, then for each state in the order of STATES in text_chain.py.\n",
                f"shift = {row(of.shift)}\n\nunit = [",
                *(f"  {row(unit)}," for unit in of.out),
                "]\n\n[feature]",
                *(f'"{name}" = {row((*of.hidden[at], *of.line[at]))}' for at, name in enumerate(FEATURES)),
                "\n[turn]  # from one state to the next",
                *(f"{name} = {row(of.turn[at])}" for at, name in enumerate(STATES)),
            )
        )
        + "\n"
    )


def main() -> None:
    given = asked(__doc__, folds=3)
    samples = [sample for name in SETS for sample in read(given.data, name)]
    if given.folds:
        validate(samples, given.folds)
    if given.write:
        given.write.write_text(written(learn(samples)), "utf-8")


if __name__ == "__main__":
    main()
