"""How alive a story is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from octavo.model import Phase

QUIET = timedelta(days=1)


def phase(times: Iterable[datetime], voices: int, now: datetime, window: timedelta) -> Phase:
    """The phase of a story whose articles are of these moments and come from so many independent voices, as seen at `now`.

    `window` is how long a story stays open for further articles. Raises ValueError for a story without an article.
    """
    silence = now - max(times)
    if silence > window:
        return Phase.CLOSED
    if silence >= QUIET:
        return Phase.COOLING
    return Phase.ACTIVE if voices > 1 else Phase.EMERGING
