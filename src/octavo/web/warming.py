"""Keeps ready what the next visitor most probably asks for, so that nobody is the first: the stories of the front page, the vectors of search."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import UTC, datetime
from time import sleep
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.web.composed import Kept
from octavo.web.contexts import outlines, weighed
from octavo.web.front import STORIES, candidates

log = logging.getLogger(__name__)

PAUSE_SECONDS = 20.0  # between two looks; most find everything ready
REST = 1.0  # of the time that a story took, before the next: visitors come first


async def keep_warm(app: FastAPI) -> None:
    """Look again and again, until cancelled, whether something is to be composed anew. A fault is told, and the next look goes on."""
    while True:
        try:
            await run_in_threadpool(warm, app.state.desk, app.state.kept)
        except OctavoError as fault:
            log.error("Stories could not be made ready: %s", fault)
        await asyncio.sleep(PAUSE_SECONDS)


def settle() -> None:
    """Have Python look for garbage less often, and not at all among what is there already.

    A server keeps hundreds of thousands of records; looking through them all took a third of a second out of the midst of an answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def warm(desk: Desk, kept: Kept) -> None:
    """Compose the heaviest stories that changed since they were, as they stand on a page of somebody in the installation's time zone."""
    desk.searcher.warm()
    store, now = desk.store, datetime.now(UTC)
    found = {story.id: story for story in candidates(store, now)}
    for place in weighed(outlines(store, list(found.values())).values(), now)[:STORIES]:
        began = datetime.now(UTC)
        kept.story(store, found[place.story], desk.settings.language, ZoneInfo(desk.settings.time_zone))
        kept.related(store, found[place.story], now)
        sleep(REST * (datetime.now(UTC) - began).total_seconds())
