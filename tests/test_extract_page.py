"""Pages → articles: text and blocks, and every field from where it should come."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from octavo.extract import extract
from octavo.model import Article, BlockKind, Capture, Extraction, Obstacle

NOW = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://www.harbour-courier.example/news/2031/05/19/ferry-bridge-opens-after-nine-years"
PARAGRAPHS = (
    "The ferry bridge at Oldmouth opened to traffic on Monday after nine years of building, three changes of contractor and a flood.",
    "Some four hundred people walked across it in the first hour, many of them with dogs, although the signs at both ends forbid dogs.",
    "The harbour board said that the tolls would stay at two crowns for cars and nothing for anyone who comes on foot or by bicycle.",
    "Shopkeepers on the south bank, who lost their customers when the old crossing closed, expect a better summer than the last one.",
)
HEADLINE = "Ferry bridge opens after nine years"


def page(
    body: str | None = None,
    head: str = "",
    ld: object = None,
    headline: str = f"<h1>{HEADLINE}</h1>",
    title: str = f"{HEADLINE} | Harbour Courier",
    after: str = "",
) -> str:
    text = body if body is not None else "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    data = f'<script type="application/ld+json">{ld if isinstance(ld, str) else json.dumps(ld)}</script>' if ld else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}{data}</head><body>'
        '<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>'
        f"<main><article>{headline}{text}</article>{after}</main><footer>© Harbour Courier. All rights reserved.</footer></body></html>"
    )


def capture(
    text: str | bytes, address: str = ADDRESS, media_type: str = "text/html", charset: str | None = None, dated: bool = True
) -> Capture:
    body = text.encode() if isinstance(text, str) else text
    return Capture("c1", address, body, NOW, media_type, charset, dated=dated)


def read(text: str | bytes, **how: object) -> Extraction:
    return extract(capture(text, **how))  # type: ignore[arg-type]


def only(text: str | bytes, **how: object) -> Article:
    extraction = read(text, **how)
    assert len(extraction.articles) == 1, extraction
    return extraction.articles[0]


# ---- text and blocks


def test_text_is_the_paragraphs_parted_by_one_blank_line() -> None:
    article = only(page())
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert [article.text[b.start : b.end] for b in article.blocks] == list(PARAGRAPHS)
    assert {b.kind for b in article.blocks} == {BlockKind.PARAGRAPH}
    assert article.signals["text"].signal == "page"
    assert article.seen_at == NOW
    assert not article.cut


def test_subheadings_lists_quotes_and_tables_are_blocks() -> None:
    first, second, third, fourth = PARAGRAPHS
    body = (
        f"<p>{first}</p><h2>What it costs</h2><p>{second}</p><ul><li>Cars pay two crowns.</li><li>Lorries pay five crowns.</li></ul><p>{third}</p>"
        f"<blockquote><p>We have waited for this long enough.</p></blockquote><p>{fourth}</p>"
        "<table><tr><td>Year</td><td>Cost</td></tr><tr><td>2022</td><td>40 million</td></tr></table>"
    )
    article = only(page(body))
    blocks = [(b.kind, article.text[b.start : b.end]) for b in article.blocks]
    assert (BlockKind.HEADING, "What it costs") in blocks
    assert (BlockKind.LIST, "Cars pay two crowns.\nLorries pay five crowns.") in blocks
    assert (BlockKind.QUOTE, "We have waited for this long enough.") in blocks
    assert (BlockKind.TABLE, "Year | Cost\n2022 | 40 million") in blocks
    gaps = [article.text[a.end : b.start] for a, b in zip(article.blocks, article.blocks[1:], strict=False)]
    assert set(gaps) == {"\n\n"}


def test_double_headline_and_trailing_heading_are_left_out() -> None:
    article = only(page(f"<p>{HEADLINE}</p>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "<h3>Read more</h3>"))
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_text_that_stands_there_twice_is_kept_once() -> None:
    once = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    article = only(page(f"<div class=desktop>{once}</div><div class=mobile>{once}</div>"))
    assert article.text.count(PARAGRAPHS[0]) == 1


def test_an_article_in_chunks_is_read_to_its_end() -> None:
    chunk = '<div class="chunk"><div class="body">{}</div></div><div class="ad">Advertisement</div>'
    long = [tuple(f"Part {n}: {p}" for p in PARAGRAPHS) for n in range(5)]
    article = only(page("".join(chunk.format("".join(f"<p>{p}</p>" for p in part)) for part in long)))
    assert "Part 0: The ferry" in article.text
    assert "Part 4: Shopkeepers" in article.text


def test_layout_tables_are_no_tables() -> None:
    text = "<br><br>".join(PARAGRAPHS)
    html = (
        f"<html><head><title>{HEADLINE} - Harbour Courier</title></head><body><table><tr><td colspan=2><b>Harbour Courier</b></td></tr><tr>"
        f'<td><a href="/a.html">Tides</a><br><a href="/b.html">Small ads</a></td><td><font size=5><b>{HEADLINE}</b></font><br><font size=2>May 18, 2031</font><br><br>'
        f"<table><tr><td><img src=b.jpg></td></tr></table><font>{text}</font></td></tr></table></body></html>"
    )
    article = only(html, address="https://www.harbour-courier.example/bridge.html")
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert {b.kind for b in article.blocks} == {BlockKind.PARAGRAPH}
    assert (article.headline, article.published) == (HEADLINE, "2031-05-18")


def test_what_stands_above_and_below_the_text_is_not_the_text() -> None:
    text = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    above = "<p>Harbour</p><p>By Ada Brandt | 18 May 2031, 09:30</p><p>Dogs on the bridge at noon. Photo: Mia Roth</p>"
    below = '<p>Read more: <a href="/n/x-y-z">The long wait</a></p><p>Sign up for our newsletter.</p><div class="kommentare"><p>I was there too, and it was far too windy for a picnic.</p></div>'
    article = only(page(above + text + below))
    blocks = [(b.kind, article.text[b.start : b.end]) for b in article.blocks]
    assert blocks == [(BlockKind.CAPTION, "Dogs on the bridge at noon. Photo: Mia Roth"), *((BlockKind.PARAGRAPH, p) for p in PARAGRAPHS)]


# ---- headline


@pytest.mark.parametrize(
    ("html", "signal"),
    [
        (page(), "text"),
        (page(headline=f"<h1><span>{HEADLINE}</span></h1>", title="Harbour Courier"), "text"),
        (
            page(
                headline="",
                ld={"@type": "NewsArticle", "headline": f"{HEADLINE} | Harbour Courier", "publisher": {"name": "Harbour Courier"}},
            ),
            "json-ld",
        ),
        (
            page(
                headline="",
                head=f'<meta property="og:title" content="{HEADLINE} - Harbour Courier"><meta property="og:site_name" content="Harbour Courier">',
            ),
            "meta",
        ),
        (page(headline='<h1><a href="/">Harbour Courier</a></h1>'), "title"),
    ],
)
def test_headline_as_printed_without_the_outlet(html: str, signal: str) -> None:
    article = only(html)
    assert article.headline == HEADLINE
    assert article.signals["headline"].signal == signal


def test_a_colon_or_dash_of_the_headline_itself_stays() -> None:
    title = "Bridge - what now? Five answers: an overview"
    assert only(page(headline=f"<h1>{title}</h1>", title=f"{title} | Harbour Courier")).headline == title


# ---- dates


def article_ld(**fields: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": HEADLINE, **fields}


@pytest.mark.parametrize(
    ("html", "published", "signal", "precision"),
    [
        (page(ld=article_ld(datePublished="2031-05-19T09:30:00+02:00")), "2031-05-19T09:30:00+02:00", "json-ld", "second"),
        (page(ld=article_ld(datePublished="2031-05-19T09:30:15.123Z")), "2031-05-19T09:30:15Z", "json-ld", "second"),
        (page(ld=article_ld(datePublished="2031-05-19T00:00:00+02:00")), "2031-05-19", "json-ld", "day"),
        (page(head='<meta property="article:published_time" content="2031-05-18T22:05+0200">'), "2031-05-18T22:05+02:00", "meta", "minute"),
        (page(headline=f'<h1>{HEADLINE}</h1><time datetime="2031-05-17">Saturday</time>'), "2031-05-17", "text", "day"),
        (page(headline=f'<h1>{HEADLINE}</h1><div class="dateline">16 May 2031</div>'), "2031-05-16", "text", "day"),
    ],
)
def test_published_with_its_signal_zone_and_precision(html: str, published: str, signal: str, precision: str) -> None:
    article = only(html)
    assert article.published == published
    assert (article.signals["published"].signal, article.signals["published"].precision) == (signal, precision)


def test_modified_is_told_apart() -> None:
    article = only(page(ld=article_ld(datePublished="2031-05-18T09:30:00Z", dateModified="2031-05-19T10:00:00Z")))
    assert (article.published, article.modified) == ("2031-05-18T09:30:00Z", "2031-05-19T10:00:00Z")


def test_a_date_after_the_capture_is_refused_and_the_next_signal_taken() -> None:
    html = page(ld=article_ld(datePublished="2031-05-25T09:30:00Z"), head='<meta property="article:published_time" content="2031-05-19">')
    assert only(html).published == "2031-05-19"
    assert only(html, dated=False).published == "2031-05-25T09:30:00Z"


def test_the_day_of_a_country_that_is_ahead_is_not_refused() -> None:
    assert only(page(ld=article_ld(datePublished="2031-05-21"))).published == "2031-05-21"


def test_the_address_gives_a_day_and_a_relative_line_an_estimate() -> None:
    article = only(page())
    assert (article.published, article.signals["published"].signal) == ("2031-05-19", "url")
    article = only(
        page(headline=f'<h1>{HEADLINE}</h1><span class="time">4 days ago</span>'), address="https://www.harbour-courier.example/a-story"
    )
    assert (article.published or "")[:10] == "2031-05-16"
    assert article.signals["published"].estimated


def test_nothing_is_guessed_as_today() -> None:
    article = only(page(), address="https://www.harbour-courier.example/a-story")
    assert article.published is None
    assert "published" not in article.signals


# ---- authors, agency


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        (
            page(ld=article_ld(author=[{"@type": "Person", "name": "Ada Brandt"}, {"@type": "Person", "name": "Li Osei"}])),
            ("Ada Brandt", "Li Osei"),
        ),
        (page(ld=article_ld(author={"name": "By ADA BRANDT"})), ("ADA BRANDT",)),
        (page(head='<meta name="author" content="By Ada Brandt and Li Osei, Staff Writers">'), ("Ada Brandt", "Li Osei")),
        (page(head='<meta property="article:author" content="https://social.example/ada">'), ()),
        (
            page(headline=f'<h1>{HEADLINE}</h1><p class="byline">By <a href="/authors/ada">Ada Brandt</a>, Harbour Correspondent</p>'),
            ("Ada Brandt",),
        ),
        (page(headline=f"<h1>{HEADLINE}</h1><div>By Ada Brandt</div>"), ("Ada Brandt",)),
        (page(head='<meta name="author" content="Juan García y Ana de la Cruz">'), ("Juan García", "Ana de la Cruz")),
        (page(head='<meta name="author" content="Ada Brandt Jr.">'), ("Ada Brandt Jr.",)),
    ],
)
def test_authors_are_people(html: str, authors: tuple[str, ...]) -> None:
    assert only(html).authors == authors


# ---- publisher, aggregator, agency: with outlets of our own


@pytest.fixture
def outlets(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    from octavo.publishers import known

    (tmp_path / "courier.toml").write_text(
        'name = "The Harbour Courier"\nkind = "newspaper"\ndomains = ["harbour-courier.example"]\naliases = ["Harbour Courier"]\n'
    )
    (tmp_path / "wire.toml").write_text('name = "Northwire"\nkind = "agency"\ndomains = ["northwire.example"]\naliases = ["NW"]\n')
    (tmp_path / "gather.toml").write_text('name = "Allnews"\nkind = "aggregator"\ndomains = ["allnews.example"]\n')
    monkeypatch.setenv("OCTAVO_PUBLISHERS", str(tmp_path))
    known.cache_clear()
    yield
    monkeypatch.undo()
    known.cache_clear()


@pytest.mark.usefixtures("outlets")
def test_the_table_of_publishers_names_the_outlet_of_a_host() -> None:
    article = only(page(head='<meta property="og:site_name" content="Courier online">'))
    assert (article.publisher, article.aggregator) == ("The Harbour Courier", None)


def test_an_unknown_outlet_is_named_by_its_page_and_at_last_by_its_host() -> None:
    assert only(page(head='<meta property="og:site_name" content="Courier online">')).publisher == "Courier online"
    assert only(page()).publisher == "harbour-courier.example"


@pytest.mark.usefixtures("outlets")
@pytest.mark.parametrize(
    "html",
    [
        page(ld=article_ld(publisher={"@type": "Organization", "name": "Harbour Courier"})),
        page(head=f'<link rel="canonical" href="{ADDRESS}">'),
        page(ld=article_ld(provider={"@type": "Organization", "name": "Harbour Courier"}, publisher={"name": "Allnews"})),
    ],
)
def test_an_aggregator_is_told_from_the_outlet_it_carries(html: str) -> None:
    article = only(html, address="https://www.allnews.example/story/991-ferry-bridge-opens")
    assert (article.publisher, article.aggregator) == ("The Harbour Courier", "Allnews")
    assert article.url == "https://www.allnews.example/story/991-ferry-bridge-opens"


@pytest.mark.usefixtures("outlets")
@pytest.mark.parametrize(
    ("line", "publisher"),
    [("Harbour Courier <span>·</span> <span>3 hours ago</span>", "The Harbour Courier"), ("Isle Gazette · May 18, 2031", "Isle Gazette")],
)
def test_an_aggregator_s_source_line_names_the_outlet(line: str, publisher: str) -> None:
    article = only(
        page(headline=f"<h1>{HEADLINE}</h1><div>{line}</div>"), address="https://www.allnews.example/story/991-ferry-bridge-opens"
    )
    assert (article.publisher, article.aggregator) == (publisher, "Allnews")


@pytest.mark.usefixtures("outlets")
def test_agency_copy_keeps_its_publisher_and_names_the_agency() -> None:
    dateline = f"OLDMOUTH (Northwire) — {PARAGRAPHS[0]}"
    article = only(page("".join(f"<p>{p}</p>" for p in (dateline, *PARAGRAPHS[1:]))))
    assert (article.publisher, article.agency) == ("The Harbour Courier", "Northwire")
    article = only(page(head='<meta name="author" content="NW">'))
    assert (article.authors, article.agency) == ((), "Northwire")
    article = only(page(ld=article_ld(author={"@type": "Organization", "name": "Northwire"})))
    assert (article.authors, article.agency) == ((), "Northwire")


# ---- address, identity


@pytest.mark.parametrize(
    ("head", "address", "url"),
    [
        (f'<link rel="canonical" href="{ADDRESS}?utm_source=x#top">', ADDRESS + "?ref=1", ADDRESS),
        ('<link rel="canonical" href="/news/ferry-bridge">', ADDRESS, "https://www.harbour-courier.example/news/ferry-bridge"),
        ('<link rel="canonical" href="https://elsewhere.example/stolen">', ADDRESS + "?fbclid=123", ADDRESS),
        ('<link rel="canonical" href="https://www.harbour-courier.example/">', ADDRESS, ADDRESS),
        ("", ADDRESS + "/amp/", ADDRESS),
        ("", ADDRESS + "?amp=1&id=7", ADDRESS + "?id=7"),
        (f'<link rel="canonical" href="{ADDRESS}">', "/home/ada/saved/page.html", ADDRESS),
        ("", "/home/ada/saved/page.html", None),
    ],
)
def test_the_canonical_address_counts_on_its_own_site_and_is_cleaned(head: str, address: str, url: str | None) -> None:
    assert only(page(head=head), address=address).url == url


def test_the_same_article_gets_the_same_id() -> None:
    first = only(page(head=f'<link rel="canonical" href="{ADDRESS}">'), address=ADDRESS + "?utm_campaign=a")
    again = only(page(head="<meta name=x content=y>"), address=ADDRESS.replace("https://www.", "http://") + "/")
    assert first.id == again.id
    assert len(first.id) == 16


# ---- picture


def figure(caption: str, source: str = "https://img.harbour-courier.example/bridge-1200x800.jpg") -> str:
    return f'<figure><img src="{source}" alt=""><figcaption>{caption}</figcaption></figure>' + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


@pytest.mark.parametrize(
    ("caption", "told", "credit"),
    [
        ("The bridge at dawn. (Photo: Mia Roth)", "The bridge at dawn.", "Mia Roth"),
        ("The bridge at dawn. Mia Roth/Northwire", "The bridge at dawn.", "Mia Roth/Northwire"),
        ("The bridge at dawn. © Harbour Courier", "The bridge at dawn.", "Harbour Courier"),
        ("The bridge at dawn. Photograph: Mia Roth/Northwire", "The bridge at dawn.", "Mia Roth/Northwire"),
        ('The bridge at dawn. <span class="credit">Credit: Mia Roth</span>', "The bridge at dawn.", "Mia Roth"),
        ("The bridge at dawn.", "The bridge at dawn.", None),
        ("Foto: Mia Roth", None, "Mia Roth"),
    ],
)
def test_lead_picture_with_caption_and_credit(caption: str, told: str | None, credit: str | None) -> None:
    article = only(
        page(figure(caption), head='<meta property="og:image" content="https://img.harbour-courier.example/bridge-600x400.jpg">')
    )
    assert article.image is not None
    assert (article.image.url, article.image.caption, article.image.credit) == (
        "https://img.harbour-courier.example/bridge-600x400.jpg",
        told,
        credit,
    )
    assert "dawn" not in article.text


def test_the_picture_of_json_ld_is_made_absolute_and_a_logo_is_none() -> None:
    article = only(
        page(ld=article_ld(image={"@type": "ImageObject", "url": "/i/bridge.jpg", "caption": "The bridge", "creditText": "Mia Roth"}))
    )
    assert article.image is not None
    assert (article.image.url, article.image.credit) == ("https://www.harbour-courier.example/i/bridge.jpg", "Mia Roth")
    assert only(page(head='<meta property="og:image" content="https://x.example/site-logo.png">')).image is None


# ---- JSON-LD in the wild


@pytest.mark.parametrize(
    "ld",
    [
        {"@graph": [{"@type": "WebSite", "name": "Harbour Courier"}, article_ld(section="x", datePublished="2031-05-18T08:00:00Z")]},
        [{"@type": "BreadcrumbList"}, article_ld(datePublished="2031-05-18T08:00:00Z")],
        {"@type": ["NewsArticle", "Article"], "headline": HEADLINE, "datePublished": "2031-05-18T08:00:00Z"},
        {"@type": "WebPage", "mainEntity": article_ld(datePublished="2031-05-18T08:00:00Z")},
        '{"@type": "NewsArticle", "headline": "Ferry", "datePublished": "2031-05-18T08:00:00Z",}',
        '<!-- {"@type": "NewsArticle", "description": "a\nline", "datePublished": "2031-05-18T08:00:00Z"} -->',
        '{"@type": "NewsArticle", "datePublished": "2031-05-18T08:00:00Z"};',
    ],
)
def test_json_ld_is_read_tolerantly(ld: object) -> None:
    assert only(page(ld=ld)).published == "2031-05-18T08:00:00Z"


def test_broken_json_ld_costs_nothing_but_itself() -> None:
    assert only(page(ld='{"@type": "NewsArticle", "headline": ')).headline == HEADLINE


def test_of_several_articles_in_json_ld_the_page_s_own_counts() -> None:
    other = {
        "@type": "NewsArticle",
        "headline": "Quite another thing",
        "url": "https://www.harbour-courier.example/x",
        "datePublished": "2030-01-01T08:00:00Z",
    }
    own = article_ld(url=ADDRESS, datePublished="2031-05-18T08:00:00Z")
    assert only(page(ld=[other, own])).published == "2031-05-18T08:00:00Z"


def test_section_language_title_and_declared_feeds() -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><meta property="article:section" content="Transport &amp; Harbour">'
    extraction = read(page(head=head))
    assert extraction.feeds == ("https://www.harbour-courier.example/feed.xml",)
    assert extraction.title == f"{HEADLINE} | Harbour Courier"
    assert extraction.articles[0].section == "Transport & Harbour"
    assert extraction.articles[0].language == "en"


def test_the_text_overrules_a_wrongly_declared_language() -> None:
    german = "Die Brücke am alten Hafen wurde am Montag nach neun Jahren Bauzeit für den Verkehr geöffnet, und viele Menschen kamen zu Fuß."
    article = only(page("".join(f"<p>{german} {n}.</p>" for n in ("Eins", "Zwei", "Drei"))))
    assert article.language == "de"


def test_an_article_of_which_a_pay_wall_shows_the_beginning_is_cut() -> None:
    extraction = read(page(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>", ld=article_ld(isAccessibleForFree=False)))
    assert extraction.articles[0].cut
    assert extraction.articles[0].text == "\n\n".join(PARAGRAPHS[:2])
    assert extraction.problem is None


# ---- nothing hostile survives


def test_no_markup_survives_in_any_field() -> None:
    evil = "<script>alert(1)</script><b onclick=steal()>{}</b>"
    ld = article_ld(
        articleSection=evil.format("World"),
        author={"name": evil.format("Ada Brandt")},
        image={"url": "javascript:steal()", "caption": evil.format("A bridge").replace("<", "&lt;")},
        publisher={"name": evil.format("Courier")},
    )
    html = page(
        "".join(f'<p onclick="steal()">{p}<script>alert(1)</script> <a href="javascript:steal()">link</a></p>' for p in PARAGRAPHS),
        ld=json.dumps(ld).replace("</", "<\\/"),
        head='<meta property="og:image" content="data:text/html,x">',
        headline="<h1>Ferry bridge &lt;script&gt;alert(2)&lt;/script&gt; opens <i onclick=x()>after</i> nine years</h1>",
    )
    article = only(html)
    fields = [article.headline, article.text, article.section, article.publisher, *article.authors, article.image and article.image.caption]
    assert article.headline == "Ferry bridge opens after nine years"
    assert not any(sign in (field or "") for field in fields for sign in ("<", "onclick", "alert", "steal"))
    assert article.image is None or (article.image.url or "https://").startswith("https://")


# ---- several articles, lists, problems


def appended(headline: str, line: str = "Isle Gazette · 3 days ago", tag: str = "section", href: str | None = None) -> str:
    inner = f'<a href="{href}">{headline}</a>' if href else headline
    return (
        f'<{tag}><h2>{inner}</h2><p>{line}</p><div class="text">'
        + "".join(f"<p>{headline}: {p}</p>" for p in PARAGRAPHS)
        + f"</div></{tag}>"
    )


def test_articles_below_the_main_one_are_articles_of_their_own() -> None:
    below = appended("Lighthouse keeper retires at ninety", "isle-gazette.example · 2 days ago") + appended(
        "Herring return to the bay", "May 12, 2031"
    )
    main, second, third = read(page(after=below)).articles
    assert main.headline == HEADLINE
    assert main.text == "\n\n".join(PARAGRAPHS)
    assert (second.headline, second.publisher, second.aggregator) == (
        "Lighthouse keeper retires at ninety",
        "isle-gazette.example",
        "harbour-courier.example",
    )
    assert (second.published or "")[:10] == "2031-05-18"
    assert second.signals["published"].estimated
    assert second.text == "\n\n".join(f"Lighthouse keeper retires at ninety: {p}" for p in PARAGRAPHS)
    assert (third.published, third.publisher) == ("2031-05-12", "harbour-courier.example")
    assert len({main.id, second.id, third.id}) == 3


def test_an_appended_article_has_the_address_of_its_heading() -> None:
    second = read(page(after=appended("Herring return to the bay", "May 12, 2031", "article", "/news/herring-return"))).articles[1]
    assert second.url == "https://www.harbour-courier.example/news/herring-return"


@pytest.mark.parametrize(
    "after",
    [
        appended("What the engineers say about it", line="They are content."),
        appended("A reader's comment on the bridge").replace("<section>", '<section class="comments">'),
        "<section><h2>More from the harbour</h2>"
        + "".join(
            f'<div><h3><a href="/n/{n}-story-of-day">Story number {n} of the day</a></h3><p>May 1{n}, 2031</p><p>{PARAGRAPHS[0]}</p></div>'
            for n in range(5)
        )
        + "</section>",
    ],
    ids=["section", "comments", "teasers"],
)
def test_sections_comments_and_teasers_are_no_articles(after: str) -> None:
    assert len(read(page(after=after)).articles) == 1


def test_a_front_page_gives_links_and_no_article() -> None:
    items = "".join(
        f'<li><h3><a href="/news/2031/05/{n:02}/story-number-{n}">A headline of the day with number {n}</a></h3><p>A summary of it.</p></li>'
        for n in range(1, 15)
    )
    html = f"<html><head><title>Harbour Courier</title></head><body><h1>News</h1><ul>{items}</ul><a href='/about'>About us and our work here</a></body></html>"
    for address in ("https://www.harbour-courier.example/", "https://www.harbour-courier.example/news"):
        extraction = read(html, address=address)
        assert extraction.articles == ()
        assert extraction.problem is None
        assert extraction.title == "Harbour Courier"
        assert len(extraction.links) == 14
        assert extraction.links[0] == "https://www.harbour-courier.example/news/2031/05/01/story-number-1"


@pytest.mark.parametrize(
    ("html", "word", "obstacle"),
    [
        (
            "<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>",
            "proof that a person",
            Obstacle.BOT_WALL,
        ),
        (
            "<html><head><title>x</title></head><body><h1>404</h1><p>Page not found</p></body></html>",
            "nothing under this address",
            Obstacle.MISSING,
        ),
        ("<html><body><p>Subscribe now to continue reading this article.</p></body></html>", "pay wall", Obstacle.PAY_WALL),
        (
            "<html><body><h1>Your privacy</h1><p>We and our partners keep things on your device.</p><button>Accept all cookies</button>"
            "<p>You may accept all cookies, or manage cookies one by one.</p></body></html>",
            "question about cookies",
            Obstacle.COOKIE_WALL,
        ),
        (
            '<html><body><div id="app"></div><script src="/app.js"></script><script src="/b.js"></script><noscript>You need to enable JavaScript.</noscript></body></html>',
            "scripts",
            Obstacle.SCRIPTS,
        ),
        ("<html><body><p>Please enable JavaScript to read this page.</p></body></html>", "scripts", Obstacle.SCRIPTS),
        ("<html><body></body></html>", "empty", None),
    ],
)
def test_pages_without_an_article_say_why(html: str, word: str, obstacle: Obstacle | None) -> None:
    extraction = read(html)
    assert extraction.articles == ()
    assert word in (extraction.problem or "")
    assert "fault lies with the page" in (extraction.problem or "")
    assert extraction.obstacle is obstacle


def test_an_article_of_which_a_pay_wall_shows_the_beginning_names_the_wall() -> None:
    beginning = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    for free, obstacle in ((False, Obstacle.PAY_WALL), (True, None)):
        extraction = read(page(beginning, ld=article_ld(isAccessibleForFree=free)))
        assert extraction.articles[0].cut is (not free)
        assert extraction.obstacle is obstacle


# ---- what the bytes are


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/octet-stream", "application/rss+xml"])
def test_a_page_is_a_page_whatever_its_label(media_type: str) -> None:
    assert only(page(), media_type=media_type).headline == HEADLINE


def test_pictures_and_documents_are_named_and_never_read() -> None:
    assert "PDF document" in (read(b"%PDF-1.7 ...").problem or "")
    assert "empty" in (read(b"  \n").problem or "")


def test_hostile_depth_is_survived() -> None:
    extraction = read("<html><body>" + "<div>" * 30_000 + "x" + "</div>" * 30_000)
    assert extraction.articles == () or extraction.articles[0].text


@pytest.mark.parametrize(
    ("encoding", "charset", "meta"),
    [
        ("cp1251", "windows-1251", ""),
        ("cp1251", None, "windows-1251"),
        ("cp1251", "iso-8859-1", "windows-1251"),
        ("cp1251", None, ""),
        ("utf-8", "iso-8859-1", ""),
        ("utf-16", None, ""),
    ],
)
def test_old_encodings_are_found_out(encoding: str, charset: str | None, meta: str) -> None:
    russian = "Мост через старую гавань открыли в понедельник после девяти лет строительства, и сотни людей прошли по нему пешком."
    html = page("".join(f"<p>{russian} {n}</p>" for n in range(4)), headline="<h1>Мост открыли</h1>", title="Мост открыли").replace(
        '<meta charset="utf-8">', f'<meta charset="{meta}">' if meta else ""
    )
    article = only(html.encode(encoding), charset=charset)
    assert article.headline == "Мост открыли"
    assert article.text.startswith(russian)


def test_a_failure_of_ours_is_a_problem_and_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    import octavo.extract.html

    def broken(_: Capture) -> Extraction:
        raise RuntimeError("boom")

    monkeypatch.setattr(octavo.extract.html, "read_page", broken)
    problem = extract(replace(capture(page()), id="c2")).problem or ""
    assert "boom" in problem
    assert "fault lies with Octavo" in problem
