"""The pages: each handler reads what it needs from the store, in a thread, and sets one template."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.desk import Desk
from octavo.errors import InputError, OctavoError
from octavo.web import contexts
from octavo.web.guard import HEADERS
from octavo.web.render import page

CITED = re.compile(r"(\d{1,7})-(\d{1,7})")


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def front(request: Request) -> Response:
    shown = await run_in_threadpool(contexts.front, desk_of(request).store, datetime.now(UTC))
    return page(request, "front.html", front=shown)


async def story(request: Request) -> Response:
    store, id = desk_of(request).store, request.path_params["id"]
    lasting = await run_in_threadpool(store.resolve, id)
    if lasting and lasting != id:
        return RedirectResponse(request.url_for("story", id=lasting).path, 301)
    found = await run_in_threadpool(store.story, id)
    if not found:
        raise HTTPException(404, "There is no such story.")
    shown = await run_in_threadpool(contexts.story, store, found, desk_of(request).settings.language, datetime.now(UTC))
    return page(request, "story.html", shown=shown)


async def article(request: Request) -> Response:
    store, id = desk_of(request).store, request.path_params["id"]
    revision = request.query_params.get("revision", "")
    found = await run_in_threadpool(store.article, id, int(revision) if revision.isdecimal() and len(revision) < 7 else None)
    if not found:
        raise HTTPException(404, "There is no such article, or not in this revision.")
    cited = CITED.fullmatch(request.query_params.get("cite", ""))
    span = (int(cited[1]), max(int(cited[1]), int(cited[2]))) if cited else None
    shown = await run_in_threadpool(contexts.article, store, found, span, datetime.now(UTC))
    return page(request, "article.html", shown=shown)


async def health(request: Request) -> Response:
    """For a supervisor: whether the database answers."""
    return JSONResponse({"status": "ok", **(await run_in_threadpool(desk_of(request).store.counts))})


async def failed(request: Request, fault: Exception) -> Response:
    """What a person sees when a page cannot be shown: which page, why, and the way back."""
    status = fault.status_code if isinstance(fault, HTTPException) else 400 if isinstance(fault, InputError) else 500
    reason = fault.detail if isinstance(fault, HTTPException) else fault.sentence if isinstance(fault, OctavoError) else ""
    answer = page(request, "error.html", status, reason=reason, code=status)
    answer.headers.update(HEADERS)  # what nobody foresaw is answered outside of the guard
    return answer
