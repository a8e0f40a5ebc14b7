"""The declarations of outlets: each one parses, and no two claim the same host or name."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from octavo.model import Publisher, PublisherKind
from octavo.publishers import PublisherTable, declared, folded, known

DECLARATIONS = sorted(f.name for f in files("octavo.publishers").iterdir() if f.name.endswith(".toml"))


def test_the_press_of_the_world_is_there():
    kinds = {kind: sum(p.kind is kind for p in known()) for kind in PublisherKind}
    assert kinds[PublisherKind.AGENCY] >= 30
    assert kinds[PublisherKind.AGGREGATOR] >= 8
    assert kinds[PublisherKind.NEWSPAPER] >= 40


@pytest.mark.parametrize("name", DECLARATIONS)
def test_declaration_is_sound(name):
    id = name.removesuffix(".toml")
    publisher = declared(files("octavo.publishers").joinpath(name).read_text("utf-8"), id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id)
    assert publisher.kind is not PublisherKind.UNKNOWN
    assert publisher.country is None or re.fullmatch(r"[A-Z]{2}", publisher.country)
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", language) for language in publisher.languages)
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) and not domain.startswith("www.") for domain in publisher.domains)
    assert publisher.name not in publisher.aliases
    assert len(set(publisher.aliases)) == len(publisher.aliases)
    assert all(alias == alias.strip() and alias for alias in (publisher.name, *publisher.aliases))


def test_no_two_outlets_claim_a_domain_or_a_name():
    domains: dict[str, str] = {}
    names: dict[str, str] = {}
    for publisher in known():
        for domain in publisher.domains:
            assert domains.setdefault(domain, publisher.id) == publisher.id, domain
        for name in {folded(n) for n in (publisher.name, *publisher.aliases)}:
            assert name, publisher.id
            assert names.setdefault(name, publisher.id) == publisher.id, name


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.reuters.com", "Reuters"),
        ("asia.nikkei.com", "Nikkei"),
        ("edition.cnn.com:443", "CNN"),
        ("news.yahoo.co.jp", "Yahoo! JAPAN News"),
        ("rss.dw.com.", "Deutsche Welle"),
        ("notreuters.com", None),
        (None, None),
    ],
)
def test_outlet_of_a_host(host, name):
    found = known().of_host(host)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("the Guardian", "The Guardian"),
        ("THE NEW YORK TIMES", "The New York Times"),
        ("El Pais", "El País"),
        ("共同通信", "Kyodo News"),
        ("Spiegel", "Der Spiegel"),
        ("ap", "Associated Press"),
        ("The Nowhere Courier", None),
        ("", None),
    ],
)
def test_outlet_of_a_name(printed, name):
    found = known().of_name(printed)
    assert (found.name if found else None) == name


def test_declarations_laid_over_come_first():
    own = declared('name = "Our Reuters"\nkind = "online"\ndomains = ["reuters.com"]', "ours")
    table = PublisherTable(known()).with_more([own])
    assert table.of_name("our reuters") is own
    assert table.of_name("Reuters") is known().of_name("Reuters")
    assert next(iter(table)) is own


def test_faulty_declarations_are_refused():
    with pytest.raises(KeyError):
        declared('kind = "newspaper"', "nameless")
    with pytest.raises(ValueError, match="telephone"):
        declared('name = "A"\ntelephone = "1"', "a")
    with pytest.raises(ValueError, match="gazette"):
        declared('name = "A"\nkind = "gazette"', "a")
    with pytest.raises(tomllib.TOMLDecodeError):
        declared("name = ", "a")


def test_what_is_laid_over_the_table_wins_by_host_and_by_name() -> None:
    own = Publisher("own", "NHK", domains=("nhk.or.jp",))
    table = known().with_more([own])
    assert table.of_host("www3.nhk.or.jp") is own
    assert table.of_name("nhk") is own
