"""A small neural network: from features, one row of numbers a case, to the log-odds of yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from octavo.errors import InputError

Floats = NDArray[np.float32]
PARTS = ("features", "mean", "spread", "least", "most", "linear", "bias", "into", "into_bias", "out")  # of its table in a file of weights


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A linear model and one layer of tanh units beside it, over standardised features.

    Features are held within what was seen in learning, so that the network never guesses far outside of it.
    """

    mean: Floats  # a feature each, as the next four
    spread: Floats
    least: Floats  # in spreads from the mean
    most: Floats
    linear: Floats
    bias: float
    into: Floats  # features x units
    into_bias: Floats  # a unit each
    out: Floats  # a unit each

    def odds(self, features: Floats) -> Floats:
        """The log-odds for each row of features."""
        at = features - self.mean
        at /= self.spread
        np.maximum(at, self.least, out=at)
        np.minimum(at, self.most, out=at)
        units = at.dot(self.into)
        units += self.into_bias
        found: Floats = np.tanh(units, out=units).dot(self.out)
        found += at.dot(self.linear)
        found += np.float32(self.bias)
        return found

    @classmethod
    def of(cls, table: Mapping[str, Any], features: Sequence[str], name: str) -> Network:
        """The network of a table of a file of weights; `features` are those it must be for, `name` is for errors.

        Raises InputError when it is for other features or its parts do not fit together.
        """
        if set(table) != set(PARTS) or table["features"] != list(features):
            raise InputError(f"A network of the weights is not for the features {', '.join(features)}", subject=name)
        try:
            parts = {part: np.array(table[part], np.float32) for part in PARTS if part not in ("features", "bias")}
            network = cls(bias=float(table["bias"]), **parts)
        except (TypeError, ValueError) as error:
            raise InputError(f"A network of the weights holds something that is no number: {error}", subject=name) from error
        count, units = len(features), network.out.size
        of_units = {"into": (count, units), "into_bias": (units,), "out": (units,)}
        shapes = dict.fromkeys(("mean", "spread", "least", "most", "linear"), (count,)) | of_units
        wrong = [part for part, shape in shapes.items() if parts[part].shape != shape or not np.isfinite(parts[part]).all()]
        wrong += [part for part, fits in (("spread", (network.spread > 0).all()), ("bias", np.isfinite(network.bias))) if not fits]
        if wrong:
            raise InputError(f"A network of the weights has parts that do not fit: {', '.join(wrong)}", subject=name)
        return network


def probability(odds: Floats) -> Floats:
    """The probability of log-odds, element by element."""
    found: Floats = np.float32(1) / (np.float32(1) + np.exp(-np.minimum(np.maximum(odds, np.float32(-30)), np.float32(30))))
    return found
