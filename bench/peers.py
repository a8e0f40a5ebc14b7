"""Other ways to group articles, written anew from their ideas, so that all are measured on the same input in one harness.

A method takes what is known of all articles of a set in stream order and gives a function from its setting to a label an article:
what does not depend on the setting is done once. An article without a date is judged without time, one without a publisher as if from
an outlet of its own. numpy alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from group_sets import Row
from octavo.annotate.search_text import search_text
from octavo.moments import instant

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]
Setting = tuple[float, ...]
Grouping = Callable[[Setting], Labels]

# English words that say nothing about an event; the systems re-made here are English too in this.
_FUNCTION_WORDS = (
    "about after all also and any are been before being but can could did does for from had has have her him his how into its just may"
    " more most not now off our out over say says she should some than that the their them then there these they this those was were"
    " what when where which while who why will with would you your"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What every method is given of a set: one entry an article, in stream order."""

    headlines: list[frozenset[str]]  # telling words of the headline
    words: list[list[str]]  # folded words of headline and text
    hours: NDArray[np.float64]  # since 1970; nan where undated
    publishers: Labels  # equal numbers for one outlet; unknown ones differ
    languages: list[str]
    vectors: Floats  # less the mean of the set, length 1


def given(rows: Sequence[Row]) -> Given:
    """What methods are given of the rows of a set."""
    dates = [instant(row.article.published) for row in rows]
    vectors = np.array([np.frombuffer(row.annotation.vector, "<f2") for row in rows], np.float32)
    outlets: dict[str, int] = {}
    return Given(
        headlines=[_telling(search_text(row.article.headline, "").split()) for row in rows],
        words=[row.annotation.search_text.split() for row in rows],
        hours=np.array([date.timestamp() / 3600 if date else np.nan for date in dates]),
        publishers=np.array([outlets.setdefault(row.article.publisher or row.article.id, len(outlets)) for row in rows]),
        languages=[row.article.language or "" for row in rows],
        vectors=_unit(vectors - vectors.mean(axis=0)),
    )


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), np.float32)


def _telling(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in words if len(word) > 1 and not word.isdigit() and word not in FUNCTION_WORDS)


# ---- the methods ------------------------------------------------------------------------------------------------------


def title_words(known: Given) -> Grouping:
    """Title-word tiers: NewsBlur's story clusters (apps/clustering/models.py, 2026). Setting: least overlap of headlines.

    Two headlines of different outlets, at most five days apart, are linked when their telling words are the same, or when both have five
    or more, share three, and the shared ones are so large a part of the shorter headline's. Links make groups of at most ten articles.
    Its third tier, a search engine's "more like this", is left out.
    """
    sizes = np.array([len(words) for words in known.headlines])
    links: list[tuple[float, int, int]] = []
    for row, shared in enumerate(shared_words(known.headlines)):
        common, before = shared[:row], sizes[:row]
        overlap = common / np.maximum(np.minimum(before, sizes[row]), 1)
        linked = (common >= 3) & (before >= 5) & (sizes[row] >= 5) | (common > 0) & (common == before) & (common == sizes[row])
        linked &= (known.publishers[:row] != known.publishers[row]) & ~(np.abs(known.hours[:row] - known.hours[row]) > 120)
        links += [(float(overlap[other]), row, other) for other in np.flatnonzero(linked).tolist()]

    def group(setting: Setting) -> Labels:
        parent, counts = list(range(len(sizes))), [1] * len(sizes)
        for overlap, row, other in links:
            one, two = _root(parent, row), _root(parent, other)
            if overlap >= setting[0] and one != two and counts[one] + counts[two] <= 10:
                parent[one] = two
                counts[two] += counts[one]
        return _labels(parent)

    return group


def vector_and_headline(known: Given) -> Grouping:
    """Vector and headline overlap within 24 hours: RSSMonster's events (assignArticleToEvent.js, 2026). Setting: least score.

    An article joins the event of the best score whose last article is at most 24 hours away. As there, the score is 0.75 of the cosine
    with the event's mean vector, 0.15 of the share of words that the headline has in common with the one that opened the event, and
    0.1 of nearness in time; its decay by the age of an event and its bonus for capitalised words are left out.
    """
    likeness = known.vectors @ known.vectors.T
    shared = shared_words(known.headlines)
    sizes = np.array([len(words) for words in known.headlines])

    def group(setting: Setting) -> Labels:
        def score(row: int, cosines: Floats, seen: Clusters) -> Floats:
            common = shared[row, seen.opener]
            overlap = common / np.maximum(sizes[row] + sizes[seen.opener] - common, 1)
            days = np.nan_to_num(np.abs(known.hours[row] - seen.last)) / 24
            return np.where(days > 1, -1, 0.75 * cosines + 0.15 * overlap + 0.1 * (1 - days))

        return stream(likeness, known.hours, score, setting[0])

    return group


