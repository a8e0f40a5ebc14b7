"""Pictures through the instance: no page asks another host for one. Only what an article in the store carries is fetched."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from octavo.model import Article
from octavo.web.picture_files import MEDIA_TYPE, WIDTHS, Shelf, digest_of
from octavo.web.reading import desk_of

DRAWINGS = (".svg", ".svgz")  # endings of addresses of what is never shown, because it may hold scripts
SHAPE = 2 / 3  # height to width of the place that is kept free for a picture until it has come

# The address holds a digest of the picture's own, so what it gives never changes.
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_NOT_NOW = {"Cache-Control": "private, max-age=3600"}


async def image(request: Request) -> Response:
    """The picture of an article in a width; 404 when the article carries no such picture or it could not be had."""
    shelf: Shelf = request.app.state.shelf
    id, digest, width = request.path_params["article"], request.path_params["digest"], request.query_params.get("w")
    head = (await run_in_threadpool(desk_of(request).store.heads, [id])).get(id)
    address = head.image.url if head and head.image else None
    found = None
    if address and digest_of(address) == digest and width in _ASKED:
        found = await shelf.picture(address, _ASKED[width])
    return Response(found, media_type=MEDIA_TYPE, headers=_FOR_EVER) if found else Response(status_code=404, headers=_NOT_NOW)


def picture(article: Article, width: int, *, shelf: Shelf, sizes: str | None = None, eager: bool = False, alt: str = "") -> Markup:
    """The `<img>` of an article in a place that is `width` CSS pixels wide; empty when it has no picture or it could not be had.

    `sizes`: where the place is narrower on some screens, as HTML's attribute says it. `eager`: it stands at the top of the page, so the
    browser need not wait. A caption and credit are the page's to set.
    """
    address = article.image.url if article.image else None
    if not address or address.partition("?")[0].lower().endswith(DRAWINGS) or shelf.refused(address):
        return Markup("")
    base = f"/images/{article.id}/{digest_of(address)}"
    offered = [rung for rung in WIDTHS if rung < 2 * width] + [rung for rung in WIDTHS if rung >= 2 * width][:1]
    usual = next((rung for rung in offered if rung >= width), offered[-1])
    return Markup('<img src="{}?w={}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" decoding="async" loading="{}"{}>').format(
        base,
        usual,
        ", ".join(f"{base}?w={rung} {rung}w" for rung in offered),
        sizes or f"(max-width: {width}px) 100vw, {width}px",
        width,
        round(width * SHAPE),
        alt,
        "eager" if eager else "lazy",
        Markup(' fetchpriority="high"') if eager else "",
    )


_ASKED = {str(width): width for width in WIDTHS}

ROUTES = (("/images/{article}/{digest}", image, ("GET",), "image"),)
