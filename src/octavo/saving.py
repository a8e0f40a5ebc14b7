"""One page that a person wants to keep: fetched and read at once, beside what the desk gathers by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from octavo.desk import Desk
from octavo.errors import ExtractError
from octavo.extract import Pool, merge
from octavo.gather import Fetcher, gather_page
from octavo.model import Capture, PageKind
from octavo.store.marks import MarkKind


async def save_page(desk: Desk, address: str, reader: int, now: datetime) -> str:
    """Fetch the page at an address, keep its article and mark it as saved by that reader. Returns the article's id.

    The desk's next round reads it for stories, as it does every new article. Raises OctavoError: the page cannot be had, or holds no article.
    """
    async with Fetcher(desk.settings) as fetcher:
        capture = await gather_page(address, fetcher, now)
    return await asyncio.to_thread(_saved, desk, capture, reader, now)


def _saved(desk: Desk, capture: Capture, reader: int, now: datetime) -> str:
    desk.take_in([capture])
    with Pool(1, desk.settings.extract_seconds) as pool:  # one of our own, because the desk's does one thing at a time
        extraction = next(iter(pool.map([capture])))
    kept = desk.store.articles([article.id for article in extraction.articles])
    merged = tuple(merge(kept[article.id], article) if article.id in kept else article for article in extraction.articles)
    desk.store.add_extraction(replace(extraction, articles=merged), now)
    if not merged:
        raise ExtractError(
            "The page lists articles and is none itself" if extraction.kind is PageKind.LIST else "There is no article on this page",
            todo="Add it as a source instead, or give the address of one article",
        )
    desk.store.mark(reader, "article", merged[0].id, MarkKind.SAVED, now)
    return merged[0].id
