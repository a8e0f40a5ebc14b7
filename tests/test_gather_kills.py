"""Gathering that is killed at any moment loses nothing, doubles nothing, and the next round goes on."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import select

import gathering
from octavo.model import SourceKind
from octavo.store import Store
from octavo.store.tables import article_captures, article_texts, articles, captures, pages, sources
from test_gather_fetch import Site, serving

FEEDS, ENTRIES = 8, 4
LEAST_KILLS = 5
PROGRAM = Path(gathering.__file__)
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a process that forks must have one thread
SENTENCE = "The council of Halm talked for {0} hours about bridge number {0} over the river Lorv, and then about money."


def story(feed: int, entry: int) -> str:
    return f"/story/{feed}-{entry}-of-the-bridges-of-halm"


def answer(site: Site, request: web.Request) -> web.Response:
    """Feeds with entries that are cut (the first two) or whole, a list page, and the pages behind them."""
    kind, _, number = request.path.strip("/").partition("/")
    etag = f'"{request.path}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304)
    if kind == "feed":
        items = "".join(
            f"<item><title>Bridge {number}{entry} of Halm is talked about</title><link>{site.url(story(int(number), entry))}</link>"
            f"<description>{' '.join(SENTENCE.format(n + entry) for n in range(2 if entry < 2 else 20))}{' ...' * (entry < 2)}</description></item>"
            for entry in range(ENTRIES)
        )
        body = f"<rss version='2.0'><channel><title>Halm {number}</title>{items}</channel></rss>"
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": etag})
    if not kind:
        links = "".join(f"<li><a href='{story(99, entry)}'>All that was said about bridge number {entry}</a></li>" for entry in range(12))
        return web.Response(text=f"<title>List</title><ul>{links}</ul>", content_type="text/html", headers={"ETag": etag})
    text = "".join(f"<p>{SENTENCE.format(sum(map(ord, number)) + n)}</p>" for n in range(12))
    page = (
        f"<html><head><title>{number}</title></head><body><article><h1>Bridge {number} is talked about</h1>{text}</article></body></html>"
    )
    return web.Response(text=page, content_type="text/html")


async def gathered(site: Site, address: str, seed: int) -> tuple[dict[str, Any], list[int]]:
    """What stands in the database after gathering to the end, and how many captures there were after each kill."""
    with Store.open(address) as store:
        for number in range(FEEDS):
            store.add_source(SourceKind.FEED, site.url(f"/feed/{number}"), gathering.START)
        store.add_source(SourceKind.PAGE, site.url("/"), gathering.START)
        store.add_source(SourceKind.FEED, site.url("/none"), gathering.START)
    arguments = (PROGRAM, address, site.pair, str(seed))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=os.environ | QUIET
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    with Store.open(address) as store:
        return outcome(store), [int(line) for line in out.split()]


def outcome(store: Store) -> dict[str, Any]:
    """All that gathering led to, without the moments at which it happened and the numbers that sources were given."""
    origin = sources.c.address.label("source")
    kept = {
        "captures": select(captures.c.id, captures.c.address, captures.c.article, origin, captures.c.problem).outerjoin(sources),
        "articles": select(articles.c.id, articles.c.revision, articles.c.cut, articles.c.url),
        "texts": select(article_texts.c.article, article_texts.c.revision, article_texts.c.text),
        "links": select(article_captures.c.capture, article_captures.c.article, article_captures.c.ordinal),
        "pages": select(pages.c.address, pages.c.article, pages.c.attempts, pages.c.due_at, pages.c.problem),
        "sources": select(sources.c.address, sources.c.etag, sources.c.final_address).where(sources.c.last_error.is_(None)),
        "failing": select(sources.c.address, sources.c.last_error).where(sources.c.error_count > 0),
        "waiting": select(captures.c.id).where(captures.c.extracted_at.is_(None)),
    }
    with store.database.reading() as connection:
        return {name: sorted(map(tuple, connection.execute(query)), key=str) for name, query in kept.items()}


async def test_kills_at_random_moments_lose_and_double_nothing(address: str, tmp_path: Path) -> None:
    async with serving({}) as site:
        pages = {f"/feed/{number}" for number in range(FEEDS)} | {"/"} | {story(99, entry) for entry in range(12)}
        pages |= {story(feed, entry) for feed in range(FEEDS) for entry in range(ENTRIES)}
        site.pages |= dict.fromkeys(pages, lambda request: answer(site, request))
        whole, no_kills = await gathered(site, f"sqlite:///{tmp_path / 'undisturbed.sqlite'}", 0)
        found, kills = await gathered(site, address, 1)
    assert no_kills == []
    assert (len(whole["articles"]), len(whole["pages"])) == (FEEDS * ENTRIES + 12, FEEDS * 2 + 12)
    assert (whole["waiting"], len(whole["failing"])) == ([], 1)
    assert len({count for count in kills if count}) >= LEAST_KILLS, kills  # some fell between the first capture and the last
    assert found == whole
