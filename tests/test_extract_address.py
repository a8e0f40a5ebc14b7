"""The short ways for plain addresses and dates give what the long ones give."""

from __future__ import annotations

import pytest

from octavo.extract.address import clean, is_web, site
from octavo.extract.dating import normal


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://herald.example/2031/05/harbour-opens.html", "https://herald.example/2031/05/harbour-opens.html"),
        ("https://herald.example/news/", "https://herald.example/news/"),
        ("https://herald.example", "https://herald.example/"),
        ("https://herald.example/news/amp/", "https://herald.example/news"),
        ("https://herald.example//news/../harbour", "https://herald.example/news/../harbour"),
        ("https://herald.example:443/harbour?utm_source=mail#top", "https://herald.example/harbour"),
    ],
)
def test_an_address_is_kept_clean(address: str, kept: str) -> None:
    assert clean(address) == kept


@pytest.mark.parametrize(
    ("address", "web"), [("https://herald.example?a=1", True), ("https:///harbour", False), ("https://[herald/", False), ("", False)]
)
def test_web_addresses_have_a_host(address: str, web: bool) -> None:
    assert is_web(address) is web


def test_a_site_is_the_registrable_name() -> None:
    assert site("https://www.harbour.herald.co.uk:8080/x") == "herald.co.uk"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Mon, 19 May 2031 09:30:00 -0330", "2031-05-19T09:30:00-03:30"),
        ("19 May 2031 09:30:05 GMT", "2031-05-19T09:30:05+00:00"),
        ("Mon, 19 May 2031 09:30:00 -0000", "2031-05-19T09:30:00"),
        ("Fri, 31 Feb 2031 09:30:00 GMT", None),
    ],
)
def test_dates_of_mail(written: str, iso: str | None) -> None:
    assert normal(written) == iso
