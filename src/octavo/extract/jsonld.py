"""What a page says about itself in JSON-LD (schema.org): tolerant reading, and the node that is the page's article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml.html import HtmlElement

from octavo.extract.identity import address_key
from octavo.extract.plain import words

Node = Mapping[str, Any]

ARTICLE_TYPES = frozenset((
    "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReviewNewsArticle", "AdvertiserContentArticle", "SatiricalArticle", "BlogPosting", "LiveBlogPosting",
    "Report", "TechArticle", "ScholarlyArticle", "MedicalScholarlyArticle", "SocialMediaPosting", "Review",
))  # fmt: skip
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DEPTH = 12  # of nesting that is followed; real pages need 4


def nodes(tree: HtmlElement) -> tuple[Node, ...]:
    """All typed objects in the page's JSON-LD, outermost first, with references by @id resolved one step deep."""
    found = [
        node for script in tree.iter("script") if "ld+json" in (script.get("type") or "") for node in _typed(_loaded(script.text or ""))
    ]
    by_id = {node["@id"]: node for node in found if isinstance(node.get("@id"), str) and len(node) > 2}
    return tuple({key: _resolved(value, by_id) for key, value in node.items()} for node in found)


def article_node(found: Sequence[Node], addresses: Sequence[str], titles: Sequence[str]) -> Node:
    """The node that is the page's main article, by its address, its headline and its dates; {} when there is none."""
    keys = {address_key(address) for address in addresses}
    title_words = [set(words(title)) for title in titles]

    def likeness(node: Node) -> float:
        own = {
            address_key(value)
            for value in (address_of(node.get("url")), address_of(node.get("mainEntityOfPage")), address_of(node.get("@id")))
            if value
        }
        headline = set(words(text_of(node.get("headline") or node.get("name"))))
        same = max((len(headline & title) / len(headline | title) for title in title_words if headline and title), default=0.0)
        return 2.0 * bool(own & keys) + 2.0 * same + ("datePublished" in node) + 0.5 * ("headline" in node)

    articles = [node for node in found if types_of(node) & ARTICLE_TYPES]
    return max(articles, key=likeness, default={})


def types_of(node: Node) -> frozenset[str]:
    """The names of a node's types, without the vocabulary's address."""
    value = node.get("@type")
    return frozenset(str(name).rpartition("/")[2] for name in (value if isinstance(value, list) else [value]))


def text_of(value: object) -> str | None:
    """The first string that a value holds: itself, its @value, its name, or the first of a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return next((text for key in ("@value", "name", "headline") if (text := text_of(value.get(key)))), None)
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), None)
    return None


def address_of(value: object) -> str | None:
    """The http(s) address that a value is or names by @id or url."""
    found = value.get("@id") or value.get("url") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and found.startswith(("http://", "https://")) else None


def many(value: object) -> list[Any]:
    """A value that may be one or several, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _loaded(text: str) -> object:
    """The JSON of a script element, repaired where pages commonly break it: wrappings, trailing commas, escaped as HTML."""
    bare = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip().rstrip(";")
    for attempt in (bare, _TRAILING_COMMA.sub(r"\1", bare), html.unescape(bare)):
        try:
            return json.JSONDecoder(strict=False).raw_decode(attempt.lstrip())[0]
        except (ValueError, RecursionError):
            continue
    return None


def _typed(value: object, depth: int = 0) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _typed(item, depth + 1)
    elif isinstance(value, Mapping):
        if "@type" in value:
            yield value
        for item in value.values():
            if isinstance(item, list | dict):
                yield from _typed(item, depth + 1)


def _resolved(value: object, by_id: Mapping[str, Node]) -> object:
    if isinstance(value, list):
        return [_resolved(item, by_id) for item in value]
    if isinstance(value, Mapping) and isinstance(value.get("@id"), str) and "@type" not in value:
        return {**by_id.get(value["@id"], {}), **value}
    return value
