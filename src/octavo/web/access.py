"""Who may ask for what: one table over all routes, and the door before each handler that keeps to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from octavo.model import Role
from octavo.store import Asked, Scope
from octavo.web.app_files import FORGET_PAGES
from octavo.web.entering import forget_session, to_log_in
from octavo.web.guard import SAFE
from octavo.web.public import PUBLIC, Handler
from octavo.web.reading import asked, cookie_name
from octavo.web.render import page


class Who(StrEnum):
    """Who may use a route."""

    ANYONE = "anyone"
    VISITOR = "visitor"  # readers; strangers too where the instance reads publicly, who get the answer of `PUBLIC`
    READER = "reader"
    EDITOR = "editor"
    PERSON = "person"  # a reader who logged in; no program with an app password
    RECENT = "recent"  # the same, within the last half hour, so that a browser left open gives nobody a lasting way in
    OWNER = "owner"  # a person of that role
    RECENT_OWNER = "recent owner"  # the same, within the last half hour
    WATCH = "watch"  # the owner, or a program with an app password of the owner's


ROLES: Mapping[Who, frozenset[Role]] = {
    Who.VISITOR: frozenset(Role),
    Who.READER: frozenset(Role),
    Who.EDITOR: frozenset({Role.EDITOR, Role.OWNER}),
    Who.PERSON: frozenset(Role),
    Who.RECENT: frozenset(Role),
    Who.OWNER: frozenset({Role.OWNER}),
    Who.RECENT_OWNER: frozenset({Role.OWNER}),
    Who.WATCH: frozenset({Role.OWNER}),
}
IN_PERSON = {Who.PERSON, Who.RECENT, Who.OWNER, Who.RECENT_OWNER}
RECENTLY = timedelta(minutes=30)
AGAIN = {Who.RECENT: "/account", Who.RECENT_OWNER: "/readers"}  # where to go on after another log-in

# Name of a route → who may use it. Every route stands here, or the app does not start.
ACCESS: Mapping[str, Who] = {
    # what is nobody's
    "health": Who.ANYONE,
    "manifest": Who.ANYONE,
    "icon": Who.ANYONE,
    "worker": Who.ANYONE,
    "offline": Who.ANYONE,
    "forget": Who.ANYONE,
    "robots": Who.ANYONE,
    "llms": Who.ANYONE,
    # the door
    "log_in": Who.ANYONE,
    "do_log_in": Who.ANYONE,
    "log_out": Who.ANYONE,
    "welcome": Who.OWNER,
    "open_accounts": Who.OWNER,
    "invitation": Who.ANYONE,
    "accept": Who.ANYONE,
    "forgotten": Who.ANYONE,
    "send_reset": Who.ANYONE,
    "reset": Who.ANYONE,
    "do_reset": Who.ANYONE,
    "mail_link": Who.ANYONE,
    "take_mail": Who.ANYONE,
    "passkey_log_in": Who.ANYONE,
    "begin_passkey_log_in": Who.ANYONE,
    # reading
    "front": Who.VISITOR,
    "every_edition": Who.VISITOR,
    "edition": Who.VISITOR,
    "latest": Who.VISITOR,
    "story": Who.VISITOR,
    "article": Who.VISITOR,
    "image": Who.VISITOR,
    "threads": Who.READER,
    "thread": Who.READER,
    "voices": Who.READER,
    "voice": Who.READER,
    "outlets": Who.READER,
    "outlet": Who.READER,
    "topics": Who.READER,
    "topic": Who.READER,
    "place": Who.READER,
    "search": Who.READER,
    "events": Who.READER,
    "events_since": Who.READER,
    "keys": Who.READER,
    "palette": Who.READER,
    # a reader's own
    "mark": Who.READER,
    "saved": Who.READER,
    "history": Who.READER,
    "following": Who.READER,
    "follow": Who.READER,
    "rules": Who.READER,
    "keep_rule": Who.READER,
    "change_rule": Who.READER,
    "own_editions": Who.READER,
    "keep_edition": Who.READER,
    "edition_form": Who.READER,
    "read_edition": Who.READER,
    "edition_file": Who.READER,
    "own_edition": Who.READER,
    "change_edition": Who.READER,
    "settings": Who.READER,
    "keep_settings": Who.READER,
    "share": Who.READER,
    "save_shared": Who.READER,
    # a reader's account
    "account": Who.PERSON,
    "change_account": Who.RECENT,
    "change_password": Who.PERSON,
    "end_session": Who.PERSON,
    "add_app_password": Who.RECENT,
    "remove_app_password": Who.PERSON,
    "add_passkey": Who.RECENT,
    "begin_passkey": Who.RECENT,
    "remove_passkey": Who.RECENT,
    "export_account": Who.PERSON,
    "delete_account": Who.RECENT,
    "dismiss": Who.READER,
    # readers
    "readers": Who.OWNER,
    "invite": Who.RECENT_OWNER,
    "take_back": Who.OWNER,
    "change_role": Who.RECENT_OWNER,
    "close_account": Who.RECENT_OWNER,
    "give_reset": Who.RECENT_OWNER,
    # repair
    "repair": Who.EDITOR,
    "do_repair": Who.EDITOR,
    "repairs": Who.EDITOR,
    "undo_repair": Who.EDITOR,
    # comments
    "comments": Who.READER,
    "write_comment": Who.READER,
    "change_comment": Who.READER,
    "open_comments": Who.EDITOR,
    "comment_queue": Who.EDITOR,
    # the instance
    "instance": Who.OWNER,
    "keep_instance": Who.OWNER,
    "metrics": Who.WATCH,
    # sources
    "sources": Who.READER,
    "source": Who.READER,
    "export_sources": Who.READER,
    "add_source": Who.EDITOR,
    "import_sources": Who.EDITOR,
    "add_edition": Who.EDITOR,
    "trial": Who.EDITOR,
    "try_out": Who.EDITOR,
    "configure_source": Who.EDITOR,
    "pause_source": Who.EDITOR,
    "remove_source": Who.EDITOR,
}

_NEEDED = {Who.EDITOR: "an editor or the owner"}  # else: the owner


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody may not: the status of the answer, a sentence, and where a log-in leads where not back to what was asked for."""

    status: int
    reason: str
    place: str = ""


