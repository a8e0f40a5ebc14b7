"""What grouping reads of one article: its words, names, vector, fingerprint, outlet and moment, as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from octavo.group.passages import Runs, Text, text_of
from octavo.model import Annotation, Article
from octavo.moments import instant, precision
from octavo.words import accented_words, fold, words

BUCKETS = 1 << 21  # words are known by a hash into so many buckets, so that no vocabulary grows with the archive
DIMENSIONS = 384
HEADLINE = 16  # words kept of a headline
NAMES = 16  # words kept of names
NUMBERS = 8  # numbers kept
_TONAL = {"vi"}  # languages in which words without their accents are other words
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
    """One article as grouping sees it. Lists of buckets are filled up with 0, which is no word."""

    article: str
    arrived: datetime
    moment: Moment | None
    language: str
    publisher: str | None  # folded
    vector: NDArray[np.float32] | None  # length 1
    text: Text  # what copies are told by
    words: dict[int, str]  # bucket → word, in order of first use
    uses: dict[int, int]  # bucket → how often it is used
    names: dict[int, str]  # bucket → word of a name
    headline: NDArray[np.int32]  # HEADLINE buckets
    name_words: NDArray[np.int32]  # NAMES buckets
    numbers: NDArray[np.int32]  # NUMBERS buckets
    length: int  # words of headline and text


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


def language_of(article: Article, annotation: Annotation) -> str:
    """An article's language without its region; "" where it is not known."""
    return (annotation.language or article.language or "").partition("-")[0]


def vector_of(annotation: Annotation) -> NDArray[np.float32] | None:
    """The vector of what was read, of length 1; None without one."""
    return np.frombuffer(annotation.vector, "<f2").astype(np.float32) if annotation.vector else None


def read(article: Article, annotation: Annotation, now: datetime, runs: Runs | None = None) -> Reading:
    """The reading of an article that arrived at `article.seen_at` (or, where that is not known, at `now`); `runs` are those of its text, if known."""
    language = language_of(article, annotation)
    if language in _TONAL:
        above, tokens = (accented_words(text) for text in (article.headline or "", f"{article.headline or ''} {article.text}"))
    else:
        above, tokens = words(article.headline or ""), annotation.search_text.split()
    buckets = [bucket(token) for token in tokens]
    names = {bucket(word): word for name in annotation.names for word in words(name) if len(word) > 1}
    arrived, when = article.seen_at or now, moment(article, now)
    return Reading(
        article=article.id,
        arrived=arrived,
        moment=when,
        language=language,
        publisher=fold(article.publisher) if article.publisher else None,
        vector=vector_of(annotation),
        text=text_of(article, annotation.search_text, when, arrived, runs),
        words=dict(zip(buckets, tokens, strict=True)),
        uses=dict(Counter(buckets)),
        names=names,
        headline=_filled(map(bucket, above), HEADLINE),
        name_words=_filled(names, NAMES),
        numbers=_filled((at for at, token in zip(buckets, tokens, strict=True) if token.isdigit() and token.strip("0")), NUMBERS),
        length=len(tokens),
    )


def _filled(buckets: Iterable[int], most: int) -> NDArray[np.int32]:
    """The first `most` distinct ones, filled up with 0."""
    kept = np.zeros(most, np.int32)
    first = list(islice(dict.fromkeys(buckets), most))
    kept[: len(first)] = first
    return kept
