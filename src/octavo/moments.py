"""Dates as articles print them (ISO 8601, as much of it as there is): which moment one means, and how exactly it says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
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
    year, month, day, hour, minute, second, zone = match.groups()
    if int(year) not in _YEARS:
        return None
    try:
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), min(59, int(second or 0)), tzinfo=UTC
        )
        if zone and zone != "Z":
            digits = zone[1:].replace(":", "")
            offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            moment -= offset if zone[0] == "+" else -offset
    except ValueError:
        return None
    return moment
