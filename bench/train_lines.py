"""Learns the weights by which Octavo finds the article in a page saved as plain text (`extract/data/lines.toml`).

    python bench/train_lines.py DATA [--folds 5] [--write FILE]

DATA is a folder with `captures/open` (plain-text pages), `pages/wcxb-dev` and `pages/oldlayouts` (packed HTML, from which the
visible lines are taken in the same form), each with its gold articles in `<name>.jsonl.gz`. The weights are validated by folds
over web sites (no site stands on both sides); the printed numbers are those of `captures/open` alone. With `--write` the
weights of all pages together are written. They are numbers of features: no word of a page goes into them.

Method: conditional random field by maximum likelihood with an L2 penalty, found by L-BFGS (Liu and Nocedal 1989).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import zlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
from lxml import html

from octavo.extract.decode import decoded
from octavo.extract.text_chain import (
    AFTER,
    BEFORE,
    BETWEEN,
    MAY_END,
    MAY_FOLLOW,
    MAY_START,
    NEVER,
    STATES,
    TEXT,
    Matrix,
    Weights,
    chances,
    taken,
)
from octavo.extract.text_headline import HEADLINE_FEATURES, candidates, headline_features, may_be_headline
from octavo.extract.text_lines import FEATURES, Line, features, lines_of

SETS = ("captures/open", "pages/wcxb-dev", "pages/oldlayouts")
PENALTY = 40.0  # the best of 3, 12, 40 and 120 on held-out sites
HEADLINE_PENALTY = 2.0


@dataclass(frozen=True)
class Page:
    """A page with its gold: `states` is None where the gold text does not stand on it."""

    set: str
    site: str
    lines: tuple[Line, ...]
    rows: Matrix
    states: np.ndarray | None
    text: str
    headline: str | None


# ---- data ----------------------------------------------------------------------------------------------------------

_BLOCK_TAGS = (
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 "
    "header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_UNSEEN_TAGS = "script style noscript template head svg iframe object textarea select math"
_BLOCKS, _UNSEEN = frozenset(_BLOCK_TAGS.split()), frozenset(_UNSEEN_TAGS.split())


def visible_lines(page: str) -> str:
    """The text of a page as a browser's "save as text" gives it: one line a block, scripts and forms left out."""
    root = html.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", page))
    lines: list[str] = []
    run: list[str] = []

    def end() -> None:
        if line := re.sub(r"[ \t\r\n\f]+", " ", "".join(run)).strip():
            lines.append(line)
        run.clear()

    def walk(element: html.HtmlElement) -> None:
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return
        if element.tag in _BLOCKS:
            end()
        run.append(element.text or "")
        for child in element:
            walk(child)
            run.append(child.tail or "")
        if element.tag in _BLOCKS:
            end()

    body = root.find(".//body")
    walk(body if body is not None else root)
    end()
    return "\n".join(lines)


def read(data: Path, name: str) -> list[Page]:
    """The pages of one set."""
    pages = []
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as gold:
        for row in map(json.loads, gold):
            packed = data / name / f"{row['id']}.html.gz"
            if packed.exists():
                text = visible_lines(decoded(gzip.decompress(packed.read_bytes())))
            else:
                text = (data / name / f"{row['id']}.txt").read_text("utf-8")
            lines = lines_of(text)
            if not lines:
                continue
            site = ".".join((urlparse(row["url"] or "").hostname or row["id"]).split(".")[-2:])
            wanted = _without_head(row["text"]) if name == "pages/oldlayouts" else row["text"]
            pages.append(Page(name, site, lines, features(lines), _states(lines, wanted), row["text"], row["headline"]))
    return pages


def _without_head(text: str) -> str:
    """Gold that begins with headline and date, without them: they are no part of the text."""
    paragraphs = text.split("\n")
    first = next((i for i, p in enumerate(paragraphs) if lines_of(p) and lines_of(p)[0].width > 90), 0)
    return "\n".join(paragraphs[first:])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub("([\u3040-\u30ff\u3400-\u9fff])", r" \1 ", text))


