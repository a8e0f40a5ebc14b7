"""The page of a reader's rules: the list, a form for a new one, and what it would have done over the last week, before it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.desk import Desk
from octavo.errors import InputError, OctavoError
from octavo.own_editions import OWN_ID, Edition
from octavo.rules import FACTORS, LONGEST_TEXT, LONGEST_WORD, NEARNESS, USUAL_NEARNESS, Deed, Field, Rule, Way, active, checked
from octavo.ruling import MOST_TRIED, Trial, mark_stories, prepared, tried
from octavo.web.contexts import Teaser, in_order, teasers
from octavo.web.forms import form_of
from octavo.web.own_editions import choices
from octavo.web.reading import current_reader, desk_of, zone
from octavo.web.render import page

SHOWN = 20  # stories that a trial shows
USUAL: Mapping[str, str] = {  # field of the form → what it says before anybody filled it in
    "deed": Deed.HIDE.value,
    "where": Field.ANYWHERE.value,
    "way": Way.WORDS.value,
    "what": "",
    "word": "",
    "factor": "2",
    "nearness": f"{USUAL_NEARNESS:g}",
    "edition": "",
    "until": "",
    "instead_of": "",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial with its first stories, as the page shows them."""

    trial: Trial
    stories: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    rules: tuple[Rule, ...]
    working: frozenset[int]  # ids of those that work now, everywhere or in their edition
    draft: Mapping[str, str]  # what the form says
    editions: tuple[Edition, ...]
    problem: str | None  # why the draft cannot be a rule
    tried: Tried | None


def drafted(said: Mapping[str, str], local: ZoneInfo, now: datetime) -> Rule:
    """The rule that a form describes, in form. Raises InputError."""
    try:
        deed, where, way = Deed(said["deed"]), Field(said["where"]), Way(said["way"])
        factor, nearness = float(said["factor"] or 1), float(said["nearness"] or USUAL_NEARNESS)
        day = datetime.fromisoformat(said["until"]).replace(tzinfo=local) if said["until"] else None
        until = (day + timedelta(days=1)).astimezone(UTC) if day else None  # that day is the last
    except (ValueError, OverflowError) as fault:
        raise InputError("The form holds something that is no choice, no number or no date", todo="Look it over") from fault
    if until and until <= now:
        raise InputError("The rule would be over already", todo="Choose a later day, or none")
    edition = said["edition"] or None
    return checked(Rule(0, deed, said["what"], where, way, said["word"], factor, nearness, edition=edition, until=until))


def shown(desk: Desk, reader: int, said: Mapping[str, str], local: ZoneInfo, now: datetime) -> RulesPage:
    """The page with a form that says this, tried out when it says what to look for."""
    store = desk.store
    rules = store.rules(reader)
    problem, outcome = None, None
    offers = choices(store, reader, now)
    if said["what"]:
        try:
            if OWN_ID.fullmatch(said["edition"]):
                _refuse_foreign(said["edition"], offers)
            outcome = tried(store, prepared(store, lambda: desk.embedder, drafted(said, local, now), now), now)
        except OctavoError as fault:
            problem = fault.sentence
    seen: tuple[Teaser, ...] = ()
    if outcome:
        first = outcome.stories[:SHOWN]
        seen = in_order(teasers(store, first, now, reader), [story.id for story in first])
    return RulesPage(
        rules=rules,
        working=frozenset(rule.id for rule in rules if active([rule], now, rule.edition)),
        draft=said,
        editions=offers,
        problem=problem,
        tried=Tried(outcome, seen) if outcome else None,
    )


