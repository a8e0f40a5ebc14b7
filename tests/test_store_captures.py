"""Captures: kept once, as they came, compressed; what waits and what failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy import Text, cast, func, select

from octavo.errors import StoreError
from octavo.model import Extraction
from octavo.store import Problem, Store
from octavo.store.tables import captures
from store_samples import NOW, article, capture, later, put


def test_a_capture_comes_back_as_it_came(store: Store) -> None:
    arrived = capture(body=bytes(range(256)) * 3, dated=False, charset=None, headers={"etag": '"ä"', "x": "\x00"})
    assert store.add_captures([arrived]) == (arrived.id,)
    assert store.capture(arrived.id) == arrived


def test_a_moment_of_another_zone_is_the_same_moment(store: Store) -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    arrived = capture(captured_at=tokyo)
    store.add_captures([arrived])
    found = store.capture(arrived.id)
    assert found is not None
    assert found.captured_at == NOW
    assert found.captured_at.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="without a time zone"):
        store.add_captures([capture(captured_at=NOW.replace(tzinfo=None))])
    assert store.counts()["captures"] == 0


def test_what_is_kept_already_is_not_new(store: Store) -> None:
    one, two, three = capture("one"), capture("two"), capture("three")
    assert store.add_captures([one, two, one]) == (one.id, two.id)
    assert store.add_captures([three, two]) == (three.id,)
    assert store.add_captures([]) == ()
    assert store.counts()["captures"] == 3


def test_a_kept_capture_never_changes(store: Store) -> None:
    first = capture()
    store.add_captures([first])
    store.add_captures([replace(first, captured_at=later(60), headers={"etag": '"2"'})])
    assert store.capture(first.id) == first


def test_bodies_are_compressed(store: Store) -> None:
    store.add_captures([capture(body=b"the same words again and again, " * 1000)])
    with store.database.reading() as connection:
        assert connection.execute(select(func.length(captures.c.body, type_=Text))).scalar_one() < 1000
        assert connection.execute(select(cast(captures.c.size, Text))).scalar_one() == "32000"


def test_captures_wait_in_order_of_arrival_until_they_are_extracted(store: Store) -> None:
    one, two, three = capture("one", captured_at=later(9)), capture("two"), capture("three", captured_at=later(5))
    for arrived in (one, two, three):
        store.add_captures([arrived])
    assert store.waiting_captures(2) == (one, two)
    store.add_extraction(Extraction(one.id, (article(),)), NOW)
    store.add_extraction(Extraction(two.id), NOW)  # a list page holds no article, and that is no problem
    assert store.waiting_captures(10) == (three,)
    assert store.captures_with_problems(10) == ()


def test_the_problem_of_a_capture_is_kept_until_it_is_solved(store: Store) -> None:
    one, two = capture("one"), capture("two")
    store.add_captures([one, two])
    sentence = "The page holds no text. (The fault lies with the page.)"
    store.add_extraction(Extraction(one.id, problem=sentence), later(1))
    store.add_extraction(Extraction(two.id, problem=sentence), later(2))
    assert store.waiting_captures(10) == ()
    assert store.captures_with_problems(10) == (
        Problem(two.id, two.address, None, sentence, later(2)),
        Problem(one.id, one.address, None, sentence, later(1)),
    )
    put(store, article(), capture_name="one")
    assert [problem.capture for problem in store.captures_with_problems(10)] == [two.id]


def test_a_capture_of_a_source_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="does not fit"):
        store.add_captures([capture(source=12)])
    assert store.counts()["captures"] == 0
