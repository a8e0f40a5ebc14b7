"""What is kept in memory is what the database would give: whoever wrote it, and however late a reader is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from octavo.errors import StoreError
from octavo.model import Article, Decision, DecisionKind
from octavo.store import Store
from store_samples import NOW, annotation, article, article_id, later, put, put_many
from test_store_lists import statements

IDS = [article_id("one"), article_id("two")]


def headlines(store: Store) -> list[str | None]:
    return [found.headline for found in store.stories(["S"])]


@pytest.fixture
def other(store: Store, address: str) -> Iterator[Store]:
    """The same database, as another process has it open; it holds story S of two articles."""
    put_many(store, ["one", "two"])
    store.record_decisions([Decision(DecisionKind.OPEN, "S", IDS[0])], NOW)
    store.record_decisions([Decision(DecisionKind.JOIN, "S", IDS[1])], NOW)
    with Store.open(address) as opened:
        yield opened


def test_what_is_known_is_not_read_again(store: Store, other: Store) -> None:
    first, heads = store.story("S"), store.heads(IDS)
    with statements(store) as seen:
        assert store.story("S") is first
        assert store.heads(IDS[::-1]) == heads
    assert not [statement for statement in seen if "FROM articles" in statement or "FROM stories" in statement]


def test_what_another_process_writes_shows_at_once(store: Store, other: Store) -> None:
    story, heads = store.story("S"), store.heads(IDS)
    put(other, article("one", publisher="The Tern"), capture_name="again", now=later(1))
    assert store.heads(IDS) == heads | {IDS[0]: replace(heads[IDS[0]], publisher="The Tern")}
    assert store.story("S") is not story
    other.set_headlines({"S": "A new one"})
    assert headlines(store) == ["A new one"]
    other.record_decisions([Decision(DecisionKind.SPLIT, "T", IDS[1], "S")], later(2))
    assert [found.articles for found in store.stories(["S", "T"])] == [(IDS[0],), (IDS[1],)]


def test_a_story_is_another_record_when_an_article_of_it_was_read_anew(store: Store, other: Store) -> None:
    story = store.story("S")
    other.add_annotations([annotation(store.articles(IDS)[IDS[1]], version="2")])
    again = store.story("S")
    assert again == story
    assert again is not story


def test_after_many_changes_everything_is_read_anew(other: Store, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.store.known.MOST_CHANGES", 3)
    with Store.open(address) as store:
        assert headlines(store) == [None]
        other.set_headlines({"S": "A new one"})
        for version in "34":
            other.add_annotations([annotation(found, version=version) for found in other.articles(IDS).values()])
        assert headlines(store) == ["A new one"]


def test_a_reader_who_began_earlier_keeps_nothing_old(store: Store, other: Store) -> None:
    known, database = store.database.known, store.database

    def slow(ids: list[str]) -> dict[str, Article]:
        """Reads, and is overtaken by a write and by another reader before what it read is kept."""
        found = other.articles(ids)
        put(other, article("one", publisher="The Tern"), capture_name="again", now=later(1))
        assert store.heads(ids)[IDS[0]].publisher == "The Tern"
        return found

    with database.reading() as connection:
        assert known.heads(connection, [IDS[0]], lambda ids: slow(list(ids)))[IDS[0]].publisher == "The Gull"
    assert store.heads([IDS[0]])[IDS[0]].publisher == "The Tern"


def test_a_reader_who_began_earlier_is_handed_nothing_newer(store: Store, other: Store) -> None:
    """Also while somebody writes for long, when PostgreSQL counts all transactions since as unfinished."""
    with other.database.engine.connect() as slow, store.from_one_state(), ThreadPoolExecutor(1) as another:
        if not store.database.sqlite:
            slow.exec_driver_sql("SELECT pg_current_xact_id()")
        story = store.story("S")
        another.submit(put, store, article("one", publisher="The Tern"), capture_name="again", now=later(1)).result()
        assert another.submit(store.heads, IDS).result()[IDS[0]].publisher == "The Tern"
        newer = another.submit(store.story, "S").result()
        assert store.heads(IDS)[IDS[0]].publisher == "The Gull"
        assert store.story("S") == story
        assert store.story("S") is not newer
        assert another.submit(store.heads, IDS).result()[IDS[0]].publisher == "The Tern"


def test_after_a_failed_query_what_is_handed_out_is_what_the_database_says(store: Store, other: Store) -> None:
    with store.from_one_state(), ThreadPoolExecutor(1) as another:
        assert store.heads(IDS)[IDS[0]].publisher == "The Gull"
        another.submit(put, other, article("one", publisher="The Tern"), capture_name="again", now=later(1)).result()
        with pytest.raises(StoreError), store.database.reading() as connection:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")
        assert store.article(IDS[0]).publisher == store.heads(IDS)[IDS[0]].publisher == "The Tern"  # type: ignore[union-attr]


@pytest.mark.usefixtures("other")
def test_a_transaction_looks_for_changes_once(store: Store) -> None:
    with store.from_one_state(), statements(store) as seen:
        store.heads(IDS)
        store.story("S")
    assert len([statement for statement in seen if "changes" in statement]) == 1


def test_what_was_read_before_a_backup_was_put_back_is_not_kept(store: Store, other: Store) -> None:
    with store.from_one_state():
        store.counts()
        store.forget_known()
        assert store.heads(IDS)
    with statements(store) as seen:
        store.heads(IDS)
    assert [statement for statement in seen if "FROM articles" in statement]
