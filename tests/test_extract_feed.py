"""Feeds → articles: every kind of feed, whole texts and excerpts, the real outlet behind a collecting feed, and broken ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from octavo.extract import extract
from octavo.model import Article, BlockKind, Capture, Extraction, Image

NOW = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://www.isle-gazette.example/feed.xml"
LONG = "The herring came back to the bay in April, and the boats of the isle went out for the first time in eleven years."


def rss(
    items: str,
    channel: str = "<title>Isle Gazette</title><link>https://www.isle-gazette.example/</link><language>en-gb</language>",
    doctype: str = "",
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel>{channel}{items}</channel></rss>"
    )


def item(
    inner: str = "",
    title: str = "Herring return to the bay",
    link: str = "https://www.isle-gazette.example/n/herring-return?utm_source=rss",
) -> str:
    return f"<item><title>{title}</title><link>{link}</link>{inner}</item>"


def read(body: str | bytes, address: str = ADDRESS, media_type: str = "application/rss+xml") -> Extraction:
    return extract(Capture("f1", address, body.encode() if isinstance(body, str) else body, NOW, media_type))


def first(body: str, **how: str) -> Article:
    extraction = read(body, **how)
    assert extraction.problem is None
    return extraction.articles[0]


def test_an_entry_is_an_article_with_all_its_fields() -> None:
    extraction = read(
        rss(
            item(
                "<pubDate>Mon, 19 May 2031 09:30:00 +0200</pubDate><dc:creator>Ada Brandt</dc:creator><dc:creator>Li Osei</dc:creator><category>Fishing</category>"
                f"<description>Herring are back.</description><content:encoded><![CDATA[<p>{LONG}</p><h3>Nets</h3><p>{LONG} Again.</p>]]></content:encoded>"
                '<media:content url="https://img.isle-gazette.example/h.jpg" medium="image"><media:description>Boats at dawn</media:description><media:credit>Mia Roth/Northwire</media:credit></media:content>'
            )
        )
    )
    (article,) = extraction.articles
    assert extraction.title == "Isle Gazette"
    assert article.headline == "Herring return to the bay"
    assert article.url == "https://www.isle-gazette.example/n/herring-return"
    assert article.published == "2031-05-19T09:30:00+02:00"
    assert article.signals["published"].precision == "second"
    assert article.authors == ("Ada Brandt", "Li Osei")
    assert article.text == f"{LONG}\n\nNets\n\n{LONG} Again."
    assert [b.kind for b in article.blocks] == [BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert (article.publisher, article.aggregator, article.section, article.language) == ("Isle Gazette", None, "Fishing", "en")
    assert article.image == Image("https://img.isle-gazette.example/h.jpg", "Boats at dawn", "Mia Roth/Northwire")
    assert not article.cut
    assert article.seen_at == NOW
    assert {signal.signal for name, signal in article.signals.items() if name not in ("language", "publisher")} == {"feed"}


@pytest.mark.parametrize(
    ("inner", "text", "cut"),
    [
        (
            "<description>Herring are back in the bay after eleven years, the harbour board says.</description>",
            "Herring are back in the bay after eleven years, the harbour board says.",
            True,
        ),
        (f"<content:encoded>&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;They went […]&lt;/p&gt;</content:encoded>", f"{LONG}\n\nThey went […]", True),
        (
            f"<content:encoded>&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;The post Herring appeared first on Isle Gazette.&lt;/p&gt;</content:encoded>",
            f"{LONG}\n\n{LONG}",
            False,
        ),
        ("<description>" + f"&lt;p&gt;{LONG}&lt;/p&gt;" * 15 + "</description>", "\n\n".join([LONG] * 15), False),
        ("", "", True),
        ("<description>&amp;lt;p&amp;gt;Twice escaped.&amp;lt;/p&amp;gt;</description>", "Twice escaped.", True),
    ],
    ids=["description", "ellipsis", "footer", "long description", "headline only", "escaped twice"],
)
def test_whole_texts_and_excerpts_are_told_apart(inner: str, text: str, cut: bool) -> None:
    article = first(rss(item(inner)))
    assert (article.text, article.cut) == (text, cut)


def test_no_markup_survives() -> None:
    evil = '&lt;p onclick="x()"&gt;Boats&lt;script&gt;alert(1)&lt;/script&gt; &lt;a href="javascript:x()"&gt;sail&lt;/a&gt; again &amp;amp; again.&lt;/p&gt;'
    article = first(
        rss(
            item(
                f"<description>{evil}</description><enclosure url='javascript:x()' type='image/png'/>",
                "A &lt;b&gt;bold&lt;/b&gt; catch &amp;amp; more",
                "javascript:alert(1)",
            )
        )
    )
    assert article.headline == "A bold catch & more"
    assert article.text == "Boats sail again & again."
    assert article.url is None
    assert article.image is None


def test_a_collecting_feed_names_the_outlet_behind_an_entry() -> None:
    channel = "<title>Allnews</title><link>https://allnews.example/</link>"
    source = '<source url="https://www.harbour-courier.example/feed">Harbour Courier</source>'
    article = first(
        rss(item(source, "Herring return to the bay - Harbour Courier", "https://allnews.example/articles/xyz"), channel),
        address="https://allnews.example/rss",
    )
    assert (article.publisher, article.aggregator) == ("Harbour Courier", "Allnews")
    assert article.headline == "Herring return to the bay"


def test_a_feed_of_many_sites_is_an_aggregator() -> None:
    links = [f"https://www.{name}.example/n/a-story-of-today" for name in ("isle-gazette", "harbour-courier", "north-star")]
    channel = "<title>Planet Isle</title><link>https://planet-isle.example/</link>"
    extraction = read(rss("".join(item(link=link) for link in links), channel), address="https://planet-isle.example/rss")
    assert [(a.publisher, a.aggregator) for a in extraction.articles] == [
        ("isle-gazette.example", "Planet Isle"),
        ("harbour-courier.example", "Planet Isle"),
        ("north-star.example", "Planet Isle"),
    ]


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Isle Gazette - World News", "Isle Gazette"),
        ("All the latest headlines and much more from around the isle", "isle-gazette.example"),
        ("Top stories | The Isle Gazette", "The Isle Gazette"),
    ],
)
def test_the_outlet_s_name_is_found_in_a_feed_s_title(title: str, outlet: str) -> None:
    assert first(rss(item(), f"<title>{title}</title><link>https://www.isle-gazette.example/</link>")).publisher == outlet


ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Isle Gazette</title><link href="https://www.isle-gazette.example/"/>
<entry><title type="html">Herring &amp;amp; cod</title><link rel="alternate" href="/n/herring-and-cod"/><id>tag:1</id>
<published>2031-05-19T09:30:00+02:00</published><updated>2031-05-19T11:00:00Z</updated><author><name>Ada Brandt</name></author><author><name>Li Osei</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LONG}</p><p>{LONG}</p></div></content></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://www.isle-gazette.example/"><title>Isle Gazette</title><link>https://www.isle-gazette.example/</link></channel>
<item rdf:about="https://www.isle-gazette.example/n/1-herring"><title>Herring</title><link>https://www.isle-gazette.example/n/1-herring</link><dc:date>2031-05-19T09:30:00+09:00</dc:date></item></rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Isle Gazette",
        "home_page_url": "https://www.isle-gazette.example/",
        "items": [
            {
                "id": "1",
                "url": "https://www.isle-gazette.example/n/1-herring",
                "title": "Herring",
                "content_html": f"<p>{LONG}</p><p>{LONG}</p>",
                "date_published": "2031-05-19T09:30:00Z",
                "authors": [{"name": "Ada Brandt"}],
                "image": "https://img.isle-gazette.example/h.jpg",
            }
        ],
    }
)


def test_atom() -> None:
    article = first(ATOM, media_type="application/atom+xml")
    assert (article.headline, article.url) == ("Herring & cod", "https://www.isle-gazette.example/n/herring-and-cod")
    assert (article.published, article.modified) == ("2031-05-19T09:30:00+02:00", "2031-05-19T11:00:00Z")
    assert article.authors == ("Ada Brandt", "Li Osei")
    assert article.text == f"{LONG}\n\n{LONG}"


def test_rdf() -> None:
    assert (first(RDF).headline, first(RDF).published) == ("Herring", "2031-05-19T09:30:00+09:00")


@pytest.mark.parametrize("media_type", ["application/feed+json", "application/json", "text/plain"])
def test_json_feed(media_type: str) -> None:
    article = first(JSON, media_type=media_type)
    assert (article.headline, article.published, article.authors) == ("Herring", "2031-05-19T09:30:00Z", ("Ada Brandt",))
    assert (article.text, article.cut) == (f"{LONG}\n\n{LONG}", False)
    assert article.image == Image("https://img.isle-gazette.example/h.jpg")


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/xml"])
def test_a_feed_is_a_feed_whatever_its_label(media_type: str) -> None:
    assert first(rss(item()), media_type=media_type).headline == "Herring return to the bay"


def test_entries_keep_the_feed_s_order_and_have_ids_of_their_own() -> None:
    extraction = read(rss("".join(item(title=f"Story {n}", link=f"https://www.isle-gazette.example/n/{n}-story") for n in range(5))))
    assert [a.headline for a in extraction.articles] == [f"Story {n}" for n in range(5)]
    assert len({a.id for a in extraction.articles}) == 5


def test_an_entry_without_a_link_is_known_by_outlet_headline_and_day() -> None:
    body = rss(
        "<item><title>Herring return</title><guid isPermaLink='false'>77</guid><pubDate>Mon, 19 May 2031 09:30:00 GMT</pubDate></item>"
    )
    one, other = first(body), first(body.replace("09:30", "11:45"))
    assert one.url is None
    assert one.id == other.id


def test_a_date_after_the_capture_is_refused() -> None:
    assert first(rss(item("<pubDate>Mon, 26 May 2031 09:30:00 GMT</pubDate>"))).published is None


def test_an_unclosed_feed_gives_what_is_there() -> None:
    assert read(rss(item() + "<item><title>Cod")[:-30]).articles[0].headline == "Herring return to the bay"


def test_named_entities_without_a_declaration_are_read() -> None:
    assert first(rss(item(title="Caf&eacute; &ldquo;Herring&rdquo;"))).headline == "Café “Herring”"


def test_declared_entities_are_not_followed() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    article = first(rss(item("<description>&b; &x; end</description>", title="&b;Herring"), doctype=bomb))
    assert "aaaa" not in f"{article.headline}{article.text}"


def test_a_huge_feed_is_bounded() -> None:
    body = rss("".join(item(title=f"Story {n}", link=f"https://www.isle-gazette.example/n/{n}-story") for n in range(3200)))
    assert len(read(body).articles) == 3000


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (rss(""), "no entries"),
        ("<?xml version='1.0'?><rss><chan", "feed"),
        ("<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'></feed>", "no entries"),
    ],
)
def test_broken_and_empty_feeds_say_so(body: str, word: str) -> None:
    extraction = read(body)
    assert extraction.articles == ()
    assert word in (extraction.problem or "")
    assert "fault lies with the feed" in (extraction.problem or "")