def _states(lines: Sequence[Line], gold: str) -> np.ndarray | None:
    """Each line's state: text where half of its runs of four words (a short line: all of it) stand in the gold text."""
    words = _words(gold)
    runs = set(zip(*(words[i:] for i in range(4)), strict=False))
    paragraphs = {tuple(_words(p)) for p in gold.split("\n")} - {()}
    hit = []
    for line in lines:
        own = _words(line.text)
        fours = list(zip(*(own[i:] for i in range(4)), strict=False))
        hit.append(sum(four in runs for four in fours) >= len(fours) / 2 if len(own) >= 8 else None)
    sure = [i for i, h in enumerate(hit) if h]
    if not sure:
        return None
    for i, line in enumerate(lines):
        if hit[i] is None:
            hit[i] = sure[0] - 2 <= i <= sure[-1] + 2 and tuple(_words(line.text)) in paragraphs
    inside = [i for i, h in enumerate(hit) if h]
    states = np.full(len(lines), BETWEEN)
    states[: inside[0]], states[inside[-1] + 1 :], states[inside] = BEFORE, AFTER, TEXT
    return states


# ---- learning ------------------------------------------------------------------------------------------------------


def minimise(loss: Callable[[Matrix], tuple[float, Matrix]], start: Matrix, rounds: int, memory: int = 8) -> Matrix:
    """The place of the least loss by L-BFGS with backtracking; `loss` gives value and gradient."""
    at, steps = start, deque(maxlen=memory)
    value, slope = loss(at)
    for _ in range(rounds):
        way, marks = slope.copy(), []
        for step, change, weight in reversed(steps):
            marks.append(weight * (step @ way))
            way -= marks[-1] * change
        if steps:
            step, change, _weight = steps[-1]
            way *= (step @ change) / (change @ change)
        for (step, change, weight), mark in zip(steps, reversed(marks), strict=True):
            way += (mark - weight * (change @ way)) * step
        length = 1.0 if steps else 1.0 / max(float(np.abs(slope).sum()), 1.0)
        while True:
            there = at - length * way
            new_value, new_slope = loss(there)
            if new_value <= value - 1e-4 * length * (slope @ way) or length < 1e-8:
                break
            length /= 2
        step, change = there - at, new_slope - slope
        if step @ change > 1e-12:
            steps.append((step, change, 1.0 / (step @ change)))
        done = value - new_value < 1e-5 * abs(value)
        at, value, slope = there, new_value, new_slope
        if done:
            break
    return at


def learn_chain(pages: Sequence[Page], rounds: int = 120) -> Weights:
    """Weights of the chain from pages whose states are known."""
    known = sorted((p for p in pages if p.states is not None), key=lambda p: len(p.lines))
    batches = [_batch(known[i : i + 40]) for i in range(0, len(known), 40)]
    shape = (len(FEATURES), 4)

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        line, turn = flat[: shape[0] * 4].reshape(shape), flat[shape[0] * 4 :].reshape(4, 4)
        value, line_slope, turn_slope = PENALTY / 2 * float(flat @ flat), PENALTY * line, PENALTY * turn
        for batch in batches:
            v, ls, ts = _batch_loss(batch, line, turn)
            value, line_slope, turn_slope = value + v, line_slope + ls, turn_slope + ts
        return value / len(known), np.concatenate([line_slope.ravel(), turn_slope.ravel()]) / len(known)

    flat = minimise(loss, np.zeros(shape[0] * 4 + 16), rounds)
    return Weights(flat[: shape[0] * 4].reshape(shape), np.where(MAY_FOLLOW, flat[shape[0] * 4 :].reshape(4, 4), 0))


Batch = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _batch(pages: Sequence[Page]) -> Batch:
    """Rows, states, which places hold a line, and lengths of several pages side by side."""
    longest = max(len(p.lines) for p in pages)
    rows, states = np.zeros((len(pages), longest, len(FEATURES)), np.float32), np.zeros((len(pages), longest), int)
    for i, page in enumerate(pages):
        rows[i, : len(page.lines)], states[i, : len(page.lines)] = page.rows, page.states
    lengths = np.array([len(p.lines) for p in pages])
    return rows, states, np.arange(longest)[None] < lengths[:, None], lengths


