"""The interface in each of its languages: nothing is left untranslated, placeholders and plurals are right, and the reader's language is found."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import format_timedelta
from starlette.testclient import TestClient

import catalogs
from newsroom import Newsroom
from octavo.store import Preferences
from octavo.web import create_app
from octavo.web.render import OFFERED, STATIC
from octavo.web.texts import ago, translations, wanted_language, written

TRANSLATED = [language for language in OFFERED if language != "en"]
TEMPLATES = sorted((STATIC.parent / "templates").glob("*.html"))
NUMBERS = range(201)  # every form of every plural occurs in these
NO_TEXT = {"Octavo", "selected"}  # a name, and an attribute that a macro sets


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[TestClient]:
    with TestClient(create_app(newsroom.desk), base_url="http://127.0.0.1:8710") as opened:
        yield opened
    newsroom.desk.store.prefer(newsroom.desk.store.owner().id, Preferences())


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}", text))


def test_every_language_that_is_offered_has_a_catalog() -> None:
    assert catalogs.languages() == sorted(TRANSLATED)


def test_how_long_ago_something_was_is_said_as_babel_says_it() -> None:
    now, draw = datetime(2026, 3, 9, 12, tzinfo=UTC), random.Random(1)
    lengths = [1, 29, 59, 61, 3061, 3599, 3601, 9029, 73441, 86399, 86401, 129601, 514801, 2203201, *draw.choices(range(1, 10**8), k=500)]
    for seconds in (length for length in lengths if length % 60):
        shown = ago(now - timedelta(seconds=seconds), now, "en", ZoneInfo("UTC"))
        assert f">{format_timedelta(timedelta(seconds=-seconds), add_direction=True, locale='en')}<" in shown, seconds
    assert ">1 second ago<" in ago(now + timedelta(hours=1), now, "en", ZoneInfo("UTC"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_holds_every_text_translated_and_no_other(language: str) -> None:
    held = catalogs.catalog(language)
    assert catalogs.missing(held) == []
    wanted, there = ({str(message.id) for message in every if message.id} for every in (catalogs.extracted(), held))
    assert (wanted - there, there - wanted) == (set(), set()), "run bench/catalogs.py"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_placeholders_and_the_spaces_around(language: str) -> None:
    held = catalogs.catalog(language)
    for message in held:
        if not message.id:
            continue
        own = message.id if isinstance(message.id, str) else message.id[-1]
        for text in (message.string,) if isinstance(message.string, str) else message.string:
            assert text == text.strip()
            # A form of the plural for one single number may say that number in words.
            assert placeholders(own) - placeholders(text) <= (set() if isinstance(message.id, str) else {"%(num)s"}), text
            assert placeholders(text) <= placeholders(own), text
        assert list(message.check(held)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_forms_of_the_plural_are_those_of_the_language(language: str) -> None:
    held, words = catalogs.catalog(language), translations(language)
    rule = Locale(language).plural_form
    for message in held:
        if not message.id or isinstance(message.id, str):
            continue
        forms: dict[str, set[str]] = {}
        for number in NUMBERS:
            text = words.ngettext(*message.id, number)
            forms.setdefault(rule(number), set()).add(text)
            assert "%(num)s" in text or number in (0, 1, 2), f"{number}: {text}"
        # CLDR's classes of numbers are the finest: those that it takes for one must read alike, whatever order a catalog gives its forms.
        assert all(len(texts) == 1 for texts in forms.values()), forms


def test_templates_hold_no_text_of_their_own() -> None:
    for template in TEMPLATES:
        bare = re.sub(
            r"<code.*?</code>|\{#.*?#\}|\{% block (?:kind|type) %\}.*?\{% endblock %\}|\{%.*?%\}|\{\{.*?\}\}",
            "",
            template.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        said = re.findall(r'(?:aria-label|title|alt)="([^"]*[^\W\d_][^"]*)"', bare)
        words = set(re.findall(r"(?<!\S)[^\W\d_]{2,}\b(?![-\w]*=)", re.sub(r"&\w+;|<[^>]*>", " ", bare)))
        assert (said, words - NO_TEXT) == ([], set()), template.name


def test_style_sheets_name_no_side_of_the_page() -> None:
    sides = re.compile(
        r"(?:^|[\s;{-])(?:left|right)\b(?!-)[^;{]*:|(?:float|text-align|clear)\s*:\s*(?:left|right)|(?:margin|padding|border)-(?:left|right)"
    )
    for sheet in STATIC.glob("*.css"):
        assert sides.findall(sheet.read_text(encoding="utf-8")) == [], sheet.name


@pytest.mark.parametrize(
    ("language", "moment", "day", "month"),
    [
        ("en", "3 Feb 2031, 09:05", "3 Feb", "February 2031"),
        ("de", "3. Feb. 2031, 09:05", "3. Feb.", "Februar 2031"),
        ("es", "3 feb 2031, 9:05", "3 feb", "febrero de 2031"),
        ("fr", "3 févr. 2031, 09:05", "3 févr.", "février 2031"),
        ("ja", "2031年2月3日 9:05", "2月3日", "2031年2月"),
        ("ar", "3 فبراير 2031، 09:05", "3 فبراير", "فبراير 2031"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language: str, moment: str, day: str, month: str) -> None:
    when = datetime(2031, 2, 3, 9, 5, tzinfo=UTC)
    shown = (written(when, language, "yMMMd", clock=True), written(when, language, "MMMd"), written(when.date(), language, "yMMMM"))
    assert shown == (moment, day, month)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,en;q=0.5", "de"),
        ("nl, fr-CA;q=0.8, en;q=0.3", "fr"),
        ("en;q=0.1, ar-EG", "ar"),
        ("sw", "en"),
        ("", "en"),
        ("de;q=x, ja", "ja"),
    ],
)
def test_the_language_asked_for_is_found(accepted: str, language: str) -> None:
    assert wanted_language(accepted, OFFERED) == language


def test_languages_do_not_mix(client: TestClient) -> None:
    for language in (*OFFERED, *OFFERED):
        text = client.get("/", headers={"accept-language": language}).text
        found = [other for other in OFFERED if f">{translations(other).gettext('Skip to the content')}<" in text]
        assert found == [language]


@pytest.mark.parametrize("language", OFFERED)
def test_a_page_is_in_the_language_of_the_browser(client: TestClient, language: str) -> None:
    text = client.get("/", headers={"accept-language": language}).text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text
    assert translations(language).gettext("Skip to the content") in text


def test_the_readers_own_choice_comes_before_that_of_the_browser(client: TestClient, newsroom: Newsroom) -> None:
    newsroom.desk.store.prefer(newsroom.desk.store.owner().id, Preferences(language="ja"))
    assert '<html lang="ja" dir="ltr"' in client.get("/", headers={"accept-language": "de"}).text


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_kind_of_page_can_be_set_in_each_language(client: TestClient, newsroom: Newsroom, language: str) -> None:
    story = newsroom.desk.store.newest_stories(1, None)[0]
    article = newsroom.desk.store.stories([story])[0].articles[0]
    source = newsroom.desk.store.sources()[0].id
    for path in (
        "/latest",
        f"/stories/{story}",
        f"/articles/{article}",
        "/sources",
        f"/sources/{source}",
        "/settings",
        "/search?q=minister",
        "/following",
        "/rules?deed=hide&where=anywhere&way=words&what=minister",
        "/editions",
        "/editions/new",
        f"/stories/{story}/repair",
        "/repairs",
        "/comments/queue",
        "/account",
        "/readers",
        "/instance",
        "/welcome",
    ):
        answer = client.get(path, headers={"accept-language": language})
        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in answer.text
        assert "%(" not in answer.text
