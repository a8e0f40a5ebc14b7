"""What feeds of every format say: about themselves, about each entry, and what is left of broken and hostile ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from octavo.extract import extract
from octavo.extract.feed import feed_facts, feed_of
from octavo.extract.feed_dates import feed_date
from octavo.extract.feed_record import Entry, Feed, FeedFacts, Media
from octavo.extract.feed_second import second_opinion
from octavo.model import Article, Capture, Extraction

NOW = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://www.isle-gazette.example/feeds/all.xml"
SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(items: str = "", channel: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {SPACES}><channel><title>Isle Gazette</title>{channel}{items}</channel></rss>'


def atom(entries: str = "", feed: str = "", attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>Isle Gazette</title>{feed}{entries}</feed>'


def feed(body: str | bytes, charset: str | None = None) -> Feed:
    found = feed_of(body if isinstance(body, bytes) else body.encode(), ADDRESS, charset)
    assert found is not None
    return found


def entry(inner: str, channel: str = "") -> Entry:
    return feed(rss(f"<item>{inner}</item>", channel)).entries[0]


def read(body: str | bytes) -> Extraction:
    return extract(Capture("f1", ADDRESS, body if isinstance(body, bytes) else body.encode(), NOW, "application/xml"))


def first(body: str) -> Article:
    return read(body).articles[0]


# ---- what a feed says about itself ---------------------------------------------------------------------------------


def test_rss_says_when_to_come_again_and_where_else_to_look() -> None:
    channel = (
        "<link>/</link><language>EN-gb</language><ttl>90</ttl><skipHours><hour>0</hour><hour>24</hour><hour>x</hour><hour>5</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>saturday</day><day>Someday</day></skipDays><sy:updatePeriod> daily </sy:updatePeriod>"
        "<sy:updateFrequency>4</sy:updateFrequency><itunes:new-feed-url>https://new.isle-gazette.example/feed</itunes:new-feed-url>"
        '<atom:link rel="self" href="/feeds/all.xml"/><atom:link rel="hub" href="https://hub.example/"/>'
        '<podcast:funding url="https://give.example/isle">Give</podcast:funding><image><url>/logo.png</url></image>'
    )
    assert feed_facts(rss(channel=channel).encode(), ADDRESS) == FeedFacts(
        title="Isle Gazette",
        home="https://www.isle-gazette.example/",
        language="en",
        image="https://www.isle-gazette.example/logo.png",
        ttl=timedelta(minutes=90),
        period=timedelta(hours=6),
        skip_hours=frozenset({0, 5}),
        skip_days=frozenset({5, 6}),
        new_address="https://new.isle-gazette.example/feed",
        self_address="https://www.isle-gazette.example/feeds/all.xml",
        hub="https://hub.example/",
        support="https://give.example/isle",
    )


def test_atom_and_json_say_the_same_in_their_ways() -> None:
    body = atom(
        feed='<link href="https://isle.example/"/><link rel="self" href="https://isle.example/a"/><link rel="payment" href="https://give.example/"/><icon>/i.png</icon>',
        attributes='xml:lang="de-AT"',
    )
    facts = feed_facts(body.encode(), ADDRESS)
    assert (facts.home, facts.self_address, facts.support) == ("https://isle.example/", "https://isle.example/a", "https://give.example/")
    assert (facts.language, facts.image) == ("de", "https://www.isle-gazette.example/i.png")
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Isle",
        "feed_url": "/f",
        "expired": True,
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    }
    facts = feed_facts(json.dumps(told).encode(), ADDRESS)
    assert (facts.title, facts.self_address, facts.expired, facts.hub) == (
        "Isle",
        "https://www.isle-gazette.example/f",
        True,
        "https://hub.example/",
    )


@pytest.mark.parametrize("body", [b"", b"not a feed", b"{", b"[1]", b"<html><body>Herring</body></html>", b"<!DOCTYPE rss [<!ENTITY a 'b'"])
def test_what_is_no_feed_says_nothing(body: bytes) -> None:
    assert feed_facts(body, ADDRESS) == FeedFacts()


@pytest.mark.parametrize(
    ("ttl", "wait"), [("0", timedelta(0)), ("99999999", timedelta(days=365)), ("-5", None), ("soon", None), ("9" * 40, None)]
)
def test_a_ttl_is_bounded(ttl: str, wait: timedelta | None) -> None:
    assert feed_facts(rss(channel=f"<ttl>{ttl}</ttl>").encode(), ADDRESS).ttl == wait


# ---- entries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "link"),
    [
        ("<link> https://isle.example/n/1 </link><guid>https://isle.example/g</guid>", "https://isle.example/n/1"),
        ("<link/><guid>https://isle.example/g</guid>", "https://isle.example/g"),
        ("<guid isPermaLink='false'>https://isle.example/g</guid>", None),
        ("<guid>tag:isle,2031:1</guid>", None),
        ("<link>n/1?a=1&amp;b=2</link>", "https://isle.example/n/1?a=1&b=2"),
        ("<link><![CDATA[https://isle.example/n/1?a=1&b=2]]></link>", "https://isle.example/n/1?a=1&b=2"),
        (
            "<atom:link rel='self' href='https://isle.example/self'/><atom:link href='https://isle.example/n/2'/>",
            "https://isle.example/n/2",
        ),
        (
            "<link>https://count.example/x</link><feedburner:origLink>https://isle.example/n/3</feedburner:origLink>",
            "https://isle.example/n/3",
        ),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[</link>", None),
    ],
)
def test_where_an_entry_leads(inner: str, link: str | None) -> None:
    assert entry(inner, "<link>https://isle.example/</link>").link == link


def test_addresses_start_from_xml_base_and_from_the_feed() -> None:
    body = atom(
        '<entry xml:base="2031/"><link href="n/1"/></entry><entry><link href="n/2"/></entry>',
        attributes='xml:base="https://isle.example/news/"',
    )
    assert [e.link for e in feed(body).entries] == ["https://isle.example/news/2031/n/1", "https://isle.example/news/n/2"]
    assert feed(atom('<entry><link href="n/1"/></entry>')).entries[0].link == "https://www.isle-gazette.example/feeds/n/1"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Mon, 19 May 2031 09:30:00 +0200", "2031-05-19T09:30:00+02:00"),
        ("Mon, 19 May 2031 09:30:00 GMT", "2031-05-19T09:30:00+00:00"),
        ("Mon, 19 May 2031 09:30:00 CEST", "2031-05-19T09:30:00+02:00"),
        ("Mon, 19 May 2031 09:30:00 JST", "2031-05-19T09:30:00+09:00"),
        ("19 May 2031 09:30 EST", "2031-05-19T09:30:00-05:00"),
        ("2031-05-19T09:30:00.123Z", "2031-05-19T09:30:00Z"),
        ("2031-05-19T09:30+0900", "2031-05-19T09:30+09:00"),
        ("2031-05-19", "2031-05-19"),
        ("Mon, 19 May 2031 00:00:00 +0000", "2031-05-19"),
        ("2031-05-19T00:00:00.043-04:00", "2031-05-19T00:00:00-04:00"),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("soon", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_dates_keep_their_zone_and_their_precision(written: str, iso: str | None) -> None:
    assert feed_date(written) == iso


def test_an_entry_with_only_a_date_of_change_was_published_by_then() -> None:
    article = first(atom("<entry><title>Herring</title><updated>2031-05-19T11:00:00Z</updated></entry>"))
    assert (article.published, article.modified) == ("2031-05-19T11:00:00Z", "2031-05-19T11:00:00Z")
    assert article.signals["published"].confidence < article.signals["modified"].confidence


def test_all_authors_and_those_of_the_whole_feed() -> None:
    assert entry("<author>ada@isle.example (Ada Brandt)</author>").authors == ("ada@isle.example (Ada Brandt)",)
    assert entry("<dc:creator>Ada Brandt</dc:creator><dc:creator>Li Osei</dc:creator>").authors == ("Ada Brandt", "Li Osei")
    body = atom(
        "<entry><title>A</title></entry><entry><author><name>Li Osei</name></author></entry>", "<author><name>Ada Brandt</name></author>"
    )
    assert [e.authors for e in feed(body).entries] == [("Ada Brandt",), ("Li Osei",)]


def test_an_entry_taken_from_another_feed_says_so() -> None:
    body = atom(
        '<entry><title>A</title><source><title>Harbour &amp; Courier</title><link rel="self" href="https://courier.example/feed"/>'
        '<link href="https://courier.example/"/><author><name>Mia Roth</name></author></source></entry>'
    )
    (one,) = feed(body).entries
    assert (one.source_name, one.source_address, one.authors) == ("Harbour & Courier", "https://courier.example/", ("Mia Roth",))


def test_pictures_and_sounds_with_what_is_said_of_them() -> None:
    inner = (
        "<media:group><media:content url='/small.jpg' type='image/jpeg' width='140'/><media:content url='/large.jpg' medium='image' width='1200'>"
        "<media:credit>Mia Roth</media:credit></media:content><media:description>Boats</media:description></media:group>"
        "<enclosure url='/talk.mp3' type='audio/mpeg' length='1'/><media:thumbnail url='/thumb.jpg' width='75'/>"
    )
    assert entry(inner).media == (
        Media("https://www.isle-gazette.example/large.jpg", "image", "Boats", "Mia Roth", 1200),
        Media("https://www.isle-gazette.example/small.jpg", "image", "Boats", None, 140),
        Media("https://www.isle-gazette.example/thumb.jpg", "image", "Boats", None, 75),
        Media("https://www.isle-gazette.example/talk.mp3", "audio", "Boats"),
    )


def test_categories_in_every_spelling() -> None:
    assert entry(
        "<category>Fishing</category><category domain='x'><![CDATA[The &amp; bay]]></category><dc:subject>Sea</dc:subject>"
    ).categories == (
        "Fishing",
        "The & bay",
        "Sea",
    )
    assert feed(atom('<entry><category term="fish" label="Fishing"/><category term="sea"/></entry>')).entries[0].categories == (
        "Fishing",
        "sea",
    )


@pytest.mark.parametrize(
    "inner",
    [
        "<description>&lt;p&gt;Boats &amp;amp; nets&lt;/p&gt;</description>",
        "<description><![CDATA[<p>Boats &amp; nets</p>]]></description>",
        "<description><p>Boats &amp; <b>nets</b></p></description>",
        "<description>&amp;lt;p&amp;gt;Boats &amp;amp;amp; nets&amp;lt;/p&amp;gt;</description>",
        '<content xmlns="http://www.w3.org/2005/Atom" type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>Boats &amp; nets</x:p></x:div></content>',
        "<description>Boats &amp; nets</description><content xmlns='http://www.w3.org/2005/Atom' type='image/png'>iVBORw0KGgo=</content>",
    ],
    ids=["escaped", "CDATA", "not escaped", "escaped twice", "XHTML", "a picture as content"],
)
def test_a_text_is_the_same_however_it_is_wrapped(inner: str) -> None:
    assert first(rss(f"<item><title>A</title>{inner}</item>")).text == "Boats & nets"


def test_old_formats() -> None:
    rss_090 = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Isle</title></channel>'
        "<item><title>Herring</title><link>https://isle.example/n/1</link></item></rdf:RDF>"
    )
    rss_091 = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        '<rss version="0.91"><channel><item><title>Caf&eacute;</title><link>https://isle.example/n/1</link></item></channel></rss>'
    )
    atom_03 = (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Herring</title><link rel="alternate" href="https://isle.example/n/1"/>'
        "<issued>2031-05-19T09:30:00Z</issued><modified>2031-05-19T10:00:00Z</modified><author><name>Ada Brandt</name></author></entry></feed>"
    )
    assert [(e.title, e.link) for body in (rss_090, rss_091) for e in feed(body).entries] == [
        ("Herring", "https://isle.example/n/1"),
        ("Café", "https://isle.example/n/1"),
    ]
    (one,) = feed(atom_03).entries
    assert (one.published, one.modified, one.authors) == ("2031-05-19T09:30:00Z", "2031-05-19T10:00:00Z", ("Ada Brandt",))


# ---- identity ------------------------------------------------------------------------------------------------------


def test_entries_that_share_a_link_stay_apart_and_lead_no_further() -> None:
    items = "".join(
        f"<item><title>Minute {n}</title><link>https://isle.example/live#{n}</link><guid isPermaLink='false'>m{n}</guid></item>"
        for n in range(3)
    )
    articles = read(rss(items)).articles
    assert len({a.id for a in articles}) == 3
    assert not any(a.cut for a in articles)
    assert [a.id for a in read(rss(items + "<item><title>Other</title></item>")).articles[:3]] == [a.id for a in articles]


def test_an_entry_without_link_and_date_is_known_by_its_guid() -> None:
    body = "<item><title>Herring</title><guid isPermaLink='false'>77</guid></item>"
    later = rss("<item><title>Cod</title><guid isPermaLink='false'>78</guid></item>" + body)
    assert first(rss(body)).id == read(later).articles[1].id


def test_the_same_entry_twice_is_one_article() -> None:
    item = "<item><title>Herring</title><link>https://isle.example/n/1</link></item>"
    assert len(read(rss(item + item)).articles) == 1


# ---- broken and hostile feeds --------------------------------------------------------------------------------------

ITEM = "<item><title>Herring return to the bay</title><link>https://isle.example/n/1</link></item>"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (rss(ITEM.replace("bay", "b\x08ay")).encode(), "Herring return to the bay"),
        (rss(ITEM.replace("bay", "bay & < 3 nets")).encode(), "Herring return to the bay & < 3 nets"),
        (rss(ITEM.replace("bay", "bay &rsquo; &unknown; &#0; end")).encode(), "Herring return to the bay ’ &unknown; end"),
        (b"\xef\xbb\xbf\r\n " + rss(ITEM).encode(), "Herring return to the bay"),
        (rss(ITEM.replace("bay", "bäy")).replace("UTF-8", "iso-8859-1").encode("iso-8859-1"), "Herring return to the bäy"),
        (rss(ITEM.replace("bay", "bäy")).replace("UTF-8", "iso-8859-1").encode(), "Herring return to the bäy"),
        (rss(ITEM.replace("bay", "bäy")).replace("UTF-8", "utf-16").encode("utf-16"), "Herring return to the bäy"),
        (rss(ITEM.replace("bay", "湾")).replace("UTF-8", "gb2312").encode("gb2312"), "Herring return to the 湾"),
        (rss(ITEM.replace("<title>", "<unbound:title>x</unbound:title><title>")).encode(), "Herring return to the bay"),
    ],
    ids=["control", "bare signs", "entities", "blanks and mark", "Latin-1", "UTF-8 as Latin-1", "UTF-16", "GB 2312", "no namespace"],
)
def test_broken_feeds_are_read(body: bytes, title: str) -> None:
    assert [a.headline for a in read(body).articles] == [title]


@pytest.mark.parametrize("end", [-len("</channel></rss>"), -40])
def test_a_feed_that_breaks_off_gives_what_came_and_says_so(end: int) -> None:
    extraction = read(rss(ITEM + ITEM.replace("n/1", "n/2"))[:end])
    assert extraction.articles[0].headline == "Herring return to the bay"
    assert "breaks off" in (extraction.problem or "")


def test_a_json_feed_that_breaks_off_gives_what_came_and_says_so() -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": n, "title": f"Story {n}"} for n in range(3)]})
    extraction = read(body[:-20])
    assert [a.headline for a in extraction.articles] == ["Story 0", "Story 1"]
    assert "breaks off" in (extraction.problem or "")


def test_a_feed_that_is_too_long_says_so() -> None:
    extraction = read(rss("".join(f"<item><title>Story {n}</title></item>" for n in range(3001))))
    assert len(extraction.articles) == 3000
    assert "too long" in (extraction.problem or "")


def test_entries_without_a_word_or_a_link_are_no_articles() -> None:
    extraction = read(rss("<item><title> </title></item>"))
    assert extraction.articles == ()
    assert "holds a word or a link" in (extraction.problem or "")


def test_nothing_is_declared_and_no_file_is_read() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'
    body = doctype + rss("<item><title>&b;&f;Herring</title><atom:link href='&b;'/></item>").partition("?>")[2]
    (one,) = feed(body).entries
    assert (one.title, one.link) == ("&b;&f;Herring", "https://www.isle-gazette.example/feeds/&b")


def test_the_second_opinion_finds_entries_where_no_tree_can_be_had() -> None:
    found = second_opinion(
        b"<rss><channel><title>Isle</title><item><title>Herring</title><link>https://isle.example/n/1</link></item>", ADDRESS, False
    )
    assert found is not None
    assert [(e.title, e.link) for e in found.entries] == [("Herring", "https://isle.example/n/1")]


def test_a_body_that_is_a_file_s_name_is_not_opened(tmp_path: object) -> None:
    assert second_opinion(b"/etc/hostname", ADDRESS, False) is None


def test_facts_are_read_from_the_head_whatever_its_script() -> None:
    body = rss("<item><title>鲱鱼回到海湾</title></item>" * 3000, "<ttl>30</ttl>").encode()
    assert all(feed_facts(body[:at], ADDRESS).ttl == timedelta(minutes=30) for at in (len(body), 70_000, 70_001, 70_002))


def test_half_a_character_in_a_json_feed_loses_nothing_else() -> None:
    body = (
        rb'{"version":"https://jsonfeed.org/version/1.1","title":"Isle \ud83d","items":[{"id":"1","url":"https://isle.example/1",'
        rb'"title":"A bridge \ud83d fell","content_text":"The bridge \ud83d fell into the river on Monday night and nobody was hurt.",'
        rb'"tags":["bridges \ud83d"],"authors":[{"name":"Ada \ud83d Brill"}]}]}'
    )
    (found,) = extract(
        Capture("j", "https://isle.example/feed.json", body, datetime(2031, 5, 4, tzinfo=UTC), "application/feed+json")
    ).articles
    assert (found.headline, found.authors, found.section) == ("A bridge fell", ("Ada Brill",), "bridges")
    assert found.text == "The bridge fell into the river on Monday night and nobody was hurt."


@pytest.mark.parametrize("half", ["&#xD800;", "&#xdfff;", "&#55296;", "&#57343;", "&#x00DABC;"])
def test_half_a_character_as_a_reference_loses_nothing_else(half: str) -> None:
    found = feed(rss(f"<item><title>A bridge {half} fell</title><link>https://isle.example/1</link></item>"))
    assert [entry.title for entry in found.entries] == ["A bridge \ufffd fell"]
