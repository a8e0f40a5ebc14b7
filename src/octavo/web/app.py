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
from octavo.web import pages
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
    app.add_route("/sources", pages.sources, name="sources")
    app.add_route("/sources", pages.add_source, methods=["POST"], name="add_source")
    app.add_route("/sources/{id:int}/remove", pages.remove_source, methods=["POST"], name="remove_source")
    app.add_route("/healthz", pages.health, name="health")
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    app.add_exception_handler(HTTPException, pages.failed)
    app.add_exception_handler(OctavoError, pages.failed)
    app.add_exception_handler(Exception, pages.failed)
    app.add_middleware(Guard, hosts=LOOPBACK)
    return app