def _batch_loss(batch: Batch, line: Matrix, turn: Matrix) -> tuple[float, Matrix, Matrix]:
    """Negative log-likelihood of the known states and its slopes: expected minus seen counts (forward-backward)."""
    rows, states, there, lengths = batch
    many, longest = states.shape
    scores = (rows.reshape(-1, rows.shape[2]) @ line.astype(np.float32)).reshape(many, longest, 4).astype(float)
    ways = np.where(MAY_FOLLOW, turn, NEVER)
    ends = np.where(MAY_END, 0.0, NEVER)
    forth, back = np.empty((many, longest, 4)), np.empty((many, longest, 4))
    forth[:, 0] = scores[:, 0] + np.where(MAY_START, 0.0, NEVER)
    for i in range(1, longest):
        forth[:, i] = scores[:, i] + np.logaddexp.reduce(forth[:, i - 1][:, :, None] + ways, axis=1)
    back[:, -1] = ends
    for i in range(longest - 2, -1, -1):
        back[:, i] = np.logaddexp.reduce(ways[None] + (scores[:, i + 1] + back[:, i + 1])[:, None, :], axis=2)
        back[lengths - 1 <= i, i] = ends
    every = np.arange(many)
    total = np.logaddexp.reduce(forth[every, lengths - 1] + ends, axis=1)
    chance = np.exp(np.where(there[:, :, None], forth + back - total[:, None, None], NEVER))
    page, place = np.nonzero(there)
    chance[page, place, states[page, place]] -= 1
    line_slope = rows.reshape(-1, rows.shape[2]).T @ chance.reshape(-1, 4).astype(np.float32)
    pair = forth[:, :-1, :, None] + ways + (scores[:, 1:] + back[:, 1:])[:, :, None, :] - total[:, None, None, None]
    turn_slope = np.exp(np.where(there[:, 1:, None, None], pair, NEVER)).sum(axis=(0, 1))
    page2, place2 = np.nonzero(there[:, 1:])
    gone, come = states[page2, place2], states[page2, place2 + 1]
    np.add.at(turn_slope, (gone, come), -1)
    value = total.sum() - scores[page, place, states[page, place]].sum() - ways[gone, come].sum()
    return float(value), line_slope.astype(float), turn_slope


def learn_headline(pages: Sequence[Page]) -> Matrix:
    """Weights of the choice of a headline, from pages whose headline stands above their text."""
    examples = [
        (rows, right) for page in pages if (rows := _choices(page)[1]) is not None and (right := _right(page, _choices(page)[0])).any()
    ]

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        value, slope = HEADLINE_PENALTY / 2 * float(flat @ flat), HEADLINE_PENALTY * flat
        for rows, right in examples:
            scores = rows @ flat
            all_, good = np.logaddexp.reduce(scores), np.logaddexp.reduce(scores[right])
            value += float(all_ - good)
            slope = slope + rows.T @ (np.exp(scores - all_) - np.where(right, np.exp(scores - good), 0))
        return value / len(examples), slope / len(examples)

    return minimise(loss, np.zeros(len(HEADLINE_FEATURES)), 200)


def _choices(page: Page, text: Sequence[int] | None = None) -> tuple[list[int], Matrix | None]:
    if text is None:
        text = [] if page.states is None or not page.headline else np.flatnonzero(page.states == TEXT).tolist()
    among = [i for i in candidates(page.lines, text[0]) if may_be_headline(page.lines[i])] if text else []
    return among, headline_features(page.lines, text, among) if among else None


def _right(page: Page, among: Sequence[int]) -> np.ndarray:
    return np.array([_same(page.lines[i].text, page.headline or "") for i in among], bool)


