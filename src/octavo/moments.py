"""Dates as articles print them (ISO 8601, as much of it as there is): which moment one means, and how exactly it says so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?$"
)
_PRECISIONS = ("second", "minute", "day", "month", "year")
# Of dates that can be: others are written in place of one, and at the ends of the calendar nothing can be reckoned.
_YEARS = range(1000, 9000)


@lru_cache(maxsize=65_536)  # a page asks again and again for the same dates
def precision(iso: str) -> str | None:
    """How precise an ISO 8601 date is: "year", "month", "day", "minute" or "second"; None when it is no such date."""
    match = _ISO.match(iso.strip())
    return next((name for name in _PRECISIONS if match[name]), None) if match else None


@lru_cache(maxsize=65_536)
def instant(iso: str | None) -> datetime | None:
    """The first moment that an ISO 8601 date may mean, in UTC (a date without a zone is taken as UTC).

    None for None and for what is not a date, so that dates from outside can be handed in unchecked.
    """
    match = _ISO.match(iso.strip()) if iso else None
    if not match:
        return None
    part = match.groupdict()
    if int(part["year"]) not in _YEARS:
        return None
    try:
        day = date(int(part["year"]), int(part["month"] or 1), int(part["day"] or 1))
        moment = datetime(
            day.year, day.month, day.day, int(part["hour"] or 0), int(part["minute"] or 0), min(59, int(part["second"] or 0)), tzinfo=UTC
        )
        zone = part["zone"]
        if zone and zone != "Z":
            digits = zone[1:].replace(":", "")
            offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            moment -= offset if zone[0] == "+" else -offset
    except ValueError:
        return None
    return moment
