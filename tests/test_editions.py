"""Starter packs: each one is sound, its outlets are declared, and together they reach far enough."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

import pytest

from octavo.editions import Edition, declared, edition, editions
from octavo.errors import InputError
from octavo.model import Publisher, SourceKind

OUTLETS = {"herald": Publisher("herald", "The Harbour Herald", country="NZ")}
SOURCE = '{ outlet = "herald", kind = "feed", address = "https://harbour.example/rss", checked = false }'


def parsed(source: str, head: str = 'name = "Aotearoa"\ncountry = "NZ"\nlanguage = "mi"') -> Edition:
    return declared(f"{head}\nsources = [{source}]", "nz-mi", OUTLETS)


def test_countries_and_languages_are_many() -> None:
    packs = editions().values()
    assert len({pack.country for pack in packs if pack.country}) >= 12
    assert len({pack.language for pack in packs}) >= 10


@pytest.mark.parametrize("pack", editions().values(), ids=lambda pack: pack.id)
def test_an_edition_is_sound(pack: Edition) -> None:
    assert pack.id == f"{(pack.country or 'world').lower()}-{pack.language}"
    assert re.fullmatch("([A-Z]{2})?", pack.country or "")
    assert pack.name
    assert 8 <= len(pack.offers) <= 20
    assert len({offer.address for offer in pack.offers}) == len(pack.offers)
    assert len({offer.title for offer in pack.offers}) == len(pack.offers)
    for offer in pack.offers:
        parts = urlsplit(offer.address)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert offer.address == offer.address.strip()
        assert offer.kind in (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.PAGE)
        assert offer.outlet.country, "its outlet's declaration names no country"
        assert offer.checked is None or offer.checked >= date(2026, 11, 1)


def test_no_address_stands_in_two_editions() -> None:
    addresses = [offer.address for pack in editions().values() for offer in pack.offers]
    assert sorted(addresses) == sorted(set(addresses))


def test_a_source_may_have_a_title_of_its_own_and_a_day_of_its_check() -> None:
    (plain,) = parsed(SOURCE).offers
    assert (plain.title, plain.checked, plain.outlet) == ("The Harbour Herald", None, OUTLETS["herald"])
    (own,) = parsed(SOURCE.replace("checked = false", 'title = "Te Herald", checked = 2031-05-19')).offers
    assert (own.title, own.checked) == ("Te Herald", date(2031, 5, 19))


@pytest.mark.parametrize(
    ("faulty", "named"),
    [
        (SOURCE.replace("herald", "nobody"), "nobody"),
        (SOURCE.replace('"feed"', '"telex"'), "telex"),
        (SOURCE.replace("checked = false", "checked = true"), "checked"),
        (SOURCE.replace("kind", "sort"), "sort"),
    ],
)
def test_a_faulty_source_is_refused(faulty: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        parsed(faulty)


def test_a_faulty_head_is_refused() -> None:
    with pytest.raises(ValueError, match="editor"):
        parsed(SOURCE, 'name = "A"\nlanguage = "mi"\neditor = "B"')
    with pytest.raises(KeyError):
        parsed(SOURCE, 'name = "A"')


def test_an_edition_that_is_not_there_names_those_that_are() -> None:
    assert edition("jp-en").country == "JP"
    with pytest.raises(InputError) as caught:
        edition("xx-yy")
    assert "jp-en" in caught.value.sentence
