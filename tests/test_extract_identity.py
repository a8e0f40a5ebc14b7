"""Identity: what makes two sightings the same article."""

from __future__ import annotations

import pytest

from octavo.extract import article_id

ADDRESS = "https://www.isle-gazette.example/n/herring?id=7&part=2"


@pytest.mark.parametrize(
    "other",
    [
        "http://isle-gazette.example/n/herring?id=7&part=2",
        "https://www.isle-gazette.example/n/herring/?part=2&id=7#comments",
        "https://WWW.Isle-Gazette.example:443/n/herring?id=7&part=2",
    ],
)
def test_the_address_decides_whatever_its_dress(other: str) -> None:
    assert article_id(ADDRESS, "A", "Herring", "2031-05-19", "c1", 0) == article_id(other, "B", "Cod", None, "c2", 5)


@pytest.mark.parametrize(
    "other", ["https://www.isle-gazette.example/n/herring?id=8&part=2", "https://www.isle-gazette.example/n/Herring?id=7&part=2"]
)
def test_parameters_and_case_of_the_path_matter(other: str) -> None:
    assert article_id(ADDRESS, None, None, None, "c", 0) != article_id(other, None, None, None, "c", 0)


def test_without_an_address_outlet_headline_and_day_decide() -> None:
    one = article_id(None, "Isle Gazette", "Herring: “back” in the bay!", "2031-05-19T08:00Z", "c1", 0)
    assert one == article_id(None, "ISLE GAZETTE", "herring back in the bay", "2031-05-19", "c2", 3)
    assert one != article_id(None, "Isle Gazette", "Herring back in the bay", "2031-05-20", "c1", 0)
    assert one != article_id(None, "Harbour Courier", "Herring back in the bay", "2031-05-19", "c1", 0)


@pytest.mark.parametrize(
    ("publisher", "headline", "day"),
    [
        (None, "Herring", "2031-05-19"),
        ("A", None, "2031-05-19"),
        ("A", "Herring", None),
        ("A", "Herring", "2031-05"),
        ("A", "!!!", "2031-05-19"),
    ],
)
def test_without_those_the_capture_and_the_place_in_it_decide(publisher: str | None, headline: str | None, day: str | None) -> None:
    ids = {article_id(None, publisher, headline, day, capture, ordinal) for capture in ("c1", "c2") for ordinal in (0, 1)}
    assert len(ids) == 4
    assert article_id(None, publisher, headline, day, "c1", 0) in ids


def test_an_id_is_sixteen_hexadecimal_digits_and_lasting() -> None:
    assert article_id("https://example.org/a", None, None, None, "c", 0) == article_id("https://example.org/a", None, None, None, "c", 0)
    assert int(article_id(None, None, "渡り鳥", None, "c", 0), 16) >= 0
    assert len(article_id(None, None, None, None, "c", 0)) == 16


def test_scripts_without_case_are_kept_apart() -> None:
    assert article_id(None, "N", "がん", "2031-05-19", "c", 0) != article_id(None, "N", "かん", "2031-05-19", "c", 0)
