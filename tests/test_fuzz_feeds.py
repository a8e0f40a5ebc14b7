"""Feeds of any shape: made of the words of their formats, broken anywhere, hostile on purpose. Nothing fails, and nothing takes long."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import FUZZ, MARKS, marked, read, wounded, wounds
from octavo.extract.feed import feed_facts

SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
TAGS = (
    "item", "entry", "channel", "title", "link", "description", "content:encoded", "content", "summary", "guid", "id", "pubDate", "published", "updated", "dc:date",
    "author", "name", "dc:creator", "category", "source", "enclosure", "media:group", "media:content", "media:thumbnail", "media:credit", "image", "url", "ttl",
    "skipHours", "hour", "skipDays", "day", "sy:updatePeriod", "sy:updateFrequency", "language", "xhtml:div", "unbound:tag", "p",
)  # fmt: skip
ATTRIBUTES = ("href", "url", "rel", "type", "isPermaLink", "width", "xml:base", "xml:lang", "term", "medium", "rdf:about")
VALUES = (
    "alternate",
    "self",
    "enclosure",
    "html",
    "xhtml",
    "image/jpeg",
    "false",
    "640",
    "en",
    "/n/1",
    "https://isle.example/n/1",
    "http://[",
    *MARKS,
)

attributes = st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES), max_size=3)
texts = st.one_of(
    marked, marked.map(lambda text: f"<![CDATA[{text}]]>"), marked.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
)


def element(tag: str, attributes: dict[str, str], inner: list[str]) -> str:
    written = "".join(' {}="{}"'.format(name, value.replace("&", "&amp;").replace('"', "&quot;")) for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(inner)}</{tag}>"


elements = st.recursive(
    texts,
    lambda inner: st.builds(element, st.sampled_from(TAGS), attributes, st.lists(inner, max_size=4)),
    max_leaves=12,
)
entries = st.builds(element, st.sampled_from(("item", "entry")), attributes, st.lists(elements, max_size=8))
documents = st.builds(
    lambda root, inner: f"<{root}>{''.join(inner)}</{root.partition(' ')[0]}>".encode("utf-8", "replace"),
    st.sampled_from((f'rss version="2.0" {SPACES}', f"feed {ATOM} {SPACES}", f"rdf:RDF {SPACES}")),
    st.lists(st.one_of(entries, elements), max_size=6),
)
KEYS = (
    "title",
    "url",
    "id",
    "content_html",
    "content_text",
    "summary",
    "image",
    "date_published",
    "authors",
    "name",
    "tags",
    "attachments",
    "mime_type",
    "language",
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), marked),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)),
    max_leaves=10,
)
json_feeds = st.lists(json_values, max_size=4).map(
    lambda items: json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Isle Gazette", "items": items}).encode()
)


@FUZZ
@given(documents, wounds, st.sampled_from((None, "utf-8", "iso-8859-1", "utf-16", "shift_jis", "nonsense")))
def test_no_feed_of_xml_fails(document: bytes, at: list[tuple[float, int, bytes]], charset: str | None) -> None:
    body = wounded(document, at)
    read(body, "application/rss+xml", charset)
    feed_facts(body, "https://isle.example/feed", charset)


@FUZZ
@given(json_feeds, wounds)
def test_no_json_feed_fails(document: bytes, at: list[tuple[float, int, bytes]]) -> None:
    body = wounded(document, at)
    read(body, "application/feed+json")
    feed_facts(body, "https://isle.example/feed")


@FUZZ
@given(
    st.binary(max_size=200),
    st.sampled_from((b"<rss>", b"<feed>", b'<?xml version="1.0" encoding="utf-16"?><rss>', b'{"items":[', b"\xff\xfe<\x00r\x00s\x00s\x00")),
)
def test_no_bytes_fail_as_a_feed(noise: bytes, start: bytes) -> None:
    read(start + noise, "application/rss+xml")


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
MANY = 20_000


@pytest.mark.parametrize(
    "body",
    [
        f"{LAUGHS}<rss><channel><item><title>&j;</title><link href='&j;'/></item></channel></rss>",
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY % y SYSTEM "http://127.0.0.1/y"> %y;]><rss><item><title>A&x;</title></item></rss>',
        "<!DOCTYPE rss [" * MANY,
        "<?a ?>" * MANY + "<rss>",
        "<rss>" + "<item>" * MANY,
        "<rss>" + "<item><title>A</title></item>" * MANY,
        "<rss>" + "<!--" * MANY,
        "<rss><item><title>" + "<![CDATA[" * MANY,
        "<rss><item><title>" + "&" * MANY,
        "<rss><item><author>" + "a@" * MANY + "</author></item></rss>",
        "<rss><item><description>" + "&lt;div&gt;" * MANY + "</description></item></rss>",
        "<rss><item><link>" + "http://" * MANY + "</link></item></rss>",
        "<rss><item " + "".join(f"a{n}='' " for n in range(MANY)) + "/></rss>",
        '{"version":"https://jsonfeed.org/version/1","items":' + "[" * MANY,
        '{"version":"https://jsonfeed.org/version/1","items":[' + '{"a":' * MANY,
        '{"version":"https://jsonfeed.org/version/1","items":[{"id":' + "9" * MANY + "}]}",
    ],
    ids=lambda body: f"{body[:40]}...",
)
def test_hostile_feeds_cost_little(body: str) -> None:
    extraction = read(body.encode(), "application/rss+xml")
    assert "haha" not in str(extraction)
    assert len(str(extraction)) < 20 * len(body) + 1000
