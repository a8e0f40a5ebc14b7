"""Dates as the press prints them: read where they are sure, left alone where they are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from octavo.extract.dates import date_span, is_time_word, last_weekday, printed_date, relative_date
from octavo.moments import precision

TAKEN = datetime(2025, 8, 5, 14, 30, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("18-06-2025", None, "2025-06-18"),
        ("ABC18-06-2025", None, "2025-06-18"),
        ("2025年8月4日", None, "2025-08-04"),
        ("2025년 8월 4일 오후 3:30", None, "2025-08-04T15:30"),
        ("2025年8月4日 午前9時05分", None, "2025-08-04T09:05"),
        ("4. August 2025", None, "2025-08-04"),
        ("Stand: 04.08.2025 14:05 Uhr", "de", "2025-08-04T14:05"),
        ("Aug. 4, 2025", "en", "2025-08-04"),
        ("Sept. 4, 2025", "en", "2025-09-04"),
        ("August 4th, 2025", None, "2025-08-04"),
        ("Monday 4 August 2025", None, "2025-08-04"),
        ("4 de agosto de 2025, 10:15", "es", "2025-08-04T10:15"),
        ("4 août 2025 à 15h30", "fr", "2025-08-04T15:30"),
        ("1er août 2025", "fr", "2025-08-01"),
        ("4 августа 2025", "ru", "2025-08-04"),
        ("4 sierpnia 2025", "pl", "2025-08-04"),
        ("4 Αυγούστου 2025", "el", "2025-08-04"),
        ("4 Ağustos 2025", "tr", "2025-08-04"),
        ("٤ أغسطس ٢٠٢٥", "ar", "2025-08-04"),
        ("२५ अगस्त 2025", "hi", "2025-08-25"),
        ("ngày 4 tháng 8 năm 2025", "vi", "2025-08-04"),
        ("2025-08-04T09:30+09:00", None, "2025-08-04T09:30+09:00"),
        ("2025-08-04 09:30:15", None, "2025-08-04T09:30:15"),
        ("Published 6:11 PM EST, Nov 20, 2024", None, "2024-11-20T18:11-05:00"),
        ("July 4, 2025 11:48 a.m. ET", None, "2025-07-04T11:48-04:00"),
        ("12:03 GMT, Nov 20, 2024", None, "2024-11-20T12:03+00:00"),
        ("Nov 20, 2024 12:15 am", None, "2024-11-20T00:15"),
        ("4 August 2025 09:30 BST", None, "2025-08-04T09:30"),  # two countries write BST
        ("August 2025", None, "2025-08"),
        ("Dec 23, 202410:30 AM", None, "2024-12-23"),  # glued to its clock
        ("Ann MarlowDec 23, 2024", None, "2024-12-23"),  # glued to a name
        ("By Ann Marlow • 12/18/24 4:02pm", "en", "2024-12-18T16:02"),
        ("04.08.25, 9.30 Uhr", "de", "2025-08-04T09:30"),
        ("04/08/2025", "de", "2025-08-04"),
        ("04/08/2025", "fr", "2025-08-04"),
        ("14/08/2025", None, "2025-08-14"),
        ("08/14/2025", None, "2025-08-14"),
    ],
)
def test_printed_dates_are_read_as_precisely_as_they_are_printed(text: str, language: str | None, iso: str) -> None:
    read = printed_date(text, language)
    assert read == (iso, precision(iso))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("04/08/2025", None),
        ("04/08/2025", "en"),  # American or British
        ("04.08.2025", None),
        ("31-02-2025", None),
        ("26/05/22", None),  # 2022 or 2026
        ("2025-13-40", None),
        ("© 2025 The Lantern", None),
        ("4 August", "en"),  # of which year?
        ("4 bananas 2025", "en"),
        ("20 listopad 2024", None),  # November in Polish, October in Croatian
        ("call 020 1234 2025", None),
        ("", None),
    ],
)
def test_what_may_mean_two_days_or_none_is_no_date(text: str, language: str | None) -> None:
    assert printed_date(text, language) is None


def test_language_decides_a_month_that_two_languages_share() -> None:
    assert printed_date("20 listopad 2024", "pl") == ("2024-11-20", "day")
    assert printed_date("20 listopad 2024", "hr") == ("2024-10-20", "day")


def test_a_date_tells_where_it_stands_with_its_clock() -> None:
    line = "By Ann Marlow November 19, 2024, 07:47 PM EST"
    span = date_span(line)
    assert span is not None
    assert line[slice(*span)] == "November 19, 2024, 07:47 PM EST"
    assert date_span("By Ann Marlow") is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("a day ago", "2025-08-04"),
        ("timea day ago", "2025-08-04"),
        ("time4 days ago", "2025-08-01"),
        ("4 days ago", "2025-08-01"),
        ("Posted 2 weeks ago", "2025-07-22"),
        ("3 hours ago", "2025-08-05"),
        ("20h", "2025-08-04"),
        ("45 minutes ago", "2025-08-05T13:45+00:00"),
        ("12 min", "2025-08-05T14:18+00:00"),
        ("3 months ago", "2025-05"),
        ("9 months ago", "2024-11"),
        ("a year ago", "2024"),
        ("yesterday", "2025-08-04"),
        ("vor 3 Stunden", "2025-08-05"),
        ("vor einem Tag", "2025-08-04"),
        ("Gestern", "2025-08-04"),
        ("hace 2 días", "2025-08-03"),
        ("il y a 3 jours", "2025-08-02"),
        ("il y a une heure", "2025-08-05"),
        ("há 2 dias", "2025-08-03"),
        ("2 giorni fa", "2025-08-03"),
        ("3日前", "2025-08-02"),
        ("3日前に更新", "2025-08-02"),
        ("3天前", "2025-08-02"),
        ("3일 전", "2025-08-02"),
        ("2 дня назад", "2025-08-03"),
        ("3 gün önce", "2025-08-02"),
        ("منذ يومين", "2025-08-03"),
        ("منذ 3 أيام", "2025-08-02"),
        ("2 दिन पहले", "2025-08-03"),
    ],
)
def test_relative_dates_count_back_from_the_capture(text: str, iso: str) -> None:
    assert relative_date(text, TAKEN) == (iso, precision(iso))


@pytest.mark.parametrize(
    "text", ["", "23", "read more", "today's paper", "5 minutes to read", "in 3 days", "4 daysago", "900 years ago", "5d agosto"]
)
def test_other_words_are_no_relative_date(text: str) -> None:
    assert relative_date(text, TAKEN) is None


TOLD = frozenset({"said", "teilte"})


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("the ministry said Monday.", "en", "2025-08-04"),
        ("the ministry said on Tuesday.", "en", "2025-08-05"),
        ("the ministry said Wednesday.", "en", "2025-07-30"),
        ("teilte das Amt am Donnerstag mit", "de", "2025-07-31"),
        ("said it will talk between Monday and Thursday", "en", None),  # which?
        ("the bridge will close from Monday", "en", None),  # not past
        ("the ministry said so", "en", None),
        ("said Monday", "xx", None),
    ],
)
def test_weekday_is_the_latest_one_up_to_the_capture_on_which_something_was_told(text: str, language: str, day: str | None) -> None:
    assert last_weekday(text, TAKEN, language, TOLD) == day


def test_time_words_are_months_and_weekdays() -> None:
    assert is_time_word("November")
    assert is_time_word("jeudi")
    assert not is_time_word("Marlow")
