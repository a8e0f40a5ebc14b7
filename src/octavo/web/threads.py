"""The pages of threads: stories that continue one another, the story so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup
from starlette.exceptions import HTTPException

from octavo.compose import ThreadWords, thread_svg
from octavo.store import Appearance, Followed, Store, ThreadLine
from octavo.web.composed import Days, Kept
from octavo.web.contexts import Teaser, in_order, teasers
from octavo.web.reading import current_reader, desk_of, read, zone
from octavo.web.render import page

LISTED = 40  # threads on a page
STEPS = 40  # stories of a thread on a page


@dataclass(frozen=True, slots=True)
class ThreadsPage:
    threads: tuple[ThreadLine, ...]
    further: str | None  # the id of the last one, where there are more


@dataclass(frozen=True, slots=True)
class Step:
    """A story of a thread: its number in it, and the first and last day on which articles appeared, once where it is the same."""

    number: int
    teaser: Teaser
    days: tuple[str, ...]  # ISO, in the reader's time zone


@dataclass(frozen=True, slots=True)
class ThreadPage:
    id: str
    headline: str | None
    language: str | None
    steps: tuple[Step, ...]  # in order of time
    times: tuple[tuple[datetime, ...], ...]  # of the articles of every story, in the same order
    outlets: tuple[tuple[str, int], ...]  # with their articles, those of most first
    days: Days  # those that matter, over all its stories; none but on its first page
    further: int | None  # the number of the last step, where there are more


def thread(store: Store, kept: Kept, id: str, after: int, reader: int, zone: ZoneInfo, now: datetime) -> ThreadPage | None:
    """A thread's page, with its steps from behind number `after` on; None where there is no such thread."""
    found = store.thread(id)
    if found is None or not found.stories:
        return None
    shown = found.stories[after : after + STEPS]
    by_id = {teaser.story.id: teaser for teaser in in_order(teasers(store, store.stories(shown), now, reader), shown)}
    told = store.appearances(found.stories)
    times: dict[str, list[datetime]] = {story: [] for story in found.stories}
    for one in told:
        times[one.story].append(one.at)
    steps = tuple(
        Step(number, by_id[story], tuple(dict.fromkeys(_day(when, zone) for when in (times[story][0], times[story][-1]))))
        for number, story in enumerate(shown, after + 1)
        if story in by_id and times[story]
    )
    newest = steps[-1].teaser if steps else None
    return ThreadPage(
        id=id,
        headline=found.headline or (newest.headline if newest else None),
        language=next((step.teaser.language for step in steps if step.teaser.headline == found.headline), None),
        steps=steps,
        times=tuple(tuple(those) for those in times.values()),
        outlets=_outlets(told),
        days=Days() if after else kept.days(store, found),
        further=after + STEPS if len(found.stories) > after + STEPS else None,
    )


def _outlets(told: Sequence[Appearance]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for one in told:
        if one.outlet:
            counts[one.outlet] = counts.get(one.outlet, 0) + 1
    return tuple(sorted(counts.items(), key=lambda one: -one[1]))


def drawn(
    times: Sequence[Sequence[datetime]], zone: ZoneInfo, title: str, description: str, direction: str, day: Callable[[str], Markup]
) -> Markup:
    """The picture of a thread, as an SVG element. `day` writes an ISO day in the reader's language."""
    words = ThreadWords(title, description, str, lambda when: day(_day(when, zone)).striptags(), direction)
    return Markup(thread_svg(times, words))  # noqa: S704  # escapes all that it is given


def _day(when: datetime, zone: ZoneInfo) -> str:
    return when.astimezone(zone).date().isoformat()


# ---- handlers ------------------------------------------------------------------------------------------------------


async def threads_page(request: Request) -> Response:
    store = desk_of(request).store
    found = await read(request, store.thread_lines, LISTED + 1, request.query_params.get("before"))
    further = found[LISTED - 1].id if len(found) > LISTED else None
    return page(request, "threads.html", shown=ThreadsPage(found[:LISTED], further))


async def thread_page(request: Request) -> Response:
    store, after = desk_of(request).store, request.query_params.get("after", "0")
    if not (after.isdecimal() and len(after) < 7):
        raise HTTPException(404, "There is no such page.")
    id, reader, local = request.path_params["id"], current_reader(request).id, zone(request)
    shown = await read(request, thread, store, request.app.state.kept, id, int(after), reader, local, datetime.now(UTC))
    if shown is None:
        raise HTTPException(404, "There is no such thread. Its stories may have been put elsewhere since; look among all threads.")
    followed = await read(request, store.is_followed, reader, Followed.THREAD, id)
    return page(request, "thread.html", shown=shown, followed=followed, drawn=partial(drawn, shown.times, local))


GET = ("GET",)
ROUTES = (
    ("/threads", threads_page, GET, "threads"),
    ("/threads/{id}", thread_page, GET, "thread"),
)
