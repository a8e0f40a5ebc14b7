"""A reader's own editions: what they hold, how outlets weigh, and their files."""

from __future__ import annotations

from importlib.resources import files
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from octavo.editions import editions
from octavo.own_editions import Edition, read_edition, write_edition
from octavo.web.own_editions import taken

COAST = Edition(
    name='The "coast"',
    languages=("en", "de"),
    countries=("DE",),
    topics=("11000000",),
    outlets={"The Gull": 2.0, "Skerry \\ Wire": 0.0},
    others=0.5,
    local_first=False,
)


def test_an_edition_holds_what_fits_all_that_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octavo.own_editions.countries", lambda outlets: [name[:2] for name in outlets])
    one = Edition(languages=("en",), countries=("DE", "FR"), topics=("11000000",))
    assert one.holds(("en-GB", "ja"), ("FR one",), "11000000")
    assert not one.holds(("ja",), ("FR one",), "11000000")
    assert not one.holds(("en",), ("IT one",), "11000000")
    assert not one.holds(("en",), ("FR one",), None)
    assert not Edition(outlets={"FR one": 0.0}).holds((), ("FR one",))
    assert Edition(outlets={"FR one": 0.0}).holds((), ("FR one", "DE two"))
    assert not Edition(outlets={"FR one": 1.0}, others=0.0).holds((), ("DE two",))
    assert Edition().holds((), ())


def test_a_story_weighs_by_the_mean_of_its_outlets() -> None:
    one = Edition(outlets={"A": 3.0, "B": 0.0})
    assert [one.weight(outlets) for outlets in (("A",), ("A", "B"), ("C",), ("B",), ())] == [3.0, 1.5, 1.0, 0.0, 1.0]


def test_a_file_says_the_same_when_it_is_read_again() -> None:
    assert read_edition(write_edition(COAST)) == (COAST, ())
    assert read_edition(write_edition(Edition(name="All"))) == (Edition(name="All"), ())


@given(st.text(min_size=1, max_size=60), st.dictionaries(st.text(min_size=1, max_size=30), st.floats(0, 10), max_size=4))
def test_whatever_is_written_is_read_or_told(name: str, outlets: dict[str, float]) -> None:
    made, faults = read_edition(write_edition(Edition(name=name, outlets=outlets)))
    assert (made is None) is bool(faults)


def test_a_starter_pack_is_an_edition_too() -> None:
    for id, pack in editions().items():
        made, faults = read_edition(files("octavo.editions").joinpath(f"{id}.toml").read_text("utf-8"))
        assert faults == ()
        assert made
        assert (made.name, set(made.outlets)) == (pack.name, {offer.outlet.name for offer in pack.offers})


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("name = ", [1]),
        ("[[[", [1]),
        ('name = "A"\nlanguages = ["german"]\ncountries = ["de"]', [2, 3]),
        ('name = "A"\n[outlets]\n"The Gull" = 11\n"B" = "much"', [3, 4]),
        ('name = "A"\nothers = true\nlocal_first = 1\nweight = 2', [2, 3, 4]),
        ('languages = ["de"]', [0]),
        ('name = "A"\nsources = [\n  { outlet = "nobody-knows" },\n]', [3]),
        ('name = "A"\nsources = [1]\noutlets = 3', [2, 3]),
        ('name = "A"\nsources = [{ outlet = ["bbc"] }]', [0]),
        ('name = "' + "x" * 70_000 + '"', [0]),
        ('name = "A"\n' + "a." * 30_000 + "a = 1", [2]),
        ('name = "A"\nothers = ' + "9" * 5000, [2]),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text: str, lines: list[int]) -> None:
    made, faults = read_edition(text)
    assert made is None
    assert [fault.line for fault in faults] == lines


def test_a_line_of_spaces_is_read_at_once() -> None:
    began = process_time()
    taken(FormData({"name": "A", "outlets": "The Gull" + " " * 30_000 + "b = " + " " * 20_000}))
    assert process_time() - began < 1
