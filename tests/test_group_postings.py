"""The index of rows by words, held against a plain count over all rows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from octavo.group.postings import Postings

Words = NDArray[np.int32]


def words(*numbers: int) -> Words:
    return np.array(numbers, np.int32)


def even(count: int) -> NDArray[np.float32]:
    return np.ones(count, np.float32)


def counted(rows: list[Words], asked: Words, weights: NDArray[np.float32], count: int, since: int) -> list[int]:
    """The same answer by looking at every row."""
    weight = dict(zip(asked.tolist(), weights.tolist(), strict=True))
    shared = {row: sum(weight.get(word, 0.0) for word in held.tolist()) for row, held in enumerate(rows) if row >= since}
    return sorted((row for row in shared if shared[row]), key=lambda row: (-shared[row], -row))[:count]


def test_agrees_with_a_plain_count_while_rows_come_and_go() -> None:
    random = np.random.default_rng(0)
    postings, rows = Postings(), []
    for row in range(3000):
        rows.append(np.unique(random.integers(1, 4000, random.integers(0, 65))).astype(np.int32))
        postings.add(row, rows[-1])
        if row % 7 == 0:
            postings.forget_before(row - 1500)
        if row % 50 == 0:
            asked = np.unique(random.integers(1, 4000, 24)).astype(np.int32)
            weights = random.integers(1, 6, len(asked)).astype(np.float32)
            since = max(0, row - int(random.integers(1, 1400)))
            assert postings.best(asked, weights, 30, since).tolist() == counted(rows, asked, weights, 30, since)


def test_what_is_expected_is_found_as_if_it_were_not() -> None:
    random = np.random.default_rng(0)
    told, untold, best = Postings(), Postings(), list[list[int]]()
    for row in range(1500):
        if row % 100 == 50:
            told.expect(range(1, 60))
        held = np.unique(random.integers(1, random.choice((9, 70, 4000)), random.integers(0, 65))).astype(np.int32)
        for postings in (told, untold):
            postings.add(row, held)
            postings.forget_before(row - 700)
        # Those of the first kind stood in more rows since they were expected than are looked at; of the last not all were expected.
        asked = np.unique(random.integers(1, random.choice((9, 60, 70)), 24)).astype(np.int32)
        weights, since = random.random(len(asked)).astype(np.float32), max(0, row - int(random.integers(1, 700)))
        best.append(told.best(asked, weights, 30, since).tolist())
        assert best[-1] == untold.best(asked, weights, 30, since).tolist()
    assert sum(map(bool, best)) > 1400


def test_weighs_words_and_gives_the_newest_first_among_equals() -> None:
    postings = Postings()
    for row, held in enumerate((words(5, 6), words(7), words(5, 6), words(8), words(7))):
        postings.add(row, held)
    assert postings.best(words(5, 6, 7), np.array([1, 1, 3], np.float32), 9, 0).tolist() == [4, 1, 2, 0]
    assert postings.best(words(5, 6, 7), np.array([2, 2, 3], np.float32), 3, 0).tolist() == [2, 0, 4]
    assert postings.best(words(5, 7), even(2), 9, 2).tolist() == [4, 2]


def test_only_the_newest_rows_of_a_common_word_are_looked_at() -> None:
    postings = Postings()
    for row in range(200):
        postings.add(row, words(1, 1000 + row))
    assert postings.best(words(1), even(1), 999, 0).tolist() == list(range(199, 151, -1))
    assert postings.best(words(1, 1003), np.array([1, 9], np.float32), 2, 0).tolist() == [3, 199]


def test_a_word_that_comes_again_after_all_its_rows_are_gone() -> None:
    postings = Postings()
    postings.add(0, words(9))
    for row in range(1, 5000):
        postings.add(row, words(10 + row % 3))
        postings.forget_before(row - 20)
    assert postings.best(words(9), even(1), 9, 0).tolist() == []
    postings.add(5000, words(9))
    assert postings.best(words(9), even(1), 9, 0).tolist() == [5000]


def test_nothing_to_find() -> None:
    postings = Postings()
    assert postings.best(words(3), even(1), 9, 0).tolist() == []
    postings.add(0, words())
    assert postings.best(words(3), even(1), 9, 0).tolist() == []
    assert postings.best(words(), even(0), 9, 0).tolist() == []
    postings.add(1, words(3))
    postings.forget_before(2)
    assert postings.best(words(3), even(1), 9, 0).tolist() == []


def test_rows_come_in_order() -> None:
    postings = Postings()
    postings.add(0, words(1))
    with pytest.raises(AssertionError, match="row 2 comes after row 0"):
        postings.add(2, words(1))