def tightened_linkage(known: Given) -> Grouping:
    """Average linkage that grows stricter with size, one article an outlet: after TGNews and nyan (Gusev, 2020 and 2022).

    Setting: largest mean distance (1 - cosine) within a small cluster; larger ones must be tighter (`TIGHTER`). Beyond one day, the
    distance of two articles is multiplied by the days between them; two articles of one outlet are as far apart as can be.
    """
    distances = 1 - known.vectors @ known.vectors.T
    for row, from_here in enumerate(distances):
        days = np.nan_to_num(np.abs(known.hours - known.hours[row])) / 24
        np.minimum(from_here * np.maximum(days, 1), 1, out=from_here, casting="same_kind")
        from_here[known.publishers == known.publishers[row]] = 1
    merges = average_linkage(distances)
    return lambda setting: cut(merges, lambda size: setting[0] * next(share for most, share in TIGHTER if size <= most))


TIGHTER = ((25, 1.0), (100, 0.9), (inf, 0.8))  # clusters up to so many articles, share of the setting


def words_and_time(known: Given) -> Grouping:
    """Streaming clusters with TF-IDF centroids and time: Miranda et al., "Multilingual Clustering of Streaming News" (EMNLP 2018).

    Settings: least score, weight of time. The score is the cosine with the cluster's centroid (headline words count once more) less the
    weight times how far the article lies from the cluster's first, last and mean date (Gaussians of three days). Their stage within a
    language, here over all languages at once: what links languages are names and numbers written alike.
    """
    likeness = tf_idf([[*words, *headline] for words, headline in zip(known.words, known.headlines, strict=True)])

    def group(setting: Setting) -> Labels:
        def score(row: int, cosines: Floats, seen: Clusters) -> Floats:
            nearness = np.mean(
                [np.exp(-(((known.hours[row] - date) / 72) ** 2) / 2) for date in (seen.first, seen.last, seen.mean)], axis=0
            )
            return np.asarray(cosines - setting[1] * np.nan_to_num(1 - nearness), np.float32)

        return stream(likeness, known.hours, score, setting[0])

    return group


def centred_linkage(known: Given) -> Grouping:
    """Batch average linkage on vectors less the mean of their language: the usual baseline. Setting: largest mean distance."""
    vectors, languages = known.vectors.copy(), np.array(known.languages)
    for language in np.unique(languages):
        vectors[languages == language] -= vectors[languages == language].mean(axis=0)
    vectors = _unit(vectors)
    merges = average_linkage(1 - vectors @ vectors.T)
    return lambda setting: cut(merges, lambda size: setting[0])


@dataclass(frozen=True, slots=True)
class Peer:
    """A method, its name (whose it is: what it rests on), and the settings among which the best is looked for."""

    name: str
    method: Callable[[Given], Grouping]
    settings: tuple[Setting, ...]


PEERS = (
    Peer("NewsBlur: title-word tiers", title_words, tuple((step / 20,) for step in range(6, 19))),
    Peer("RSSMonster: vector, headline, 24 h", vector_and_headline, tuple((step / 100,) for step in range(31, 62, 3))),
    Peer("TGNews, nyan: tightened linkage", tightened_linkage, tuple((step / 40,) for step in range(14, 37))),
    Peer(
        "Miranda 2018: TF-IDF and time",
        words_and_time,
        tuple((step / 40, weight) for step in (4, 5, 6, 7, 8, 10, 12, 14) for weight in (0.2, 0.4, 0.8)),
    ),
    Peer("Batch linkage: centred vectors", centred_linkage, tuple((step / 40,) for step in range(14, 37))),
)


# ---- what they are made of --------------------------------------------------------------------------------------------


class Clusters:
    """Clusters of a stream so far: row of the article that opened each, and its first, last and mean date in hours (nan if undated)."""

    def __init__(self, most: int) -> None:
        self.count = 0
        self._openers = np.zeros(most, np.int64)
        self._dates = np.full((3, most), np.nan)
        self._dated = np.zeros(most)

    opener = property(lambda self: self._openers[: self.count])
    first = property(lambda self: self._dates[0, : self.count])
    last = property(lambda self: self._dates[1, : self.count])
    mean = property(lambda self: self._dates[2, : self.count])

    def add(self, cluster: int, row: int, hour: float) -> None:
        """Takes an article in, into a new cluster if `cluster` is the number of clusters."""
        if cluster == self.count:
            self.count += 1
            self._openers[cluster] = row
        if np.isnan(hour):
            return
        self._dated[cluster] += 1
        first, last, mean = self._dates[:, cluster]
        mean = 0 if np.isnan(mean) else mean
        self._dates[:, cluster] = np.fmin(first, hour), np.fmax(last, hour), mean + (hour - mean) / self._dated[cluster]


