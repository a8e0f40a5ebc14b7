"""Invented records to put into a store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from octavo.model import (
    Annotation,
    Article,
    Block,
    BlockKind,
    Capture,
    Credit,
    CreditKind,
    Extraction,
    Image,
    Quote,
    QuoteKind,
    Signal,
)
from octavo.store import Store
from octavo.store.tables import article_captures

NOW = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def capture(name: str = "harbour", body: bytes | None = None, **fields: Any) -> Capture:
    body = body if body is not None else f"<p>{name} </p>".encode() * 20
    address = f"https://gull.example/{name}"
    id = hashlib.sha256(address.encode() + body).hexdigest()
    return replace(Capture(id, address, body, NOW, "text/html", "utf-8", {"etag": '"1"'}), **fields)


def article_id(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


def article(name: str = "harbour", text: str | None = None, **fields: Any) -> Article:
    text = text if text is not None else f"The {name} reopened on Monday.\n\n“At last,” said Ida Brandt, the mayor."
    first = text.partition("\n\n")[0]
    made = Article(
        id=article_id(name),
        headline=f"News of the {name}",
        text=text,
        url=f"https://gull.example/{name}",
        blocks=(Block(BlockKind.PARAGRAPH, 0, len(first)),),
        published="2031-05-04T09:30+02:00",
        authors=("Jonas Wick",),
        publisher="The Gull",
        language="en",
        image=Image("https://gull.example/a.jpg", "Boats at dawn", "Photo: M. Rask"),
        signals={"published": Signal("json-ld", 0.9, "minute")},
    )
    return replace(made, **fields)


def annotation(of: Article, **fields: Any) -> Annotation:
    made = Annotation(
        article=of.id,
        revision=of.revision,
        version="1",
        language=of.language,
        sentences=((0, 10), (10, 20)),
        names=("Ida Brandt",),
        quotes=(Quote(((32, 40),), QuoteKind.DIRECT, ((48, 58),), ((43, 47),), "Ida Brandt"),),
        credits=(Credit(((0, 4),), CreditKind.AGENCY, ((5, 8),), "Skerry Wire", (0, 10)),),
        vector=b"\x00\x3c" * 384,
        fingerprint=b"\x01" * 1024,
        search_text="harbour reopened",
    )
    return replace(made, **fields)


def put(store: Store, *articles: Article, capture_name: str = "harbour", now: datetime = NOW, annotated: bool = False) -> tuple[str, ...]:
    """Store articles as one capture gave them. Returns what `add_extraction` says."""
    arrived = capture(capture_name)
    store.add_captures([arrived])
    changed = store.add_extraction(Extraction(arrived.id, tuple(articles)), now)
    if annotated:
        store.add_annotations([annotation(found) for found in store.articles([a.id for a in articles]).values()])
    return changed


def put_many(store: Store, names: Sequence[str]) -> tuple[str, ...]:
    """Store one annotated article a name, in order. Returns their ids."""
    put(store, *(article(name) for name in names), capture_name="-".join(names), annotated=True)
    return tuple(article_id(name) for name in names)


def seen_in(store: Store, id: str) -> set[str]:
    """The captures that an article was seen in."""
    with store.database.reading() as connection:
        return set(connection.execute(select(article_captures.c.capture).where(article_captures.c.article == id)).scalars())
