"""Every route × everybody who may ask: what each gets is written down here, and a route without a line fails.

The reader is the one whose things are asked for; the other reader is not. A program has an app password of the reader's that may write.
`public` is a stranger to an instance that reads publicly; all other columns are of a private one.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from octavo.accounts import new_token, token_digest
from octavo.desk import Desk
from octavo.model import Decision, DecisionKind, Deed, Reader, Repair, Role, SourceKind
from octavo.own_editions import Edition
from octavo.rules import Deed as RuleDeed
from octavo.rules import Rule
from octavo.settings import Settings
from octavo.store import Followed, Instance, Pass, Purpose, Scope, Standing
from octavo.web import create_app
from octavo.web.app import MODULES
from octavo.web.icons import ICONS
from people import PASSWORD, account, browser_of, program_of
from store_samples import NOW, article_id, put_many

COLUMNS = ("stranger", "public", "other", "reader", "program", "editor", "owner")
# Route, then what each of COLUMNS gets: a status; "in" stands for the way to the log-in.
#                    stranger public   other    reader   program  editor   owner
EXPECTED = """
log_in               200      200      303      303      200      303      303
do_log_in            303      303      303      303      303      303      303
log_out              303      303      303      303      303      303      303
welcome              in       in       403      403      403      403      303
open_accounts        in       in       403      403      403      403      422
invitation           200      200      200      200      200      200      200
accept               303      303      303      303      303      303      303
forgotten            200      200      200      200      200      200      200
send_reset           404      404      404      404      404      404      404
reset                200      200      200      200      200      200      200
do_reset             303      303      303      303      303      303      303
mail_link            200      200      200      200      200      200      200
take_mail            200      200      200      200      200      200      200
export_account       in       in       200      200      403      200      200
delete_account       in       in       303      303      403      303      422
account              in       in       200      200      403      200      200
change_account       in       in       303      303      403      303      303
change_password      in       in       303      303      403      303      303
end_session          in       in       303      303      403      303      303
add_app_password     in       in       200      200      403      200      200
remove_app_password  in       in       303      303      403      303      303
passkey_log_in       422      422      422      422      422      422      422
begin_passkey_log_in 200      200      200      200      200      200      200
add_passkey          in       in       422      422      403      422      422
begin_passkey        in       in       200      200      403      200      200
remove_passkey       in       in       303      303      403      303      303
readers              in       in       403      403      403      403      200
invite               in       in       403      403      403      403      200
take_back            in       in       403      403      403      403      303
change_role          in       in       403      403      403      403      303
close_account        in       in       403      403      403      403      303
give_reset           in       in       403      403      403      403      200
front                in       200      200      200      200      200      200
every_edition        in       200      200      200      200      200      200
edition              in       200      200      200      200      200      200
latest               in       in       200      200      200      200      200
story                in       200      200      200      200      200      200
article              in       200      200      200      200      200      200
health               200      200      200      200      200      200      200
mark                 in       in       303      303      303      303      303
saved                in       in       200      200      200      200      200
history              in       in       200      200      200      200      200
following            in       in       200      200      200      200      200
follow               in       in       303      303      303      303      303
rules                in       in       200      200      200      200      200
keep_rule            in       in       303      303      303      303      303
change_rule          in       in       404      303      303      404      404
own_editions         in       in       200      200      200      200      200
keep_edition         in       in       303      303      303      303      303
edition_form         in       in       200      200      200      200      200
read_edition         in       in       303      303      303      303      303
edition_file         in       in       404      200      200      404      404
own_edition          in       in       404      200      200      404      404
change_edition       in       in       404      303      303      404      404
settings             in       in       200      200      200      200      200
keep_settings        in       in       303      303      303      303      303
keys                 in       in       200      200      200      200      200
palette              in       in       200      200      200      200      200
sources              in       in       200      200      200      200      200
add_source           in       in       403      403      403      422      422
export_sources       in       in       200      200      200      200      200
import_sources       in       in       403      403      403      422      422
add_edition          in       in       403      403      403      303      303
trial                in       in       403      403      403      200      200
try_out              in       in       403      403      403      422      422
source               in       in       200      200      200      200      200
configure_source     in       in       403      403      403      303      303
pause_source         in       in       403      403      403      303      303
remove_source        in       in       403      403      403      303      303
search               in       in       200      200      200      200      200
voices               in       in       200      200      200      200      200
voice                in       in       200      200      200      200      200
outlets              in       in       200      200      200      200      200
outlet               in       in       200      200      200      200      200
topics               in       in       200      200      200      200      200
topic                in       in       200      200      200      200      200
place                in       in       404      404      404      404      404
threads              in       in       200      200      200      200      200
thread               in       in       200      200      200      200      200
comments             in       in       200      200      200      200      200
write_comment        in       in       303      303      303      303      303
open_comments        in       in       403      403      403      303      303
comment_queue        in       in       403      403      403      200      200
change_comment       in       in       403      303      303      403      403
repair               in       in       403      403      403      200      200
do_repair            in       in       403      403      403      303      303
repairs              in       in       403      403      403      200      200
undo_repair          in       in       403      403      403      303      303
instance             in       in       403      403      403      403      200
keep_instance        in       in       403      403      403      403      303
metrics              in       in       403      403      403      403      200
dismiss              in       in       303      303      303      303      303
robots               200      200      200      200      200      200      200
llms                 404      200      404      404      404      404      404
image                in       in       404      404      404      404      404
manifest             200      200      200      200      200      200      200
icon                 200      200      200      200      200      200      200
worker               200      200      200      200      200      200      200
offline              200      200      200      200      200      200      200
forget               303      303      303      303      303      303      303
events               in       in       503      503      503      503      503
events_since         in       in       200      200      200      200      200
share                in       in       200      200      200      200      200
save_shared          in       in       422      422      422      422      422
"""


@dataclass(frozen=True)
class World:
    """Ids of what the reader owns, and of what everybody reads."""

    file: Path
    people: dict[str, Reader]
    ids: dict[str, str]


def build(folder: Path) -> World:
    """An instance with four people, two stories, and something of the reader's of every kind."""
    desk = Desk.open(Settings(data=folder))
    store, now = desk.store, datetime.now(UTC)
    people = {
        "owner": account(desk, "Ada", Role.OWNER),
        "editor": account(desk, "Ed", Role.EDITOR),
        "reader": account(desk, "Tove", Role.READER, "tove@gull.example"),
        "other": account(desk, "Ida", Role.READER),
    }
    for number, id in enumerate(put_many(store, ["one", "two", "three"])):
        kind = DecisionKind.OPEN if number in (0, 2) else DecisionKind.JOIN
        store.record_decisions([Decision(kind, "S1" if number < 2 else "S2", id)], NOW, id)
    store.record_decisions([Decision(DecisionKind.THREAD, "S1", other="T1")], NOW)
    store.set_instance(Instance(comments=True))
    store.open_comments("S1", opened=True)
    mine = people["reader"].id
    comment = store.add_comment("S1", mine, None, "Mine.", Standing.SHOWN, NOW)
    source = store.add_source(SourceKind.PAGE, "https://gull.example/", NOW)
    rule = store.keep_rule(mine, Rule(0, RuleDeed.HIDE, "harbour"), now)
    store.keep_edition(mine, Edition("0123456789ab", ("en",), name="Mine"), now)
    store.follow(mine, Followed.STORY, "S1", now)
    store.add_app_password(mine, token_digest(new_token()), "phone", Scope.READ, now)
    store.retitle(Repair(Deed.RENAME, "S1", people["editor"].id, NOW, after="Harbour"))
    invited, reset, mailed = new_token(), new_token(), new_token()
    store.add_pass(Pass(token_digest(invited), Purpose.INVITATION, now, now + timedelta(days=1), None, Role.READER, "Eve"))
    store.add_pass(Pass(token_digest(reset), Purpose.RESET, now, now + timedelta(days=1), mine))
    store.ask_for_mail(mine, "tove@tern.example", token_digest(mailed), now, timedelta(days=1))
    ids = {
        "story": "S1",
        "article": article_id("one"),
        "comment": comment,
        "source": str(source.id),
        "rule": str(rule),
        "edition": "0123456789ab",
        "app_password": str(store.app_passwords(mine)[0].id),
        "repair": str(store.repairs(1)[0].number),
        "reader": str(mine),
        "invited": invited,
        "reset": reset,
        "mailed": mailed,
    }
    desk.store.backup(folder / "kept.sqlite")
    desk.store.close()
    return World(folder / "kept.sqlite", people, ids)


