"""The web app: its routes and what stands around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.web import (
    accounts,
    accounts_data,
    accounts_own,
    accounts_passkeys,
    accounts_readers,
    app_files,
    comments,
    follows,
    front,
    images,
    instance,
    keys,
    live,
    marks,
    metrics,
    notices,
    outlets,
    own_editions,
    pages,
    preferences,
    public,
    repair,
    rules,
    search,
    share,
    sources,
    threads,
    topics,
    voices,
)
from octavo.web.access import guarded
from octavo.web.composed import Kept
from octavo.web.guard import LOOPBACK, Guard
from octavo.web.picture_files import Shelf
from octavo.web.reading import AtHand, Pending

MODULES = (  # in order: where two paths could be meant, the first one is
    accounts,
    accounts_data,
    accounts_own,
    accounts_passkeys,
    accounts_readers,
    front,
    pages,
    marks,
    follows,
    rules,
    own_editions,
    preferences,
    keys,
    sources,
    search,
    voices,
    outlets,
    topics,
    threads,
    comments,
    repair,
    instance,
    metrics,
    notices,
    public,
    images,
    app_files,
    live,
    share,
)


def create_app(desk: Desk, beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext) -> FastAPI:
    """The app over an open desk. `beside`: what runs as long as the app does (`octavo serve` gathers there).

    Raises LookupError when nobody has said who may use one of its routes.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with beside():
            yield

    app = FastAPI(title="Octavo", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.desk = desk
    app.state.kept = Kept()
    app.state.pending = Pending()
    app.state.live = live.Live(desk.store)
    app.state.saving = share.Saving(desk)
    app.state.shelf = Shelf(desk.settings)
    app.state.meter = metrics.Meter(desk.store)
    app.state.zone = ZoneInfo(desk.settings.time_zone)
    for module in MODULES:
        for path, handler, methods, name in module.ROUTES:
            app.add_route(path, guarded(name, handler), methods=list(methods), name=name)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    app.add_exception_handler(HTTPException, pages.failed)
    app.add_exception_handler(OctavoError, pages.failed)
    app.add_exception_handler(Exception, pages.failed)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(AtHand, settings=desk.settings)
    app.add_middleware(metrics.Measured, meter=app.state.meter)
    app.add_middleware(Guard, hosts=LOOPBACK | desk.settings.names)
    return app
