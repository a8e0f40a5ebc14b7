"""The index of nearest vectors: near enough to exact search, also after much was forgotten, and the same for the same calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from octavo.group.nearest import Nearest, _room

Floats = NDArray[np.float32]


def crowd(count: int, seed: int = 0) -> Floats:
    """Unit vectors in small groups, as articles stand in stories."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((count // 5 + 1, 384))
    vectors = centres[np.arange(count) % len(centres)] + 0.8 * random.standard_normal((count, 384))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def filled(vectors: Floats, *, live: int, searching: bool = False) -> Nearest:
    index = Nearest(live)
    for row, vector in enumerate(vectors):
        index.add(row, vector)
        index.forget_before(row - live + 1)
        if searching and row % 3 == 0:
            index.search(vectors[-row], 20)
    return index


def test_finds_the_nearest_first_with_their_cosines() -> None:
    vectors = crowd(1000)
    index = filled(vectors, live=1000)
    rows, cosines = index.search(vectors[17], 4)
    assert rows[0] == 17
    assert set(rows[1:].tolist()) < set(range(17, 1000, 201)), "its group"
    np.testing.assert_allclose(cosines, vectors[rows] @ vectors[17], atol=0.005)
    assert cosines.max() <= 1
    assert (np.diff(cosines) <= 0).all()


def test_misses_little_also_after_the_rows_were_replaced_twice() -> None:
    vectors = crowd(3000)
    index = filled(vectors, live=1000)
    found = []
    for query in crowd(3000, seed=1)[:100] + vectors[2000:2100]:
        exact = np.argsort(-(vectors[2000:] @ query))[:20] + 2000
        rows, _ = index.search((query / np.linalg.norm(query)).astype(np.float32), 60)
        assert rows.min() >= 2000
        found.append(np.isin(exact, rows).mean())
    assert np.mean(found) > 0.9


def test_the_newest_two_thirds_of_the_live_rows_are_always_among_those_found() -> None:
    vectors = crowd(2400)
    index = Nearest(600)
    for row, vector in enumerate(vectors):
        index.add(row, vector)
        index.forget_before(row - 599)
        if row % 97 == 0:
            for asked in (row, max(row - 200, 0), max(row - 390, 0)):
                assert asked in index.search(vectors[asked], 60)[0][:3], f"row {asked} of {row}"


def test_rows_are_found_also_while_they_wait_to_enter_a_large_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.group.nearest._LARGE", 256)
    vectors = crowd(1000)
    index = filled(vectors[:900], live=1000)
    for row in range(900, 1000):
        index.add(row, vectors[row])
        found, cosines = index.search(vectors[row], 20)
        assert found[0] == row
        np.testing.assert_allclose(cosines, vectors[found] @ vectors[row], atol=0.005)
        assert row - 201 in found, "its group"


def test_what_is_expected_is_found_as_if_it_were_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.group.nearest._LARGE", 256)
    vectors, coming = crowd(900), crowd(300, seed=2)
    told, untold = filled(vectors, live=1000), filled(vectors, live=1000)
    for row, vector in enumerate(coming, 900):
        if row % 200 == 0:
            told.expect(coming[row - 900 :][:200], 30)
        for count in (30, 5):
            (rows, cosines), (same, alike) = told.search(vector, count), untold.search(vector, count)
            assert (rows.tolist(), cosines.tolist()) == (same.tolist(), alike.tolist())
        for index in (told, untold):
            index.add(row, vector)
            index.forget_before(row - 999)


def test_what_is_expected_is_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.group.nearest._LARGE", 256)
    vectors, coming = crowd(900), crowd(300, seed=2)
    index = filled(vectors, live=10_000)
    searched: list[int] = []

    def counting(asked: NDArray[np.int8], count: int, searching: Callable[..., Any] = index._searched) -> object:
        searched.append(len(asked))
        return searching(asked, count)

    monkeypatch.setattr(index, "_searched", counting)
    index.expect(coming, 30)
    for row, vector in enumerate(coming, 900):
        index.search(vector, 30)
        index.add(row, vector)
    assert sum(searched) == len(coming)
    assert len(searched) <= 4, "at once, as far as the graph stays as it is"


def test_searches_change_nothing() -> None:
    vectors = crowd(1500)
    quiet, busy = filled(vectors, live=700), filled(vectors, live=700, searching=True)
    for query in crowd(50, seed=2):
        assert quiet.search(query, 30)[0].tolist() == busy.search(query, 30)[0].tolist()


def test_another_process_finds_the_same() -> None:
    program = (
        "from test_group_nearest import crowd, filled\n"
        "index = filled(crowd(900), live=500)\n"
        "print([index.search(query, 30)[0].tolist() for query in crowd(10, seed=3)])"
    )
    index = filled(crowd(900), live=500)
    here = [index.search(query, 30)[0].tolist() for query in crowd(10, seed=3)]
    there = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == str(here)


def test_rows_without_a_vector_leave_gaps_and_everything_may_be_forgotten() -> None:
    vectors = crowd(40)
    index = Nearest(1000)
    assert index.search(vectors[0], 5)[0].tolist() == []
    for row in (3, 4, 9):
        index.add(row, vectors[row])
    index.forget_before(4)
    assert sorted(index.search(vectors[3], 5)[0].tolist()) == [4, 9]
    index.forget_before(30)
    assert index.search(vectors[4], 5)[0].tolist() == []
    index.add(31, vectors[31])
    assert index.search(vectors[4], 5)[0].tolist() == [31]


def test_rows_come_in_order() -> None:
    index = filled(crowd(10), live=10)
    with pytest.raises(AssertionError, match="row 9 comes after row 9"):
        index.add(9, crowd(1)[0])


@pytest.mark.parametrize("order", ["octavo.group.nearest, onnxruntime", "onnxruntime, octavo.group.nearest"])
def test_the_index_and_the_model_of_meaning_stand_each_other_in_one_process(order: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import {order}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_vectors_lie_in_whole_lines_of_the_processors_cache() -> None:
    for _ in range(3):
        room = _room(5)
        assert (room.shape, room.dtype, room.any()) == ((5, 384), np.int8, False)
        assert room.ctypes.data % 64 == 0
