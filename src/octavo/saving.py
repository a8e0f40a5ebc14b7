"""One page that a person wants to keep: fetched and read at once, beside what the desk gathers by itself."""

from __future__ import annotations

import asyncio
from datetime import datetime

from octavo.desk import Desk
from octavo.errors import ExtractError
from octavo.gather import Fetcher, gather_page
from octavo.model import PageKind
from octavo.store.marks import MarkKind


async def save_page(desk: Desk, address: str, reader: int, now: datetime) -> str:
    """Fetch the page at an address, keep its article and mark it as saved by that reader. Returns the article's id.

    The desk's next round reads it for stories, as it does every new article. Raises OctavoError: the page cannot be had, or holds no article.
    """
    async with Fetcher(desk.settings) as fetcher:
        capture = await gather_page(address, fetcher, now)
    found = await asyncio.to_thread(desk.extract_one, capture, now)
    if not found.articles:
        raise ExtractError(
            "The page lists articles and is none itself" if found.kind is PageKind.LIST else "There is no article on this page",
            todo="Add it as a source instead, or give the address of one article",
        )
    await asyncio.to_thread(desk.store.mark, reader, "article", found.articles[0].id, MarkKind.SAVED, now)
    return found.articles[0].id
