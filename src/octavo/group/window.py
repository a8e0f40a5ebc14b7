"""The live articles: the last ones that arrived, as columns of numbers, with what finds the candidates for a new one."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from octavo.group.centre import Centre
from octavo.group.rarity import Rarity
from octavo.group.reading import DIMENSIONS, PERMUTATIONS, Reading
from octavo.group.table import Table
from octavo.group.weights import Limits

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

WORDS = 64  # words kept of an article
NAMES = 16  # name words kept
_POSTINGS = 48  # newest rows kept for a word
_SEARCHED = 24  # rarest words that are looked up for a new article


class Window(Table):
    """Rows of live articles. `ids` and the postings go with the rows."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        super().__init__(
            {
                "raw": (np.float16, DIMENSIONS),
                "vector": (np.float32, DIMENSIONS),  # centred
                "has_vector": (np.bool_, 0),
                "fingerprint": (np.uint32, PERMUTATIONS),
                "words": (np.int32, WORDS),
                "names": (np.int32, NAMES),
                "entered": (np.float64, 0),  # hours, when it was grouped
                "dated": (np.bool_, 0),
                "middle": (np.float64, 0),  # hours, of the date
                "slack": (np.float32, 0),
                "language": (np.int32, 0),
                "publisher": (np.int32, 0),  # 0: not known
                "length": (np.int32, 0),
                "same_text": (np.int64, 0),
            }
        )
        self.ids: deque[str] = deque()
        self._postings: dict[int, deque[int]] = {}
        self._codes: dict[str, int] = {"": 0}

    def code(self, text: str | None) -> int:
        """The number that stands for a language or an outlet; 0 for none, a number of its own (-1) for one never seen."""
        return self._codes.get(text or "", -1)

    def add(self, reading: Reading, words: NDArray[np.int32], centre: Centre, now: float) -> int:
        """Takes an article in at `now` (hours), known by `words`; returns its row."""
        moment = reading.moment
        values: dict[str, object] = {
            "words": words,
            "names": np.pad(np.fromiter(reading.names, np.int32, len(reading.names))[:NAMES], (0, max(0, NAMES - len(reading.names)))),
            "entered": now,
            "language": self._codes.setdefault(reading.language, len(self._codes)),
            "publisher": self._codes.setdefault(reading.publisher or "", len(self._codes)),
            "length": reading.length,
            "same_text": reading.same_text,
        }
        if reading.vector is not None:
            vector = centre.centred(reading.vector, reading.language)
            values |= {"raw": reading.vector, "vector": vector, "has_vector": True}
        if reading.fingerprint is not None:
            values["fingerprint"] = reading.fingerprint
        if moment is not None:
            values |= {"dated": True, "middle": moment.middle, "slack": moment.slack}
        row = self.append(**values)
        self.ids.append(reading.article)
        for word in {*words.tolist()} - {0}:
            self._postings.setdefault(word, deque(maxlen=_POSTINGS)).append(row)
        return row

    def recentre(self, language: str, centre: Centre) -> None:
        """Centres the live vectors of a language again, after its mean in use has changed."""
        at = np.flatnonzero((self.column("language") == self.code(language)) & self.column("has_vector"))
        if len(at):
            self.column("vector")[at] = centre.centred(self.column("raw")[at].astype(np.float32), language)

    def first_live(self, now: float) -> int:
        """The first row that is neither too old nor one too many at `now` (hours)."""
        entered = self.column("entered")
        stale = max(len(entered) - self._limits.window_articles, 0)
        while stale < len(entered) and entered[stale] < now - 24 * self._limits.window_days:
            stale += 1
        return self.first + stale

    def forget_oldest(self) -> str:
        """Drops the oldest row and returns its article's id."""
        for word in {*self.column("words")[0].tolist()} - {0}:
            postings = self._postings[word]
            if postings[0] == self.first:
                postings.popleft()
                if not postings:
                    del self._postings[word]
        self.drop_before(self.first + 1)
        return self.ids.popleft()

    def similarities(self, vector: Floats | None) -> Floats:
        """Cosines of a centred vector with all live rows; 0 where either has no vector."""
        return np.zeros(len(self), np.float32) if vector is None else np.vecdot(self.column("vector"), vector)

    def candidates(self, similarities: Floats, words: NDArray[np.int32], rarity: Rarity, since: int) -> Rows:
        """Rows from `since` on worth judging, in order: the nearest by vector and those that share most of the article's rarest words."""
        near = np.flatnonzero(self.column("has_vector")) if similarities.any() else np.zeros(0, np.int64)
        if len(near) > self._limits.candidates:
            near = np.argpartition(-similarities, self._limits.candidates)[: self._limits.candidates]
        ids = np.unique(words[words > 0])
        rare = rarity.of(ids)
        shared: dict[int, float] = {}
        for k in np.argsort(-rare, kind="stable")[:_SEARCHED].tolist():
            for row in self._postings.get(int(ids[k]), ()):
                shared[row] = shared.get(row, 0.0) + float(rare[k]) ** 2
        most = sorted(shared, key=lambda row: (-shared[row], row))[: self._limits.candidates_by_words]
        rows = np.union1d(near + self.first, np.array(most, np.int64))
        return rows[rows >= since]

    def gaps(self, reading: Reading, at: Rows) -> NDArray[np.float64]:
        """Hours between the article and each row (a position in the columns) that are sure, given how precise both dates are; 0 for undated."""
        if reading.moment is None:
            return np.zeros(len(at))
        apart = np.abs(self.column("middle")[at] - reading.moment.middle) - self.column("slack")[at] - reading.moment.slack
        return np.where(self.column("dated")[at], np.maximum(apart, 0), 0)