def stream(likeness: Floats, hours: NDArray[np.float64], score: Callable[[int, Floats, Clusters], Floats], least: float) -> Labels:
    """Articles in order, each into the cluster of the best score, or into a new one if that is under `least`.

    `likeness` holds the products of the articles' vectors, `score` is told the cosines of the article with the sums of all clusters:
    as sums of products these need no vector of a cluster.
    """
    labels = np.zeros(len(likeness), np.int64)
    squares = np.zeros(len(likeness))  # of the length of each cluster's sum
    seen = Clusters(len(likeness))
    for row in range(len(likeness)):
        sums = np.bincount(labels[:row], likeness[row, :row], minlength=seen.count)
        best = seen.count
        if row:
            scores = score(row, sums / np.sqrt(np.maximum(squares[: seen.count] * likeness[row, row], 1e-9)), seen)
            best = int(np.argmax(scores)) if scores.max() >= least else seen.count
        squares[best] += likeness[row, row] + (2 * sums[best] if best < seen.count else 0)
        labels[row] = best
        seen.add(best, row, hours[row])
    return labels


class Merge(NamedTuple):
    """Two clusters become one, known by the row `kept`: their mean distance, and the size of both together."""

    kept: int
    gone: int
    height: float
    size: int


def average_linkage(distances: Floats) -> list[Merge]:
    """All merges of average linkage, a cluster's own before those that it takes part in. Uses `distances` up.

    By nearest-neighbour chains (Müllner 2011): follows nearest neighbours until two are each other's nearest, and merges these.
    """
    count = len(distances)
    np.fill_diagonal(distances, np.inf)
    sizes = np.ones(count, np.int64)
    merges: list[Merge] = []
    chain: list[int] = []
    start = 0
    while len(merges) < count - 1:
        if not chain:
            while not sizes[start]:
                start += 1
            chain.append(start)
        tip = chain[-1]
        near = int(np.argmin(distances[tip]))
        if len(chain) == 1 or distances[tip, near] < distances[tip, chain[-2]]:
            chain.append(near)
            continue
        near = chain[-2]
        del chain[-2:]
        size = int(sizes[tip] + sizes[near])
        merges.append(Merge(near, tip, float(distances[tip, near]), size))
        joint = (distances[tip] * sizes[tip] + distances[near] * sizes[near]) / size
        joint[near] = np.inf
        distances[near], distances[:, near] = joint, joint
        distances[tip], distances[:, tip] = np.inf, np.inf
        sizes[near], sizes[tip] = size, 0
    return merges


def cut(merges: Sequence[Merge], limit: Callable[[int], float]) -> Labels:
    """The largest clusters all of whose merges are at most as high as `limit` allows for their size."""
    parent = list(range(len(merges) + 1))
    whole = [True] * len(parent)
    for merge in merges:
        whole[merge.kept] = whole[merge.kept] and whole[merge.gone] and merge.height <= limit(merge.size)
        if whole[merge.kept]:
            parent[merge.gone] = merge.kept
    return _labels(parent)


def _labels(parent: list[int]) -> Labels:
    return np.array([_root(parent, row) for row in range(len(parent))])


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def tf_idf(texts: Sequence[Iterable[str]]) -> Floats:
    """Cosines between texts, their words weighted by (1 + ln uses) · ln (texts / texts with the word)."""
    uses = [Counter(text) for text in texts]
    holders = Counter(word for text in uses for word in text)
    weighted = [{word: (1 + log(used)) * log(len(texts) / holders[word]) for word, used in text.items()} for text in uses]
    lengths = [sqrt(sum(weight**2 for weight in text.values())) or 1.0 for text in weighted]
    return products([{word: weight / length for word, weight in text.items()} for text, length in zip(weighted, lengths, strict=True)])


def shared_words(texts: Sequence[Iterable[str]]) -> Floats:
    """How many words each two texts share."""
    return products([dict.fromkeys(text, 1.0) for text in texts])


def products(vectors: Sequence[Mapping[str, float]]) -> Floats:
    """The products of sparse vectors, each with each."""
    places: dict[str, int] = {}
    columns = np.array([places.setdefault(word, len(places)) for vector in vectors for word in vector], np.int64)
    values = np.array([value for vector in vectors for value in vector.values()], np.float32)
    ends = np.cumsum([len(vector) for vector in vectors])
    rows = np.repeat(np.arange(len(vectors)), np.diff(ends, prepend=0))
    order = np.argsort(columns, kind="stable")  # word by word
    rows, weights = rows[order], values[order]
    words = np.searchsorted(columns[order], np.arange(len(places) + 1)).tolist()
    found = np.zeros((len(vectors), len(vectors)), np.float32)
    for row, (start, end) in enumerate(pairwise([0, *ends.tolist()])):
        spans = [slice(words[column], words[column + 1]) for column in columns[start:end].tolist()]
        if spans:
            terms = [weights[span] * value for span, value in zip(spans, values[start:end], strict=True)]
            found[row] = np.bincount(np.concatenate([rows[span] for span in spans]), np.concatenate(terms), minlength=len(vectors))
    return found
