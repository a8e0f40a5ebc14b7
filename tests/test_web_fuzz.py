"""Every route, with every name of a form field or query parameter that any page reads, set to what nobody should send: never a 5xx."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import octavo.web
from octavo.desk import Desk
from octavo.model import Role
from octavo.settings import Settings
from octavo.web import create_app
from people import ADDRESS, account, log_in
from store_samples import put_many
from test_web_matrix import ASKED, build, filled, routes

ROUNDS = 6
SOURCE = "".join(file.read_text("utf-8") for file in sorted(Path(octavo.web.__file__).parent.glob("*.py")))
_READ = r"""(?:query_params\.get\(|form\.get\(|getlist\(|(?:text_of|hex_of|_text|_number)\(form, |said\.get\(|given\.get\()["'](\w+)["']|["'](\w+)["'] in (?:form|request\.query_params|query)"""
_WRITTEN = "".join(file.read_text("utf-8") for file in sorted(Path(octavo.web.__file__).parent.glob("templates/*.html")))
NAMES = sorted({one or other for one, other in re.findall(_READ, SOURCE)} | set(re.findall(r'name="(\w+)"', _WRITTEN)))
NASTY = (
    "",
    " ",
    "0",
    "-1",
    "99999999999999999999999",
    "1e309",
    "nan",
    "\x00",
    "\U0001f4a9" * 50,
    "\u202e\u2066abc",
    "a" * 5000,
    "../" * 40,
    "//evil.example/",
    "\\\\evil.example\\x",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "'; DROP TABLE readers; --",
    '"' * 300,
    "%" * 100,
    "%00%ff%fe",
    "{{7*7}}${7*7}",
    "2031-13-45T99:99:99+99:99",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "P99999999D",
    "story/" + "A" * 64,
    "article/../../x",
    "(" * 200,
    "(a+)+$",
    'outlet:"' * 50,
    "after:99999999999",
    "before:0000-00-00 after:9999-99-99",
    "-" * 400,
    "*",
    "http://[::1",
    "http://127.0.0.1:1/",
    "http://\u2488\u2489.example:99999/",
    "on",
    "en",
    "UTC",
    "None",
)


@pytest.fixture
def world(tmp_path: Path) -> tuple[Desk, dict[str, str]]:
    made = build(tmp_path)
    return Desk.open(Settings(data=tmp_path, database=f"sqlite:///{made.file}")), made.ids


def test_the_names_are_found() -> None:
    assert {"q", "edition", "address", "deed", "read_until", "support_url", "what", "back"} <= set(NAMES)
    assert len(NAMES) > 60


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_is_sent_breaks_a_page(world: tuple[Desk, dict[str, str]], seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.web.live.MOST_STREAMS", 0)  # a stream has no end
    chance, (desk, ids) = random.Random(seed), world
    with desk:
        app = create_app(desk)
        owner = next(one.reader for one in desk.store.accounts() if one.reader.role is Role.OWNER)
        headers = {"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
        client = TestClient(app, base_url=ADDRESS, headers=headers, follow_redirects=False, raise_server_exceptions=False)
        found = {route.name: route for route in app.routes if hasattr(route, "methods") and route.methods}
        for route in routes():
            for turn in range(ROUNDS):
                log_in(client, owner)
                parts, form = ASKED.get(route, ({}, {}))
                sent = {name: chance.choice(NASTY) for name in chance.sample(NAMES, chance.randint(1, 12))}
                sent |= {name: chance.choice((filled(value, ids), chance.choice(NASTY))) for name, value in form.items()}
                path = path_of(found[route].path, parts, ids, chance, wrong=turn % 2 == 1)
                posts = "POST" in found[route].methods
                answer = client.post(path, data=sent) if posts else client.get(path, params=sent)
                assert answer.status_code < 500 or route == "events", (route, path, sent, answer.text[:300])


def path_of(path: str, parts: dict[str, str], ids: dict[str, str], chance: random.Random, *, wrong: bool) -> str:
    """A path with what is there in its places, or with what is not."""

    def put(match: re.Match[str]) -> str:
        if not wrong:
            return filled(parts.get(match[1], "x"), ids)
        if ":int" in match[0]:
            return str(chance.choice((0, 10**12, 10**20)))
        return chance.choice(("x", "A" * 64, "%00", "%F0%9F%92%A9", "..%2f..%2fetc", "<b>", "0" * 400))

    return re.sub(r"\{(\w+)(?::\w+)?\}", put, path)


def test_an_account_without_anything_is_shown_everywhere(tmp_path: Path) -> None:
    """An instance in which nothing is yet: every page that needs nothing can be seen."""
    with Desk.open(Settings(data=tmp_path)) as desk:
        owner = account(desk, "Ada", Role.OWNER)
        put_many(desk.store, ["one"])  # which stands in no story
        app = create_app(desk)
        client = TestClient(app, base_url=ADDRESS, headers={"sec-fetch-mode": "navigate"}, follow_redirects=False)
        log_in(client, owner)
        seen = [route.path for route in app.routes if "GET" in (getattr(route, "methods", None) or ()) and "{" not in route.path]
        for path in seen:
            if path != "/events":
                assert client.get(path).status_code in (200, 303, 404), path
