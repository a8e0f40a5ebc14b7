"""What strangers see: nothing unless the owner opens the instance, and then never more of a text than an excerpt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.model import Article, Brief, BriefSentence, Citation, Decision, DecisionKind, Role
from octavo.settings import Settings
from octavo.store import Instance
from octavo.web import create_app
from octavo.web.excerpts import excerpt
from octavo.web.public import EXCERPT
from people import account
from store_samples import NOW, article, put

SECRET = "Nobody but a reader of this instance may see these closing words."
TEXT = "The harbour of Halm reopened on Monday after nine weeks. " + "Boats went out at dawn and came back at dusk. " * 12 + SECRET
HEADLINE = "Harbour </script><script>alert(1)</script> open"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An instance with accounts, so that strangers are strangers, and one story."""
    with Desk.open(Settings(data=tmp_path)) as opened:
        store = opened.store
        made = replace(article("harbour", TEXT), headline=HEADLINE, url="https://gull.example/harbour?utm_source=feed")
        put(store, made, annotated=True)
        store.record_decisions([Decision(DecisionKind.OPEN, "S1", made.id)], NOW, made.id)
        store.set_briefs([Brief("S1", (BriefSentence(TEXT[:56], Citation(made.id, 0, 56, 1)),))])
        account(opened, "Ida", Role.OWNER)
        yield opened


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    headers = {"sec-fetch-mode": "navigate", "accept": "text/html"}
    with TestClient(create_app(desk), base_url="http://127.0.0.1:8710", headers=headers, follow_redirects=False) as opened:
        yield opened


PAGES = ("/", "/stories/S1", f"/articles/{article('harbour').id}", "/e/all", "/e/gb-en")
CLOSED = (
    "/latest",
    "/voices",
    "/outlets",
    "/topics",
    "/threads",
    "/search?q=harbour",
    "/sources",
    "/saved",
    "/settings",
    "/events",
    "/instance",
)


def test_a_private_instance_shows_strangers_the_door_alone(client: TestClient) -> None:
    for path in PAGES + CLOSED:
        answer = client.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/log-in?next=")
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert client.get("/llms.txt").status_code == 404


def test_a_public_one_shows_excerpts_briefs_and_links_and_no_text(desk: Desk, client: TestClient) -> None:
    desk.store.set_instance(
        Instance(name="Harbour Desk", public_reading=True, support_text="Help us", support_url="https://gull.example/help")
    )
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert SECRET not in answer.text
        assert "Boats went out at dawn and came back at dusk. " * 7 not in answer.text
        assert "<script>alert" not in answer.text
        assert 'href="/log-in"' in answer.text
        assert "Help us" in answer.text
        assert answer.headers["tdm-reservation"] == "1"
        for private in ("/marks", "/settings", "/sources", "/following"):
            assert private not in answer.text
    for path in CLOSED:
        assert client.get(path).status_code == 303, path
    story = client.get("/stories/S1").text
    assert TEXT[:56] in story
    assert "https://gull.example/harbour" in story
    assert "utm_source" not in story


def test_a_card_stands_on_every_public_page(desk: Desk, client: TestClient) -> None:
    desk.store.set_instance(Instance(public_reading=True))
    shown = client.get("/stories/S1").text
    meta = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', shown))
    assert meta["og:type"] == "article"
    assert meta["og:description"] == TEXT[:56].strip()
    assert meta["og:url"] == "http://127.0.0.1:8710/stories/S1"
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown)[0])
    assert data["@context"] == "https://schema.org"
    (part,) = data["hasPart"]
    assert (part["@type"], part["headline"], part["publisher"]["name"]) == ("NewsArticle", HEADLINE, "The Gull")
    one = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(PAGES[2]).text)[0])
    assert one["url"] == "https://gull.example/harbour"
    assert len(one["abstract"]) <= EXCERPT


def test_robots_and_llms_say_what_programs_may(desk: Desk, client: TestClient) -> None:
    desk.store.set_instance(Instance(name="Harbour Desk", public_reading=True))
    closed = client.get("/robots.txt").text
    assert "User-agent: GPTBot\n" in closed
    assert "ai-train=no" in closed
    assert "may not be used to train" in client.get("/llms.txt").text
    desk.store.set_instance(Instance(public_reading=True, training=True))
    assert "GPTBot" not in client.get("/robots.txt").text
    assert "ai-train=yes" in client.get("/robots.txt").text
    assert "tdm-reservation" not in client.get("/").headers


def test_a_program_with_a_wrong_password_is_told_so_and_gets_no_public_page(desk: Desk, client: TestClient) -> None:
    desk.store.set_instance(Instance(public_reading=True))
    answer = client.get("/", headers={"authorization": "Bearer octavo_wrong", "sec-fetch-mode": "", "accept": "application/json"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("short", "short"),
        ("a " * 300, "a " * 138 + "a…"),
        ("x" * 400, "x" * 279 + "…"),
        ("One two,\n\nthree", "One two, three"),
    ],
)
def test_an_excerpt_ends_at_a_word(text: str, said: str) -> None:
    assert excerpt(text, EXCERPT) == said
    assert len(said) <= EXCERPT


def told(desk: Desk, text: str) -> Article:
    """An article of that text as a story of its own, S2, that strangers may read."""
    desk.store.set_instance(Instance(public_reading=True))
    made = article("ferry", text)
    put(desk.store, made, capture_name="ferry", annotated=True)
    desk.store.record_decisions([Decision(DecisionKind.OPEN, "S2", made.id)], NOW, made.id)
    return made


def test_of_a_short_text_no_more_than_half_leaves(desk: Desk, client: TestClient) -> None:
    text = "The ferry ran aground. Nobody was hurt. It was towed to Halm at noon. The owners said nothing of it."
    made = told(desk, text)
    cuts = [0, 22, 39, 69, len(text)]
    sentences = [BriefSentence(text[a:b].strip(), Citation(made.id, a, b, 1)) for a, b in pairwise(cuts)]
    desk.store.set_briefs([Brief("S2", tuple(sentences))])
    shown = client.get("/stories/S2").text + client.get(f"/articles/{made.id}").text
    assert sum(len(sentence.text) for sentence in sentences if sentence.text in shown) <= len(text) / 2
    assert sentences[0].text in shown


def test_nor_does_it_leave_by_the_front_page(desk: Desk, client: TestClient) -> None:
    """A feed may give one sentence, which is all that the brief can quote."""
    text = "The ferry ran aground near Halm, and nobody on it was hurt."
    made = told(desk, text)
    desk.store.set_briefs([Brief("S2", (BriefSentence(text, Citation(made.id, 0, len(text), 1)),))])
    front = client.get("/").text
    assert 'href="/stories/S2"' in front
    assert text not in front
    assert TEXT[:56].strip() in front
