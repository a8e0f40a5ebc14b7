"""Text → token numbers of multilingual-e5-small (XLM-RoBERTa's unigram pieces).

A tokenizer of our own, because the usual one keeps the 250,000 pieces in 280 MB; a plain dict of them takes a sixth of that.
Method: SentencePiece's unigram model (Kudo 2018, arXiv:1804.10959): of all ways to cut a word into known pieces the one with the
highest sum of log-probabilities, found by dynamic programming. No piece crosses a word border, so words are cut one by one.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Sequence
from functools import lru_cache

from octavo.annotate.e5_weights import Weights

_WORD_START = "▁"
_UNKNOWN_PENALTY = 10.0  # below the least likely piece, as SentencePiece has it
_CACHED_WORDS = 20_000
_CACHED_LENGTH = 24  # characters; longer "words" are sentences of a script without spaces, which do not come again


class Tokens:
    """The tokenizer. Its output is `begin`, the pieces' numbers, `end`."""

    def __init__(self, weights: Weights) -> None:
        special = {weights.begin, weights.end, weights.unknown}
        self._normal = weights.normal
        self._begin, self._end, self._unknown = weights.begin, weights.end, weights.unknown
        # Control pieces ("<s>") have the score 0 and must not be found in a text.
        self._pieces = {piece: i for i, piece in enumerate(weights.pieces) if weights.scores[i] < 0 and i not in special}
        self._scores = array("f", weights.scores.tobytes())
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._longest: dict[str, int] = {}  # by first character
        for piece in self._pieces:
            self._longest[piece[0]] = max(len(piece), self._longest.get(piece[0], 0))
        self._cached = lru_cache(_CACHED_WORDS)(self._cut)

    def encode(self, text: str, limit: int) -> list[int]:
        """The token numbers of a text, at most `limit` with the two that mark start and end."""
        room = limit - 2
        tokens: list[int] = []
        for word in unicodedata.normalize("NFC", text.translate(self._normal)).split():
            # A piece has at most 16 characters, and each gives one token at most: what lies further back cannot count.
            marked = _WORD_START + word[: 16 * room]
            tokens.extend(self._cached(marked) if len(marked) <= _CACHED_LENGTH else self._cut(marked))
            if len(tokens) >= room:
                break
        return [self._begin, *tokens[:room], self._end]

    def _cut(self, word: str) -> Sequence[int]:
        pieces, scores, unknown_score = self._pieces, self._scores, self._unknown_score
        size = len(word)
        best = [0.0] + [float("-inf")] * size
        last = [(0, 0)] * (size + 1)  # where the best last piece before this place begins, and its number
        for start in range(size):
            here = best[start]
            if here + unknown_score > best[start + 1]:
                best[start + 1], last[start + 1] = here + unknown_score, (start, self._unknown)
            for stop in range(start + 1, min(size, start + self._longest.get(word[start], 0)) + 1):
                number = pieces.get(word[start:stop])
                if number is not None and here + scores[number] > best[stop]:
                    best[stop], last[stop] = here + scores[number], (start, number)
        tokens: list[int] = []
        place = size
        while place:
            place, number = last[place]
            if not (number == self._unknown and tokens and tokens[-1] == self._unknown):  # a run of unknowns is one
                tokens.append(number)
        return tuple(reversed(tokens))
