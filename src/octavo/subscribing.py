"""Many sources at a time, out of a list or a starter pack, into the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from octavo.errors import OctavoError
from octavo.model import Source
from octavo.store import Store


@dataclass(frozen=True, slots=True)
class Added:
    """What became of sources that were to be added."""

    new: int = 0
    known: int = 0  # they were there already; they now lie in the list's folders too
    faults: tuple[OctavoError, ...] = ()  # of those that could not be added


def subscribe(store: Store, sources: Iterable[Source], now: datetime) -> Added:
    """Gather these sources (each with the id 0) from now on. Nothing is fetched yet; doing it twice changes nothing."""
    here = {source.address for source in store.sources()}
    new = known = 0
    faults: list[OctavoError] = []
    for source in sources:
        try:
            store.add_source(
                source.kind,
                source.address,
                now,
                title=source.title,
                publisher=source.publisher,
                folders=source.folders,
                home=source.home,
                full_text=source.full_text,
                selector=source.selector,
            )
        except OctavoError as fault:
            faults.append(fault)
        else:
            new, known = (new, known + 1) if source.address in here else (new + 1, known)
    return Added(new, known, tuple(faults))
