"""In which language an article is: told by its own words, entry by entry of a feed, and by what is declared where they do not tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from octavo.extract import extract
from octavo.extract.language import language
from octavo.model import Capture

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)
ENGLISH = "The harbour master said that the second boat will follow as soon as the wind turns, which nobody expects before noon."
GERMAN = "Der Hafenmeister sagte, dass das zweite Boot folgt, sobald der Wind dreht, womit vor dem Mittag niemand rechnet."
FRENCH = "Le capitaine du port a dit que le deuxième bateau suivra dès que le vent tournera, ce que personne n'attend avant midi."


@pytest.mark.parametrize(("text", "tag"), [(ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr")])
@pytest.mark.parametrize("declared", [None, "en-GB", "de", "ja"])
def test_the_words_of_a_text_tell_its_language_whatever_is_declared(text: str, tag: str, declared: str | None) -> None:
    read = language(text, declared)
    assert read is not None
    assert (read.value, read.signal.signal) == (tag, "text")


@pytest.mark.parametrize(("declared", "tag"), [("en_US", "en"), ("JA", "ja"), ("english", None), (None, None)])
def test_of_a_short_text_what_is_declared_is_believed(declared: str | None, tag: str | None) -> None:
    read = language("Halm 3, Isle 2", declared)
    assert (read.value if read else None) == tag


def test_names_at_its_beginning_do_not_hide_the_language_of_a_text() -> None:
    read = language(f"Ida Brandt, Ola Nordahl, Halm Ferry Co., Isle Gazette: {GERMAN}", None)
    assert read is not None
    assert read.value == "de"


def test_a_line_break_does_not_end_what_is_looked_at() -> None:
    read = language("Halm\nIsle\n" + FRENCH.replace(" ", "\n"), None)
    assert read is not None
    assert read.value == "fr"


def test_every_entry_of_a_feed_has_its_own_language() -> None:
    texts = (ENGLISH, GERMAN, FRENCH, GERMAN, ENGLISH)
    items = "".join(
        f"<item><title>{n}</title><link>https://gull.example/{n}</link><description>{text}</description></item>"
        for n, text in enumerate(texts)
    )
    feed = f"<rss version='2.0'><channel><title>Gull</title><language>en</language>{items}</channel></rss>"
    found = extract(Capture("f" * 64, "https://gull.example/rss", feed.encode(), NOW, "application/rss+xml"))
    assert [article.language for article in found.articles] == ["en", "de", "fr", "de", "en"]
    assert [article.text for article in found.articles] == list(texts)
