"""The page on which editors repair a story, and the editors' log with the way back from each repair."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from octavo.desk import Desk
from octavo.errors import InputError
from octavo.model import Article, Deed, Repair, Story, Wish
from octavo.repairs import apart, merged, moved, split
from octavo.store import Store
from octavo.web.forms import form_of, text_of
from octavo.web.reading import current_reader, desk_of
from octavo.web.render import page

LISTED = 40  # lines of the log on a page
OFFERED = 30  # stories among which the other one is looked for first
LONGEST_TITLE = 200
MOST_CHOSEN = 2000  # articles
_STORY = re.compile(r"(?:\S*/stories/)?([0-9A-Za-z]{1,64})(?:[/?#]\S*)?")  # an id, or the address of a story's page


@dataclass(frozen=True, slots=True)
class Member:
    article: Article
    copy_of: str | None  # the outlet that had the text first; None: it is no copy
    reasons: tuple[str, ...]  # why it stands here


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the editors' log as it is shown."""

    repair: Repair
    story: Story
    editor: str | None
    undone_by: str | None
    moved: tuple[Article, ...]  # articles that it took somewhere else


@dataclass(frozen=True, slots=True)
class RepairPage:
    story: Story
    title: str | None  # that an editor gave
    members: tuple[Member, ...]
    others: tuple[Story, ...]  # that may be the other one
    log: tuple[Line, ...]
    done: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    log: tuple[Line, ...]
    further: int | None  # the number of the last line, where there are more


def lines(store: Store, found: Sequence[Repair]) -> tuple[Line, ...]:
    """Lines of the log with what they name."""
    stories = {story.id: story for story in store.stories(list({repair.story for repair in found}))}
    heads = store.heads(list({article for repair in found for article in repair.homes}))
    names = store.reader_names([reader for repair in found for reader in (repair.editor, repair.undone_by) if reader is not None])
    return tuple(
        Line(
            repair,
            stories[repair.story],
            names.get(repair.editor or 0),
            names.get(repair.undone_by or 0),
            tuple(heads[article] for article in repair.homes if article in heads),
        )
        for repair in found
        if repair.story in stories
    )


def members(store: Store, story: Story) -> tuple[Member, ...]:
    """The articles of a story in order of arrival, each with why it stands there."""
    heads = store.heads(story.articles)
    origins = {article: group.origin for group in story.copies for article in group.articles if article != group.origin}
    reasons: dict[str, tuple[str, ...]] = {}
    for decision in store.decisions_of(story.id):
        if decision.article and decision.reasons:
            reasons[decision.article] = decision.reasons
    return tuple(
        Member(heads[id], (heads[origin].publisher if (origin := origins.get(id)) in heads else None), reasons.get(id, ()))
        for id in story.articles
        if id in heads
    )


# ---- handlers ------------------------------------------------------------------------------------------------------


async def repair_page(request: Request) -> Response:
    desk, id = desk_of(request), request.path_params["id"]
    lasting = await run_in_threadpool(desk.store.resolve, id)
    if lasting != id:
        return RedirectResponse(f"{request.url_for('repair', id=lasting).path}?{request.url.query}", 303)
    kept, done = request.app.state.kept, "done" in request.query_params

    def shown() -> RepairPage:
        store = desk.store
        story = _story(store, id)
        thread = store.thread(story.thread) if story.thread else None
        near = [one.card.id for one in kept.related(store, story, datetime.now(UTC))]
        others = [other for other in dict.fromkeys((*(thread.stories if thread else ()), *near)) if other != id]
        return RepairPage(
            story,
            store.title(id),
            members(store, story),
            store.stories(others[:OFFERED]),
            lines(store, store.repairs(LISTED, story=id)),
            done,
        )

    return page(request, "repair.html", shown=await run_in_threadpool(shown), deeds=Deed)


async def repair(request: Request) -> Response:
    """Do what the pressed button says. What was not chosen rightly is the editor's fault (400)."""
    form = await form_of(request, MOST_CHOSEN + 8)
    desk, editor, now = desk_of(request), current_reader(request).id, datetime.now(UTC)
    story = await run_in_threadpool(_story, desk.store, request.path_params["id"])
    try:
        deed = Deed(text_of(form, "deed"))
    except ValueError:
        raise HTTPException(400, "There is no such repair.") from None
    if deed is Deed.RENAME:
        before = await run_in_threadpool(desk.store.title, story.id)
        after = " ".join(text_of(form, "title", LONGEST_TITLE).split()) or None
        if after != before:
            await run_in_threadpool(desk.store.retitle, Repair(deed, story.id, editor, now, before=before, after=after))
    else:
        wishes = await run_in_threadpool(_WISHED[deed], desk, story, form)
        await run_in_threadpool(desk.repair, deed, story.id, wishes, editor, now)
    return RedirectResponse(f"{request.url_for('repair', id=story.id).path}?done", 303)


async def log_page(request: Request) -> Response:
    store, before = desk_of(request).store, request.query_params.get("before", "")
    if before and not (before.isdecimal() and len(before) < 16):
        raise HTTPException(404, "There is no such page.")

    def shown() -> LogPage:
        found = store.repairs(LISTED + 1, int(before) if before else None)
        return LogPage(lines(store, found[:LISTED]), found[LISTED - 1].number if len(found) > LISTED else None)

    return page(request, "repairs.html", shown=await run_in_threadpool(shown), deeds=Deed)


async def undo(request: Request) -> Response:
    await form_of(request)
    desk, editor = desk_of(request), current_reader(request).id
    number = request.path_params["number"]
    undone = await run_in_threadpool(desk.undo, number, editor, datetime.now(UTC))
    return RedirectResponse(f"{request.url_for('repair', id=undone.story).path}?done", 303)


def _story(store: Store, id: str) -> Story:
    found = store.story(id)
    if found is None:
        raise HTTPException(404, "There is no such story.")
    return found


def _other(desk: Desk, form: FormData) -> Story:
    """The other story that the form names, by its address or from the list. Raises InputError."""
    typed = text_of(form, "address", 2000).strip() or text_of(form, "other")
    match = _STORY.fullmatch(typed)
    id = desk.store.resolve(match[1]) if match else None
    found = desk.store.story(id) if id else None
    if found is None:
        raise InputError("No other story was named", todo="Choose one from the list, or give the address of its page")
    return found


def _chosen(form: FormData) -> list[str]:
    return [str(article) for article in form.getlist("article")]


_WISHED: Mapping[Deed, Callable[[Desk, Story, FormData], tuple[Wish, ...]]] = {
    Deed.MERGE: lambda desk, story, form: merged(story, _other(desk, form)),
    Deed.SPLIT: lambda _, story, form: split(story, _chosen(form)),
    Deed.APART: lambda _, story, form: apart(story, _chosen(form)),
    Deed.MOVE: lambda desk, story, form: moved(story, _chosen(form), _other(desk, form)),
}

ROUTES = (
    ("/stories/{id}/repair", repair_page, ("GET",), "repair"),
    ("/stories/{id}/repair", repair, ("POST",), "do_repair"),
    ("/repairs", log_page, ("GET",), "repairs"),
    ("/repairs/{number:int}/undo", undo, ("POST",), "undo_repair"),
)
