"""The lead picture of an article, with what stands under it and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.found import Found, found
from octavo.extract.page import Page
from octavo.extract.plain import plain
from octavo.model import Image

_METAS = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "parsely-image-url",
    "sailthru.image.full",
)
_JUNK = re.compile(r"logo|placeholder|default[-_]|blank\.|spacer|pixel|sprite|favicon|\.svg(?:$|\?)|1x1|avatar|gravatar", re.IGNORECASE)
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset")
_CREDIT_WORDS = (
    r"photo(?:graph)?s?|image|images|picture|pic|illustration|graphic|screenshot|screengrab|video|credit|source|courtesy|foto|fotos|bild|bilder|imagen|imagem|immagine|crédits?|"
    r"crédito|quelle|fuente|写真|提供|撮影|图片来源|图|사진|фото"
)
# How credits are printed, the plainest first. Each finds a credit at the end of a caption (or all of it).
_CREDITS = (
    re.compile(
        rf"[(\[（【]\s*(?:(?:{_CREDIT_WORDS})(?:\s+(?:credit|courtesy|by|of|via))*\s*(?:[:：/]|\bby\b|\bof\b|\bvia\b)\s*|©\s*|\(c\)\s*)([^()\[\]（）【】]{{2,90}}?)\s*[)\]）】]\.?\s*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:^|[\s.|;,–—-])(?:{_CREDIT_WORDS})(?:\s+(?:credit|courtesy))*\s*(?:[:：]|\bby\b|\bcourtesy of\b|\bcourtesy\b)\s*([^.:]{{2,90}}?)\.?\s*$",
        re.IGNORECASE,
    ),
    re.compile(r"(?:^|\s)(?:©|\(c\)|copyright)\s*((?:\d{4}\s*)?[^.]{2,90}?)\.?\s*$", re.IGNORECASE),
    re.compile(r"[(\[（]\s*([^()\[\]（）]{2,60}/[^()\[\]（）/]{2,60}(?:/[^()\[\]（）/]{2,40})?)\s*[)\]）]\.?\s*$"),
    re.compile(r"(?:^|[.!?。]\s+|\s[-–—|]\s)((?:[A-ZÀ-Þ][\w.'’-]+\s+){0,3}[A-ZÀ-Þ][\w.'’-]+\s*/\s*[A-ZÀ-Þ][\w.'’/ -]{1,50})\.?\s*$"),
    re.compile(r"(?:^|[.!?]\s+|\s)((?:[A-ZÀ-Þ][\w.'’-]+\s+){0,3}[A-ZÀ-Þ]\w+\s+(?:via|for)\s+[A-ZÀ-Þ][\w.'’/ -]{1,50})\.?\s*$"),
)
_CREDIT_CLASS = re.compile(r"credit|copyright|attribution|photographer|byline|source", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|legend|cutline", re.IGNORECASE)
_CREDIT_LABEL = re.compile(
    rf"^\W*(?:(?:{_CREDIT_WORDS})(?:\s+(?:credit|courtesy|by|of|via))*\s*(?:[:：/]|\bby\b|\bof\b)?\s+|©\s*|\(c\)\s*)", re.IGNORECASE
)
_LONG_CAPTION = 600  # characters; more is not under a picture
_LONG_CREDIT = 120


def captioned(caption: str | None, credit: str | None = None) -> tuple[str | None, str | None]:
    """A caption and its credit told apart: "A bridge. (Photo: X)" is ("A bridge.", "X")."""
    caption, credit = plain(caption), plain(credit)
    if credit:
        credit = _CREDIT_LABEL.sub("", credit).strip(" ()[]:") or None
    elif caption:
        for form in _CREDITS:
            if match := form.search(caption):
                credit = match[1].strip(" .,;:")
                end = match.start() + (caption[match.start()] in ".!?。")  # the sentence before keeps its mark
                caption = caption[:end].strip(" -–—|;,(") or None
                break
    if caption and credit and caption.rstrip(" ().").endswith(credit):
        bare = caption.rstrip(" ().")[: -len(credit)]
        caption = re.sub(rf"[(\[|–—-]?\s*(?:(?:{_CREDIT_WORDS})\s*[:：]?|©)?\s*$", "", bare, flags=re.IGNORECASE).strip() or None
    return caption, credit


def lead_picture(page: Page, headline: HtmlElement | None) -> Found[Image] | None:
    """The picture that stands for the article: what the page names as such, with the caption of the figure that shows it."""
    named = list(_named(page))
    figures = list(_figures(page, headline))
    url, caption, credit, signal = next(iter(named), (None, None, None, ""))
    figure = next((f for f in figures if url and f[0] and _stem(f[0]) == _stem(url)), None) or next(
        (f for f in figures if f[1] or f[2]), None
    )
    if url is None and not figures:
        return None
    if url is None:
        figure = figure or figures[0]
        url, signal = figure[0], "text"
    if figure and not caption:
        caption, credit = figure[1], credit or figure[2]
    caption, credit = captioned(caption, credit)
    if figure and not credit:
        credit = captioned(figure[1], figure[2])[1]
    return found(Image(url, caption, credit), signal, 0.9 if signal != "text" else 0.7)


def captions(page: Page, headline: HtmlElement | None) -> list[str]:
    """What stands under the pictures in the part of the page that holds the headline, in page order, each once."""
    told = (captioned(caption, credit)[0] for _, caption, credit in _figures(page, headline) if caption)
    return list(dict.fromkeys(caption for caption in told if caption))


def _named(page: Page) -> Iterator[tuple[str, str | None, str | None, str]]:
    for item in jsonld.many(page.article.get("image")):
        node = item if isinstance(item, dict) else {"url": item}
        url = page.absolute(jsonld.text_of(node.get("url") or node.get("contentUrl") or node.get("@id")))
        if url and not _JUNK.search(url):
            credit = jsonld.text_of(node.get("creditText") or node.get("copyrightHolder") or node.get("author") or node.get("creator"))
            yield url, jsonld.text_of(node.get("caption") or node.get("description")), credit, "json-ld"
    for value in page.values(*_METAS):
        url = page.absolute(value)
        if url and not _JUNK.search(url):
            yield url, None, None, "meta"


def _figures(page: Page, headline: HtmlElement | None) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Address, caption and credit of the figures in the part of the page that holds the headline, in page order."""
    part = headline
    while part is not None and part.tag not in ("article", "main", "body"):
        part = part.getparent()
    for figure in (part if part is not None else page.tree).iter("figure"):
        image = next(figure.iter("img"), None)
        if image is None:
            continue
        url = next(
            (
                found_url
                for name in _SOURCES
                if (found_url := page.absolute((image.get(name) or "").split(" ")[0])) and not _JUNK.search(found_url)
            ),
            None,
        )
        caption, credit = _told(figure)
        if url or caption:
            yield url, caption, credit


