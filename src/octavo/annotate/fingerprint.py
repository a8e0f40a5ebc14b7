"""A text's fingerprint: a MinHash of its shingles, so that copies find each other although words were changed.

Broder 1997 ("On the resemblance and containment of documents"); R-MinHash as rensa implements it. Shingles are runs of four words,
in scripts without spaces runs of eight letters.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from octavo.annotate.scripts import UNSPACED

SLOTS = 128

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


def _shingles(text: str) -> set[str]:
    """What two texts are compared by, folded so that case, punctuation and width of letters do not count."""
    words: list[str] = []
    for part in _PART.finditer(unicodedata.normalize("NFKC", text).casefold()):
        words.extend(part[1] or [part[0]])  # a run of unspaced letters gives its letters
    letters = sum(len(word) == 1 for word in words)
    size = _LETTERS if letters > len(words) / 2 else _WORDS
    return {" ".join(words[i : i + size]) for i in range(len(words) - size + 1)}
