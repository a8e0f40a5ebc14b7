"""When a source is looked at again: its habit, what its server and feed ask for, failures, chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from octavo.gather.schedule import LONGEST_PAUSE, Habit, fresh_for, habit_of, interval_of, next_due
from octavo.model import Source, SourceKind

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def source(**fields: object) -> Source:
    return replace(Source(7, SourceKind.FEED, "https://outlet.example/feed"), **fields)


def test_a_habit_is_read_from_the_latest_articles() -> None:
    moments = [NOW - hours * HOUR for hours in (1, 2, 3, 9)]
    assert habit_of(moments) == Habit(NOW - HOUR, 8 / 3 * 3600, 6 * 3600)
    assert habit_of([*moments, *(NOW - DAY * n for n in range(50, 200))]).usual_gap is not None
    assert habit_of([NOW] * 30) == Habit(NOW), "what came all at once tells no habit"
    assert habit_of([]) == Habit()


@pytest.mark.parametrize(
    ("gap", "silent", "interval"),
    [
        (MINUTE, MINUTE, 15 * MINUTE),  # a short feed drops what it gets in an hour
        (4 * MINUTE, MINUTE, 40 * MINUTE),
        (10 * MINUTE, MINUTE, HOUR),
        (HOUR, HOUR, HOUR),
        (6 * HOUR, HOUR, 3 * HOUR),
        (7 * DAY, DAY, DAY),
        (HOUR, 40 * DAY, DAY),  # it has fallen silent
        (HOUR, 2 * DAY, 2.4 * HOUR),
    ],
)
def test_the_interval_follows_the_habit(gap: timedelta, silent: timedelta, interval: timedelta) -> None:
    known = source(usual_gap=gap.total_seconds(), newest_at=NOW - silent)
    assert interval_of(known, HOUR, NOW) == interval
    assert interval_of(replace(known, interval_seconds=300.0), HOUR, NOW) == 5 * MINUTE, "what a person says counts"


def test_without_a_habit_it_is_the_usual_interval() -> None:
    assert interval_of(source(), 2 * HOUR, NOW) == 2 * HOUR


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, timedelta()),
        ({"cache-control": "public, max-age=7200"}, 2 * HOUR),
        ({"cache-control": 's-maxage=60, MAX-AGE="600"'}, 10 * MINUTE),
        ({"cache-control": "max-age=99999999"}, LONGEST_PAUSE),
        ({"cache-control": "no-cache", "expires": format_datetime(NOW + 3 * HOUR, usegmt=True)}, 3 * HOUR),
        ({"date": format_datetime(NOW - HOUR, usegmt=True), "expires": format_datetime(NOW + HOUR, usegmt=True)}, 2 * HOUR),
        ({"cache-control": "max-age=60", "expires": format_datetime(NOW + 3 * HOUR, usegmt=True)}, MINUTE),
        ({"expires": format_datetime(NOW - HOUR, usegmt=True)}, timedelta()),
        ({"expires": "0"}, timedelta()),
        ({"expires": "Wed, 04 Mar 2026 25:00:00 GMT"}, timedelta()),
    ],
)
def test_answers_say_for_how_long_they_stay(headers: dict[str, str], fresh: timedelta) -> None:
    assert fresh_for(headers, NOW) == fresh


def wait(known: Source, base: timedelta = HOUR, **asked: object) -> timedelta:
    return next_due(known, NOW, base, **asked) - NOW


def test_the_longest_wish_counts() -> None:
    for known, asked, least in (
        (source(), {}, HOUR),
        (source(ttl_seconds=3 * 3600.0), {}, 3 * HOUR),
        (source(ttl_seconds=1e9), {}, DAY),
        (source(ttl_seconds=3 * 3600.0), {"fresh": 5 * HOUR}, 5 * HOUR),
        (source(), {"retry_after": 7 * 24 * 3600.0}, 7 * DAY),
        (source(error_count=3), {}, 4 * HOUR),
        (source(error_count=1_000_000), {}, DAY),
    ):
        assert least <= wait(known, **asked) <= 1.1 * least
    week = 7 * DAY
    assert week <= wait(source(error_count=9), week) <= 1.1 * week, "errors never make it sooner"


def test_sources_are_spread_by_a_chance_that_can_be_repeated() -> None:
    waits = {id: wait(source(id=id)) for id in range(200)}
    assert all(HOUR <= one <= 1.1 * HOUR for one in waits.values())
    assert len(set(waits.values())) == 200
    assert waits[3] == wait(source(id=3))
    assert next_due(source(), NOW + DAY, HOUR) - NOW - DAY != wait(source()), "another time, another chance"


def test_hours_and_days_of_rest_are_kept() -> None:
    due = next_due(source(skip_hours=(13, 14, 15)), NOW, HOUR)
    assert due.hour == 16
    assert next_due(source(skip_days=(2, 3)), NOW, HOUR).weekday() == 4
    nearly_all = source(skip_hours=tuple(range(1, 24)), skip_days=(0, 1, 2, 3, 4, 5))
    due = next_due(nearly_all, NOW, HOUR)
    assert (due.weekday(), due.hour) == (6, 0)