def _same(one: str, other: str) -> bool:
    """Whether two headlines are the same, or one stands within the other and the other is not much longer."""
    short, long = sorted((re.sub(r"\W+", " ", s).strip().lower() for s in (one, other)), key=len)
    return short == long or (len(short) >= 12 and short in long and len(long) <= 2 * len(short) + 20)


# ---- measuring -----------------------------------------------------------------------------------------------------


def measure(pages: Sequence[Page], chain: Weights, headline: Matrix) -> list[tuple[float, float, bool | None]]:
    """Per page: precision and recall of the text by runs of four words, and whether the headline is right."""
    results = []
    for page in pages:
        text = taken(chances(page.rows, chain))
        found, gold = (_runs(t) for t in ("\n".join(page.lines[i].text for i in text), page.text))
        both = (found & gold).total()
        right = None
        if page.headline:
            among, rows = _choices(page, text)
            right = rows is not None and _same(page.lines[among[int((rows @ headline).argmax())]].text, page.headline)
        results.append((both / max(found.total(), 1), both / max(gold.total(), 1), right))
    return results


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _words(text)
    return Counter(zip(*(words[i:] for i in range(4)), strict=False)) if len(words) >= 4 else Counter([tuple(words)] if words else [])


def summary(results: Sequence[tuple[float, float, bool | None]]) -> str:
    """One line: precision, recall and F1 of the text, share of right headlines."""
    precision, recall = np.mean([r[0] for r in results]), np.mean([r[1] for r in results])
    named = [r[2] for r in results if r[2] is not None]
    right = f", headline {100 * np.mean(named):.1f}" if named else ""
    return f"{len(results)} pages: precision {100 * precision:.2f}, recall {100 * recall:.2f}, F1 {200 * precision * recall / (precision + recall):.2f}{right}"


def validate(pages: Sequence[Page], folds: int) -> None:
    """Prints what weights learned on other sites find on each set."""
    results: dict[str, list[tuple[float, float, bool | None]]] = {}
    for fold in range(folds):
        held = [p for p in pages if zlib.crc32(p.site.encode()) % folds == fold]
        rest = [p for p in pages if zlib.crc32(p.site.encode()) % folds != fold]
        chain, headline = learn_chain(rest), learn_headline(rest)
        for name in SETS:
            results.setdefault(name, []).extend(measure([p for p in held if p.set == name], chain, headline))
    for name, found in results.items():
        print(f"{name} (held out): {summary(found)}", flush=True)


def written(chain: Weights, headline: Matrix) -> str:
    """The weights as TOML."""
    row = lambda values: "[" + ", ".join(f"{v:.3f}" for v in values) + "]"  # noqa: E731
    parts = [
        "# Weights of the lines of a page, learned by bench/train_lines.py: how far a feature speaks for each state, in the order of",
        "# STATES in text_chain.py. Numbers of features only: no word of any page.\n\n[line]",
        *(f'"{name}" = {row(chain.line[i])}' for i, name in enumerate(FEATURES)),
        "\n[turn] # from one state to the next",
        *(f"{name} = {row(chain.turn[i])}" for i, name in enumerate(STATES)),
        "\n[headline] # how far a feature speaks for a line being the headline",
        *(f'"{name}" = {weight:.3f}' for name, weight in zip(HEADLINE_FEATURES, headline, strict=True)),
    ]
    return "\n".join(parts) + "\n"


def asked(about: str | None, folds: int) -> argparse.Namespace:
    """What the command line asks of a script that learns: `data`, `folds` (unless told: so many) and `write`."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=folds, help="0 skips the validation")
    parser.add_argument("--write", type=Path, help="file for the weights of all pages together")
    return parser.parse_args()


def main() -> None:
    given = asked(__doc__, folds=5)
    pages = [page for name in SETS for page in read(given.data, name)]
    if given.folds:
        validate(pages, given.folds)
    if given.write:
        chain, headline = learn_chain(pages), learn_headline(pages)
        given.write.write_text(written(chain, headline), "utf-8")
        print(f"all pages together (seen in training): {summary(measure(pages, chain, headline))}")


if __name__ == "__main__":
    main()
