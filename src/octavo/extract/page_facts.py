"""What the head of a page says of its article besides text, date and people: keywords, whether it is free to read, corrections."""

from __future__ import annotations

from collections.abc import Iterator

from octavo.extract import jsonld
from octavo.extract.found import Found, found
from octavo.extract.keywords import keywords, listed
from octavo.extract.notes import note_kind
from octavo.extract.page import Page
from octavo.extract.page_lines import Lines
from octavo.extract.plain import plain
from octavo.model import NoteKind

_TAG_METAS = ("article:tag", "og:article:tag", "dc.subject")  # one keyword each
_LIST_METAS = ("news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_TIER_METAS = ("article:content_tier", "og:article:content_tier", "content_tier", "content-tier")
_FREE_METAS = ("isaccessibleforfree",)
_TIERS = {"free": True, "locked": False, "metered": False, "premium": False, "paid": False, "subscription": False}
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MOST_LINES = 12  # lines outside of the text that are taken for notes


def keywords_of(page: Page, section: str | None) -> Found[tuple[str, ...]] | None:
    """What the page names as its article's subjects, apart from the section; the more trustworthy sources first."""
    stated = [text for item in jsonld.many(page.article.get("keywords")) if (text := jsonld.text_of(item))]
    given = (*(stated if len(stated) > 1 else listed(stated)), *page.values(*_TAG_METAS), *listed(page.values(*_LIST_METAS)))
    subjects = keywords(given, section)
    return found(subjects, "json-ld" if stated else "meta", 0.8 if stated else 0.7) if subjects else None


def free_to_read(page: Page) -> Found[bool] | None:
    """Whether anyone may read the whole article at the outlet, as far as the page says so. A part that is not free counts for the whole."""
    parts = [part for part in jsonld.many(page.article.get("hasPart")) if isinstance(part, dict)]
    stated = [truth for node in (page.article, *parts) if (truth := _truth(node.get("isAccessibleForFree"))) is not None]
    if stated:
        return found(all(stated), "json-ld", 0.9)
    metas = (
        *(_TIERS.get(value.strip().lower()) for value in page.values(*_TIER_METAS)),
        *(_truth(value) for value in page.values(*_FREE_METAS)),
    )
    told = next((truth for truth in metas if truth is not None), None)
    return found(told, "meta", 0.85) if told is not None else None


def corrections(page: Page) -> Iterator[tuple[NoteKind, str]]:
    """What the page's JSON-LD says that was corrected."""
    for item in jsonld.many(page.article.get("correction")):
        said = plain(jsonld.text_of(item.get("text") or item.get("description")) if isinstance(item, dict) else jsonld.text_of(item))
        if said and "://" not in said.split()[0]:
            yield note_kind(said) or NoteKind.CORRECTION, said


def notes_beside(page: Lines, text: tuple[int, ...]) -> Iterator[tuple[NoteKind, str]]:
    """Notes among the lines of a page that are not its article's text, links left out."""
    taken, most = set(text), _MOST_LINES
    for at, line in enumerate(page.lines):
        if most and not line.links and at not in taken and (kind := note_kind(line.text)) and kind is not NoteKind.UPDATE:
            most -= 1
            yield kind, line.text


def _truth(value: object) -> bool | None:
    return _TRUTHS.get(str(value).rpartition("/")[2].strip().lower()) if value is not None else None