def keep(desk: Desk, reader: int, said: Mapping[str, str], local: ZoneInfo, now: datetime) -> int:
    """Keep the rule that a form describes, and set the marks that it asks for on the last week's stories. Raises OctavoError."""
    store = desk.store
    rule = prepared(store, lambda: desk.embedder, drafted(said, local, now), now)
    _refuse_foreign(rule.edition, choices(store, reader, now))
    outcome = tried(store, rule, now)
    if outcome.out_of_time:
        raise InputError("The pattern takes too long", todo="Write a simpler one, without a repetition inside of a repetition")
    old = said["instead_of"]
    id = store.keep_rule(reader, rule, now, int(old) if old.isdecimal() and len(old) < 10 else None)
    if rule.deed in (Deed.READ, Deed.SAVE):
        mark_stories(store, reader, [one for one in store.rules(reader) if one.id == id], outcome.stories, now)
    return id


def draft_of(rule: Rule, local: ZoneInfo) -> dict[str, str]:
    """What the form says when a rule is to be changed."""
    last = (rule.until - timedelta(days=1)).astimezone(local).date().isoformat() if rule.until else ""
    return {
        "deed": rule.deed.value,
        "where": rule.where.value,
        "way": rule.way.value,
        "what": rule.what,
        "word": rule.word,
        "factor": f"{rule.factor:g}",
        "nearness": f"{rule.nearness:g}",
        "edition": rule.edition or "",
        "until": last,
        "instead_of": str(rule.id),
    }


def _refuse_foreign(edition: str | None, offers: Sequence[Edition]) -> None:
    """Raises InputError for an edition that the reader cannot choose."""
    if edition and edition not in {one.id for one in offers}:
        raise InputError("There is no such edition", todo="Choose one of those that are offered")


# ---- handlers ------------------------------------------------------------------------------------------------------


async def rules_page(request: Request) -> Response:
    desk, reader, local, now = desk_of(request), current_reader(request).id, zone(request), datetime.now(UTC)
    said = {name: request.query_params.get(name, usual) for name, usual in USUAL.items()}
    found = await run_in_threadpool(shown, desk, reader, said, local, now)
    return _page(request, found, 422 if found.problem else 200)


async def keep_rule(request: Request) -> Response:
    form = await form_of(request, len(USUAL) + 2)
    desk, reader, local, now = desk_of(request), current_reader(request).id, zone(request), datetime.now(UTC)
    said = {name: str(form.get(name, usual)) for name, usual in USUAL.items()}
    id = await run_in_threadpool(keep, desk, reader, said, local, now)
    return RedirectResponse(f"/rules#rule-{id}", 303)


async def change_rule(request: Request) -> Response:
    """Remove a rule, switch it on again, or lead to the form that changes it: as the button says."""
    form = await form_of(request, 3)
    store, reader, id = desk_of(request).store, current_reader(request).id, request.path_params["id"]
    if "change" in form:
        rule = next((one for one in await run_in_threadpool(store.rules, reader) if one.id == id), None)
        if rule is None:
            raise HTTPException(404, "There is no such rule.")
        return RedirectResponse(f"{request.url_for('rules').include_query_params(**draft_of(rule, zone(request)))}#rule", 303)
    if "remove" in form:
        done = await run_in_threadpool(store.drop_rule, reader, id)
    elif "switch_on" in form:
        done = await run_in_threadpool(store.switch_rule, id, None, reader)
    else:
        raise HTTPException(400, "Nothing was said to be done with the rule.")
    if not done:
        raise HTTPException(404, "There is no such rule.")
    return RedirectResponse("/rules", 303)


def _page(request: Request, found: RulesPage, status: int) -> Response:
    return page(
        request,
        "rules.html",
        status,
        shown=found,
        deeds_offered=[deed.value for deed in Deed],
        fields_offered=[where.value for where in Field],
        ways_offered=[way.value for way in Way],
        factors=FACTORS,
        nearness=NEARNESS,
        longest=LONGEST_TEXT,
        longest_word=LONGEST_WORD,
        most=MOST_TRIED,
        first=SHOWN,
        day_of=lambda moment: (moment - timedelta(seconds=1)).astimezone(zone(request)).date().isoformat(),
    )


ROUTES = (
    ("/rules", rules_page, ("GET",), "rules"),
    ("/rules", keep_rule, ("POST",), "keep_rule"),
    ("/rules/{id:int}", change_rule, ("POST",), "change_rule"),
)
