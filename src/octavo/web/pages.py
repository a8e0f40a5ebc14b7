"""The pages: each handler reads what it needs from the store, in a thread, and sets one template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.errors import InputError, OctavoError
from octavo.model import Story
from octavo.store import LOOKED_AT, Followed, MarkKind, Store
from octavo.web import article_page, story_page
from octavo.web.guard import HEADERS
from octavo.web.notices import Notice, of_outlet
from octavo.web.reading import afterwards, asked, current_reader, desk_of, read, zone
from octavo.web.render import page

Marked = Mapping[MarkKind, datetime]
CITED = re.compile(r"(\d{1,7})-(\d{1,7})")


async def story(request: Request) -> Response:
    store, query = desk_of(request).store, request.query_params
    chosen = story_page.Chosen(query.get("country") or None, query.get("organisation") or None, "all" in query)
    asker = story_page.Asker(current_reader(request).id, desk_of(request).settings.language, zone(request))
    looking, now = is_look(request), datetime.now(UTC)

    def shown() -> Response | tuple[story_page.StoryPage, Marked, int | None, bool]:
        found = story_asked_for(request)
        if isinstance(found, Response):
            return found
        comments = store.comment_count(found.id) if asked(request).instance.comments else None
        followed = store.is_followed(asker.reader, Followed.STORY, found.id)
        made = story_page.story(store, request.app.state.kept, found, asker, chosen, now)
        return made, _marked(store, asker.reader, "story", found.id, now if looking else None), comments, followed

    found = await read(request, shown)
    if isinstance(found, Response):
        return found
    made, mine, comments, followed = found
    answer = page(request, "story.html", shown=made, mine=mine, comments=comments, followed=followed)
    seen = story_page.seen_in(made.by_id)
    return afterwards(request, answer, store.look, asker.reader, made.view.story.id, seen, now) if looking else answer


def story_asked_for(request: Request) -> Story | Response:
    """The story whose page is asked for, read in this thread; where another one took it in, the way there. Raises HTTPException (404).

    That way is not for good, as a browser would keep it: a repair that is taken back gives the story its page again.
    """
    store, id = desk_of(request).store, request.path_params["id"]
    found = store.story(id)
    if found is None:
        raise HTTPException(404, "There is no such story.")
    return RedirectResponse(request.url_for("story", id=store.resolve(id)).path, 303) if found.replaced_by else found


def _marked(store: Store, reader: int, entity: str, id: str, looked_at: datetime | None) -> Marked:
    """How a reader has marked what a page shows; with looking at it now, where he or she does."""
    return {**store.marks(reader, entity, [id]).get(id, {}), **(dict.fromkeys(LOOKED_AT, looked_at) if looked_at else {})}


def is_look(request: Request) -> bool:
    """Whether a person will see the answer: it is not fetched ahead, not as part of another page, and not by a program.

    A page that our service worker asks for in a person's place comes as "empty", but navigates.
    """
    if asked(request).app_password:
        return False
    told = request.headers
    ahead = "prefetch" in told.get("sec-purpose", told.get("purpose", ""))
    shown = (told.get("sec-fetch-dest", "document"), told.get("sec-fetch-mode", ""))
    return request.method == "GET" and not ahead and (shown[0] == "document" or shown == ("empty", "navigate"))


async def article(request: Request) -> Response:
    store, id = desk_of(request).store, request.path_params["id"]
    revision = request.query_params.get("revision", "")
    cited = CITED.fullmatch(request.query_params.get("cite", ""))
    span = (int(cited[1]), max(int(cited[1]), int(cited[2]))) if cited else None
    reader, looking, now = current_reader(request).id, is_look(request), datetime.now(UTC)

    def shown() -> tuple[article_page.ArticlePage, Marked, Notice | None]:
        found = store.article(id, int(revision) if revision.isdecimal() and len(revision) < 7 else None)
        if not found:
            raise HTTPException(404, "There is no such article, or not in this revision.")
        mine = _marked(store, reader, "article", id, now if looking else None)
        return article_page.article(store, request.app.state.kept, found, span, now), mine, of_outlet(store, reader, found.publisher)

    made, mine, notice = await read(request, shown)
    answer = page(request, "article.html", shown=made, mine=mine, notice=notice)
    return afterwards(request, answer, store.opened, reader, "article", id, now) if looking else answer


async def health(request: Request) -> Response:
    """For a supervisor: whether the database answers. `/metrics` tells the numbers, to those who may see them."""
    await run_in_threadpool(desk_of(request).store.generation)
    return JSONResponse({"status": "ok"})


async def failed(request: Request, fault: Exception) -> Response:
    """What a person sees when a page cannot be shown: which page, why, and the way back."""
    status = fault.status_code if isinstance(fault, HTTPException) else 400 if isinstance(fault, InputError) else 500
    reason = fault.detail if isinstance(fault, HTTPException) else fault.sentence if isinstance(fault, OctavoError) else ""
    answer = page(request, "error.html", status, reason=reason, code=status)
    answer.headers.update(HEADERS)  # what nobody foresaw is answered outside of the guard
    if isinstance(fault, HTTPException) and fault.headers:
        answer.headers.update(fault.headers)
    return answer


GET = ("GET",)
ROUTES = (
    ("/stories/{id}", story, GET, "story"),
    ("/articles/{id}", article, GET, "article"),
    ("/healthz", health, GET, "health"),
)
