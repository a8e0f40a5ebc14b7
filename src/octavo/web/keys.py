"""The keys: a page that explains them, and what the palette finds besides the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from octavo.web.reading import desk_of
from octavo.web.render import page

WITHIN = timedelta(days=30)
MOST = 500  # outlets


async def keys(request: Request) -> Response:
    return page(request, "keys.html")


async def palette(request: Request) -> Response:
    """The outlets of the last weeks, those of most articles first: name and address of each one's page."""
    since = datetime.now(UTC) - WITHIN
    lines = await run_in_threadpool(desk_of(request).store.outlets, since, MOST)
    outlets = [{"name": line.name, "href": request.url_for("outlet", id=quote(line.name, safe="")).path} for line in lines]
    return JSONResponse(outlets, headers={"Cache-Control": "private, max-age=60"})


ROUTES = (
    ("/keys", keys, ("GET",), "keys"),
    ("/palette.json", palette, ("GET",), "palette"),
)
