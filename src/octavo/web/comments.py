"""Comments on stories: the page of a story's comments, what a reader and an editor may do there, and the editors' queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.model import Reader, Story
from octavo.store import Comment, Standing
from octavo.web.forms import form_of, text_of
from octavo.web.markdown import rendered
from octavo.web.reading import asked, current_reader, desk_of, is_editor
from octavo.web.render import page

LISTED = 500  # comments on a page, the latest
QUEUED = 50
DEEPEST = 4  # answers to answers further than this stand under one another
LONGEST = 5000  # code points
RATES: Mapping[timedelta, int] = MappingProxyType(
    {timedelta(minutes=10): 6, timedelta(days=1): 60}
)  # a reader writes at most so many within


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is shown, with what answers it."""

    comment: Comment
    html: Markup | None  # None: it cannot be read
    own: bool
    depth: int
    answers: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class CommentsPage:
    story: Story
    opened: bool
    said: tuple[Said, ...]
    count: int
    editor: bool  # the one who asks is one
    wait: bool  # what is written waits for an editor


def tree(found: Sequence[Comment], reader: Reader) -> tuple[Said, ...]:
    """Comments (in order of time) under those that they answer. What nobody may read and nobody answered is left out."""
    answers = defaultdict[str | None, list[Comment]](list)
    depths: dict[str, int] = {}
    homes: dict[str, str | None] = {}  # comment → what it stands under: however long a chain of answers is, the tree is no deeper than this
    for comment in found:
        home = comment.parent if comment.parent in depths else None
        if home and depths[home] == DEEPEST:
            home = homes[home]
        homes[comment.id], depths[comment.id] = home, depths[home] + 1 if home else 0
        answers[home].append(comment)

    def under(home: str | None) -> tuple[Said, ...]:
        made = (_said(comment, reader, depths[comment.id], under(comment.id)) for comment in answers[home])
        return tuple(one for one in made if one.html is not None or one.answers)

    return under(None)


def _said(comment: Comment, reader: Reader, depth: int, answers: tuple[Said, ...]) -> Said:
    own = comment.reader == reader.id
    readable = comment.standing is Standing.SHOWN or (
        comment.standing is not Standing.DELETED and (is_editor(reader) or (own and comment.standing is Standing.WAITING))
    )
    return Said(comment, rendered(comment.text) if readable else None, own, depth, answers)


# ---- handlers ------------------------------------------------------------------------------------------------------


async def comments(request: Request) -> Response:
    store, reader, set_so = desk_of(request).store, current_reader(request), asked(request).instance
    story = await run_in_threadpool(_commented, request, request.path_params["id"])
    if story.id != request.path_params["id"]:
        return RedirectResponse(request.url_for("comments", id=story.id).path, 303)

    def shown() -> CommentsPage:
        found = store.comments(story.id, LISTED)
        opened = store.comment_count(story.id) is not None
        if not opened and not found and not is_editor(reader):
            raise HTTPException(404, "This story is not open to comments.")
        readable = sum(comment.standing is Standing.SHOWN for comment in found)
        return CommentsPage(story, opened, tree(found, reader), readable, is_editor(reader), set_so.comments_wait)

    return page(request, "comments.html", shown=await run_in_threadpool(shown), longest=LONGEST)


