"""What kind of page an article stands on, and the text that live tickers, galleries and films' pages have in other places."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from octavo.cli.forms import article_row
from octavo.extract import extract
from octavo.model import Article, BlockKind, Capture, Enclosure, Extraction, NoteKind, Obstacle, PageKind

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)
SAID = (
    "The ferry between Halm and the island left the harbour at dawn, and forty people stood on the quay to see it go.",
    "The harbour master said that the second boat will follow as soon as the wind turns, which nobody expects before noon.",
    "On the island the school stays closed for a second day, because its teachers live in Halm and cannot get across.",
    "Fishermen who had gone out in the night came back with nets full of weed and without a single herring in them.",
    "The mayor, Ida Brandt, asked everybody to keep off the northern pier until the engineers have looked at its piles.",
    "A lorry with bread and milk waits at the ferry ramp, and its driver has begun to give the bread away for nothing.",
    "The weather office has lifted its warning for the bay, and the first sails were seen beyond the lighthouse at noon.",
    "Engineers found that two piles of the pier are broken below the water, and that a third one has begun to lean over.",
)


def read(body: str, head: str = "", ld: object = None, path: str = "news/ferry-runs-again") -> Extraction:
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld else ""
    whole = f"<html lang='en'><head><title>Storm over Halm</title>{head}{script}</head><body>{body}</body></html>"
    return extract(Capture("c" * 64, f"https://gull.example/{path}", whole.encode(), NOW, "text/html"))


def only(extraction: Extraction) -> Article:
    assert len(extraction.articles) == 1, extraction
    return extraction.articles[0]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def ticker(title: str, clocks: list[str]) -> str:
    posts = "".join(f"<div class='post'><div>{clock}</div><p>{said}</p></div>" for clock, said in zip(clocks, SAID, strict=False))
    return f"<main><article><h1>{title}</h1>{paragraphs('All that happens in Halm and on the island today is told here as it comes in.')}{posts}</article></main>"


def node(**fields: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "headline": "Storm over Halm", **fields}


def test_a_page_of_prose_is_an_article() -> None:
    found = read(f"<article><h1>Storm over Halm</h1>{paragraphs(*SAID[:4])}</article>")
    assert (found.kind, only(found).live) == (PageKind.ARTICLE, False)


def test_a_page_with_posts_under_clocks_that_calls_itself_live_is_one_live_article_in_the_order_printed() -> None:
    clocks = ["14:05", "13:40", "13:12", "12:30", "11:58", "11:20", "10:45", "10:02"]
    found = read(ticker("Storm over Halm: live updates", clocks))
    article = only(found)
    assert (found.kind, article.live) == (PageKind.LIVE, True)
    places = [article.text.find(said) for said in SAID]
    assert -1 not in places
    assert places == sorted(places)


def test_a_list_of_what_happened_when_is_not_live_by_itself() -> None:
    found = read(ticker("How the storm came to Halm", ["6:05 a.m.", "7:40 a.m.", "9:12 a.m.", "12:30 p.m.", "1:58 p.m.", "3:20 p.m."]))
    assert (found.kind, only(found).live) == (PageKind.ARTICLE, False)


def test_the_posts_that_the_head_of_a_live_page_holds_are_its_text_where_the_page_itself_has_less() -> None:
    posts = [{"@type": "BlogPosting", "headline": f"Hour {n}", "articleBody": said} for n, said in enumerate(SAID)]
    found = read(
        f"<main><h1>Storm over Halm</h1>{paragraphs(SAID[0])}<div id='posts'></div></main>",
        ld=node(**{"@type": "LiveBlogPosting"}, liveBlogUpdate=posts),
    )
    article = only(found)
    assert (found.kind, article.live) == (PageKind.LIVE, True)
    assert all(said in article.text for said in SAID)
    assert article.text.count(SAID[0]) == 1
    assert [article.text[b.start : b.end] for b in article.blocks if b.kind is BlockKind.HEADING] == [f"Hour {n}" for n in range(8)]


def figures(number: int, under: str = "Boats in the harbour of Halm on the morning after the storm, picture {}") -> str:
    return "".join(
        f"<figure><img src='/p/{n}.jpg'>{f'<figcaption>{under.format(n)}</figcaption>' if under else ''}</figure>" for n in range(number)
    )


def test_a_page_of_pictures_is_a_gallery_with_their_captions_as_its_text() -> None:
    found = read(f"<article><h1>Storm over Halm in pictures</h1>{paragraphs(SAID[0])}{figures(9)}</article>")
    article = only(found)
    assert found.kind is PageKind.GALLERY
    captions = [article.text[b.start : b.end] for b in article.blocks if b.kind is BlockKind.CAPTION]
    assert [caption[-1] for caption in captions] == list("012345678")


def test_pictures_in_a_long_text_make_no_gallery() -> None:
    found = read(
        f"<article><h1>Storm over Halm</h1>{paragraphs(*SAID)}{figures(6)}{paragraphs(*(s + ' So it was.' for s in SAID))}</article>"
    )
    assert found.kind is PageKind.ARTICLE
    assert BlockKind.CAPTION not in {block.kind for block in only(found).blocks}


def test_a_gallery_without_a_word_is_a_stub_and_says_so() -> None:
    found = read(f"<h1>Storm over Halm</h1>{figures(9, '')}", ld=node(**{"@type": "ImageGallery"}))
    assert (found.kind, found.articles) == (PageKind.STUB, ())
    assert "pictures" in (found.problem or "")


def test_a_films_page_has_what_is_said_of_the_film_as_its_text() -> None:
    film = node(**{"@type": "VideoObject"}, name="Storm over Halm", description=SAID[4])
    found = read("<h1>Storm over Halm</h1><video src='/v.mp4'></video>", ld=film)
    assert (found.kind, only(found).text) == (PageKind.VIDEO, SAID[4])


def test_a_film_beside_a_whole_text_makes_no_films_page() -> None:
    film = node(**{"@type": "VideoObject"}, name="Storm over Halm", description="The film.")
    found = read(f"<article><h1>Storm over Halm</h1>{paragraphs(*SAID)}</article>", ld=film)
    assert found.kind is PageKind.ARTICLE
    assert "The film." not in only(found).text


def test_a_film_of_which_nothing_is_said_is_a_stub_and_says_so() -> None:
    found = read("<h1>Storm over Halm</h1><video src='/v.mp4'></video>", head="<meta property='og:type' content='video.other'>")
    assert (found.kind, found.articles) == (PageKind.STUB, ())
    assert "film" in (found.problem or "")


@pytest.mark.parametrize(
    ("body", "kind", "obstacle"),
    [
        ("<p>Please verify you are human to go on.</p>", PageKind.WALL, Obstacle.BOT_WALL),
        ("<p>Subscribe to continue reading.</p>", PageKind.WALL, Obstacle.PAY_WALL),
        ("<h1>Page not found</h1>", PageKind.STUB, Obstacle.MISSING),
        ("<div></div>", PageKind.STUB, None),
    ],
)
def test_what_stands_there_instead_of_an_article(body: str, kind: PageKind, obstacle: Obstacle | None) -> None:
    found = read(body, ld=node(**{"@type": "NewsArticle"}))
    assert (found.articles, found.kind, found.obstacle) == ((), kind, obstacle)
    assert found.problem


def test_a_front_page_is_a_list() -> None:
    links = "".join(f"<h2><a href='/news/{n}-storm-over-halm'>Storm over Halm goes into day {n} of the week</a></h2>" for n in range(2, 20))
    found = read(links, path="")
    assert (found.kind, found.articles, len(found.links)) == (PageKind.LIST, (), 18)


def test_what_the_head_says_of_the_article_is_kept() -> None:
    stated = node(
        **{"@type": "NewsArticle"},
        articleSection="Weather",
        keywords=["Storms", "Weather", "Halm"],
        isAccessibleForFree="False",
        correction={"@type": "CorrectionComment", "text": "The boat left at dawn, not at noon."},
    )
    article = only(read(f"<article><h1>Storm over Halm</h1>{paragraphs('HALM (AP) — ' + SAID[0], *SAID[1:])}</article>", ld=stated))
    assert (article.section, article.keywords, article.free) == ("Weather", ("Storms", "Halm"), False)
    assert (article.dateline, article.agency) == ("HALM", "Associated Press")
    assert [(note.kind, note.text, note.span) for note in article.notes] == [
        (NoteKind.CORRECTION, "The boat left at dawn, not at noon.", None)
    ]
    assert {name: article.signals[name].signal for name in ("keywords", "free", "dateline")} == {
        "keywords": "json-ld",
        "free": "json-ld",
        "dateline": "text",
    }


def test_what_the_command_prints_of_an_article_is_read_back() -> None:
    stated = node(
        **{"@type": "LiveBlogPosting"}, keywords=["Storms", "Halm"], isAccessibleForFree=True, correction="It was dawn, not noon."
    )
    given = only(
        read(f"<article><h1>Storm over Halm</h1>{paragraphs(*SAID, 'Correction: Forty people came, not four.')}</article>", ld=stated)
    )
    row = article_row(given) | {
        "enclosures": [{"url": "https://gull.example/a.mp3", "media_type": "audio/mpeg", "length": 7}, {"url": "file:///a"}, 7]
    }
    back = only(extract(Capture("d" * 64, "file:///a.jsonl", json.dumps(row).encode(), NOW, "application/x-ndjson")))
    assert (back.text, back.keywords, back.free, back.live, back.notes) == (given.text, given.keywords, True, True, given.notes)
    assert [note.span is None for note in back.notes] == [False, True]
    assert back.enclosures == (Enclosure("https://gull.example/a.mp3", "audio/mpeg", 7),)
