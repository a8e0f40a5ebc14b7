"""Pages to be fetched: each is wanted once and had once."""

from __future__ import annotations

from octavo.model import Obstacle
from octavo.store import Store, WantedPage
from store_samples import NOW, article_id, later


def test_pages_wait_in_the_order_they_were_found_until_they_are_tried(store: Store) -> None:
    source = store.add_source("page", "https://gull.example/", NOW)
    one = WantedPage("https://gull.example/one", source.id, article_id("one"))
    two, three = (WantedPage(f"https://gull.example/{name}") for name in ("two", "three"))
    assert store.want_pages([two, one, two], NOW) == 2
    assert store.want_pages([WantedPage(one.address), three], later(1)) == 1  # what is known of a page stays
    assert store.wanted_pages(later(9), 10) == (two, one, three)
    store.page_tried(two.address, None)
    assert store.wanted_pages(later(9), 1) == (one,)
    assert store.want_pages([two], later(2)) == 0
    assert store.want_pages([], NOW) == 0
    assert store.wanted_pages(later(9), 10) == (one, three)


def test_why_a_whole_text_could_not_be_had_is_kept(store: Store) -> None:
    store.want_pages([WantedPage("https://gull.example/one", article=article_id("one"))], NOW)
    assert store.page_problem(article_id("one")) is None
    store.page_tried("https://gull.example/one", "The server said 404. (The fault lies with the other server.)")
    assert store.page_problem(article_id("one")) == "The server said 404. (The fault lies with the other server.)"


def test_a_page_that_failed_is_asked_for_again_when_it_is_due(store: Store) -> None:
    store.want_pages([WantedPage("https://gull.example/one")], NOW)
    store.page_tried("https://gull.example/one", "It took too long.", again_at=later(2))
    assert store.wanted_pages(later(1), 10) == ()
    assert store.wanted_pages(later(2), 10) == (WantedPage("https://gull.example/one", attempts=1),)
    store.page_tried("https://gull.example/one", None)
    assert store.wanted_pages(later(9), 10) == ()


def test_an_endless_address_is_left_out(store: Store) -> None:
    assert store.want_pages([WantedPage("https://gull.example/" + "a" * 2000), WantedPage("https://gull.example/a")], NOW) == 1
    assert [page.address for page in store.wanted_pages(later(9), 10)] == ["https://gull.example/a"]


def test_only_so_many_new_pages_are_wanted(store: Store) -> None:
    links = [WantedPage(f"https://gull.example/{n}") for n in range(5)]
    assert store.want_pages(links, NOW, most=2) == 2
    assert store.want_pages(links, NOW, most=2) == 2, "those that are known already do not count"
    assert [page.address for page in store.wanted_pages(NOW, 10)] == [page.address for page in links[:4]]


def test_a_page_that_was_not_asked_for_is_put_off_and_has_not_failed(store: Store) -> None:
    store.want_pages([WantedPage("https://gull.example/one")], NOW)
    store.page_put_off("https://gull.example/one", later(2))
    assert store.wanted_pages(later(1), 10) == ()
    assert store.wanted_pages(later(2), 10) == (WantedPage("https://gull.example/one"),)


def test_a_page_that_was_had_may_be_of_no_use(store: Store) -> None:
    store.want_pages([WantedPage("https://gull.example/one", article=article_id("one"))], NOW)
    store.page_tried("https://gull.example/one", None)
    store.page_of_no_use(article_id("one"), "It stands behind a pay wall.", Obstacle.PAY_WALL)
    assert store.page_problem(article_id("one")) == "It stands behind a pay wall."
    assert store.wanted_pages(later(9), 10) == ()
