"""Source → Capture: the only room that touches the network, and the reader of files.

`Fetcher` gets one address: guarded against private addresses (`guard`), within limits of time and size, polite (`robots`, `pace`), and
with a sentence for every way to fail (`answers`). On it stand `gather_source` (one look at a source: `round`; when to look again:
`schedule`; which sitemaps an index leads to: `sitemaps`), `gather_page` and `look_at_pages` (`pages`), and `discover` (what a person's
address is: a feed, a page with a feed, a page). What publishers reserve is noted on the way (`reservations`). `read_paths` reads files
and folders instead. Everything that arrives leaves as `Capture` (`capture`), unread: what it holds is the business of `extract`.

The doors are imported when first used, so that reading files does not load the HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from octavo.gather.discovery import Proposal as Proposal
    from octavo.gather.discovery import discover as discover
    from octavo.gather.fetch import Fetched as Fetched
    from octavo.gather.fetch import Fetcher as Fetcher
    from octavo.gather.files import Taken as Taken
    from octavo.gather.files import bare_name as bare_name
    from octavo.gather.files import list_files as list_files
    from octavo.gather.files import parse_taken as parse_taken
    from octavo.gather.files import read_paths as read_paths
    from octavo.gather.pace import HeldError as HeldError
    from octavo.gather.pages import PageLook as PageLook
    from octavo.gather.pages import gather_page as gather_page
    from octavo.gather.pages import gather_pages as gather_pages
    from octavo.gather.pages import look_at_pages as look_at_pages
    from octavo.gather.round import Gathered as Gathered
    from octavo.gather.round import gather_source as gather_source
    from octavo.gather.schedule import fresh_for as fresh_for
    from octavo.gather.schedule import habit_of as habit_of
    from octavo.gather.schedule import next_due as next_due

_DOORS = {
    "Fetched": "fetch",
    "Fetcher": "fetch",
    "Gathered": "round",
    "HeldError": "pace",
    "PageLook": "pages",
    "Proposal": "discovery",
    "Taken": "files",
    "bare_name": "files",
    "discover": "discovery",
    "fresh_for": "schedule",
    "gather_page": "pages",
    "gather_pages": "pages",
    "gather_source": "round",
    "habit_of": "schedule",
    "list_files": "files",
    "look_at_pages": "pages",
    "next_due": "schedule",
    "parse_taken": "files",
    "read_paths": "files",
}


def __getattr__(name: str) -> object:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DOORS[name]}"), name)
