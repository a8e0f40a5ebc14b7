"""The pages of a reader's own editions: made new or out of a starter pack, changed, shared within the instance, as a file in and out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from octavo.compose import topics
from octavo.editions import Edition as Pack
from octavo.editions import editions as packs
from octavo.own_editions import (
    LONGEST_FILE,
    LONGEST_LINE,
    LONGEST_NAME,
    MOST,
    OWN_ID,
    Edition,
    Fault,
    countries,
    edition,
    edition_of,
    offered,
    read_edition,
    write_edition,
)
from octavo.store import OwnEdition, Store
from octavo.web.contexts import outlines
from octavo.web.front import candidates
from octavo.web.reading import current_reader, desk_of, preferences
from octavo.web.render import page

FIELDS = sum(MOST.values()) + 10  # of the form
_WEIGHT = re.compile(r"(?P<name>.+?)\s*=\s*(?P<weight>\S+)")


@dataclass(frozen=True, slots=True)
class EditionsPage:
    own: tuple[OwnEdition, ...]
    packs: Mapping[str, Pack]
    faults: tuple[Fault, ...] = ()  # of a file that was given
    text: str = ""  # of that file


@dataclass(frozen=True, slots=True)
class EditionForm:
    """An edition to be changed, or to be made where it has no id yet."""

    edition: Edition
    outlets: str  # one a line, with its weight
    languages: tuple[str, ...]  # that can be chosen
    countries: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
    kept: OwnEdition | None = None  # as it is kept
    opens: bool = False  # the reader's front page opens with it


def choices(store: Store, reader: int, now: datetime) -> tuple[Edition, ...]:
    """The editions that a reader can choose: the own ones, those that stories fill, those of the starter packs."""
    own = [one.edition for one in store.own_editions(reader)]
    filled = offered(one.languages for one in outlines(store, candidates(store, now)).values())
    return tuple({one.id: one for one in (*own, *filled, *filter(None, map(edition, packs())))}.values())


def of_pack(pack: Pack) -> Edition:
    """A starter pack as an edition to begin with: its outlets, which then can be weighed."""
    return Edition(
        name=pack.name,
        languages=(pack.language.partition("-")[0],),
        countries=(pack.country,) if pack.country else (),
        outlets={offer.outlet.name: 1.0 for offer in pack.offers},
    )


def form_of(store: Store, of: Edition, now: datetime) -> EditionForm:
    """The form that says an edition, with what else can be chosen: the languages and countries of the stories at hand."""
    known = outlines(store, candidates(store, now)).values()
    spoken = sorted({tag.partition("-")[0] for one in known for tag in one.languages})
    told = sorted({country for one in known for country in countries(one.outlets)})
    return EditionForm(
        edition=of,
        outlets="\n".join(name if weight == 1 else f"{name} = {weight:g}" for name, weight in of.outlets.items()),
        languages=tuple(dict.fromkeys((*of.languages, *spoken))),
        countries=tuple(dict.fromkeys((*of.countries, *told))),
    )


def taken(form: FormData) -> tuple[Edition, tuple[Fault, ...]]:
    """The edition that a form says, and all that is wrong with it; lines are those of the outlets. Raises HTTPException (400)."""
    lines = [line.strip()[:LONGEST_LINE] for line in str(form.get("outlets", ""))[:LONGEST_FILE].splitlines()]
    outlets: dict[str, float] = {}
    faults = []
    for number, line in enumerate(lines, 1):
        found = _WEIGHT.fullmatch(line)
        try:
            if line:
                outlets[found["name"] if found else line] = float(found["weight"].replace(",", ".")) if found else 1.0
        except ValueError:
            faults.append(Fault(number, f"no weight: {line[:60]}"))
    try:
        others = 0.0 if "only" in form else float(str(form.get("others", "1")))
    except ValueError:
        raise HTTPException(400, "There is no such choice.") from None
    lists = {name: [str(value) for value in form.getlist(name)] for name in ("languages", "countries", "topics")}
    said: dict[str, Any] = {"name": str(form.get("name", "")), "local_first": "local_first" in form, "others": others, "outlets": outlets}
    made, more = edition_of(said | lists, [re.sub(r"^(.+?)\s*(=|$)", r'"\1" \2', line) for line in lines])
    typed = Edition(**said | {name: tuple(values) for name, values in lists.items()})
    return (made if made and not faults else typed), (*faults, *more)


# ---- handlers ------------------------------------------------------------------------------------------------------


async def editions_page(request: Request) -> Response:
    return await _list(request)


async def _list(request: Request, faults: tuple[Fault, ...] = (), text: str = "") -> Response:
    store, reader = desk_of(request).store, current_reader(request).id
    own = await run_in_threadpool(store.own_editions, reader)
    shown = EditionsPage(own, packs(), faults, text)
    return page(request, "editions.html", 422 if faults else 200, shown=shown, opens=preferences(request).edition)


async def edition_form(request: Request) -> Response:
    """The form of a new edition, empty or out of what `from` names: a starter pack or somebody's edition."""
    template = request.query_params.get("from", "")
    if not template:
        begun = Edition()
    elif template in packs():
        begun = of_pack(packs()[template])
    else:
        begun = replace((await _open(request, template)).edition, id="")
    return await _form(request, begun)


