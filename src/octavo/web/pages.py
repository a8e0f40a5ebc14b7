"""The pages: each handler reads what it needs from the store, in a thread, and sets one template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.desk import Desk
from octavo.errors import InputError, OctavoError
from octavo.store import MarkKind, Store
from octavo.web import article_page, story_page
from octavo.web.guard import HEADERS
from octavo.web.reading import current_reader, zone
from octavo.web.render import page

Marked = Mapping[MarkKind, datetime]
CITED = re.compile(r"(\d{1,7})-(\d{1,7})")


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def story(request: Request) -> Response:
    store, id = desk_of(request).store, request.path_params["id"]
    lasting = await run_in_threadpool(store.resolve, id)
    if lasting and lasting != id:
        return RedirectResponse(request.url_for("story", id=lasting).path, 301)
    found = await run_in_threadpool(store.story, id)
    if not found:
        raise HTTPException(404, "There is no such story.")
    asked = request.query_params
    chosen = story_page.Chosen(asked.get("country") or None, asked.get("organisation") or None, "all" in asked)
    asker = story_page.Asker(current_reader(request).id, desk_of(request).settings.language, zone(request), is_look(request))

    def shown() -> tuple[story_page.StoryPage, Marked]:
        now = datetime.now(UTC)
        mine = _marked(store, asker.reader, "story", id, now if asker.looking else None)
        return story_page.story(store, request.app.state.kept, found, asker, chosen, now), mine

    made, mine = await run_in_threadpool(shown)
    return page(request, "story.html", shown=made, mine=mine)


def _marked(store: Store, reader: int, entity: str, id: str, opened_at: datetime | None) -> Marked:
    """How a reader marked what a page shows. A page that is looked at marks it by itself: as opened, and as read."""
    if opened_at:
        store.opened(reader, entity, id, opened_at)
    return store.marks(reader, entity, [id]).get(id, {})


def is_look(request: Request) -> bool:
    """Whether a person will see the answer: it is not fetched ahead, and not as part of another page."""
    ahead = "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    return request.method == "GET" and not ahead and request.headers.get("sec-fetch-dest", "document") == "document"


async def article(request: Request) -> Response:
    store, id = desk_of(request).store, request.path_params["id"]
    revision = request.query_params.get("revision", "")
    found = await run_in_threadpool(store.article, id, int(revision) if revision.isdecimal() and len(revision) < 7 else None)
    if not found:
        raise HTTPException(404, "There is no such article, or not in this revision.")
    cited = CITED.fullmatch(request.query_params.get("cite", ""))
    span = (int(cited[1]), max(int(cited[1]), int(cited[2]))) if cited else None
    reader, looking = current_reader(request).id, is_look(request)

    def shown() -> tuple[article_page.ArticlePage, Marked]:
        now = datetime.now(UTC)
        mine = _marked(store, reader, "article", id, now if looking else None)
        return article_page.article(store, request.app.state.kept, found, span, now), mine

    made, mine = await run_in_threadpool(shown)
    return page(request, "article.html", shown=made, mine=mine)


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


GET = ("GET",)
ROUTES = (
    ("/stories/{id}", story, GET, "story"),
    ("/articles/{id}", article, GET, "article"),
    ("/healthz", health, GET, "health"),
)
