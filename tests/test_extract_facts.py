"""What pages and feeds say of an article besides its text: keywords, whether it is free to read, enclosures, what a capture is."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from octavo.extract import extract
from octavo.extract.keywords import keywords, listed
from octavo.extract.page import Page, parsed
from octavo.extract.page_facts import corrections, free_to_read, keywords_of
from octavo.model import Article, Capture, Enclosure, NoteKind, PageKind

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)


def capture(body: str, media_type: str = "text/html", **fields: str) -> Capture:
    return Capture("c" * 64, "https://gull.example/news/herring", body.encode(), NOW, media_type, **fields)


def page(head: str = "", **ld: object) -> Page:
    node = json.dumps({"@type": "NewsArticle", "headline": "Herring are back", **ld})
    found = parsed(
        capture(f"<html><head>{head}<script type='application/ld+json'>{node}</script></head><body><p>Herring</p></body></html>")
    )
    assert found
    return found


def entry(inner: str) -> Article:
    feed = f"<rss version='2.0'><channel><title>The Gull</title><item><title>Herring are back</title>{inner}</item></channel></rss>"
    (article,) = extract(capture(feed, "application/rss+xml")).articles
    return article


def test_keywords_are_words_of_people_each_once_and_without_the_section() -> None:
    given = [
        "Herring",
        " herring. ",
        "#Bay",
        "Sea &amp; Shore",
        "Fishing",
        "https://gull.example/tag",
        "type:article",
        "12",
        "x" * 61,
        "a_b",
    ]
    assert keywords(given, section="fishing") == ("Herring", "Bay", "Sea & Shore")
    assert len(keywords([f"word {n}" for n in range(100)])) == 30


def test_a_list_is_parted_and_a_single_keyword_may_hold_a_comma() -> None:
    assert keywords(listed(["herring, bay; isle", "鰊、湾"])) == ("herring", "bay", "isle", "鰊", "湾")
    assert keywords(["Arts, Books"]) == ("Arts, Books",)


@pytest.mark.parametrize("stated", [["Herring", "Bay"], "Herring, Bay", [{"@type": "DefinedTerm", "name": "Herring"}, "Bay"]])
def test_keywords_of_a_page_stand_in_its_json_ld(stated: object) -> None:
    found = keywords_of(page(keywords=stated), None)
    assert found
    assert (found.value, found.signal.signal) == (("Herring", "Bay"), "json-ld")


def test_keywords_of_a_page_stand_in_its_meta_tags() -> None:
    head = "<meta property='article:tag' content='Sea, deep'><meta name='news_keywords' content='herring, bay'>"
    found = keywords_of(page(head), "Bay")
    assert found
    assert (found.value, found.signal.signal) == (("Sea, deep", "herring"), "meta")
    assert keywords_of(page(), None) is None


@pytest.mark.parametrize(
    ("head", "ld", "free"),
    [
        ("", {}, None),
        ("", {"isAccessibleForFree": True}, True),
        ("", {"isAccessibleForFree": "False"}, False),
        ("", {"isAccessibleForFree": "http://schema.org/True"}, True),
        ("", {"isAccessibleForFree": "perhaps"}, None),
        ("", {"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".rest"}}, False),
        ("", {"isAccessibleForFree": True, "hasPart": [{"isAccessibleForFree": "false", "cssSelector": ".rest"}]}, False),
        ("<meta property='article:content_tier' content='free'>", {}, True),
        ("<meta property='article:content_tier' content='Metered'>", {}, False),
        ("<meta property='article:content_tier' content='locked'>", {"isAccessibleForFree": True}, True),
        ("<meta property='article:content_tier' content='gold'>", {}, None),
        ("<meta itemprop='isAccessibleForFree' content='false'>", {}, False),
    ],
)
def test_whether_anyone_may_read_it(head: str, ld: dict[str, object], free: bool | None) -> None:
    found = free_to_read(page(head, **ld))
    assert (found.value if found else None) is free


def test_corrections_stand_in_json_ld_as_text_or_comment() -> None:
    stated = ["The bay is <b>deep</b>.", {"@type": "CorrectionComment", "text": "Clarification: the bay belongs to the island."}]
    assert list(corrections(page(correction=stated))) == [
        (NoteKind.CORRECTION, "The bay is deep ."),
        (NoteKind.CLARIFICATION, "Clarification: the bay belongs to the island."),
    ]
    assert list(corrections(page(correction="https://gull.example/corrections"))) == []


def test_the_first_category_of_an_entry_is_its_section_and_all_others_are_keywords() -> None:
    article = entry(
        "<category>Fishing</category><category>Herring</category><category>fishing</category><category>Halm, the bay</category>"
    )
    assert (article.section, article.keywords) == ("Fishing", ("Herring", "Halm, the bay"))
    assert article.signals["keywords"].signal == "feed"


def test_enclosures_of_an_entry_have_an_address_a_type_and_a_length() -> None:
    article = entry(
        "<enclosure url='/a.mp3' type='Audio/MPEG; rate=8' length='1234'/><enclosure url='https://gull.example/b' type='what' length='long'/>"
        "<enclosure url='/a.mp3'/><enclosure url='javascript:alert(1)' type='audio/mpeg'/><enclosure url='file:///etc/passwd'/>"
    )
    assert article.enclosures == (Enclosure("https://gull.example/a.mp3", "audio/mpeg", 1234), Enclosure("https://gull.example/b"))


def test_enclosures_of_atom_and_json_feeds() -> None:
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>The Gull</title><entry><title>Herring are back</title><id>1</id>"
        "<link rel='enclosure' type='video/mp4' length='9' href='https://gull.example/v.mp4'/></entry></feed>"
    )
    (article,) = extract(capture(atom, "application/atom+xml")).articles
    assert article.enclosures == (Enclosure("https://gull.example/v.mp4", "video/mp4", 9),)
    item = {
        "id": "1",
        "title": "Herring",
        "attachments": [{"url": "/v.mp4", "mime_type": "video/mp4", "size_in_bytes": 9}, {"url": "data:x"}, 7],
    }
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "The Gull", "items": [item]})
    (article,) = extract(capture(feed, "application/feed+json")).articles
    assert article.enclosures == (Enclosure("https://gull.example/v.mp4", "video/mp4", 9),)


def test_an_entry_has_the_dateline_and_the_notes_of_its_text() -> None:
    article = entry("<description>TOKYO (AP) — The herring are back. An earlier version of this article gave a wrong year.</description>")
    assert (article.dateline, article.agency) == ("TOKYO", "Associated Press")
    assert article.text.startswith("TOKYO (AP) — ")
    assert [note.text for note in article.notes] == ["An earlier version of this article gave a wrong year."]


ROW = json.dumps({"headline": "Herring are back", "text": "They came at dawn."})
SITEMAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://gull.example/a</loc></url></urlset>"
LIST = "<html><body><a class='news' href='/a'>Herring are back in the bay</a></body></html>"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (capture("<rss version='2.0'><channel/></rss>", "text/xml"), PageKind.FEED),
        (capture(SITEMAP, "text/xml"), PageKind.SITEMAP),
        (capture(LIST, selector="a.news"), PageKind.LIST),
        (capture(ROW, "application/x-ndjson"), PageKind.ARTICLE),
        (capture(f"{ROW}\n{ROW}", "application/x-ndjson"), PageKind.ARTICLES),
        (capture("%PDF-1.7 and so on", "application/pdf"), PageKind.OTHER),
        (capture(" "), PageKind.STUB),
    ],
)
def test_what_a_capture_is(given: Capture, kind: PageKind) -> None:
    assert extract(given).kind is kind
