"""Leases: one holder at a time, also within the transaction that takes decisions down."""

from __future__ import annotations

import time

import pytest

from octavo.errors import StoreError
from octavo.model import Decision, DecisionKind
from octavo.store import GROUPING, Store
from store_samples import NOW, put_many


def test_only_one_holds_a_lease(store: Store) -> None:
    assert store.acquire_lease("group", "one", 60)
    assert not store.acquire_lease("group", "two", 60)
    assert store.acquire_lease("group", "one", 60)  # keeping it
    assert store.acquire_lease("other", "two", 60)
    store.release_lease("group", "two")  # not its own: nothing happens
    assert not store.acquire_lease("group", "two", 60)
    store.release_lease("group", "one")
    assert store.acquire_lease("group", "two", 60)


def test_a_lease_that_ran_out_goes_to_the_next(store: Store) -> None:
    assert store.acquire_lease("group", "one", 0.05)
    time.sleep(0.1)
    assert store.acquire_lease("group", "two", 60)
    assert not store.acquire_lease("group", "one", 60)


def test_a_lease_is_held_for_a_block_and_then_given_back(store: Store) -> None:
    with store.lease("group", "one", 60) as keep:
        keep()
        with pytest.raises(StoreError, match="Another process holds the lease 'group'"), store.lease("group", "two", 60):
            pytest.fail("two hold it")
    with pytest.raises(RuntimeError), store.lease("group", "two", 60):
        raise RuntimeError
    assert store.acquire_lease("group", "three", 60)


def test_who_lost_the_lease_in_a_block_learns_it_when_keeping_it(store: Store) -> None:
    with store.lease("group", "one", 0.05) as keep:
        time.sleep(0.1)
        assert store.acquire_lease("group", "two", 60)
        with pytest.raises(StoreError, match="let it run out"):
            keep()
    assert not store.acquire_lease("group", "three", 60)  # leaving the block did not take it from "two"


def test_decisions_of_one_who_lost_the_lease_are_refused(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    opened = [Decision(DecisionKind.OPEN, "S1", id)]
    with pytest.raises(StoreError, match="lease 'group'"):
        store.record_decisions(opened, NOW, holder="one")
    store.acquire_lease(GROUPING, "two", 60)
    with pytest.raises(StoreError, match="lease 'group'"):
        store.record_decisions(opened, NOW, holder="one")
    assert store.counts()["decisions"] == 0
    store.record_decisions(opened, NOW, holder="two")
    assert store.counts()["decisions"] == 1
