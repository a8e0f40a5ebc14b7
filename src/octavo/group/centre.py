"""What vectors of one language have in common, which is taken away before two of them are compared.

Vectors of one language lie closer together than vectors of one event, so without this no single threshold serves pairs within a
language and across two. Each language's mean starts from a known one and follows the stream; it is put to use in steps, so that all
live vectors are always centred by the same mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
GLOBAL = "*"  # the mean of all languages, for those without a mean of their own
_FORGET = 5_000  # articles of a language after which its sum is halved
_DRIFT = 0.03  # a mean is put to use when it has moved so far (vectors have length 1)


class Centre:
    """A mean for each language: the starting mean, weighted as `prior` articles, and the articles since."""

    def __init__(self, start: Mapping[str, Floats], prior: float) -> None:
        self._start = start
        self._prior = prior
        self._sums: dict[str, Floats] = {}
        self._counts: dict[str, float] = {}
        self._used: dict[str, Floats] = {}
        self._expected: dict[tuple[str, bytes], Floats] = {}  # language and vector → the vector centred, by the means in use

    def used(self, language: str) -> Floats:
        """The mean in use for a language."""
        return self._used.get(language, self._start.get(language, self._start[GLOBAL]))

    def centred(self, vectors: Floats, language: str) -> Floats:
        """Vectors (one, or one a row) of a language without what the language has in common, of length 1."""
        if self._expected and (known := self._expected.get((language, vectors.tobytes()))) is not None:
            return known
        return _unit(vectors - self.used(language))

    def expect(self, vectors: Sequence[Floats], languages: Sequence[str]) -> Floats:
        """As `centred` for vectors that will be asked for, of one language each, a row each: all at once they take hardly longer than one."""
        centred = _unit(np.array(vectors) - np.array([self.used(language) for language in languages]))
        self._expected = {(language, vector.tobytes()): row for language, vector, row in zip(languages, vectors, centred, strict=True)}
        return centred

    def length(self, vector: Floats, language: str) -> float:
        """How long a vector of a language is without what the language has in common."""
        rest = vector - self.used(language)
        return float(np.sqrt(rest.dot(rest)))

    def add(self, vector: Floats, language: str) -> bool:
        """Takes one more vector into its language's mean; True if the mean in use changed, so that live vectors must be centred again."""
        total, count = self._sums.get(language, 0) + vector, self._counts.get(language, 0.0) + 1
        if count >= _FORGET:
            total, count = total / 2, count / 2
        self._sums[language], self._counts[language] = total, count
        start = self._start.get(language, self._start[GLOBAL])
        mean = (self._prior * start + total) / (self._prior + count)
        moved = mean - self.used(language)
        if np.sqrt(moved.dot(moved)) < _DRIFT:
            return False
        self._used[language] = mean.astype(np.float32)
        self._expected = {}
        return True


def _unit(vectors: Floats) -> Floats:
    length = np.sqrt((vectors * vectors).sum(-1, keepdims=True))
    return np.asarray(vectors / np.maximum(length, 1e-6), np.float32)
