"""What grouping reads of one article: its words, names, vector, fingerprint, outlet and moment, as numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from octavo.model import Annotation, Article, instant, precision
from octavo.words import fold, words

BUCKETS = 1 << 21  # words are known by a hash into so many buckets, so that no vocabulary grows with the archive
DIMENSIONS = 384
PERMUTATIONS = 128
_LONG_ENOUGH = 4  # words: two shorter texts that are equal say nothing
_FUTURE = timedelta(days=1)  # a date later than this after now is wrong
# Half the span of time that a date of each precision leaves open.
_SLACK = {
    "second": timedelta(),
    "minute": timedelta(),
    "day": timedelta(hours=12),
    "month": timedelta(days=15),
    "year": timedelta(days=183),
}
_ESTIMATE = timedelta(days=1)  # added where the date was worked out, not printed


@dataclass(frozen=True, slots=True)
class Moment:
    """When an article was published: the middle of what its date may mean and how far off that can be, both in hours."""

    middle: float
    slack: float


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One article as grouping sees it."""

    article: str
    arrived: datetime
    moment: Moment | None
    language: str
    publisher: str | None  # folded
    vector: NDArray[np.float32] | None  # length 1
    fingerprint: NDArray[np.uint32] | None
    words: dict[int, str]  # bucket → word, in order of first use
    uses: dict[int, int]  # bucket → how often it is used
    names: dict[int, str]  # bucket → word of a name
    length: int  # words of headline and text
    same_text: int  # equal for articles of equal words; 0 for too short ones


def bucket(word: str) -> int:
    """The number that stands for a word, from 1 on (0 means no word)."""
    return 1 + crc32(word.encode()) % (BUCKETS - 1)


def moment(article: Article, now: datetime) -> Moment | None:
    """When `article` was published as far as its date tells; None without a date or for one in the future."""
    start, precise = instant(article.published), precision(article.published or "")
    if start is None or precise is None or start > now + _FUTURE:
        return None
    slack = _SLACK[precise]
    middle = start + slack
    signal = article.signals.get("published")
    if signal is not None and signal.estimated:
        slack += _ESTIMATE
    return Moment(middle.timestamp() / 3600, slack.total_seconds() / 3600)


def read(article: Article, annotation: Annotation, now: datetime) -> Reading:
    """The reading of an article that arrived at `article.seen_at` (or, where that is not known, at `now`)."""
    tokens = annotation.search_text.split()
    uses = Counter(bucket(token) for token in tokens)
    name_words = dict.fromkeys(word for name in annotation.names for word in words(name) if len(word) > 1)
    vector = np.frombuffer(annotation.vector, "<f2").astype(np.float32) if annotation.vector else None
    fingerprint = np.frombuffer(annotation.fingerprint, "<u8").astype(np.uint32) if annotation.fingerprint else None
    return Reading(
        article=article.id,
        arrived=article.seen_at or now,
        moment=moment(article, now),
        language=(annotation.language or article.language or "").partition("-")[0],
        publisher=fold(article.publisher) if article.publisher else None,
        vector=vector,
        fingerprint=fingerprint,
        words={bucket(token): token for token in dict.fromkeys(tokens)},
        uses=dict(uses),
        names={bucket(word): word for word in name_words},
        length=len(tokens),
        same_text=int.from_bytes(blake2b(" ".join(tokens).encode(), digest_size=7).digest(), "big") if len(tokens) >= _LONG_ENOUGH else 0,
    )
