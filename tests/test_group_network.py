"""A network: what it computes, that it never guesses far outside what it has seen, and that a wrong table is told in one clear line."""

from __future__ import annotations

from math import tanh
from typing import Any

import numpy as np
import pytest

from octavo.errors import InputError
from octavo.group.network import Network, probability

FEATURES = ("near", "late")


def table(**other: Any) -> dict[str, Any]:
    return {
        "features": ["near", "late"],
        "mean": [1, 10],
        "spread": [2, 5],
        "least": [-1, -1],
        "most": [1, 3],
        "linear": [0.5, -0.25],
        "bias": 0.125,
        "into": [[1, 0, 2], [0, -1, 1]],
        "into_bias": [0, 0.5, -1],
        "out": [1, 2, -1],
    } | other


def test_it_computes_what_it_says() -> None:
    network = Network.of(table(), FEATURES, "own.toml")
    one, other = 0.5, 2.0  # (2 - 1) / 2 and (20 - 10) / 5
    expected = tanh(one) + 2 * tanh(0.5 - other) - tanh(2 * one + other - 1) + 0.5 * one - 0.25 * other + 0.125
    assert network.odds(np.array([[2, 20]], np.float32)).tolist() == pytest.approx([expected], abs=1e-6)


def test_beyond_what_was_seen_nothing_changes() -> None:
    network = Network.of(table(), FEATURES, "own.toml")
    edge, beyond, far = network.odds(np.array([[3, 25], [30, 25], [3e6, 1e6]], np.float32)).tolist()
    assert edge == beyond == far
    assert network.odds(np.array([[-1, 5]], np.float32)) == network.odds(np.array([[-99, -99]], np.float32))


def test_of_no_rows_nothing_is_said() -> None:
    assert Network.of(table(), FEATURES, "own.toml").odds(np.zeros((0, 2), np.float32)).shape == (0,)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"features": ["late", "near"]}, "not for the features near, late"),
        ({"features": ["near"]}, "not for the features"),
        ({"further": 1}, "not for the features"),
        ({"mean": [1]}, "do not fit: mean"),
        ({"mean": [1, 2, 3], "most": [1]}, "do not fit: mean, most"),
        ({"into": [[1, 0, 2]]}, "do not fit: into"),
        ({"into": [[1, 0], [0, -1]]}, "do not fit: into"),
        ({"into_bias": [1]}, "do not fit: into_bias"),
        ({"spread": [2, 0]}, "do not fit: spread"),
        ({"spread": [-2, 1]}, "do not fit: spread"),
        ({"linear": [0.5, float("nan")]}, "do not fit: linear"),
        ({"out": [1, 2, float("inf")]}, "do not fit: out"),
        ({"bias": "much"}, "no number"),
        ({"bias": [1]}, "no number"),
        ({"bias": float("nan")}, "do not fit: bias"),
        ({"mean": ["a", "b"]}, "no number"),
        ({"into": [[1, 2, 3], [1, 2]]}, "no number"),
        ({"into": 3}, "do not fit: into"),
        ({"out": 3}, "do not fit: .*out"),
        ({"mean": {"near": 1}}, "no number"),
    ],
)
def test_a_wrong_table_is_told_in_one_line_that_names_the_file(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        Network.of(table(**wrong), FEATURES, "own.toml")
    assert "own.toml" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("part", ["mean", "bias", "features", "out"])
def test_a_table_that_lacks_a_part_is_told(part: str) -> None:
    broken = table()
    del broken[part]
    with pytest.raises(InputError, match="not for the features"):
        Network.of(broken, FEATURES, "own.toml")


def test_probabilities_are_those_of_the_odds_and_never_overflow() -> None:
    found = probability(np.array([0, 2, -2, 1e9, -1e9], np.float32))
    assert found.tolist() == pytest.approx([0.5, 0.880797, 0.119203, 1, 0], abs=1e-6)
