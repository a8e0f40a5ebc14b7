"""Dates as feeds write them → ISO 8601 with the zone they were written in."""

from __future__ import annotations

import re

from octavo.extract.dating import normal
from octavo.extract.zones import numbered

_LONGEST = 100  # characters that a date may have
_ZONED_MIDNIGHT = re.compile(r"(?<=[T\s])00:00(?::00(?:\.\d+)?)?\s*([+-])(\d\d):?(\d\d)\s*$")


def feed_date(text: object) -> str | None:
    """A date of a feed as ISO 8601, only as precise as it is; None for what is no date. Midnight in UTC is a day without a time."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    iso = normal(text)
    zone = _ZONED_MIDNIGHT.search(numbered(text)) if iso and len(iso) == len("2031-05-19") else None
    return f"{iso}T00:00:00{zone[1]}{zone[2]}:{zone[3]}" if zone and zone[2] + zone[3] != "0000" else iso
