"""Nearness by vectors: told within each language, in the order of how far a text stands out."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from octavo.vectors import Vectors

SIZE = 16
MANY = 24_000  # texts of one language: of so many not all are compared whole


def unit(*values: float) -> NDArray[np.float32]:
    row = np.zeros(SIZE, np.float32)
    row[: len(values)] = values
    return row / np.float32(np.linalg.norm(row))


def crowd(kept: Vectors, language: str | None, count: int, offset: NDArray[np.float32], first: int) -> None:
    """`count` texts scattered around `offset`, rows from `first`."""
    for row, noise in enumerate(np.random.default_rng(first).normal(0, 0.1, (count, SIZE)), first):
        vector = offset + noise
        kept.add(row, language, (vector / np.linalg.norm(vector)).astype("<f2").tobytes())


@pytest.fixture
def kept() -> Vectors:
    made = Vectors(SIZE)
    crowd(made, "en", 300, unit(1), 1)
    made.add(301, "en", unit(1, 1).astype("<f2").tobytes())
    crowd(made, "ja", 300, unit(0, 0, 1), 400)
    made.add(900, "ja", unit(0, 1, 1).astype("<f2").tobytes())
    return made


def test_texts_of_any_language_that_stand_out_are_near(kept: Vectors) -> None:
    # The query lies among the English texts: without regard to language all of them would come before the Japanese one.
    near = kept.nearest(unit(0.7, 1), 10, 3.5)
    assert {row for row, _ in near[:2]} == {301, 900}
    assert all(by >= 3.5 for _, by in near)
    assert near == sorted(near, key=lambda found: -found[1])


def test_only_so_many_and_only_among_those(kept: Vectors) -> None:
    assert len(kept.nearest(unit(0.7, 1), 5, -9.0)) == 5
    assert {row for row, _ in kept.nearest(unit(0.7, 1), 10, -9.0, among=[3, 900, 7777])} == {3, 900}
    assert kept.nearest(unit(0.7, 1), 10, -9.0, among=[]) == []


def test_articles_without_a_vector_are_passed_by(kept: Vectors) -> None:
    kept.add(901, "en", b"")
    assert kept.last == 901
    assert kept.nearest(unit(0.7, 1), 10, -9.0, among=[901]) == []


def test_few_texts_are_compared_with_all(kept: Vectors) -> None:
    kept.add(950, None, unit(0, 1).astype("<f2").tobytes())
    assert dict(kept.nearest(unit(0.7, 1), 10, -9.0, among=[1, 950]))[950] > 1


def test_nothing_kept_gives_nothing() -> None:
    assert Vectors(SIZE).nearest(unit(1), 10, 0.0) == []


def test_rounding_keeps_the_order_of_what_is_near_and_how_near_it_is() -> None:
    numbers = np.random.default_rng(1)
    texts = numbers.normal(0, 1, (500, 384)) + numbers.normal(0, 2, 384)  # alike, as texts of one language are
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    kept = Vectors(384)
    for row, vector in enumerate(texts, 1):
        kept.add(row, "en", vector.astype("<f2").tobytes())
    query = (texts[7] + 0.3 * texts[9]).astype(np.float32)
    query /= np.linalg.norm(query)
    alike = texts @ query
    usual, low = np.quantile(alike, (0.5, 0.1587))
    near = kept.nearest(query, 20, -9.0)
    assert [row for row, _ in near[:2]] == [8, 10]
    for row, by in near:
        assert by == pytest.approx((alike[row - 1] - usual) / (usual - low), abs=0.3)


def test_of_many_texts_hardly_any_that_is_near_is_missed() -> None:
    numbers = np.random.default_rng(2)
    matters = numbers.normal(0, 1, (400, 384))  # texts of one matter are alike, and all of them, as texts of one language are
    texts = matters[numbers.integers(0, 400, MANY)] + numbers.normal(0, 1.5, (MANY, 384)) + numbers.normal(0, 4, 384)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    kept = Vectors(384)
    for row, vector in enumerate(texts):
        kept.add(row, "en", vector.astype("<f2").tobytes())
    queries = texts[:40] + numbers.normal(0, 0.02, (40, 384))
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    nearest, found = np.argsort(-(queries @ texts.T), axis=1)[:, :20], 0
    for query, those in zip(queries, nearest, strict=True):
        found += len({row for row, _ in kept.nearest(query.astype(np.float32), 20, -9.0)} & set(those.tolist()))
    assert found >= 0.9 * nearest.size  # of real texts 0.99
    few = list(range(0, MANY, 50))  # narrowed to a few, all of these are compared
    best = few[int(np.argmax(texts[few] @ queries[0]))]
    assert kept.nearest(queries[0].astype(np.float32), 1, -9.0, among=few)[0][0] == best


def test_whoever_lies_among_all_is_found_whatever_came_before(kept: Vectors) -> None:
    crowd(kept, "de", MANY, unit(0, 0, 0, 1), 2000)
    kept.add(40_000, "de", unit(0, 1, 0, 1).astype("<f2").tobytes())
    assert kept.nearest(unit(0.7, 1), 10, 3.5)[0][0] in (301, 900, 40_000)
    assert 40_000 in {row for row, _ in kept.nearest(unit(0.7, 1), 10, 3.5)}
