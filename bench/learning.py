"""Learns a small network from weighted examples: what `octavo.group.network` then judges by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from octavo.group.network import Network

Floats = NDArray[np.float32]
_FAR = 4.0  # spreads from the mean within which features are held
_SAMPLE = 60_000  # examples of a part that are learned from
_BATCH = 1024
_RATE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Rows of features, how much each is a yes (0 to 1), how much it counts among these examples, and how much all of them count."""

    x: Floats
    y: Floats
    weight: Floats
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How a network is learned: `seeds` of so many units are averaged; the shorter and the more decayed, the plainer it stays."""

    units: int
    seeds: int
    steps: int
    decay: float


def learn(parts: Sequence[Examples], manner: Manner) -> Network:
    """The average of some networks, learned by Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019).

    One alone depends too much on how it began.
    """
    scaled = [part.weight / part.weight.sum() * part.share for part in parts]
    total = sum(float(weight.sum()) for weight in scaled)
    mean = sum((weight[:, None] * part.x).sum(0) for part, weight in zip(parts, scaled, strict=True)) / total
    spread = np.sqrt(sum((weight[:, None] * (part.x - mean) ** 2).sum(0) for part, weight in zip(parts, scaled, strict=True)) / total)
    varies = spread > 1e-6
    spread = np.where(varies, spread, 1.0)
    rng = np.random.default_rng(0)
    xs, ys, weights = [], [], []
    for part, weight in zip(parts, scaled, strict=True):
        chosen = rng.permutation(len(part.y))[:_SAMPLE]
        xs.append(part.x[chosen])
        ys.append(part.y[chosen])
        weights.append(weight[chosen] / weight[chosen].sum() * weight.sum())
    x = np.clip((np.concatenate(xs) - mean) / spread * varies, -_FAR, _FAR).astype(np.float32)
    y, weight = np.concatenate(ys).astype(np.float32), np.concatenate(weights)
    weight = (weight / weight.mean()).astype(np.float32)
    found = [_descend(x, y, weight, manner, seed) for seed in range(manner.seeds)]
    return Network(
        mean=mean.astype(np.float32),
        spread=spread.astype(np.float32),
        least=x.min(0),
        most=x.max(0),
        linear=np.mean([one[4] for one in found], 0),
        bias=float(np.mean([one[3][0] for one in found])),
        into=np.concatenate([one[0] for one in found], 1),
        into_bias=np.concatenate([one[1] for one in found]),
        out=np.concatenate([one[2] for one in found]) / manner.seeds,
    )


def _descend(x: Floats, y: Floats, weight: Floats, manner: Manner, seed: int) -> list[Floats]:
    """The parts of one network: into, into_bias, out, bias, linear."""
    rng = np.random.default_rng(seed)
    count, units, steps = x.shape[1], manner.units, manner.steps
    into = rng.normal(0, 1 / np.sqrt(count), (count, units))
    parts = [part.astype(np.float32) for part in (into, np.zeros(units), rng.normal(0, 0.3, units), np.zeros(1), np.zeros(count))]
    decayed = (True, False, True, False, True)
    first, second = [np.zeros_like(part) for part in parts], [np.zeros_like(part) for part in parts]
    for step in range(1, steps + 1):
        at = rng.integers(0, len(y), _BATCH)
        z = x[at]
        hidden = np.tanh(z @ parts[0] + parts[1])
        odds = hidden @ parts[2] + z @ parts[4] + parts[3]
        slope = weight[at] * (1 / (1 + np.exp(-np.clip(odds, -30, 30))) - y[at]) / _BATCH
        back = np.outer(slope, parts[2]) * (1 - hidden**2)
        slopes = [z.T @ back, back.sum(0), hidden.T @ slope, slope.sum(keepdims=True), z.T @ slope]
        rate = _RATE * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-4
        for k, one in enumerate(slopes):
            first[k] = 0.9 * first[k] + 0.1 * one
            second[k] = 0.999 * second[k] + 0.001 * one**2
            parts[k] = parts[k] - rate * (first[k] / (1 - 0.9**step)) / (np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8)
            if decayed[k]:
                parts[k] = parts[k] * (1 - rate * manner.decay)
    return [part.astype(np.float32) for part in parts]


def plain(features: Sequence[str], judged_by: str, bias: float) -> Network:
    """A network that goes by one feature alone: something to begin with."""
    count = len(features)
    linear = np.array([name == judged_by for name in features], np.float32)
    zeros, far = np.zeros(count, np.float32), np.full(count, 100, np.float32)
    return Network(
        zeros, zeros + 1, -far, far, linear, bias, np.zeros((count, 1), np.float32), np.zeros(1, np.float32), np.zeros(1, np.float32)
    )
