"""Keeps ready what visitors will ask for, so that nobody is the first: the stories of the front page, those that changed, the vectors of search."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from octavo.composing import keep_views, set_apart
from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.model import Story
from octavo.web.composed import Kept
from octavo.web.contexts import outlines, weighed
from octavo.web.front import STORIES, candidates

log = logging.getLogger(__name__)

PAUSE_SECONDS = 20.0  # between two looks; most find everything ready
REST = 1.0  # of the time that a story took, before the next: visitors come first, and what carries the news through the line


async def keep_warm(app: FastAPI) -> None:
    """Look again and again, until cancelled, whether something is to be composed anew. A fault is told, and the next look goes on."""
    while True:
        try:
            work, began = warm(app.state.desk, app.state.kept), monotonic()
            while await run_in_threadpool(next, work, None):
                await asyncio.sleep(REST * (monotonic() - began))
                began = monotonic()
        except OctavoError as fault:
            log.error("Stories could not be made ready: %s", fault)
        except Exception:
            log.exception("Stories could not be made ready; please report this")
        await asyncio.sleep(PAUSE_SECONDS)


def warm(desk: Desk, kept: Kept) -> Iterator[Story]:
    """Compose what changed, and give each story that is ready: the heaviest in memory, as they stand on a page of somebody in the installation's
    time zone, then all others in the store."""
    desk.searcher.warm()
    now, zone = datetime.now(UTC), ZoneInfo(desk.settings.time_zone)
    found = {story.id: story for story in candidates(desk.store, now)}
    for one in weighed(outlines(desk.store, list(found.values())).values(), desk.store.reach(), now)[:STORIES]:
        with set_apart(one.story):
            kept.story(desk.store, one.story, desk.settings.language, zone)
            kept.related(desk.store, one.story, now)
            yield one.story
    yield from keep_views(desk.store, desk.settings.language, now)
