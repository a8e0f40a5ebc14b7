"""What a host repeats, through the desk: its memory is kept in the store, and a stop or a replay leads to the same articles."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from gathering import Here
from octavo.desk import Desk
from octavo.errors import StoreError
from octavo.extract import extract
from octavo.extract.template import Memory
from octavo.settings import Settings
from octavo.store import Store
from store_samples import NOW, later
from test_extract_template import LONG, SHORT, page

PAGES = 8


def desk_over(store: Store) -> Desk:
    desk = Desk(Settings(), store)
    desk.__dict__["_pool"] = Here()
    return desk


def texts(store: Store) -> dict[str, str]:
    ids = [article.id for article in store.latest_articles(100)]
    return {article.url or "": article.text for article in store.articles(ids).values()}


def test_later_articles_come_without_what_earlier_ones_repeat(store: Store) -> None:
    desk = desk_over(store)
    for number in range(PAGES):
        desk.take_in([page(number)])
        desk.extract(NOW)
    found = texts(store)
    numbers = [f"https://sandpiper.example/{number}.html" for number in range(PAGES)]
    assert [SHORT in found[url] for url in numbers] == [number < 3 for number in range(PAGES)]
    assert [LONG in found[url] for url in numbers] == [number < 6 for number in range(PAGES)]
    again = replace(page(0), id="f" * 64, body=page(0).body + b"<!-- later -->")
    desk.take_in([again])
    desk.extract(later(60))
    revised = texts(store)[numbers[0]]
    assert SHORT not in revised
    assert "The end of matter 0" in revised
    assert len(store.host_lines("sandpiper.example")) == PAGES, "the article that came again is remembered once"


def test_a_page_that_a_person_waits_for_is_read_as_all_others_are(store: Store) -> None:
    desk = desk_over(store)
    desk.take_in([page(number) for number in range(PAGES)])
    desk.extract(NOW)
    one = page(PAGES)
    (article,) = desk.extract_one(one, later(60)).articles
    assert f"The end of matter {PAGES}" in article.text
    assert SHORT not in article.text
    assert store.article(article.id) == article
    assert desk.extract_one(one, later(120)).articles == (store.article(article.id),)
    assert store.waiting_captures(10) == ()


def test_a_stop_at_any_article_changes_nothing(store: Store) -> None:
    captures, memory = [page(number) for number in range(PAGES)], Memory()
    wanted = [memory.cleaned(extract(capture)).articles[0] for capture in captures]
    desk = desk_over(store)
    desk.take_in(captures)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "add_extraction", failing_at_every_second(store.add_extraction))
        for _ in range(PAGES - 1):
            with pytest.raises(StoreError):
                desk.extract(NOW)
        desk.extract(NOW)
    assert texts(store) == {article.url: article.text for article in wanted}
    assert list(store.host_lines("sandpiper.example")) == [article.id for article in wanted]


def failing_at_every_second(write: Any) -> Any:
    calls = count(1)

    def told(*given: Any) -> Any:
        if next(calls) % 2 == 0:
            raise StoreError("The power went")
        return write(*given)

    return told
