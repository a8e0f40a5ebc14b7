"""Many sources at a time, out of a list or a starter pack, into the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from octavo.errors import InputError
from octavo.model import Source
from octavo.store import Store
from octavo.store.sources import checked_address


@dataclass(frozen=True, slots=True)
class Added:
    """What became of sources that were to be added."""

    new: int = 0
    known: int = 0  # they were there already; they now lie in the list's folders too
    faults: tuple[InputError, ...] = ()  # of those that could not be added


def subscribe(store: Store, sources: Iterable[Source], now: datetime) -> Added:
    """Gather these sources (each with the id 0) from now on. Nothing is fetched yet; doing it twice changes nothing."""
    here = {source.address for source in store.sources()}
    fit: list[Source] = []
    faults: list[InputError] = []
    for source in sources:
        try:
            checked_address(source.address)
        except InputError as fault:
            faults.append(fault)
        else:
            fit.append(source)
    store.add_sources(fit, now)
    known = sum(source.address in here for source in fit)
    return Added(len(fit) - known, known, tuple(faults))
