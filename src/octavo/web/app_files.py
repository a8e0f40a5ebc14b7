"""What makes the pages an app: its manifest, its icons, the service worker that reads without a network, and the page for that."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from octavo.web import texts
from octavo.web.icons import ICONS, INK, PAPER, icon
from octavo.web.reading import language_of
from octavo.web.render import asset, page

HERE = Path(__file__).parent
STATIC = HERE / "static"
WORKER = "sw.js"
OFFLINE = "/offline"
# To be sent with the answer to whatever ends a person's use of this browser, so that nothing private stays in it.
FORGET = {"Clear-Site-Data": '"cache", "storage"', "Cache-Control": "no-store"}
# The same where a session ended by itself, or another begins: marks that wait to be sent stay for their reader, who may log in again
# (of somebody else who does the server takes none, and they go).
# The pages that the worker keeps go by its own doing, as soon as it sees a page for another reader or for nobody (`render.READER`).
FORGET_PAGES = {"Clear-Site-Data": '"cache"', "Cache-Control": "no-store"}


async def manifest(request: Request) -> Response:
    """The web app manifest (W3C), in the reader's language."""
    language = language_of(request)
    _ = texts.translations(language).gettext
    shortcuts = {"/latest": _("Latest"), "/saved": _("Saved"), "/search": _("Search"), "/sources": _("Sources")}
    images = [
        {"src": f"/icons/{name}.png", "sizes": f"{pixels}x{pixels}", "type": "image/png", "purpose": "maskable" if cut else "any"}
        for name, (pixels, cut) in ICONS.items()
    ]
    told = {
        "id": "/",
        "name": "Octavo",
        "short_name": "Octavo",
        "description": _("The news, story by story, each sentence with its source."),
        "lang": language,
        "dir": texts.direction(language),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "display_override": ["minimal-ui", "standalone"],
        "background_color": PAPER,
        "theme_color": INK,
        "categories": ["news"],
        "icons": [{"src": "/static/octavo.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}, *images],
        "shortcuts": [{"name": name, "url": url} for url, name in shortcuts.items()],
        "share_target": {"action": "/share", "method": "GET", "params": {"title": "title", "text": "text", "url": "url"}},
    }
    return JSONResponse(told, media_type="application/manifest+json", headers={"Cache-Control": "private, no-cache"})


async def app_icon(request: Request) -> Response:
    """One of `ICONS` as PNG."""
    name = request.path_params["name"]
    if name not in ICONS:
        raise HTTPException(404, "There is no such icon.")
    return Response(icon(name), media_type="image/png", headers={"Cache-Control": "max-age=86400"})


async def worker(_: Request) -> Response:
    """The service worker. It stands at the root, because it sees to the pages below its own address only."""
    return Response(_worker(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=1)
def _worker() -> str:
    """The script with what it must know of this version: a digest of all that pages are set with, and the files to keep."""
    files = sorted(file for file in STATIC.iterdir() if file.name != WORKER)
    digest = sha256()
    for file in (*files, STATIC / WORKER, *sorted((HERE / "templates").iterdir())):
        digest.update(file.read_bytes())
    kept = ", ".join(f'"{address}"' for address in (OFFLINE, *(asset(file.name) for file in files)))
    return f'const VERSION = "{digest.hexdigest()[:12]}";\nconst FILES = [{kept}];\n' + (STATIC / WORKER).read_text("utf-8")


async def offline(request: Request) -> Response:
    """What stands there when there is no network and a page is not kept: which ones are."""
    return page(request, "offline.html")


async def forget(_: Request) -> Response:
    """Have the browser throw away all that it keeps of us."""
    return RedirectResponse(OFFLINE, 303, headers=FORGET)


ROUTES = (
    ("/manifest.webmanifest", manifest, ("GET",), "manifest"),
    ("/icons/{name}.png", app_icon, ("GET",), "icon"),
    ("/sw.js", worker, ("GET",), "worker"),
    (OFFLINE, offline, ("GET",), "offline"),
    (f"{OFFLINE}/forget", forget, ("POST",), "forget"),
)
