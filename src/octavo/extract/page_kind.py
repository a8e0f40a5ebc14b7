"""What kind of page an article stands on: a plain one, a live ticker, a gallery, a film's; and the text that such a page has in other places.

Told by general signs only: the types that the page declares (schema.org, Open Graph), blocks that begin with a clock, text per picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.blocks import Piece, length
from octavo.extract.body import Body
from octavo.extract.page import Page
from octavo.extract.picture import captions
from octavo.extract.plain import fold, lines, plain
from octavo.extract.problems import Why
from octavo.model import BlockKind, Obstacle, PageKind

_FILM_TYPES = frozenset({"VideoObject", "AudioObject", "PodcastEpisode", "RadioEpisode", "TVEpisode", "Clip"})
_GALLERY_TYPES = frozenset({"ImageGallery", "MediaGallery"})
_FILM_TEXT = 600  # characters from which the text beside a film is an article
_PICTURES = 6  # with something said under each: from so many on a page may be a gallery
_PER_PICTURE = {True: 500, False: 150}  # characters of other text for each picture, at most; more where the page calls itself a gallery
_STAMPED, _STAMPED_ALONE = 5, 10  # posts with a clock that make a live ticker of a page that calls itself live, and of any
_FALLING = 0.8  # share of the clocks that are earlier than the one above: newest first
_NEXT = 3  # lines below a clock in which its post begins
_STATED = 0.6  # share of the posts that the page's head holds, under which those are the better text
_STAMP = re.compile(
    r"(?:[^\W\d_]{3,10}\.?,?\s)?(?P<hour>[01]?\d|2[0-3])\s?[:.h時]\s?(?P<minute>[0-5]\d)(?:分|\b)\s*(?P<half>[ap]\.?m\b\.?)?", re.IGNORECASE
)
_LONGEST_STAMP = 40  # characters of a line that is a clock and no more
_LIVE = re.compile(
    r"\blive\b|live[-_ ]?(?:blog|ticker|updates?)|\bticker\b|newsblog|en[- ]direct|en[- ]vivo|minuto a minuto|ao[- ]vivo|\bdiretta\b|na żywo|\bcanlı|"
    r"онлайн|трансляция|наживо|速報|実況|ライブ|直播|滚动|滾動|라이브|실시간|مباشر",
    re.IGNORECASE,
)
WORDLESS = {
    PageKind.GALLERY: Why("The page shows pictures and says nothing under them", "Look at them at the outlet"),
    PageKind.VIDEO: Why("The page holds a film or a sound and no text", "Watch it at the outlet"),
}
_WALLS = frozenset({Obstacle.PAY_WALL, Obstacle.BOT_WALL, Obstacle.COOKIE_WALL})


def article_kind(page: Page, body: Body, found: Sequence[Piece], headline: str | None, spot: HtmlElement | None) -> PageKind:
    """LIVE, GALLERY, VIDEO or ARTICLE. `found` is the text that was read, `spot` the element of the headline."""
    if _ticker(page) or _ticks(page, body, headline):
        return PageKind.LIVE
    declared = bool(_declared(page, _GALLERY_TYPES, headline)) or any("gallery" in value.lower() for value in page.values("og:type"))
    many = sum(1 for _ in page.tree.iter("figure")) >= _PICTURES
    shown = captions(page, spot) if declared or many else []
    if len(shown) >= _PICTURES or (declared and shown):
        said = {fold(caption) for caption in shown}
        rest = sum(len(piece.text) for piece in found if fold(piece.text) not in said)
        if rest < _PER_PICTURE[declared] * len(shown):
            return PageKind.GALLERY
    elif declared and not found:
        return PageKind.GALLERY
    film = _declared(page, _FILM_TYPES, headline) or any(value.lower().startswith("video") for value in page.values("og:type"))
    return PageKind.VIDEO if film and length(found) < _FILM_TEXT else PageKind.ARTICLE


def completed(page: Page, kind: PageKind, found: list[Piece], headline: str | None, spot: HtmlElement | None) -> list[Piece]:
    """The text of an article with what belongs to it on a page of its kind: posts, captions, what is said of a film. As printed, in order."""
    if kind is PageKind.LIVE:
        posts = _posts(page)
        if length(found) < _STATED * length(posts):
            own = {fold(piece.text) for piece in posts}
            return [*_until(found, own), *posts]
    if kind is PageKind.GALLERY:
        said = {fold(piece.text) for piece in found}
        return [*found, *(Piece(BlockKind.CAPTION, caption) for caption in captions(page, spot) if fold(caption) not in said)]
    if kind is PageKind.VIDEO and not found:
        told = (plain(node.get("description")) for node in _declared(page, _FILM_TYPES, headline))
        return [Piece(BlockKind.CAPTION, text) for text in (*told, *page.values("og:description")) if text][:1]
    return found


def kind_without_text(page: Page, why: Why, kind: PageKind) -> PageKind:
    """What a page is that gave no article: `why` says what stands in the way, `kind` what article it would have had."""
    if why.obstacle in _WALLS:
        return PageKind.WALL
    promised = why.obstacle or kind is not PageKind.ARTICLE or page.article or "article" in page.values("og:type")
    return PageKind.STUB if promised else PageKind.OTHER


def _declared(page: Page, types: frozenset[str], headline: str | None) -> list[jsonld.Node]:
    """The nodes of these types that stand for the page: it has no article of its own, or they bear its headline."""
    own = fold(headline)
    nodes = [node for node in page.nodes if jsonld.types_of(node) & types]
    return [node for node in nodes if not page.article or (own and fold(jsonld.text_of(node.get("name") or node.get("headline"))) == own)]


def _ticker(page: Page) -> jsonld.Node:
    """The live ticker that the page declares: its article, or what holds posts; {} for none."""
    nodes = (node for node in page.nodes if "LiveBlogPosting" in jsonld.types_of(node))
    return next((node for node in nodes if "liveBlogUpdate" in node or node is page.article), {})


def _posts(page: Page) -> list[Piece]:
    """What the page's JSON-LD holds of a live ticker, in its order: headings and paragraphs; [] where it declares none."""
    found: list[Piece] = []
    for post in jsonld.many(_ticker(page).get("liveBlogUpdate")):
        if isinstance(post, dict):
            head, text = plain(jsonld.text_of(post.get("headline"))), lines(jsonld.text_of(post.get("articleBody")))
            said = text.split("\n") if text else []
            if head and fold(head) != fold(said[0] if said else ""):
                found.append(Piece(BlockKind.HEADING, head))
            found += [Piece(BlockKind.PARAGRAPH, line) for line in said]
    return found


