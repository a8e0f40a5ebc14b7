"""The change log: every write is in it, nothing is skipped, not even what commits late."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from octavo.errors import StoreError
from octavo.model import Decision, DecisionKind
from octavo.store import Store
from octavo.store.changes import note
from store_samples import NOW, annotation, article, article_id, put, put_many


def ids(store: Store, consumer: str = "test", entity: str | None = None, limit: int = 100) -> list[str]:
    return [change.id for change in store.changes(consumer, entity, limit)]


def work_off(store: Store, consumer: str) -> list[str]:
    """What a consumer gets that works until nothing is left."""
    seen = []
    while batch := store.changes(consumer, None, 3):
        seen += [change.id for change in batch]
        store.done(consumer, batch[-1].seq)
    return seen


def test_every_write_is_in_the_log_in_order(store: Store) -> None:
    (id,) = put_many(store, ["harbour"])
    store.record_decisions([Decision(DecisionKind.OPEN, "S1", id)], NOW)
    store.set_headlines({"S1": "The harbour reopens"})
    found = store.changes("test", None, 100)
    assert [(change.entity, change.id, change.kind) for change in found] == [
        ("article", id, "new"),
        ("annotation", id, "new"),
        ("story", "S1", "new"),
        ("story", "S1", "described"),
    ]
    assert [change.seq for change in found] == sorted(change.seq for change in found)
    assert all(change.at.utcoffset() is not None for change in found)


def test_a_consumer_goes_on_where_it_was(store: Store) -> None:
    one, two, three = put_many(store, ["one", "two", "three"])
    first = store.changes("search", "article", 2)
    assert [change.id for change in first] == [one, two]
    assert store.changes("search", "article", 2) == first  # not done, so handed out again
    store.done("search", first[0].seq)
    assert ids(store, "search", "article") == [two, three]
    store.done("search", first[1].seq)
    assert ids(store, "search", "article") == [three]
    assert ids(store, "alerts", "article") == [one, two, three]


def test_a_cursor_never_goes_back(store: Store) -> None:
    put_many(store, ["one", "two"])
    first, second, *_ = store.changes("search", "article", 10)
    store.done("search", second.seq)
    store.done("search", first.seq)
    assert ids(store, "search", "article") == []


def test_a_change_that_is_not_there_cannot_be_done(store: Store) -> None:
    with pytest.raises(StoreError, match="no change number 12"):
        store.done("search", 12)


def test_what_is_undone_is_not_in_the_log(store: Store) -> None:
    put(store, article())
    with pytest.raises(StoreError):
        store.add_annotations([annotation(article()), annotation(article(revision=9))])
    assert ids(store) == [article().id]


def test_a_consumer_gets_everything_once_while_others_write(store: Store) -> None:
    names = [[f"paper{writer}-{n}" for n in range(6)] for writer in range(3)]
    writers = [threading.Thread(target=lambda mine=mine: [put(store, article(name), capture_name=name) for name in mine]) for mine in names]
    for writer in writers:
        writer.start()
    seen = []
    while any(writer.is_alive() for writer in writers):
        seen += work_off(store, "search")
    for writer in writers:
        writer.join()
    seen += work_off(store, "search")
    assert sorted(seen) == sorted(article_id(name) for mine in names for name in mine)


@pytest.mark.postgres
def test_a_change_that_commits_late_is_not_skipped(postgres_address: str) -> None:
    with Store.open(postgres_address) as store:
        database = store.database
        with database.writing() as early:
            note(early, "article", "new", ["first"])  # gets the lower number, commits later
            with database.writing() as late:
                note(late, "article", "new", ["second"])
            assert work_off(store, "search") == []  # "second" is there, but something may still appear before it
        assert work_off(store, "search") == ["first", "second"]


@pytest.mark.postgres
def test_a_lower_number_of_a_younger_transaction_is_not_skipped(postgres_address: str) -> None:
    # Numbers of changes and of transactions may be crossed: the older transaction may write its change after the younger one.
    with Store.open(postgres_address) as store:
        database = store.database
        with database.writing() as younger_later:
            with database.writing() as older:
                older.execute(text("SELECT pg_current_xact_id()"))
                note(younger_later, "article", "new", ["younger"])
                note(older, "article", "new", ["older"])
            assert work_off(store, "search") == ["older"]  # its change has the higher number
        assert work_off(store, "search") == ["younger"]


@pytest.mark.postgres
def test_after_a_restore_on_another_server_the_log_goes_on(postgres_address: str) -> None:
    with Store.open(postgres_address) as store:
        one, two, three = put_many(store, ["one", "two", "three"])
        first = store.changes("search", "article", 1)[0]
        store.done("search", first.seq)
        with store.database.writing() as connection:  # as if it had been written where transactions had higher numbers
            for table in ("changes", "cursors"):
                connection.execute(text(f"UPDATE {table} SET transaction = transaction + 1000000"))
        assert ids(store, "search", "article") == []
    with Store.open(postgres_address) as store:
        assert ids(store, "search", "article") == [two, three]
        put(store, article("four"), capture_name="four")
        assert ids(store, "search", "article") == [two, three, article_id("four")]
        assert ids(store, "alerts", "article") == [one, two, three, article_id("four")]