def _told(figure: HtmlElement) -> tuple[str | None, str | None]:
    """The caption and the credit of a figure, as far as its elements part them."""
    caption = next((e for e in figure.iter() if e.tag == "figcaption"), None)
    if caption is None:
        caption = next((e for e in figure.iter() if _CAPTION_CLASS.search(e.get("class") or "")), None)
    credits = [e for e in figure.iter() if _is_credit(e)]
    credit = next((text for e in credits if (text := plain(e.text_content())) and len(text) <= _LONG_CREDIT), None)
    text = None
    if caption is not None:
        bare = deepcopy(caption)
        for element in [e for e in bare.iter() if e is not bare and _is_credit(e)]:
            element.drop_tree()
        text = plain(bare.text_content())
    return (text if text and len(text) <= _LONG_CAPTION else None), credit


def _is_credit(element: HtmlElement) -> bool:
    named = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return element.tag not in ("figure", "img", "figcaption") and bool(_CREDIT_CLASS.search(named))


def _stem(url: str) -> str:
    """The name of a picture's file without sizes, so that two cuts of one picture are the same."""
    name = unquote(urlsplit(url).path).rpartition("/")[2].rpartition(".")[0] or urlsplit(url).path
    return re.sub(r"[-_@]?(?:\d{2,4}x\d{2,4}|\d+x|scaled|crop|large|small|\d{3,4}w?)$", "", name.lower())
