"""Starter packs: lists of sources for a country and language, one TOML file each in this folder, that anyone may edit.

A file's name is the edition's id, country and language ("jp-en"; "world-ar" for a language across countries). Each source names its
outlet by the id of a declaration in `octavo.publishers`, where owner, kind and country stand, and says when its address was last found
to work: `checked = false` until someone with a network has run `octavo sources check --edition ID`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from octavo.errors import InputError
from octavo.model import Publisher, PublisherKind, Source, SourceKind
from octavo.publishers import known


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that an edition offers."""

    outlet: Publisher
    kind: SourceKind
    address: str
    title: str  # the outlet's name, where the source has none of its own
    checked: date | None  # when its address was last found to work; None: nobody has looked yet


@dataclass(frozen=True, slots=True)
class Edition:
    """A starter pack. `name` is in the edition's language, as its readers call their country."""

    id: str
    name: str
    country: str | None  # ISO 3166-1 alpha-2; None for a language across countries
    language: str  # BCP 47
    offers: tuple[Offer, ...]


def editions() -> Mapping[str, Edition]:
    """Every edition by its id, in alphabetical order. Raises KeyError or ValueError for a faulty file."""
    outlets = {outlet.id: outlet for outlet in known()}
    texts = {file.name.removesuffix(".toml"): file.read_text("utf-8") for file in files(__name__).iterdir() if file.name.endswith(".toml")}
    return {id: declared(texts[id], id, outlets) for id in sorted(texts)}


def edition(id: str) -> Edition:
    """The edition of that id. Raises InputError, which names those that there are."""
    every = editions()
    if id not in every:
        raise InputError(f"There is no edition {id}", todo=f"Choose one of {', '.join(every)}")
    return every[id]


def offered(chosen: Edition, folders: Sequence[str]) -> tuple[Source, ...]:
    """What an edition offers as sources to add, not kept yet (their id is 0), in these folders."""
    return tuple(
        Source(
            id=0,
            kind=offer.kind,
            address=offer.address,
            title=offer.title,
            publisher=None if offer.outlet.kind is PublisherKind.AGGREGATOR else offer.outlet.name,
            folders=tuple(folders),
        )
        for offer in chosen.offers
    )


def declared(text: str, id: str, outlets: Mapping[str, Publisher]) -> Edition:
    """One file, parsed. Raises ValueError (also tomllib's) or KeyError for a faulty one."""
    data = tomllib.loads(text)
    if unknown := set(data) - {"name", "country", "language", "sources"}:
        raise ValueError(f"{id}.toml: unknown field {', '.join(sorted(unknown))}")
    return Edition(id, data["name"], data.get("country"), data["language"], tuple(_offer(row, id, outlets) for row in data["sources"]))


def _offer(row: Mapping[str, object], id: str, outlets: Mapping[str, Publisher]) -> Offer:
    if unknown := set(row) - {"outlet", "title", "kind", "address", "checked"}:
        raise ValueError(f"{id}.toml: unknown field {', '.join(sorted(unknown))} of a source")
    outlet, checked = outlets.get(str(row["outlet"])), row["checked"]
    if outlet is None:
        raise ValueError(f"{id}.toml: no publisher is declared as {row['outlet']}")
    if checked is not False and not isinstance(checked, date):
        raise ValueError(f"{id}.toml: `checked` is a date or false, not {checked!r}")
    return Offer(outlet, SourceKind(str(row["kind"])), str(row["address"]), str(row.get("title", outlet.name)), checked or None)