NEW = {"name": "Eve Gull", "password": PASSWORD, "mail": ""}
# Route → the path's parts and the fields of its form, where it has any; ids of `World` in braces.
ASKED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "do_log_in": ({}, {"name": "Tove", "password": PASSWORD}),
    "open_accounts": ({}, NEW),
    "invitation": ({"token": "{invited}"}, {}),
    "accept": ({"token": "{invited}"}, NEW),
    "send_reset": ({}, {"mail": "tove@gull.example"}),
    "reset": ({"token": "{reset}"}, {}),
    "do_reset": ({"token": "{reset}"}, {"password": "quite another sentence"}),
    "mail_link": ({"token": "{mailed}"}, {}),
    "take_mail": ({"token": "{mailed}"}, {}),
    "passkey_log_in": ({}, {"credential": "{}"}),
    "change_account": ({}, {"name": "Tove Gull", "mail": ""}),
    "change_password": ({}, {"old": PASSWORD, "password": "quite another sentence"}),
    "end_session": ({}, {"others": ""}),
    "add_app_password": ({}, {"name": "phone", "scope": "read"}),
    "remove_app_password": ({"id": "{app_password}"}, {}),
    "add_passkey": ({}, {"credential": "{}", "name": "phone"}),
    "remove_passkey": ({}, {"passkey": "00"}),
    "delete_account": ({}, {"old": PASSWORD}),
    "invite": ({}, {"role": "reader", "lasts": "7", "note": "Eve"}),
    "take_back": ({}, {"invitation": "00"}),
    "change_role": ({"id": "{reader}"}, {"role": "editor"}),
    "close_account": ({"id": "{reader}"}, {"close": ""}),
    "give_reset": ({"id": "{reader}"}, {}),
    "edition": ({"edition": "gb-en"}, {}),
    "story": ({"id": "{story}"}, {}),
    "article": ({"id": "{article}"}, {}),
    "mark": ({}, {"save": ""}),
    "follow": ({}, {"follow": ""}),
    "keep_rule": ({}, {"what": "ferry"}),
    "change_rule": ({"id": "{rule}"}, {"remove": ""}),
    "keep_edition": ({}, {"name": "Coast"}),
    "read_edition": ({}, {"text": 'name = "Coast"'}),
    "edition_file": ({"id": "{edition}"}, {}),
    "own_edition": ({"id": "{edition}"}, {}),
    "change_edition": ({"id": "{edition}"}, {"share": ""}),
    "keep_settings": ({}, {"size": "large", "density": "airy", "theme": "system"}),
    "add_source": ({}, {"address": "http://127.0.0.1:1/"}),
    "import_sources": ({}, {}),
    "add_edition": ({}, {"edition": "gb-en"}),
    "try_out": ({}, {"address": "http://127.0.0.1:1/", "selector": "a"}),
    "source": ({"id": "{source}"}, {}),
    "configure_source": ({"id": "{source}"}, {"title": "Gull"}),
    "pause_source": ({"id": "{source}"}, {"pause": ""}),
    "remove_source": ({"id": "{source}"}, {}),
    "voice": ({"name": "Ida Brandt"}, {}),
    "outlet": ({"id": "The Gull"}, {}),
    "topic": ({"code": "11000000"}, {}),
    "place": ({"name": "Halm"}, {}),
    "thread": ({"id": "T1"}, {}),
    "comments": ({"id": "{story}"}, {}),
    "write_comment": ({"id": "{story}"}, {"text": "Well."}),
    "open_comments": ({"id": "{story}"}, {"close": ""}),
    "change_comment": ({"id": "{comment}"}, {"deed": "delete"}),
    "repair": ({"id": "{story}"}, {}),
    "do_repair": ({"id": "{story}"}, {"deed": "rename", "title": "Ferry"}),
    "undo_repair": ({"number": "{repair}"}, {}),
    "keep_instance": ({}, {"name": "Gulls"}),
    "dismiss": ({}, {"notice": "outlet/gull"}),
    "image": ({"article": "{article}", "digest": "0" * 16}, {}),
    "icon": ({"name": next(iter(ICONS))}, {}),
    "save_shared": ({}, {"url": "nothing"}),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world to be copied."""
    return build(tmp_path_factory.mktemp("world"))


@cache
def expected() -> dict[str, dict[str, str]]:
    """Route → who asks → what he or she gets."""
    lines = (line.split() for line in EXPECTED.strip().splitlines())
    return {route: dict(zip(COLUMNS, gets, strict=True)) for route, *gets in lines}


def filled(text: str, ids: dict[str, str]) -> str:
    return ids[text[1:-1]] if text.startswith("{") and text[1:-1] in ids else text


def answered(world: World, folder: Path, who: str, route: str) -> str:
    """What somebody gets who asks for a route, of a world of his or her own."""
    shutil.copyfile(world.file, folder / f"{who}.sqlite")
    with Desk.open(Settings(data=folder, database=f"sqlite:///{folder / who}.sqlite")) as desk:
        app = create_app(desk)
        if who == "public":
            desk.store.set_instance(Instance(public_reading=True, comments=True))
        asking = program_of(app, world.people["reader"]) if who == "program" else browser_of(app, world.people.get(who))
        parts, form = ASKED.get(route, ({}, {}))
        (found,) = (one for one in app.routes if one.name == route)
        path = found.path_format if hasattr(found, "path_format") else found.path
        path = path.format(**{name: filled(value, world.ids) for name, value in parts.items()})
        method = "POST" if "POST" in found.methods else "GET"
        fields = {name: filled(value, world.ids) for name, value in form.items()}
        if route in ("mark", "follow"):
            fields = dict.fromkeys(form, f"story/{world.ids['story']}")
        answer = asking.request(method, path, data=fields if method == "POST" else None)
        to_log_in = answer.status_code == 303 and answer.headers["location"].startswith("/log-in?next=")
        return "in" if to_log_in else str(answer.status_code)


def routes() -> list[str]:
    """The names of all routes of the app, in order, but for the files in `static`, which are the same for everybody."""
    return [name for module in MODULES for *_, name in module.ROUTES]


def test_every_route_is_here() -> None:
    assert sorted(routes()) == sorted(expected())


@pytest.mark.parametrize("route", sorted({line.split()[0] for line in EXPECTED.strip().splitlines()}))
def test_everybody_gets_what_is_written_down(route: str, kept: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.web.live.MOST_STREAMS", 0)  # a stream has no end
    assert {who: answered(kept, tmp_path, who, route) for who in COLUMNS} == expected()[route]
