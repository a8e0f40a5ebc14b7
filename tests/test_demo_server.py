"""The server of the demonstration press: virtual hosts, feeds of every kind, validators, redirects and faults, over a real socket."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree
from lxml import html as lxml_html

from octavo.demo import PORT, Press, gold, publishers_folder
from octavo.errors import SettingsError
from octavo.model import SourceKind
from octavo.publishers import PublisherTable, declared

TODAY = date(2026, 3, 4)
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "news": "http://www.google.com/schemas/sitemap-news/0.9"}


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press(today=TODAY) as running:
        yield running


def get(address: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    """One request to the press, whatever the machine makes of names under localhost."""
    parts = urlsplit(address)
    connection = HTTPConnection("127.0.0.1", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path, headers={"Host": parts.netloc, **{k.replace("_", "-"): v for k, v in headers.items()}})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def feed(press: Press, outlet: str) -> tuple[str, bytes]:
    address = press.feeds[outlet][0]
    response, body = get(address)
    assert response.status == 200
    return response.headers["Content-Type"], body


def test_every_article_answers_on_its_own_outlet_only(press: Press) -> None:
    pages = {path: [] for path in gold()}
    for outlet, site in press.sites.items():
        for path in gold():
            response, body = get(site.rstrip("/") + path)
            if response.status == 200:
                pages[path].append(outlet)
                assert b"<h1" in body or b'<font face="Times" size="5">' in body
    missing = [path for path, outlets in pages.items() if not outlets]
    assert missing == ["/science/lynx-returns-to-grebe-forest"]  # the one that is gone
    assert all(len(outlets) == 1 for path, outlets in pages.items() if path not in missing)


def test_front_pages_link_their_articles(press: Press) -> None:
    found = set()
    for site in press.sites.values():
        response, body = get(site)
        assert response.status == 200
        found |= set(lxml_html.fromstring(body).xpath("//a/@href"))
    assert set(gold()) <= found


def test_the_plain_address_lists_the_outlets(press: Press) -> None:
    response, body = get(press.address + "/")
    assert response.status == 200
    assert set(lxml_html.fromstring(body).xpath("//a/@href")) == set(press.sites.values())


@pytest.mark.parametrize("outlet", ["lna", "courier", "tagblatt", "volksbote", "mirador", "kitasaki", "harbour"])
def test_feeds_are_well_formed_and_complete(press: Press, outlet: str) -> None:
    kind, body = feed(press, outlet)
    assert kind.startswith(("application/rss+xml", "application/atom+xml"))
    etree.fromstring(body)
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    paths = [urlsplit(entry.link).path for entry in parsed.entries]
    assert len(paths) >= 4
    assert set(paths) <= set(gold())
    assert all(entry.title and entry.summary for entry in parsed.entries)


def test_the_broken_feed_is_broken_but_can_be_read(press: Press) -> None:
    _, body = feed(press, "gazette")
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    assert len(feedparser.parse(body).entries) == 6


def test_the_json_feed(press: Press) -> None:
    kind, body = feed(press, "radio")
    assert kind.startswith("application/feed+json")
    data = json.loads(body)
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert {urlsplit(item["url"]).path for item in data["items"]} <= set(gold())
    assert all(item["content_html"].count("<p>") >= 5 for item in data["items"])


def test_cut_feeds_hold_less_than_the_page(press: Press) -> None:
    _, body = feed(press, "courier")
    for entry in feedparser.parse(body).entries:
        assert "content" not in entry
        assert len(entry.summary) < 250


def test_the_agency_has_a_feed_in_each_of_its_languages(press: Press) -> None:
    english, german = (get(address)[1] for address in press.feeds["lna"])
    assert b"Farmers' League quits" in english or b"Farmers&#39; League quits" in english
    assert "Bauernbund verlässt" in german.decode()
    assert "Bauernbund verlässt" not in english.decode()


def test_the_aggregator_names_the_real_publisher(press: Press) -> None:
    _, body = feed(press, "harbour")
    sources = etree.fromstring(body).findall("./channel/item/source")
    assert {source.text for source in sources} == {"The Halmar Courier", "Radio Lorvia", "Lorvian News Agency", "Port Aldous Gazette"}
    assert {source.get("url") for source in sources} <= set(press.sites.values())


def test_related_articles_stand_in_full_below(press: Press) -> None:
    _, body = get(press.sites["radio"] + "stories/miners-brought-up-alive")
    below = lxml_html.fromstring(body).xpath('//article[@class="related-story"]')
    assert len(below) == 2
    assert "Walter Stieglander" in below[0].text_content()
    _, body = get(press.sites["harbour"] + "story/varnholt-wins-by-two-4417")
    page = lxml_html.fromstring(body)
    assert page.xpath('count(//div[@class="card related"])') == 3
    assert "The Halmar Courier · 3 hours ago" in " ".join(page.xpath('//div[@class="card main"]')[0].text_content().split())


def test_sitemaps_are_named_in_robots_txt(press: Press) -> None:
    for outlet in ("lna", "courier", "tagblatt", "kitasaki"):
        _, robots = get(press.sites[outlet] + "robots.txt")
        address = next(line.partition(": ")[2] for line in robots.decode().splitlines() if line.startswith("Sitemap"))
        _, body = get(address)
        tree = etree.fromstring(body)
        urls = tree.findall("s:url", SITEMAP)
        assert len(urls) >= 8
        for url in urls:
            assert urlsplit(url.findtext("s:loc", None, SITEMAP) or "").path in gold()
            printed = url.findtext("news:news/news:publication_date", None, SITEMAP)
            assert datetime.fromisoformat(printed or "") <= datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_one_robots_txt_closes_a_section(press: Press) -> None:
    assert b"Disallow: /members/" in get(press.sites["courier"] + "robots.txt")[1]
    assert b"/members/last-conductors" in feed(press, "courier")[1]
    assert b"Disallow:\n" in get(press.sites["mirador"] + "robots.txt")[1]


def test_the_old_feed_address_moved_for_good(press: Press) -> None:
    (kind, old, _), *_ = [source for source in press.sources() if "volksbote" in source[1]]
    response, _ = get(old)
    assert kind is SourceKind.FEED
    assert (response.status, response.headers["Location"]) == (301, press.feeds["volksbote"][0])


def test_a_latin_1_outlet_says_so(press: Press) -> None:
    response, body = get(press.sites["volksbote"] + "artikel/gutachten-gerberdamm")
    assert response.headers["Content-Type"] == "text/html; charset=iso-8859-1"
    assert "Flussbehörde in Halmar" in body.decode("iso-8859-1")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_validators_give_304_and_are_counted(press: Press) -> None:
    address = press.feeds["mirador"][0]
    response, body = get(address)
    etag, changed = response.headers["ETag"], response.headers["Last-Modified"]
    before = press.requests["mirador.localhost/rss/portada.xml"]
    for headers in ({"If_None_Match": etag}, {"If_Modified_Since": changed}, {"If_None_Match": f'"old", W/{etag}'}):
        again, nothing = get(address, **headers)
        assert (again.status, nothing, again.headers["ETag"]) == (304, b"", etag)
    assert get(address, If_None_Match='"old"', If_Modified_Since=changed)[1] == body
    assert get(address, If_Modified_Since="yesterday, I think")[1] == body
    assert press.requests["mirador.localhost/rss/portada.xml"] == before + 5
    assert press.unchanged["mirador.localhost/rss/portada.xml"] == 3


def test_text_is_packed_for_those_who_can_unpack(press: Press) -> None:
    address = press.sites["courier"]
    response, packed = get(address, Accept_Encoding="gzip, br")
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == get(address)[1]


def test_pictures_and_icons(press: Press) -> None:
    picture = lxml_html.fromstring(get(press.sites["gazette"] + "news/mariners-cup-heartbreak.html")[1]).xpath("//img/@src")[0]
    response, body = get(picture)
    assert (response.headers["Content-Type"], body[:4]) == ("image/png", b"\x89PNG")
    picture = lxml_html.fromstring(get(press.sites["lna"] + "en/flood-brenzig")[1]).xpath("//script/text()")[0]
    response, body = get(json.loads(picture)["image"]["url"])
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert etree.fromstring(body).tag.endswith("svg")
    for site in press.sites.values():
        assert get(site + "favicon.svg")[0].status == get(site + "favicon.ico")[0].status == 200


def test_unknown_paths_and_hosts_answer_404(press: Press) -> None:
    assert get(press.sites["lna"] + "en/nothing")[0].status == 404
    assert get(press.sites["lna"].replace("lna.", "other."))[0].status == 404
    assert get(press.sites["lna"], Host=f"courier.localhost:{urlsplit(press.address).port}")[1] == get(press.sites["courier"])[1]


def test_sources_name_every_outlet_and_only_allowed_hosts(press: Press) -> None:
    sources = press.sources()
    assert {kind for kind, _, _ in sources} == {SourceKind.FEED, SourceKind.SITEMAP, SourceKind.PAGE}
    assert {urlsplit(address).netloc for _, address, _ in sources} == press.allow
    assert len({title for _, _, title in sources}) == len(press.sites) == 9
    assert all(get(address)[0].status in (200, 301) for _, address, _ in sources)


def test_corrections_are_served_once_switched_on() -> None:
    with Press(today=TODAY) as press:
        address = press.sites["courier"] + "lorvia/veldra-flood-death-toll"
        feed_address = press.feeds["courier"][0]
        before, old = get(address)
        feed_before, _ = get(feed_address)
        press.correct()
        after, new = get(address, If_None_Match=before.headers["ETag"])
        assert after.status == 200
        assert "Mill Dyke" in old.decode()
        assert "Correction: " not in old.decode()
        assert "Mill Dyke" not in new.decode()
        assert "Correction: An earlier version" in new.decode()
        assert '"dateModified": "2026-02-26T12:40:00+01:00"' in new.decode()
        assert get(address, If_Modified_Since=before.headers["Last-Modified"])[0].status == 200
        assert get(feed_address, If_Modified_Since=feed_before.headers["Last-Modified"])[0].status == 200
        assert "行方不明者を「3人」" in get(press.sites["kitasaki"] + "articles/shirasagi-shototsu")[1].decode()


def test_without_a_day_the_newest_article_is_of_the_last_finished_morning() -> None:
    press = Press()
    now = datetime.now(UTC)
    assert now - timedelta(hours=34) < datetime.combine(press.today, datetime.min.time(), tzinfo=UTC) + timedelta(hours=9) <= now


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on port {port}"), Press(port):
            pass


def test_publisher_declarations_are_of_the_common_form() -> None:
    table = PublisherTable(declared(file.read_text("utf-8"), file.stem) for file in sorted(publishers_folder().glob("*.toml")))
    assert len(list(table)) == 9
    agency = table.of_name("ロルビア通信")
    assert agency is not None
    assert table.of_host("lna.localhost:8720") == agency
    assert table.of_name("Halmar Tagblatt") == table.of_host("tagblatt.localhost")
    assert all(str(PORT) in publisher.support_url for publisher in table if publisher.support_url)
