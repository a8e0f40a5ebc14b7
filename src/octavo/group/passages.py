"""What copies are told by: an article's text as numbers, one for each of its passages (runs of four words).

Passages are hashed by a rolling polynomial (Karp & Rabin 1987) over the letters, all of a text at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from octavo.model import Article
from octavo.words import fold, words

if TYPE_CHECKING:
    from octavo.group.reading import Moment

Hashes = NDArray[np.uint64]
_Places = NDArray[np.int64]

_WORDS, _PAIRS = 4, 8  # words of a passage; in scripts without spaces, pairs of letters
_READ = 16384  # letters looked at: a piece longer than that is compared by its beginning
_LEAST_WHOLE, _LEAST_BODY = 4, 15  # words: that shorter texts are equal says nothing
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_POWERS: Hashes = np.cumprod(np.full(_READ, _BASE, np.uint64), dtype=np.uint64)
_INVERSES: Hashes = np.cumprod(np.full(_READ, pow(_BASE, -1, 1 << 64), np.uint64), dtype=np.uint64)
_MIX = ((32, 0xD6E8FEB86659FD93), (29, 0xA0761D6478BD642F), (32, 1))  # shift and factor: each digit comes to depend on all of them
_APOSTROPHE = re.compile("['’]")  # parts words in `search_text`
_SPACE, _ZERO = 32, 48


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """An article as copies are told by it. A set of words is a number that has a bit, of 64, for each word."""

    whole: int  # equal for articles of equal words; 0 for too few of them
    body: int  # equal for texts of equal words, whatever their headlines; 0 for too few of them
    words: int  # of the text without the headline; in scripts without spaces, half of its pairs of letters
    passages: Hashes  # in order; spread evenly over all numbers of 64 bits
    headline: int  # set of the headline's words
    numbers: int  # set of the text's words that begin with a digit
    publisher: str | None  # folded
    moment: Moment | None
    arrived: float  # hours


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The words of a text that is not empty, by their places in it, and its passages of `_WORDS` words."""

    letters: NDArray[np.uint32]
    starts: _Places
    ends: _Places
    passages: Hashes


def runs_of(texts: Sequence[str]) -> dict[str, Runs]:
    """The words and passages of the first of some `search_text`s, as many as are read at once: that takes hardly longer than one of them.

    Of a text nothing is read beyond `_READ` letters; there are none for an empty one.
    """
    pieces, size = dict[str, str](), 0
    for text in texts:
        read = text[:_READ].rstrip()
        size += len(read) + 1
        if pieces and size > _READ:
            break
        if read:
            pieces[text] = read
    letters = np.frombuffer(" ".join(pieces.values()).encode("utf-32-le"), "<u4")
    (gaps,) = (letters == _SPACE).nonzero()
    starts, ends = np.concatenate((np.zeros(1, np.int64), gaps + 1)), np.append(gaps, len(letters))
    passages = _passages(letters, starts, ends, _WORDS)
    found, begin = dict[str, Runs](), 0
    for text, read in pieces.items():
        end = begin + len(read)
        first, last = starts.searchsorted((begin, end + 1)).tolist()
        found[text] = Runs(
            letters[begin:end], starts[first:last] - begin, ends[first:last] - begin, passages[first : max(last - _WORDS + 1, first)]
        )
        begin = end + 1
    return found


_EMPTY = Runs(np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint64))


def text_of(article: Article, search_text: str, moment: Moment | None, arrived: datetime, runs: Runs | None = None) -> Text:
    """The `Text` of an article that was published at `moment`, from its annotation's `search_text` (and the `runs` of that, where they are known)."""
    runs = runs or runs_of([search_text]).get(search_text, _EMPTY)
    above = words(_APOSTROPHE.sub(" ", article.headline or ""))
    letters, count = runs.letters, len(runs.starts)
    starts, ends = runs.starts[len(above) :], runs.ends[len(above) :]
    body = search_text[starts[0] :] if len(starts) else ""
    unspaced = _unspaced(letters, starts, ends)
    (numbers,) = (letters[starts] - np.uint32(_ZERO) < 10).nonzero()
    return Text(
        whole=_digest(search_text) if count >= _LEAST_WHOLE else 0,
        body=_digest(body) if len(starts) >= _LEAST_BODY else 0,
        words=len(starts) // 2 if unspaced else len(starts),
        passages=_passages(letters, starts, ends, _PAIRS) if unspaced else runs.passages[len(above) :],
        headline=_set(above),
        numbers=_set(search_text[starts[at] : ends[at]] for at in numbers.tolist()),
        publisher=fold(article.publisher) if article.publisher else None,
        moment=moment,
        arrived=arrived.timestamp() / 3600,
    )


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") or 1


def _set(words: Iterable[str]) -> int:
    found = 0
    for word in words:
        found |= 1 << (crc32(word.encode()) & 63)
    return found


def _unspaced(letters: NDArray[np.uint32], starts: _Places, ends: _Places) -> bool:
    """Whether most words are overlapping pairs of letters, as `search_text` gives them for scripts without spaces."""
    pair = ends - starts == 2
    if 2 * np.count_nonzero(pair) <= len(starts):
        return False
    overlap = pair[:-1] & pair[1:] & (letters[ends[:-1] - 1] == letters[starts[1:]])
    return 2 * int(np.count_nonzero(overlap)) > len(starts)


def _passages(letters: NDArray[np.uint32], starts: _Places, ends: _Places, size: int) -> Hashes:
    """A number for each run of `size` words, the same wherever the run stands."""
    first, last = starts[: max(len(starts) - size + 1, 0)], ends[size - 1 :]
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(letters * _POWERS[: len(letters)], out=sums[1:])
    found: Hashes = (sums[last] - sums[first]) * _INVERSES[first]
    for turn, factor in _MIX:
        found ^= found >> np.uint64(turn)
        found *= np.uint64(factor)
    return found
