"""The owner's page: what is set for the whole instance, how much is kept, and the ways to readers, sources and logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from octavo.errors import InputError
from octavo.store import Instance
from octavo.upkeep import KEPT_AT_LEAST
from octavo.web.forms import form_of, text_of
from octavo.web.reading import asked, desk_of
from octavo.web.render import page

LONGEST_NAME = 60
LONGEST_NOTICE = 400
GIGABYTE = 1_000_000_000
MOST_DAYS = 36_500
MOST_GIGABYTES = 1_000_000
_SWITCHES = ("public_reading", "training", "comments", "comments_wait")


@dataclass(frozen=True, slots=True)
class InstancePage:
    instance: Instance
    counts: Mapping[str, int]
    bytes: int  # of texts and captures, about
    restored_at: datetime | None
    least_days: int  # that texts are kept
    kept: bool  # the form was just taken


async def instance(request: Request) -> Response:
    store = desk_of(request).store

    def shown() -> InstancePage:
        return InstancePage(
            store.instance(), store.counts(), store.text_bytes(), store.restored_at(), KEPT_AT_LEAST.days, "kept" in request.query_params
        )

    return page(request, "instance.html", shown=await run_in_threadpool(shown), gigabyte=GIGABYTE)


async def keep(request: Request) -> Response:
    form = await form_of(request, 20)
    wanted = taken(form, asked(request).instance)
    await run_in_threadpool(desk_of(request).store.set_instance, wanted)
    return RedirectResponse(f"{request.url_for('instance').path}?kept", 303)


def taken(form: FormData, before: Instance) -> Instance:
    """The settings as the form has them. Raises InputError for what they cannot be."""
    name = " ".join(text_of(form, "name", LONGEST_NAME).split())
    address = text_of(form, "support_url", 2000).strip()
    if address and not _is_link(address):
        raise InputError("The link of the notice is no address of a page", todo="Begin it with https://, or leave it out")
    days = _number(form, "retention_days", KEPT_AT_LEAST.days, MOST_DAYS)
    gigabytes = _number(form, "retention_gigabytes", 1, MOST_GIGABYTES)
    return replace(
        before,
        name=name or Instance().name,
        support_text=" ".join(text_of(form, "support_text", LONGEST_NOTICE).split()),
        support_url=address,
        retention_days=days,
        retention_bytes=None if gigabytes is None else gigabytes * GIGABYTE,
        **{switch: switch in form for switch in _SWITCHES},
    )


def _is_link(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return False


def _number(form: FormData, name: str, least: int, most: int) -> int | None:
    typed = text_of(form, name, 12).strip()
    if not typed:
        return None
    if not typed.isdecimal() or not least <= int(typed) <= most:
        raise InputError(f"{typed!r} is no number from {least} to {most}", todo="Leave the field empty to keep everything")
    return int(typed)


ROUTES = (
    ("/instance", instance, ("GET",), "instance"),
    ("/instance", keep, ("POST",), "keep_instance"),
)