def _until(found: Sequence[Piece], own: set[str]) -> Iterator[Piece]:
    """What stands before the first post."""
    for piece in found:
        if fold(piece.text) in own:
            return
        yield piece


def _ticks(page: Page, body: Body, headline: str | None) -> bool:
    """Whether a page is a live ticker by what it prints: posts that each begin with a clock, and a word for it or the newest on top."""
    clocks = list(_clocks(body))
    if len(clocks) < _STAMPED:
        return False
    if _LIVE.search(f"{headline or ''} {page.title or ''} {page.address}"):
        return True
    falling = sum(later < earlier for earlier, later in pairwise(clocks))
    return len(clocks) >= _STAMPED_ALONE and falling >= _FALLING * (len(clocks) - 1)


def _clocks(body: Body) -> Iterator[int]:
    """The clocks, in minutes, above or at the beginning of a line of the text."""
    text = set(body.text)
    for at, line in enumerate(body.page.lines):
        match = _STAMP.match(line.text)
        if match and (at in text if len(line.text) > _LONGEST_STAMP else any(near in text for near in range(at, at + 1 + _NEXT))):
            late = 12 * bool(match["half"] and match["half"][0] in "pP" and int(match["hour"]) < 12)
            yield 60 * (int(match["hour"]) + late) + int(match["minute"])
