"""What the pages answer: status, headers, where a write may come from, and how many queries a list costs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from newsroom import Newsroom
from octavo.web import create_app


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[TestClient]:
    with TestClient(create_app(newsroom.desk), base_url="http://127.0.0.1:8710") as opened:
        yield opened


def first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return html.unescape(found[1])


def test_every_page_carries_the_headers_that_keep_foreign_code_out(client: TestClient) -> None:
    for path in ("/", "/sources", "/stories/nothing", "/static/octavo.css", "/healthz"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


def test_a_page_that_is_not_there_says_so(client: TestClient) -> None:
    for path in ("/stories/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/articles/0000000000000000", "/nowhere"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Back to the front page" in answer.text


@pytest.mark.parametrize(
    "query", ["?cite=9-1", "?cite=99999999-1", "?cite=x", "?cite=0-9999999", "?revision=0", "?revision=99999999999", "?revision=1"]
)
def test_odd_parameters_are_no_server_error(client: TestClient, query: str) -> None:
    path = first(r'href="(/articles/[^"?]+)"', client.get("/").text)
    assert client.get(path + query).status_code in (200, 404)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8710"}, 422),
        ({"origin": "http://127.0.0.1:8710"}, 422),
    ],
)
def test_a_write_must_come_from_our_own_page(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/sources", data={"address": "http://127.0.0.1:1/"}, headers=headers).status_code == status


@pytest.mark.parametrize("host", ["rebound.example", "[", "", "127.0.0.1.evil.example", "localhost@evil.example"])
def test_another_name_for_this_machine_is_not_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 403


def test_a_number_that_no_database_holds_is_the_callers_fault(client: TestClient) -> None:
    assert client.post("/sources/99999999999999999999/remove").status_code == 400


def test_a_source_can_be_stopped(client: TestClient, newsroom: Newsroom) -> None:
    source = newsroom.desk.store.add_source("page", "https://outlet.example/", datetime.now(UTC))
    assert "https://outlet.example/" in client.get("/sources").text
    assert client.post(f"/sources/{source.id}/remove", follow_redirects=False).status_code == 303
    assert "https://outlet.example/" not in client.get("/sources").text


def test_a_citation_is_marked_once_and_repeats_nothing(client: TestClient, newsroom: Newsroom) -> None:
    store = newsroom.desk.store
    heads = store.latest_articles(1000)
    article = next(a for a in store.articles([head.id for head in heads]).values() if len(a.blocks) > 2)

    def set_type(path: str) -> str:
        return first(r"(?s)<main(.+)</main>", client.get(path).text)

    whole = set_type(f"/articles/{article.id}")
    over_all = client.get(f"/articles/{article.id}?cite=0-{len(article.text)}").text
    assert over_all.count("<mark") > 1
    assert over_all.count('id="cited"') == 1
    assert set_type(f"/articles/{article.id}?cite=30-10") == whole


def test_a_source_is_added_once(client: TestClient, newsroom: Newsroom) -> None:
    address = newsroom.press.sources()[0][1]
    before = len(newsroom.desk.store.sources())
    answer = client.post("/sources", data={"address": address}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources")
    assert len(newsroom.desk.store.sources()) == before


def test_a_foreign_link_is_followed_without_telling_where_from(client: TestClient) -> None:
    path = first(r'href="(/articles/[^"?]+)"', client.get("/").text)
    assert 'rel="noopener noreferrer nofollow"' in client.get(path).text


def test_the_front_page_costs_the_same_queries_whatever_stands_on_it(
    client: TestClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    engine = newsroom.desk.store.database.engine

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        costs = []
        for limit in (2, 40):
            monkeypatch.setattr("octavo.web.front.STORIES_READ", limit)
            asked.clear()
            page = client.get("/").text
            costs.append((len(asked), page.count('class="teaser')))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    (few, few_shown), (many, many_shown) = costs
    assert few == many
    assert few_shown < many_shown
    assert not [statement for statement in asked if "article_texts" in statement]
