"""A reader's own data: all of it as a file to take along, and its end with the account."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from octavo.errors import InputError
from octavo.web.accounts_own import account_asking, refused_without_password, shown_again
from octavo.web.entering import REFUSED, Fault, sent_out
from octavo.web.forms import form_of
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
    known = await account_asking(request)
    if refused := await refused_without_password(request, known, form, "end"):
        return refused
    try:
        await run_in_threadpool(store.delete_reader, reader.id)
    except InputError as fault:
        return await shown_again(request, REFUSED, Fault(sentence=str(fault)), "end")
    return sent_out(request, request.url_for("log_in").path)


ROUTES = (
    ("/account/data", data, ("GET",), "export_account"),
    ("/account/delete", delete, ("POST",), "delete_account"),
)
