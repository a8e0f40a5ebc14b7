"""The page of search: results as stories and as articles, what was typed wrong, pages, no scripts needed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from octavo.desk import Desk
from octavo.model import Decision, DecisionKind
from octavo.query import LONGEST
from octavo.settings import Settings
from octavo.web import create_app
from octavo.web.search import RESULTS
from store_samples import NOW, article, article_id
from test_searching import Meaning, read


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(Settings(data=tmp_path)) as opened:
        opened.embedder = Meaning()
        yield opened


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(create_app(desk), base_url="http://127.0.0.1:8710") as opened:
        yield opened


def tell(desk: Desk) -> None:
    """Two stories and an article that stands in none."""
    read(
        desk.store,
        article("strike", text="Dockers <b>walked</b> out of the harbour & the yard.", headline="A strike"),
        article("yard", text="The yard is shut.", headline="The other report"),
        article("ar", text="توقفت حركة الميناء اليوم بعد الإضراب.", headline="إضراب في الميناء", language="ar"),
        article("alone", text="A lighthouse was painted.", headline="Fresh paint"),
    )
    for kind, story, name in (("open", "S1", "strike"), ("join", "S1", "yard"), ("open", "S2", "ar")):
        desk.store.record_decisions([Decision(DecisionKind(kind), story, article_id(name))], NOW)
    desk.store.set_headlines({"S1": "A strike", "S2": "إضراب في الميناء"})


def test_the_empty_page_says_how_to_search(client: TestClient) -> None:
    answer = client.get("/search")
    assert answer.status_code == 200
    assert "said:brandt" in answer.text
    assert re.search(r"<details class=\"ways\" open>", answer.text)
    assert client.get("/search?q=%20").status_code == 200


def test_stories_show_the_sentence_with_its_marks_and_its_source(client: TestClient, desk: Desk) -> None:
    tell(desk)
    page = client.get("/search", params={"q": "harbour"}).text
    assert '<a href="/stories/S1">A strike</a>' in page
    assert (
        '<p class="passage" lang="en" dir="ltr">Dockers &lt;b&gt;walked&lt;/b&gt; out of the <mark>harbour</mark> &amp; the yard.</p>'
        in page
    )
    assert f'href="/articles/{article_id("strike")}"' in page
    assert "1 story found" in page
    assert "in 1 of 2 articles" in page


def test_articles_of_one_story_stand_apart_when_asked(client: TestClient, desk: Desk) -> None:
    tell(desk)
    page = client.get("/search", params={"q": "yard", "as": "articles"}).text
    assert page.count('<article class="teaser">') == 2
    assert "2 articles found" in page
    assert '<a href="/search?q=yard"' in page


def test_foreign_text_carries_its_language_and_direction(client: TestClient, desk: Desk) -> None:
    tell(desk)
    page = client.get("/search", params={"q": "ميناء"}).text
    assert '<h2 lang="ar" dir="rtl">' in page
    assert '<p class="passage" lang="ar" dir="rtl">توقفت حركة <mark>الميناء</mark>' in page


def test_an_article_without_a_story_is_found_as_itself(client: TestClient, desk: Desk) -> None:
    tell(desk)
    assert f'<h2 lang="en" dir="ltr"><a href="/articles/{article_id("alone")}">' in client.get("/search?q=lighthouse").text


def test_nothing_found_says_what_to_do(client: TestClient, desk: Desk) -> None:
    tell(desk)
    answer = client.get("/search?q=zeppelin")
    assert answer.status_code == 200
    assert "Nothing found" in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("after:soon", "after:soon is no date"),
        ("outlet:", "outlet: is followed by nothing"),
        ("<i>*", "beginning of too many words"),
        ("x" * (LONGEST + 1), "longer than"),
        ("harbour&after=nobody", "These results have changed"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_the_field(client: TestClient, desk: Desk, query: str, said: str) -> None:
    tell(desk)
    answer = client.get(f"/search?q={query}")
    assert answer.status_code == 400
    problem = re.search(r'<p id="problem" class="warning" role="alert">(.*?)</p>', answer.text)
    assert problem
    assert said in html.unescape(problem[1])
    assert 'aria-describedby="problem"' in answer.text


@pytest.mark.parametrize(
    "query", ['"', "\x00", "a" * 400, "NOT (", "*", "' OR 1=1", "{headline}:x", "\udc80", "🙂", "a AND", "-", "NEAR(a b)"]
)
def test_no_query_breaks_the_page(client: TestClient, desk: Desk, query: str) -> None:
    tell(desk)
    for shape in ("stories", "articles"):
        answer = client.get("/search", params={"q": query.encode("utf-8", "surrogatepass"), "as": shape})
        assert answer.status_code in (200, 400)


def test_pages_go_on_by_a_link(client: TestClient, desk: Desk) -> None:
    read(desk.store, *(article(f"n{n}", text=f"Notice {n} of the harbour.", headline=f"Notice {n}") for n in range(RESULTS + 5)))
    first = client.get("/search?q=notice").text
    link = re.search(r'<a href="([^"]+)" rel="next">', first)
    assert link
    second = client.get(html.unescape(link[1])).text
    seen = [set(re.findall(r"/articles/(\w{16})", page)) for page in (first, second)]
    assert [len(ids) for ids in seen] == [RESULTS, 5]
    assert not seen[0] & seen[1]
    assert 'rel="next"' not in second
