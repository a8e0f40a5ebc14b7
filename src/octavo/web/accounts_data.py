"""A reader's own data: all of it as a file to take along, and its end with the account."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from octavo.errors import InputError
from octavo.web.accounts import LONGEST_PASSWORD_TYPED
from octavo.web.accounts_own import shown_again
from octavo.web.entering import REFUSED, Fault, attempt, is_own_password, seconds_until, sent_out, succeeded
from octavo.web.forms import form_of, text_of
from octavo.web.reading import current_reader, desk_of


async def data(request: Request) -> Response:
    """All that is kept of the reader who asks, as JSON to download."""
    found = await run_in_threadpool(desk_of(request).store.personal_data, current_reader(request).id)
    body = json.dumps({"octavo": 1, "at": datetime.now(UTC).isoformat()} | found, ensure_ascii=False, indent=1)
    name = f"octavo-{datetime.now(UTC):%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


async def delete(request: Request) -> Response:
    """End the account of the reader who asks, for who gives its password, with everything that is his or hers."""
    form, reader, store = await form_of(request), current_reader(request), desk_of(request).store
    known = await run_in_threadpool(store.account, reader.id)
    made = await attempt(request, "password", known.login if known else "")
    if isinstance(made, datetime):
        return await shown_again(request, 429, Fault(wait=seconds_until(made)), "end")
    if not await is_own_password(request, known, text_of(form, "old", LONGEST_PASSWORD_TYPED)):
        return await shown_again(request, REFUSED, Fault("old"), "end")
    await succeeded(request, made)
    try:
        await run_in_threadpool(store.delete_reader, reader.id)
    except InputError as fault:
        return await shown_again(request, REFUSED, Fault(sentence=str(fault)), "end")
    return sent_out(request, request.url_for("log_in").path)


ROUTES = (
    ("/account/data", data, ("GET",), "export_account"),
    ("/account/delete", delete, ("POST",), "delete_account"),
)