async def write(request: Request) -> Response:
    """Add a comment, or an answer to one."""
    form = await form_of(request)
    store, reader, now = desk_of(request).store, current_reader(request), datetime.now(UTC)
    story = await run_in_threadpool(_commented, request, request.path_params["id"])
    text = _text(text_of(form, "text", LONGEST + 1))
    if await run_in_threadpool(store.comment_count, story.id) is None:
        raise HTTPException(403, "This story is not open to comments.")
    parent = text_of(form, "parent", 64) or None
    made = await run_in_threadpool(store.add_comment, story.id, reader.id, parent, text, _first_standing(request), now, RATES)
    if isinstance(made, timedelta):
        wait = int(made.total_seconds() // 60)
        raise HTTPException(429, f"You wrote {RATES[made]} comments within {wait} minutes. Wait a while.", {"Retry-After": str(60 * wait)})
    return _back(request, story.id, made)


async def change(request: Request) -> Response:
    """What its writer or an editor does with a comment, by the button that was pressed."""
    form = await form_of(request)
    store, reader, now = desk_of(request).store, current_reader(request), datetime.now(UTC)
    found = await run_in_threadpool(store.comment, request.path_params["id"])
    if found is None or not asked(request).instance.comments:
        raise HTTPException(404, "There is no such comment.")
    own, deed = found.reader == reader.id, text_of(form, "deed")
    if deed == "edit" and own and found.standing in (Standing.SHOWN, Standing.WAITING):
        text = _text(text_of(form, "text", LONGEST + 1))
        await run_in_threadpool(store.edit_comment, found.id, text, _first_standing(request), now)
    elif deed == "delete" and own and found.standing is not Standing.HIDDEN:
        await run_in_threadpool(store.judge_comment, found.id, Standing.DELETED)
    elif deed == "report" and not own and found.standing is Standing.SHOWN:
        await run_in_threadpool(store.report_comment, found.id, reader.id, now)
    elif deed in ("hide", "show") and is_editor(reader) and found.standing is not Standing.DELETED:
        await run_in_threadpool(store.judge_comment, found.id, Standing.HIDDEN if deed == "hide" else Standing.SHOWN)
        if text_of(form, "back") == "queue":
            return RedirectResponse(request.url_for("comment_queue").path, 303)
    else:
        raise HTTPException(403, "This is not yours to do with this comment.")
    return _back(request, found.story, found.id)


async def queue(request: Request) -> Response:
    """What waits for an editor."""
    store, reader = desk_of(request).store, current_reader(request)

    def shown() -> list[tuple[Said, Story | None]]:
        found = store.comments_to_judge(QUEUED)
        stories = {story.id: story for story in store.stories(list({comment.story for comment in found}))}
        return [(_said(comment, reader, 0, ()), stories.get(comment.story)) for comment in found]

    return page(request, "comment_queue.html", waiting=await run_in_threadpool(shown))


async def opening(request: Request) -> Response:
    """Open a story to comments, or close it."""
    form = await form_of(request)
    story = await run_in_threadpool(_commented, request, request.path_params["id"])
    await run_in_threadpool(lambda: desk_of(request).store.open_comments(story.id, opened="open" in form))
    return RedirectResponse(request.url_for("comments", id=story.id).path, 303)


def _commented(request: Request, id: str) -> Story:
    """The story that bears this id now. Raises HTTPException (404) where there is none, or no comments on this instance."""
    store = desk_of(request).store
    found = store.story(store.resolve(id))
    if found is None:
        raise HTTPException(404, "There is no such story.")
    if not asked(request).instance.comments:
        raise HTTPException(404, "There are no comments on this Octavo. Its owner can open them in the settings of the instance.")
    return found


def _text(typed: str) -> str:
    text = typed.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST:
        raise HTTPException(400, f"A comment has 1 to {LONGEST} characters.")
    return text


def _first_standing(request: Request) -> Standing:
    waits = asked(request).instance.comments_wait and not is_editor(current_reader(request))
    return Standing.WAITING if waits else Standing.SHOWN


def _back(request: Request, story: str, comment: str) -> Response:
    return RedirectResponse(f"{request.url_for('comments', id=story).path}#comment-{comment}", 303)


ROUTES = (
    ("/stories/{id}/comments", comments, ("GET",), "comments"),
    ("/stories/{id}/comments", write, ("POST",), "write_comment"),
    ("/stories/{id}/comments/open", opening, ("POST",), "open_comments"),
    ("/comments/queue", queue, ("GET",), "comment_queue"),
    ("/comments/{id}", change, ("POST",), "change_comment"),
)
