"""Which lines of a page are its article: a small network reads each line's features, a chain over the lines gives each its state.

The states are those of `text_chain`: what stands before the article, its text, what stands between its lines, what comes after. The weights
are a readable table, `data/page.toml`, learned by `bench/train_pages.py` from pages with known articles; they hold numbers of features only.
Method: Lafferty, McCallum and Pereira, "Conditional Random Fields" (2001), over the scores of one hidden layer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from octavo.extract.page_features import FEATURES
from octavo.extract.text_chain import MAY_END, MAY_FOLLOW, MAY_START, STATES, TEXT

Matrix = NDArray[np.float32]
_TAKEN = 0.5  # chance from which a line is taken for text
_SMALL, _LARGE = 1e-50, 1e50  # numbers between which a step need not be scaled
_LEAST = 0.1  # chance below which none is, even on a page where no line is likely


@dataclass(frozen=True, slots=True)
class Weights:
    """`hidden` has one row a feature and one column a unit, `shift` one number a unit; `out` and `line` lead from units and from features to
    the states' scores; `turn` scores going from one state to the next."""

    hidden: Matrix
    shift: Matrix
    out: Matrix
    line: Matrix
    turn: Matrix


def chances(rows: Matrix, of: Weights) -> Matrix:
    """For every line (a row of features) the chance of each state, given all lines."""
    if not len(rows):
        return np.zeros((0, len(STATES)), dtype=np.float32)
    scores = np.tanh(rows @ of.hidden + of.shift) @ of.out + rows @ of.line
    local = np.exp(scores - scores.max(axis=1, keepdims=True)).tolist()
    turn = np.where(MAY_FOLLOW, np.exp(of.turn), 0.0).tolist()
    # Plain numbers: the steps depend on one another, and four states are too few for arrays. What grows or shrinks too far is scaled.
    forth = _forth(local, turn)
    back = _back(local, turn)
    both = np.array(forth) * np.array(back)
    return np.asarray(both / np.maximum(both.sum(axis=1, keepdims=True), 1e-300), dtype=np.float32)


def taken(likely: Matrix) -> list[int]:
    """The lines of the text, given what `chances` says: those more likely text than not, or where there are none the likeliest."""
    text = likely[:, TEXT]
    least = min(_TAKEN, max(_LEAST, float(text.max(initial=0.0)) / 2))
    return [int(at) for at in np.flatnonzero(text >= least)]


def doubt(likely: Matrix, widths: Sequence[int]) -> float:
    """How unsure the choice is: characters that are expected to be chosen wrongly, as a share of those expected to be text; 0 is sure."""
    text = likely[:, TEXT]
    length = np.asarray(widths, dtype=np.float32)
    return float((np.minimum(text, 1 - text) * length).sum() / max(float((text * length).sum()), 1.0))


def _forth(local: list[list[float]], turn: list[list[float]]) -> list[list[float]]:
    (b0, b1, *_), (_, t1, t2, t3), (_, m1, m2, _), (*_, a3) = turn
    found: list[list[float]] = []
    before, text, between, after = (float(may) for may in MAY_START)
    for at, (e0, e1, e2, e3) in enumerate(local):
        if at:
            before, text, between, after = (
                before * b0,
                before * b1 + text * t1 + between * m1,
                text * t2 + between * m2,
                text * t3 + after * a3,
            )
        before, text, between, after = before * e0, text * e1, between * e2, after * e3
        whole = before + text + between + after
        if not _SMALL < whole < _LARGE:
            whole = whole or 1.0
            before, text, between, after = before / whole, text / whole, between / whole, after / whole
        found.append([before, text, between, after])
    return found


def _back(local: list[list[float]], turn: list[list[float]]) -> list[list[float]]:
    (b0, b1, *_), (_, t1, t2, t3), (_, m1, m2, _), (*_, a3) = turn
    before, text, between, after = (float(may) for may in MAY_END)
    found = [[before, text, between, after]]
    for e0, e1, e2, e3 in reversed(local[1:]):
        before, text, between, after = before * e0, text * e1, between * e2, after * e3
        before, text, between, after = before * b0 + text * b1, text * t1 + between * t2 + after * t3, text * m1 + between * m2, after * a3
        whole = before + text + between + after
        if not _SMALL < whole < _LARGE:
            whole = whole or 1.0
            before, text, between, after = before / whole, text / whole, between / whole, after / whole
        found.append([before, text, between, after])
    return found[::-1]


@lru_cache
def weights() -> Weights:
    """The weights of the package."""
    table = tomllib.loads(files("octavo.extract").joinpath("data", "page.toml").read_text("utf-8"))
    rows = [table["feature"][name] for name in FEATURES]  # of each: units, then states
    both = np.array(rows, dtype=np.float32)
    units = len(table["shift"])
    turn = np.array([table["turn"][name] for name in STATES], dtype=np.float32)
    return Weights(
        np.ascontiguousarray(both[:, :units]),
        np.array(table["shift"], dtype=np.float32),
        np.array(table["unit"], dtype=np.float32),
        np.ascontiguousarray(both[:, units:]),
        turn,
    )
