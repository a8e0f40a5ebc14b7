# ruff: noqa: F811  # fixtures that are imported are named again where they are asked for
"""The pages of a reader's own editions, asked as a browser without JavaScript asks them."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from sqlalchemy import insert
from starlette.testclient import TestClient

from octavo.own_editions import Edition
from octavo.store import Store
from octavo.store.tables_people import readers
from test_web_follows import client, store, stories_on  # noqa: F401  # fixtures


def made(client: TestClient, **said: object) -> str:
    answer = client.post("/editions", data={"name": "Coast", **said}, follow_redirects=False)
    assert answer.status_code == 303, answer.text[-800:]
    return str(answer.headers["location"]).rpartition("/")[2]


def test_an_own_edition_is_listed_and_holds_what_it_says(client: TestClient, store: Store) -> None:
    id = made(client, languages=["ja"])
    assert f'href="/e/{id}"' in client.get("/").text
    assert stories_on(client.get(f"/e/{id}").text) == stories_on(client.get("/e/world-ja").text)
    topical = stories_on(client.get(f"/e/{made(client, topics=['15000000'])}").text)
    assert 0 < len(topical) < len(stories_on(client.get("/e/all").text))
    outlet = next(head.publisher for head in store.latest_articles(5) if head.publisher)
    alone = made(client, outlets=outlet, only="on")
    for one in store.stories(stories_on(client.get(f"/e/{alone}").text)):
        assert outlet in {head.publisher for head in store.heads(one.articles).values()}
    client.post(f"/editions/{id}", data={"open": ""})
    assert stories_on(client.get("/").text) == stories_on(client.get("/e/world-ja").text)
    client.post(f"/editions/{id}", data={"remove": ""})
    assert client.get(f"/e/{id}").status_code == 404
    assert stories_on(client.get("/").text) == stories_on(client.get("/e/all").text)


def test_outlets_weigh(client: TestClient, store: Store) -> None:
    usual = stories_on(client.get("/e/all").text)
    last = store.heads(store.stories([usual[-1]])[0].articles).popitem()[1].publisher
    heavy = stories_on(client.get(f"/e/{made(client, outlets=f'{last} = 10')}").text)
    assert heavy.index(usual[-1]) < len(heavy) - 1
    page = client.get(f"/e/{made(client, outlets=f'{last} = 0')}").text
    assert f"<bdi>{last}</bdi></span>" not in page.partition('id="latest"')[2].partition("</ol>")[0]
    without = stories_on(client.get(f"/e/{made(client, outlets=f'{last} = 0')}").text)
    assert usual[-1] not in without


def test_an_edition_goes_out_as_a_file_and_comes_in_again(client: TestClient, store: Store) -> None:
    id = made(client, languages=["de"], countries=["XL"], outlets="The Gull = 2,5", local_first="on")
    file = client.get(f"/editions/{id}.toml")
    assert file.headers["content-disposition"] == 'attachment; filename="coast.toml"'
    answer = client.post("/editions/read", files={"file": ("coast.toml", file.content)}, follow_redirects=False)
    copy = store.own_edition(answer.headers["location"].rpartition("/")[2])
    assert copy
    assert copy.edition == Edition(copy.edition.id, ("de",), ("XL",), "Coast", outlets={"The Gull": 2.5})
    wrong = client.post("/editions/read", data={"text": 'name = "A"\nlanguages = ["german"]\n'})
    assert wrong.status_code == 422
    assert "line 2" in wrong.text
    assert "german" in wrong.text


def test_a_form_with_faults_says_which_line(client: TestClient) -> None:
    answer = client.post("/editions", data={"name": "", "outlets": "The Gull = 2\nThe Kite = much\nThe Tern = 99"})
    assert answer.status_code == 422
    assert [one in answer.text for one in ("line 2", "an edition has a name")] == [True, True]
    assert "The Kite = much" in answer.text
    heavy = client.post("/editions", data={"name": "A", "outlets": "The Gull = 2\nThe Tern = 99"})
    assert "line 2: the weight of The Tern" in html.unescape(heavy.text)


def test_a_form_keeps_the_weight_of_other_outlets_that_a_file_gave(client: TestClient, store: Store) -> None:
    file = 'name = "Coast"\nothers = 0.5\n[outlets]\n"The Gull" = 2\n'
    place = client.post("/editions/read", data={"text": file}, follow_redirects=False).headers["location"]
    shown = client.get(place).text
    hidden = dict(re.findall(r'<input type="hidden" name="(others)" value="([^"]*)"', shown))
    client.post(place, data={"name": "The coast", "outlets": "The Gull = 2", **hidden})
    kept = store.own_edition(place.rpartition("/")[2])
    assert kept
    assert (kept.edition.name, kept.edition.others) == ("The coast", 0.5)
    assert client.post(place, data={"name": "A", "others": "much"}).status_code == 400
    assert client.post(place, data={"name": "A", "others": "nan"}).status_code == 422


def test_a_starter_pack_is_where_an_edition_begins(client: TestClient) -> None:
    form = client.get("/editions/new?from=de-de").text
    assert 'value="Deutschland"' in form
    assert 'name="countries" value="DE" checked' in form
    assert client.get("/editions/new?from=nowhere").status_code == 404


def test_a_shared_edition_can_be_opened_and_copied_but_not_changed(client: TestClient, store: Store) -> None:
    with store.database.writing() as connection:
        other = connection.execute(
            insert(readers).values(name="Another", role="reader", created_at=datetime.now(UTC)).returning(readers.c.id)
        ).scalar_one()
    theirs = Edition("a1b2c3d4e5f6", name="Theirs")
    store.keep_edition(other, theirs, datetime.now(UTC))
    pages = (f"/e/{theirs.id}", f"/editions/{theirs.id}", f"/editions/{theirs.id}.toml", f"/editions/new?from={theirs.id}")
    assert [client.get(path).status_code for path in pages] == [404] * 4
    store.share_edition(other, theirs.id, shared=True)
    assert [client.get(path).status_code for path in pages] == [200] * 4
    for deed in ("remove", "unshare", "name"):
        assert client.post(f"/editions/{theirs.id}", data={deed: "x"}).status_code == 403
    assert f'href="/editions/{theirs.id}"' in client.get(f"/e/{theirs.id}").text
    assert "Theirs" not in client.get("/").text
    store.drop_edition(other, theirs.id)
