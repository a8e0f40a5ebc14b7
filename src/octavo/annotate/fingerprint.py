"""A text's fingerprint: a MinHash of its shingles, so that copies find each other although words were changed.

Broder 1997 ("On the resemblance and containment of documents"); R-MinHash as rensa implements it. Shingles are runs of four words,
in scripts without spaces runs of eight letters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

import numpy as np

from octavo.annotate.scripts import UNSPACED

SLOTS = 128
BANDS = 32
"""Of four slots each: texts that share about 0.42 of their shingles meet in a band with even chances."""

_SEED = 1
_WORDS = 4
_LETTERS = 8
_FEWEST = 12  # shingles; a shorter text (a headline, a standing phrase) says nothing about copying
_PART = re.compile(rf"([{UNSPACED}]+)|[^\W{UNSPACED}]+")


def fingerprint(text: str) -> bytes:
    """128 little-endian uint64, the same for the same text on every machine; b"" for too short a text."""
    from rensa import RMinHash

    shingles = _shingles(text)
    if len(shingles) < _FEWEST:
        return b""
    sketch = RMinHash(SLOTS, _SEED)
    sketch.update(shingles)
    return np.array(sketch.digest(), "<u8").tobytes()


def similarity(one: bytes, other: bytes) -> float:
    """The estimated share of shingles that two texts have in common (Jaccard, 0 to 1); 0 where a fingerprint is missing."""
    if not one or not other:
        return 0.0
    return float(np.mean(np.frombuffer(one, "<u8") == np.frombuffer(other, "<u8")))


def bands(of: bytes) -> tuple[int, ...]:
    """32 keys of 64 bits; two texts are worth comparing when they share one. None for a missing fingerprint."""
    width = len(of) // BANDS
    return tuple(_key(band, of[band * width : (band + 1) * width]) for band in range(BANDS)) if of else ()


def _key(band: int, values: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(values, digest_size=8, person=band.to_bytes(2, "little")).digest(), "little")


def _shingles(text: str) -> set[str]:
    """What two texts are compared by, folded so that case, punctuation and width of letters do not count."""
    words: list[str] = []
    for part in _PART.finditer(unicodedata.normalize("NFKC", text).casefold()):
        words.extend(part[1] or [part[0]])  # a run of unspaced letters gives its letters
    letters = sum(len(word) == 1 for word in words)
    size = _LETTERS if letters > len(words) / 2 else _WORDS
    return {" ".join(words[i : i + size]) for i in range(len(words) - size + 1)}
