"""Sources: adding, claiming, writing back, removing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from octavo.errors import InputError
from octavo.model import Extraction, FullText, Obstacle, Source, SourceKind
from octavo.store import Store, WantedPage
from octavo.store.sources import CLAIM
from octavo.subscribing import subscribe
from store_samples import NOW, article, capture, later

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


def test_many_are_added_as_one_by_one(store: Store) -> None:
    kept = store.add_source(SourceKind.FEED, FEED, NOW, title="The Gull", folders=["News"])
    gone, paused = add(store, "gone", "paused")
    store.remove_source(gone.id)
    store.pause_source(paused.id, True, NOW)
    new = Source(0, SourceKind.PAGE, "https://tern.example/", "The Tern", "The Tern", ("Coast",), full_text=FullText.NEVER, selector="h2 a")
    given = [
        replace(kept, id=0, title="Another name", folders=("Coast", "News")),
        replace(gone, id=0, kind=SourceKind.SITEMAP),
        new,
        replace(new, title="Twice", folders=("Bay",)),
        replace(paused, id=0),
        replace(kept, id=0, folders=("Sea",)),
    ]
    store.add_sources(given, later(5))
    found = {source.address: source for source in store.sources()}
    assert len(found) == 4
    assert found[FEED] == replace(kept, folders=("News", "Coast", "Sea"))
    assert found[gone.address] == replace(gone, kind=SourceKind.SITEMAP, due_at=later(5))
    assert found[paused.address].paused
    tern = found[new.address]
    assert tern == replace(new, id=tern.id, folders=("Coast", "Bay"), added_at=later(5), due_at=later(5))
    assert store.add_source(new.kind, new.address, later(9)) == tern


def test_an_endless_address_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="2000 bytes"):
        store.add_source(SourceKind.PAGE, "https://gull.example/" + "a" * 2000, NOW)
    added = subscribe(store, [Source(0, SourceKind.PAGE, "https://gull.example/" + "a" * length) for length in (2000, 20)], NOW)
    assert (added.new, added.known, len(added.faults), len(store.sources())) == (1, 0, 1, 1)


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
        last_error_at=NOW,
        home="https://gull.example/",
        ttl_seconds=3600.0,
        skip_hours=(1, 2),
        skip_days=(6,),
        moved_to="https://gull.example/new",
        moved_count=2,
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


def test_what_a_person_says_is_kept_and_no_round_takes_it_back(store: Store) -> None:
    (added,) = add(store, "gull")
    said = replace(
        added,
        title="Gull",
        folders=("News/Coast", "Birds"),
        full_text=FullText.NEVER,
        selector="h2 a",
        interval_seconds=600.0,
    )
    store.configure_source(said)
    store.update_source(replace(added, title="Another", folders=(), full_text=FullText.ALWAYS, interval_seconds=None, due_at=None))
    assert store.source(added.id) == said


def test_adding_again_only_adds_folders(store: Store) -> None:
    first = store.add_source(SourceKind.FEED, FEED, NOW, folders=("Birds",), full_text=FullText.ALWAYS, home="https://gull.example/")
    again = store.add_source(SourceKind.FEED, FEED, later(1), title="Other", folders=("Coast", "Birds"), full_text=FullText.NEVER)
    assert again == replace(first, folders=("Birds", "Coast"))


def test_a_new_address_is_taken_unless_another_source_has_it(store: Store) -> None:
    one, two, three = add(store, "one", "two", "three")
    assert store.update_source(replace(one, address="https://one.example/new"))
    assert not store.update_source(replace(two, address="https://one.example/new", error_count=1))
    assert [source.address for source in store.sources()] == ["https://one.example/new", two.address, three.address]
    assert store.sources()[1].error_count == 1
    store.remove_source(one.id)
    assert store.update_source(replace(two, address="https://one.example/new"))
    assert [source.address for source in store.sources()] == ["https://one.example/new", three.address]
    assert store.add_source(SourceKind.FEED, "https://one.example/new", NOW).id == two.id


def test_a_source_is_charged_with_its_bytes_and_collects_what_is_reserved(store: Store) -> None:
    one, two = add(store, "one", "two")
    store.charge_source(one.id, 1000, 100, ("meta: noai",))
    store.charge_source(one.id, 5, 1, ("header: tdm-reservation", "meta: noai"))
    found = {source.id: (source.bytes_in, source.bytes_out, source.reserved) for source in store.sources()}
    assert found == {one.id: (1005, 101, ("header: tdm-reservation", "meta: noai")), two.id: (0, 0, ())}


def test_a_failure_of_what_came_in_is_counted_and_the_next_answer_asked_for_in_full(store: Store) -> None:
    (added,) = add(store, "gull")
    store.update_source(replace(added, etag='"1"', last_modified="yesterday"))
    store.source_failed(added.id, "It holds nothing.", NOW)
    store.source_failed(added.id, "It holds nothing.", later(1))
    found = store.source(added.id)
    assert found is not None
    assert (found.error_count, found.last_error, found.last_error_at) == (2, "It holds nothing.", later(1))
    assert (found.etag, found.last_modified) == (None, None)


def published(minutes: float) -> str:
    return later(minutes).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_latest_publications_of_a_source_are_known(store: Store) -> None:
    one, two = add(store, "one", "two")
    for name, source, minutes in (("a", one, -30), ("b", one, -10), ("c", two, -5), ("d", one, None)):
        arrived = capture(name, source=source.id)
        store.add_captures([arrived])
        given = article(name, published=None if minutes is None else published(minutes))
        store.add_extraction(Extraction(arrived.id, (given,)), NOW)
    again = capture("a again", source=one.id)
    store.add_captures([again])
    store.add_extraction(Extraction(again.id, (article("a", published=published(-30)),)), later(1))
    assert store.publication_times(one.id, 10) == (NOW, later(-10), later(-30))
    assert store.publication_times(one.id, 2) == (NOW, later(-10))
    assert store.publication_times(77, 10) == ()


def test_health_tells_who_is_silent_who_cuts_and_what_stood_in_the_way(store: Store) -> None:
    well, ill = add(store, "well", "ill")
    for name, cut in (("a", True), ("b", True), ("c", False)):
        arrived = capture(name, source=ill.id)
        store.add_captures([arrived])
        store.add_extraction(Extraction(arrived.id, (article(name, cut=cut, published=published(-60)),)), NOW)
    store.want_pages([WantedPage(f"https://ill.example/{n}", ill.id) for n in range(4)], NOW)
    for n, obstacle in enumerate((Obstacle.ROBOTS, Obstacle.PAY_WALL, Obstacle.PAY_WALL, None)):
        store.page_tried(f"https://ill.example/{n}", "Why.", obstacle=obstacle)
    day = 24 * 3600.0
    store.set_habit(well.id, later(-2 * 24 * 60), 3600.0, day)
    store.set_habit(ill.id, later(-3 * 24 * 60), 3600.0, day)
    healthy, sick = store.source_health(later(-9999), NOW)
    assert (healthy.source.id, healthy.articles, healthy.cut, healthy.obstacles, healthy.silent) == (well.id, 0, 0, {}, False)
    assert (sick.source.id, sick.articles, sick.cut, sick.silent) == (ill.id, 3, 2, True)
    assert list(sick.obstacles.items()) == [(Obstacle.PAY_WALL, 2), (Obstacle.ROBOTS, 1)]
    assert sick.source.usual_gap == 3600.0
    assert [health.articles for health in store.source_health(later(-30), NOW)] == [0, 0]
