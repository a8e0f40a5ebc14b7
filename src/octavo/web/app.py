"""The web app: its routes and what stands around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from octavo.desk import Desk
from octavo.errors import OctavoError
from octavo.web import pages, sources
from octavo.web.guard import Guard

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def create_app(desk: Desk, beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext) -> FastAPI:
    """The app over an open desk. `beside`: what runs as long as the app does (`octavo serve` gathers there)."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with beside():
            yield

    app = FastAPI(title="Octavo", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.desk = desk
    app.state.zone = ZoneInfo(desk.settings.time_zone)
    app.add_route("/", pages.front, name="front")
    app.add_route("/stories/{id}", pages.story, name="story")
    app.add_route("/articles/{id}", pages.article, name="article")
    app.add_route("/sources", sources.sources, name="sources")
    app.add_route("/sources", sources.add, methods=["POST"], name="add_source")
    app.add_route("/sources.opml", sources.export_list, name="export_sources")
    app.add_route("/sources/import", sources.import_list, methods=["POST"], name="import_sources")
    app.add_route("/sources/editions", sources.add_edition, methods=["POST"], name="add_edition")
    app.add_route("/sources/try", sources.trial, name="trial")
    app.add_route("/sources/try", sources.try_out, methods=["POST"], name="try_out")
    app.add_route("/sources/{id:int}", sources.source, name="source")
    app.add_route("/sources/{id:int}", sources.configure, methods=["POST"], name="configure_source")
    app.add_route("/sources/{id:int}/pause", sources.pause, methods=["POST"], name="pause_source")
    app.add_route("/sources/{id:int}/remove", sources.remove, methods=["POST"], name="remove_source")
    app.add_route("/healthz", pages.health, name="health")
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    app.add_exception_handler(HTTPException, pages.failed)
    app.add_exception_handler(OctavoError, pages.failed)
    app.add_exception_handler(Exception, pages.failed)
    app.add_middleware(Guard, hosts=LOOPBACK)
    return app
