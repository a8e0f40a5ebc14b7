"""The page of search: what a reader types, and the stories or articles that answer, each with the sentence that does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from octavo.desk import Desk
from octavo.errors import InputError
from octavo.query import LONGEST
from octavo.searching import Found
from octavo.store import Followed
from octavo.web.contexts import Teaser, teasers
from octavo.web.reading import current_reader, desk_of, read
from octavo.web.render import page

RESULTS = 15  # on a page


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page says."""

    typed: str
    stories: bool  # else articles
    after: str | None

    def address(self, **changed: str) -> str:
        """The address of the page, with some of it changed; a page that goes on does so only where `after` is given."""
        said = {"q": self.typed} | ({} if self.stories else {"as": "articles"})
        return "/search?" + urlencode({name: value for name, value in (said | changed).items() if value})


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of results; `teasers` by story."""

    found: Found
    teasers: dict[str, Teaser]
    followed: bool


async def search(request: Request) -> Response:
    asked = Asked(
        request.query_params.get("q", "").strip(),
        stories=request.query_params.get("as") != "articles",
        after=request.query_params.get("after"),
    )
    shown, problem = None, None
    if asked.typed:
        try:
            shown = await read(request, _shown, desk_of(request), current_reader(request).id, asked)
        except InputError as fault:
            problem = fault
    told = {"asked": asked, "shown": shown, "problem": problem, "longest": LONGEST}
    return page(request, "search.html", 400 if problem else 200, **told)


def _shown(desk: Desk, reader: int, asked: Asked) -> Shown:
    found = desk.searcher.search(asked.typed, reader, stories=asked.stories, limit=RESULTS, after=asked.after)
    followed = desk.store.is_followed(reader, Followed.SEARCH, asked.typed)
    if not asked.stories:
        return Shown(found, {}, followed)
    stories = desk.store.stories([hit.story for hit in found.hits if hit.story])
    return Shown(found, {one.story.id: one for one in teasers(desk.store, stories, datetime.now(UTC), reader)}, followed)


ROUTES = (("/search", search, ("GET",), "search"),)
