"""Which lines of a page are its article: a linear chain over the lines (a conditional random field) with four states.

A page is what stands before the article, the article's text, what stands between its lines (advertising, captions, other
headlines), and what comes after; after that, nothing of this article returns. The weights are a readable table,
`data/lines.toml`, learned by `bench/train_lines.py` from pages with known articles; they hold numbers of features only.
Method: Lafferty, McCallum and Pereira, "Conditional Random Fields" (2001); the forward-backward sums are kept in logarithms.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from octavo.extract.text_lines import FEATURES

STATES = ("before", "text", "between", "after")
BEFORE, TEXT, BETWEEN, AFTER = range(4)
MAY_FOLLOW = np.array([[1, 1, 0, 0], [0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)  # [from, to]
MAY_START = np.array([1, 1, 0, 0], dtype=bool)
MAY_END = np.array([1, 1, 0, 1], dtype=bool)
NEVER = -1e9
TAKEN = 0.5  # chance from which a line is taken for text
LEAST = 0.1  # chance below which none is, even on a page where no line is likely

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """`line` has one row a feature, one column a state; `turn` scores going from one state to the next."""

    line: Matrix
    turn: Matrix


@lru_cache
def weights() -> Weights:
    """The weights of the package."""
    table = tomllib.loads(files("octavo.extract").joinpath("data", "lines.toml").read_text("utf-8"))
    line = np.array([table["line"][name] for name in FEATURES], dtype=np.float64)
    turn = np.array([table["turn"][name] for name in STATES], dtype=np.float64)
    return Weights(line, turn)


def chances(rows: Matrix, of: Weights) -> Matrix:
    """For every line (a row of features) the chance of each state, given all lines."""
    scores = rows @ of.line
    turn = np.where(MAY_FOLLOW, of.turn, NEVER)
    n = len(scores)
    forth, back = np.empty((n, 4)), np.empty((n, 4))
    forth[0] = scores[0] + np.where(MAY_START, 0, NEVER)
    for i in range(1, n):
        forth[i] = scores[i] + _log_sum(forth[i - 1][:, None] + turn, 0)
    back[-1] = np.where(MAY_END, 0, NEVER)
    for i in range(n - 2, -1, -1):
        back[i] = _log_sum(turn + (scores[i + 1] + back[i + 1])[None, :], 1)
    both = forth + back
    return np.asarray(np.exp(both - _log_sum(both, 1)[:, None]), dtype=np.float64)


def taken(likely: Matrix) -> tuple[int, ...]:
    """The lines of the text, given what `chances` says: those more likely text than not, or where there are none the likeliest."""
    text = likely[:, TEXT]
    return tuple(np.flatnonzero(text >= min(TAKEN, max(LEAST, float(text.max()) / 2))).tolist())


def _log_sum(values: Matrix, axis: int) -> Matrix:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis), dtype=np.float64)
