"""Sources: adding, claiming, writing back, removing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from octavo.errors import InputError
from octavo.model import Source, SourceKind
from octavo.store import Store
from octavo.store.sources import CLAIM
from octavo.store.tables import sources
from store_samples import NOW, capture, later

FEED = "https://gull.example/feed"


def add(store: Store, *names: str) -> tuple[Source, ...]:
    return tuple(store.add_source(SourceKind.FEED, f"https://{name}.example/feed", NOW) for name in names)


def test_a_source_is_kept_and_due_at_once(store: Store) -> None:
    added = store.add_source(SourceKind.FEED, FEED, NOW, title="The Gull", publisher="The Gull")
    assert added == Source(added.id, SourceKind.FEED, FEED, "The Gull", "The Gull", added_at=NOW, due_at=NOW)
    assert store.source(added.id) == added
    assert store.sources() == (added,)
    assert store.due_sources(NOW, 10)[0].id == added.id


def test_the_same_address_gives_the_same_source(store: Store) -> None:
    first = store.add_source(SourceKind.FEED, FEED, NOW)
    assert store.add_source(SourceKind.FEED, FEED, later(5)) == first
    assert len(store.sources()) == 1


def test_an_endless_address_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="2000 bytes"):
        store.add_source(SourceKind.PAGE, "https://gull.example/" + "a" * 2000, NOW)


def test_a_claimed_source_is_not_handed_out_again_for_a_while(store: Store) -> None:
    one, two, three = add(store, "one", "two", "three")
    store.update_source(replace(two, due_at=later(-30)))
    store.update_source(replace(three, due_at=later(1)))
    claimed = store.due_sources(NOW, 10)
    assert [source.id for source in claimed] == [two.id, one.id]  # longest due first
    assert {source.due_at for source in claimed} == {NOW + CLAIM}
    assert store.due_sources(NOW, 10) == ()
    assert {source.id for source in store.due_sources(NOW + CLAIM, 10)} == {one.id, two.id, three.id}


def test_no_more_than_the_limit_is_claimed(store: Store) -> None:
    add(store, "one", "two", "three")
    assert [len(store.due_sources(NOW, 2)) for _ in range(3)] == [2, 1, 0]


def test_workers_claim_different_sources(store: Store) -> None:
    added = add(store, *(f"paper{n}" for n in range(12)))
    with ThreadPoolExecutor(4) as pool:
        claimed = [source.id for batch in pool.map(lambda _: store.due_sources(NOW, 3), range(8)) for source in batch]
    assert sorted(claimed) == [source.id for source in added]


def test_schedule_and_health_are_written_back(store: Store) -> None:
    (added,) = add(store, "gull")
    after = replace(
        added,
        due_at=later(60),
        etag='W/"a"',
        last_modified="Sun, 04 May 2031 12:00:00 GMT",
        final_address="https://www.gull.example/feed",
        last_tried_at=NOW,
        last_success_at=NOW,
        error_count=2,
        last_error="The server said 500. (The fault lies with the other server.)",
    )
    store.update_source(after)
    assert store.source(added.id) == after


def test_a_round_fills_gaps_but_takes_no_name_away_and_resumes_nothing(store: Store) -> None:
    (added,) = add(store, "gull")
    store.update_source(replace(added, title="Gull: latest", publisher="The Gull"))
    store.update_source(replace(added, title="Another title", paused=True))
    store.update_source(added)
    found = store.source(added.id)
    assert found is not None
    assert (found.title, found.publisher, found.paused) == ("Gull: latest", "The Gull", True)


def test_a_paused_source_is_not_due_until_it_is_resumed(store: Store) -> None:
    (added,) = add(store, "gull")
    store.pause_source(added.id, True, NOW)
    assert store.due_sources(later(60), 10) == ()
    store.pause_source(added.id, False, later(61))
    assert [source.id for source in store.due_sources(later(61), 10)] == [added.id]


def test_a_removed_source_is_gone_but_its_captures_stay(store: Store) -> None:
    (added,) = add(store, "gull")
    arrived = capture(source=added.id)
    store.add_captures([arrived])
    store.remove_source(added.id)
    assert store.source(added.id) is None
    assert store.sources() == ()
    assert store.due_sources(later(60), 10) == ()
    assert store.capture(arrived.id) == arrived


def test_a_removed_source_may_come_back(store: Store) -> None:
    (added,) = add(store, "gull")
    store.update_source(replace(added, error_count=9, last_error="Gone", due_at=later(9999)))
    store.remove_source(added.id)
    (again,) = add(store, "gull")
    assert (again.id, again.error_count, again.last_error) == (added.id, 0, None)
    assert len(store.due_sources(NOW, 10)) == 1


def test_removing_what_is_not_there_does_nothing(store: Store) -> None:
    store.remove_source(77)


def test_a_number_that_no_database_holds_is_told(store: Store) -> None:
    with pytest.raises(InputError, match="larger than the database can hold"):
        store.remove_source(10**30)


def test_a_source_is_charged_with_what_came_from_it(store: Store) -> None:
    one, two = add(store, "one", "two")
    store.add_captures([capture("a", b"12345", source=one.id), capture("b", b"123", source=one.id), capture("c", b"1", source=two.id)])
    store.add_captures([capture("a", b"12345", source=one.id)])
    with store.database.reading() as connection:
        charged = connection.execute(select(sources.c.id, sources.c.bytes_in).order_by(sources.c.id)).all()
    assert [tuple(row) for row in charged] == [(one.id, 13), (two.id, 1)]
