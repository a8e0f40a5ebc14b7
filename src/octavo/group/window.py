"""The live articles: the last ones that arrived, as columns of numbers, each with those it is most probably of one story with."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from octavo.group.centre import Centre
from octavo.group.nearest import Nearest
from octavo.group.postings import Postings
from octavo.group.rarity import Rarity
from octavo.group.reading import DIMENSIONS, HEADLINE, NAMES, NUMBERS, Reading
from octavo.group.table import Column, Table, beginnings
from octavo.group.weights import Limits

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

WORDS = 64  # words kept of an article
NEIGHBOURS = 24  # of an article: live ones that it is most probably of one story with
NOBODY = -1  # row number of a neighbour that there is not
_SEARCHED = 24  # rarest words that are looked up for a new article
_AT_ONCE = 512  # vectors
_BACKGROUND = 50  # the article's cosine with its nearest one of that number tells how crowded it is around it


class Window(Table):
    """Rows of live articles. `ids` and the two indexes go with the rows."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        super().__init__(
            {
                "compared": {  # what new articles are compared with
                    "middle": (np.float64, 0),  # hours, of the date
                    "slack": (np.float32, 0),
                    "step": (np.float32, 0),  # of the vector: its longest number is 127 of them
                    "language": (np.int32, 0),
                    "publisher": (np.int32, 0),  # 0: not known
                    "words": (np.int32, WORDS),
                    "headline": (np.int32, HEADLINE),
                    "names": (np.int32, NAMES),
                    "numbers": (np.int32, NUMBERS),
                    "dated": (np.bool_, 0),
                    "has_vector": (np.bool_, 0),
                    "background": (np.float32, 0),
                    "vector": (np.int8, DIMENSIONS),  # centred, of length 1, in steps
                },
                "length": (np.float32, 0),  # of the vector, before that
                "entered": (np.float64, 0),  # hours, when it was grouped
                "story": (np.int32, 0),  # number of its story
                "neighbours": (np.int32, NEIGHBOURS),  # rows, in no order
                "odds": (np.float32, NEIGHBOURS),  # log-odds that they are of one story
                "changed": (np.bool_, 0),  # its neighbours, since its place was last looked at
                "moves": (np.uint8, 0),  # how often it was put into another story
            }
        )
        self.ids: deque[str] = deque()
        self._nearest = Nearest(limits.window_articles)
        self._postings = Postings()
        self._codes: dict[str, int] = {"": 0}
        self._total = np.zeros(DIMENSIONS, np.float64)  # sum of the live vectors
        self._count = 0

    def code(self, text: str | None) -> int:
        """The number that stands for a language or an outlet; 0 for none, a number of its own (-1) for one never seen."""
        return self._codes.get(text or "", -1)

    def add(self, reading: Reading, words: NDArray[np.int32], vector: Floats | None, background: float, centre: Centre, now: float) -> int:
        """Takes an article in at `now` (hours), known by `words`, with its centred vector; returns its row."""
        moment = reading.moment
        values: dict[str, object] = {
            "words": words,
            "headline": reading.headline,
            "names": reading.name_words,
            "numbers": reading.numbers,
            "entered": now,
            "background": background,
            "language": self._codes.setdefault(reading.language, len(self._codes)),
            "publisher": self._codes.setdefault(reading.publisher or "", len(self._codes)),
            "neighbours": NOBODY,
            "story": NOBODY,  # until it is decided
        }
        if vector is not None and reading.vector is not None:
            steps, step = _in_steps(vector)
            values |= {"vector": steps, "step": step, "length": centre.length(reading.vector, reading.language), "has_vector": True}
        if moment is not None:
            values |= {"dated": True, "middle": moment.middle, "slack": moment.slack}
        row = self.append(**values)
        self.ids.append(reading.article)
        if vector is not None:
            self._nearest.add(row, vector)
            self._total += self.vector(row)
            self._count += 1
        self._postings.add(row, words[words > 0])
        return row

    def meet(self, row: int, others: Rows, odds: Floats, telling: float) -> None:
        """Makes a new row and `others`, the nearest first, neighbours of each other, each keeping those of the highest log-odds.

        A neighbour that is nearer than `telling` (log-odds) gives the other one something to look at again.
        """
        neighbours, kept, changed = (self.column(name) for name in ("neighbours", "odds", "changed"))
        at, most = row - self.first, min(len(others), NEIGHBOURS)
        neighbours[at, :most], kept[at, :most] = others[:most], odds[:most]
        theirs = others - self.first
        known = np.where(neighbours[theirs] < self.first, -np.inf, kept[theirs])  # a place that is empty or of one that has left
        place = known.argmin(1)
        nearer = odds > known[np.arange(len(theirs)), place]
        theirs, place, odds = theirs[nearer], place[nearer], odds[nearer]
        neighbours[theirs, place] = row
        kept[theirs, place] = odds
        changed[theirs[odds > telling]] = True

    def vector(self, row: int) -> Floats:
        """The centred vector of a row."""
        at = row - self.first
        vector: Floats = self.column("vector")[at] * self.column("step")[at]
        return vector

    def vectors(self, at: Rows) -> Floats:
        """The centred vectors at some positions."""
        return self.at("vector", at) * self.at("step", at)[:, None]

    def recentre(self, language: str, centre: Centre, before: Floats) -> Iterator[tuple[Rows, Floats]]:
        """Centres the live vectors of a language again, after its mean in use was `before`; gives their positions and by how much they moved.

        Done as the result is used up, some at a time: all at once they would take as much room as everything else.
        """
        live = np.flatnonzero((self.column("language") == self.code(language)) & self.column("has_vector"))
        vector, step, length = (self.column(name) for name in ("vector", "step", "length"))
        for start in range(0, len(live), _AT_ONCE):
            at = live[start : start + _AT_ONCE]
            old = self.vectors(at)
            raw = old * length[at][:, None] + before
            vector[at], step[at] = _in_steps(centre.centred(raw, language))
            length[at] = np.linalg.norm(raw - centre.used(language), axis=1)
            moved = self.vectors(at) - old
            self._total += moved.sum(0)
            yield at, moved

    def crowd(self, vector: Floats) -> float:
        """The mean cosine of a centred vector with all live ones."""
        return float(self._total.dot(vector)) / max(self._count, 1)

    def first_live(self, now: float) -> int:
        """The first row that is neither too old nor one too many at `now` (hours)."""
        entered = self.column("entered")
        stale = max(len(entered) - self._limits.window_articles, 0)
        while stale < len(entered) and entered[stale] < now - 24 * self._limits.window_days:
            stale += 1
        return self.first + stale

    def forget_oldest(self) -> str:
        """Drops the oldest row and returns its article's id."""
        if self.column("has_vector")[0]:
            self._total -= self.vector(self.first)
            self._count -= 1
        self.drop_before(self.first + 1)
        self._nearest.forget_before(self.first)
        self._postings.forget_before(self.first)
        return self.ids.popleft()

    def expect(self, vectors: Floats) -> None:
        """Says which centred vectors (a row each) `candidates` will be asked for."""
        self._nearest.expect(vectors, self._limits.candidates)

    def expect_words(self, words: Iterable[int]) -> None:
        """Says which words (distinct, none of them 0) the articles have that `candidates` will be asked for."""
        self._postings.expect(words)

    def candidates(self, vector: Floats | None, words: NDArray[np.int32], rarity: Rarity, since: int) -> tuple[Rows, float]:
        """Rows from `since` on worth judging, in order: the nearest by vector and those that share most of the article's rarest words.

        And the cosine of the article with its 50th nearest one (with its farthest if there are fewer, 0 without any).
        """
        near, cosines = np.zeros(0, np.int64), np.zeros(0, np.float32)
        if vector is not None:
            near, cosines = self._nearest.search(vector, self._limits.candidates)
        ids = words[words > 0]
        rare = rarity.of(ids)
        top = (-rare).argsort(kind="stable")[:_SEARCHED]
        most = self._postings.best(ids[top], rare[top] ** 2, self._limits.candidates_by_words, since)
        rows = np.sort(np.concatenate((near, most)))
        rows = rows[beginnings(rows)]
        background = float(cosines[min(_BACKGROUND, len(cosines) - 1)]) if len(cosines) else 0.0
        return rows[rows >= since], background


def gaps(reading: Reading, rows: Column) -> NDArray[np.float64]:
    """Hours between the article and each of some rows of what is compared that are sure, given how precise both dates are; 0 for undated."""
    if reading.moment is None:
        return np.zeros(len(rows))
    apart = np.abs(rows["middle"] - reading.moment.middle) - rows["slack"] - reading.moment.slack
    sure: NDArray[np.float64] = np.maximum(apart, 0) * rows["dated"]
    return sure


def _in_steps(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Vectors (one, or one a row) with one byte a number: a number is so many steps; and the length of a step."""
    step = np.maximum(np.abs(vectors).max(-1, keepdims=True), np.float32(1e-6)) / np.float32(127)
    return np.rint(vectors / step).astype(np.int8), step[..., 0]
