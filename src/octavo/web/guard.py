"""What stands between a browser and the pages: security headers, a check on where a write comes from, and how large it may be."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; worker-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # other sites are told nothing; with "no-referrer" our own forms would come without their origin
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE = {"GET", "HEAD", "OPTIONS"}
LONGEST_PATH = 2000
LARGEST_BODY = 20_000_000  # bytes of a request; pages that take files take smaller ones
_ENCODED = re.compile(r"charset(?!\s*=\s*\"?utf-?8\b)", re.IGNORECASE)  # some encodings that Python knows give what is no text
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Guard:
    """ASGI middleware around the whole app.

    Writes are let through only from our own pages (Sec-Fetch-Site, or the Origin header where a browser sends none), which is enough
    against cross-site request forgery without tokens. Only requests under one of our own names are answered, so that a foreign page
    cannot reach us by pointing its own name at our address (DNS rebinding), and no link of ours leads to a name that a stranger chose.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                raise HTTPException(413, f"This is larger than the {LARGEST_BODY // 1_000_000} MB that are taken in at once.")
            return message

        headers = Headers(scope=scope)
        if refusal := self._refusal(scope["method"], headers):
            await PlainTextResponse(refusal + "\n", 403)(scope, receive, guarded)
        elif len(scope["path"]) > LONGEST_PATH:  # before a route is looked for, which takes numbers of any length out of it
            await PlainTextResponse("This address is longer than any page's.\n", 414)(scope, receive, guarded)
        elif _ENCODED.search(headers.get("content-type", "")):
            await PlainTextResponse("Forms are taken in UTF-8 only.\n", 415)(scope, receive, guarded)
        else:
            await self.app(scope, bounded, guarded)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if host_of(headers) not in self.hosts:
            return (
                f"This Octavo does not answer under the name {host[:100]!r}. Its owner sets its names by OCTAVO_ADDRESS and OCTAVO_HOSTS."
            )
        if method in SAFE:
            return None
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        own = site in ("same-origin", "none") if site else origin is None or _split(origin).netloc == host
        return None if own else "Refused: this request came from another site's page. Use the form on Octavo's own page."


def host_of(headers: Headers) -> str | None:
    """The name, in small letters and without port, under which a request comes."""
    return _split(f"//{headers.get('host', '')}").hostname


def _split(address: str) -> SplitResult:
    """The parts of an address; none of what is no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