def refusal(who: Who, asker: Asked, now: datetime, *, writes: bool) -> Refusal | None:
    """What stands between whoever asks and a route for `who`; None: nothing."""
    if who is Who.ANYONE:
        return None
    if asker.reader is None:
        return Refusal(401, "Log in first, or give the password that you made for this program.")
    if asker.app_password and who in IN_PERSON:
        return Refusal(403, "This is for people who log in. No program can do it with its password.")
    if asker.reader.role not in ROLES[who]:
        return Refusal(403, f"This is for {_NEEDED.get(who, 'the owner')} of this Octavo. Ask them.")
    if who in AGAIN and not asker.accounts:
        return Refusal(403, "There are no accounts yet. Give yourself a name and a password first.")
    if who in AGAIN and asker.session and now - asker.session.created_at > RECENTLY:
        return Refusal(401, "Log in again first: this is for who logged in within the last half hour.", AGAIN[who])
    if writes and asker.app_password and asker.app_password.scope is not Scope.WRITE:
        return Refusal(403, "The password of this program is for reading only. Make another one that may write.")
    return None


def guarded(name: str, handler: Handler) -> Handler:
    """The handler of a route behind its door. Raises LookupError for a route that `ACCESS` does not know."""
    if name not in ACCESS:
        raise LookupError(f"web/access.py does not say who may use the route {name!r}")
    who = ACCESS[name]

    async def door(request: Request) -> Response:
        asker = asked(request)
        request.state.route = name
        stranger = asker.reader is None and "authorization" not in request.headers  # a program with a wrong password is told so
        if stranger and who is Who.VISITOR and name in PUBLIC and asker.instance.public_reading:
            return _forgetting(request, await PUBLIC[name](request))
        found = refusal(who, asker, datetime.now(UTC), writes=request.method not in SAFE)
        return refused(request, found) if found else await handler(request)

    return door


def refused(request: Request, found: Refusal) -> Response:
    """The answer to whoever may not: the log-in for a browser that opens a page, else what happened (RFC 9457 for programs)."""
    if found.status == 401 and opens_page(request):
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = found.place or (here if request.method == "GET" else "/")
        return _forgetting(request, to_log_in(request, back))
    if opens_page(request):
        return page(request, "error.html", found.status, reason=found.reason, code=found.status)
    return problem(request, found.status, found.reason)


def _forgetting(request: Request, answer: Response) -> Response:
    """The answer to a stranger; where it is the browser of a reader whose session is over, it forgets the pages that it kept of that."""
    if asked(request).session is None and cookie_name(request.app.state.desk.settings) in request.cookies:
        forget_session(request, answer, FORGET_PAGES)
    return answer


def problem(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document (RFC 9457). A 401 asks for a password, but not in the way that has a browser open a dialog of its own."""
    titles = {401: "Not logged in", 403: "Not allowed", 429: "Too many attempts"}
    browser = "sec-fetch-mode" in request.headers or request.headers.get("user-agent", "").startswith("Mozilla/")
    asks = "Bearer" if browser else 'Basic realm="Octavo", charset="UTF-8", Bearer'
    said = {"WWW-Authenticate": asks} if status == 401 else {}
    body = {"type": "about:blank", "title": titles.get(status, "Refused"), "status": status, "detail": detail}
    return JSONResponse(body, status, {"Cache-Control": "no-store", **said, **(headers or {})}, "application/problem+json")


def opens_page(request: Request) -> bool:
    """Whether a browser asks for a page to show, rather than a program or script for data."""
    mode = request.headers.get("sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in request.headers.get("accept", "")