async def keep_new(request: Request) -> Response:
    return await _keep(request, await request.form(max_files=0, max_fields=FIELDS), None)


async def own_edition(request: Request) -> Response:
    """The form that changes an own edition. Another reader's shows what it is and can be copied."""
    kept = await _open(request, request.path_params["id"])
    return await _form(request, kept.edition, kept=kept)


async def change_edition(request: Request) -> Response:
    """Keep what the form says, share the edition or no more, open the front page with it or no more, or remove it: as the button says."""
    form = await request.form(max_files=0, max_fields=FIELDS)
    store, reader, taste = desk_of(request).store, current_reader(request).id, preferences(request)
    id = request.path_params["id"]
    kept = await _open(request, id)
    if kept.reader != reader:
        raise HTTPException(403, "This edition is another reader's. Make a copy of it.")
    if "share" in form or "unshare" in form:
        await run_in_threadpool(lambda: store.share_edition(reader, id, shared="share" in form))
    elif "open" in form:
        await run_in_threadpool(store.prefer, reader, replace(taste, edition=id))
    elif "remove" in form or "unopen" in form:
        if taste.edition == id:
            await run_in_threadpool(store.prefer, reader, replace(taste, edition=None))
        if "remove" in form:
            await run_in_threadpool(store.drop_edition, reader, id)
            return RedirectResponse("/editions", 303)
    else:
        return await _keep(request, form, kept)
    return RedirectResponse(f"/editions/{id}", 303)


async def edition_file(request: Request) -> Response:
    kept = await _open(request, request.path_params["id"])
    named = re.sub(r"[^a-z0-9]+", "-", kept.edition.name.lower()).strip("-") or "edition"
    return Response(
        write_edition(kept.edition), media_type="application/toml", headers={"Content-Disposition": f'attachment; filename="{named}.toml"'}
    )


async def read_file(request: Request) -> Response:
    """Take in an edition as a file or as the text of one; what is wrong with it is shown line by line."""
    async with request.form(max_files=1, max_fields=3) as form:
        given, text = form.get("file"), str(form.get("text", ""))
        if isinstance(given, UploadFile) and given.filename:
            text = (await given.read(4 * LONGEST_FILE)).decode("utf-8", "replace").removeprefix("\ufeff")
    made, faults = read_edition(text)
    if made is None:
        return await _list(request, faults, text[:LONGEST_FILE])
    return await _kept(request, replace(made, id=token_hex(6)))


async def _open(request: Request, id: str) -> OwnEdition:
    """An edition that the reader may open. Raises HTTPException (404)."""
    store, reader = desk_of(request).store, current_reader(request).id
    found = await run_in_threadpool(store.own_edition, id) if OWN_ID.fullmatch(id) else None
    if found is None or not (found.shared or found.reader == reader):
        raise HTTPException(404, "There is no such edition, or its reader does not share it.")
    return found


async def _form(
    request: Request, of: Edition, faults: tuple[Fault, ...] = (), typed: str | None = None, kept: OwnEdition | None = None
) -> Response:
    shown = await run_in_threadpool(form_of, desk_of(request).store, of, datetime.now(UTC))
    opens = kept is not None and preferences(request).edition == kept.edition.id
    shown = replace(shown, faults=faults, outlets=shown.outlets if typed is None else typed, kept=kept, opens=opens)
    mine = kept is None or kept.reader == current_reader(request).id
    return page(request, "edition.html", 422 if faults else 200, shown=shown, topics=topics(), longest=LONGEST_NAME, mine=mine)


async def _keep(request: Request, form: FormData, kept: OwnEdition | None) -> Response:
    said, faults = taken(form)
    if faults:
        said = replace(said, id=kept.edition.id if kept else "")
        return await _form(request, said, faults, str(form.get("outlets", ""))[:LONGEST_FILE], kept)
    return await _kept(request, replace(said, id=kept.edition.id if kept else token_hex(6)))


async def _kept(request: Request, made: Edition) -> Response:
    await run_in_threadpool(desk_of(request).store.keep_edition, current_reader(request).id, made, datetime.now(UTC))
    return RedirectResponse(f"/editions/{made.id}", 303)


ROUTES = (
    ("/editions", editions_page, ("GET",), "own_editions"),
    ("/editions", keep_new, ("POST",), "keep_edition"),
    ("/editions/new", edition_form, ("GET",), "edition_form"),
    ("/editions/read", read_file, ("POST",), "read_edition"),
    ("/editions/{id}.toml", edition_file, ("GET",), "edition_file"),
    ("/editions/{id}", own_edition, ("GET",), "own_edition"),
    ("/editions/{id}", change_edition, ("POST",), "change_edition"),
)
