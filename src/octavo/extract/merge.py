"""The same article, seen twice: from a feed and from its page, or again later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from octavo.extract.keywords import keywords
from octavo.model import Article, Image, Note, Signal
from octavo.moments import instant

_NEVER = datetime.min.replace(tzinfo=UTC)
_NOTHING: tuple[object, ...] = (None, "", ())
_UNSIGNED = Signal("unknown", 0.5)
_FIELDS = ("headline", "url", "published", "authors", "publisher", "aggregator", "agency", "language", "section", "free")


def merge(old: Article, new: Article) -> Article:
    """One article out of two readings of it.

    The id, the revision and the first `seen_at` stay. Every field takes the value with the higher confidence, the newer one when
    both are trusted alike; a whole text beats a cut one, the longer one stays of two cut ones; no field is lost. Keywords are those of both.
    Dateline, notes and whether it is live belong to the text that is taken.
    """
    signals = dict(old.signals)
    changes: dict[str, Any] = {}
    for name in _FIELDS:
        if _takes(name, old, new):
            changes[name] = getattr(new, name)
            _sign(signals, name, new.signals)
    if _takes_text(old, new):
        # Another whole text ends a live ticker that this one does not call live; an excerpt of a feed knows nothing of that.
        live = new.live or (old.live and new.cut)
        changes |= {"text": new.text, "blocks": new.blocks, "cut": new.cut, "live": live, "notes": _noted(new, old)}
        changes |= {"dateline": new.dateline}
        _sign(signals, "text", new.signals)
        _sign(signals, "dateline", new.signals)
    else:
        changes |= {"live": old.live or new.live, "notes": _noted(old, new)}
    if new.keywords:
        changes["keywords"] = keywords((*old.keywords, *new.keywords), changes.get("section", old.section))
        signals.setdefault("keywords", new.signals.get("keywords", _UNSIGNED))
    if new.enclosures:
        changes["enclosures"] = new.enclosures
    if new.modified and (instant(new.modified) or _NEVER) >= (instant(old.modified) or _NEVER):
        changes["modified"] = new.modified
        _sign(signals, "modified", new.signals)
    if new.image and _takes("image", old, new):
        # The better picture keeps a caption and a credit that only the other reading has.
        kept = old.image if old.image and old.image.url in (None, new.image.url) else Image(None)
        changes["image"] = replace(new.image, caption=new.image.caption or kept.caption, credit=new.image.credit or kept.credit)
        _sign(signals, "image", new.signals)
    seen = [moment for moment in (old.seen_at, new.seen_at) if moment]
    return replace(old, **changes, signals=signals, seen_at=min(seen, default=None))


def _takes(name: str, old: Article, new: Article) -> bool:
    if getattr(new, name) in _NOTHING:
        return False
    return getattr(old, name) in _NOTHING or new.signals.get(name, _UNSIGNED).confidence >= old.signals.get(name, _UNSIGNED).confidence


def _takes_text(old: Article, new: Article) -> bool:
    if not new.text or not old.text:
        return bool(new.text)
    if old.cut or new.cut:
        return len(new.text) >= len(old.text) if old.cut and new.cut else old.cut
    return _takes("text", old, new)


def _noted(kept: Article, other: Article) -> tuple[Note, ...]:
    """The notes of the text that is kept, and those beside the other one that it does not hold."""
    known = {note.text for note in kept.notes}
    return (*kept.notes, *(note for note in other.notes if note.span is None and note.text not in known))


def _sign(signals: dict[str, Signal], name: str, of: Mapping[str, Signal]) -> None:
    if name in of:
        signals[name] = of[name]
    else:
        signals.pop(name, None)
