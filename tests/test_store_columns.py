"""Many values as one parameter: on both databases the same rows, whatever stands in the values, and by the index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Integer, Text, literal, select, union_all

from octavo.store import Store
from octavo.store.columns import among
from octavo.store.tables import articles

AWKWARD = [
    "plain",
    "",
    "a,b",
    'say "x"',
    "back\\slash",
    '\\"',
    "{brace}",
    "[1, 2]",
    "NULL",
    "null",
    "it's",
    "two\nlines",
    "日本",
    "%(ids)s",
    "?",
]
WORDS = union_all(*(select(literal(word, Text).label("word")) for word in AWKWARD)).subquery()
NUMBERS = union_all(*(select(literal(number, Integer).label("number")) for number in (-1, 0, 7, 2**31 - 1))).subquery()


@pytest.mark.parametrize("wanted", [*([word] for word in AWKWARD), AWKWARD, AWKWARD[::3], ["absent"], []])
def test_texts_are_found_as_they_are(store: Store, wanted: list[str]) -> None:
    with store.database.reading() as connection:
        given = select(WORDS).where(among(WORDS.c.word, wanted))
        named = select(WORDS).where(among(WORDS.c.word))
        expected = [word for word in AWKWARD if word in wanted]
        assert sorted(connection.execute(given).scalars()) == sorted(expected)
        assert sorted(connection.execute(named, {"ids": wanted}).scalars()) == sorted(expected)


@pytest.mark.parametrize(("wanted", "found"), [([7, 0, 5], [0, 7]), (range(-1, 1), [-1, 0]), ({2**31 - 1: "a key"}, [2**31 - 1]), ([], [])])
def test_numbers_are_found_as_numbers(store: Store, wanted: list[int], found: list[int]) -> None:
    with store.database.reading() as connection:
        assert sorted(connection.execute(select(NUMBERS).where(among(NUMBERS.c.number)), {"ids": wanted}).scalars()) == found


def test_two_lists_in_one_statement_do_not_meet(store: Store) -> None:
    with store.database.reading() as connection:
        both = select(WORDS).where(among(WORDS.c.word, ["plain", "null", "NULL"]), among(WORDS.c.word, ["null", "it's"]))
        assert connection.execute(both).scalars().all() == ["null"]


def test_sqlite_finds_them_by_the_index(tmp_path: Path) -> None:
    """Written as SQLAlchemy writes a truth, "… = 1", it would go through the whole table. What PostgreSQL chooses depends on what it counted last."""
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}") as store, store.database.reading() as connection:
        asked = str(
            select(articles.c.id).where(among(articles.c.id), articles.c.publisher.is_not(None)).compile(dialect=connection.dialect)
        )
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (json.dumps(["a"]),)).all())
    assert "SEARCH articles USING" in plan
    assert "SCAN articles" not in plan
