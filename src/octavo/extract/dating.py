"""When an article was published and modified: JSON-LD, meta tags, the page's own marks, its text, its address, htmldate last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from octavo.extract import jsonld
from octavo.extract.dates import date_span, printed_date, relative_date
from octavo.extract.found import Found, found
from octavo.extract.near import Near
from octavo.extract.page import Page
from octavo.extract.plain import plain
from octavo.extract.zones import numbered
from octavo.moments import instant, precision

# Names of meta tags, lower case, the most trustworthy first.
_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "publish_date", "publishdate", "published_time",
    "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date", "dcterms.issued", "dc.date.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "rnews:datepublished", "article.published", "article:published", "pub_date", "pubdate", "publication_date", "published-date",
    "publish-date", "publication-date", "article_date_original", "originalpublicationdate", "og:published_time", "og:pubdate",
    "shareaholic:article_published_time", "bt:pubdate", "dateposted", "datecreated", "date",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article.updated", "article:updated", "modified_time", "shareaholic:article_modified_time",
    "revision_date",
)  # fmt: skip
_ISO = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T\s]\s*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,:]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?(?:\[[\w/]+\])?)?\s*$"
)
# As mail writes it, and most feeds: read here, because the parser for all that mail allows takes longer than all else about an entry's date.
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ([12]\d{3}) (\d\d):(\d\d):(\d\d) (?:GMT|([+-])(0\d|1[0-4])([0-5]\d))")
_MONTHS = {name: at for at, name in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}
_MIDNIGHT = re.compile(r"T00:00(?::00)?(?:Z|[+-]\d\d:\d\d)?$")
_ZONED = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_SLASHES = re.compile(r"\s*(\d{4})[/.](\d\d?)[/.](\d\d?)\b")
_EPOCH = re.compile(r"\s*(\d{10})(\d{3})?\s*$")
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)|[/_-]((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_FAR_WEST = timedelta(hours=14)  # a day without a zone may have begun this long before it begins in UTC
_CLOCKS = timedelta(minutes=10)  # by which two servers' clocks may differ
_OLDEST = datetime(1700, 1, 2, tzinfo=UTC)
_NO_YEAR = re.compile(r"(?<![.\w+])0001\b")  # that some systems write for "no date"; mail's rules would make it 2001
_UNSET = frozenset({"1970-01-01", "1900-01-01"})  # what systems print for "no date"
_MODIFIED_WORD = re.compile(r"updated|modified|edited|actuali[sz]|aktuali[sz]|mis à jour|aggiornat|更新|обновл|atualizad", re.IGNORECASE)
_PUBLISHED_WORD = re.compile(r"publish|posted|first|ver[öo]ffentlicht|publi(?:é|cado)|pubblicat|опубликов|opublikowan", re.IGNORECASE)
_SHORT = 120  # characters that a date line may have, and that may stand before the date in it
_LABEL = 25  # characters of a line that only says what the date below it is
_REISSUED = 5  # days after which a change is a new issue: within them it follows the news
_CLOCK = timedelta(minutes=2)  # by which a printed time, without its seconds, may differ from the stated one
_QUARTER = timedelta(minutes=15)  # of which all zones are made
_TIMES = 1  # elements `time` that are looked at


def normal(value: object, language: str | None = None) -> str | None:
    """A date in whatever form pages and feeds write it, as ISO 8601 and only as precise as it is; None for what is no date.

    Midnight sharp without a second thought is how systems print a day, so it becomes one.
    """
    text = plain(value if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else None)
    if not text or _NO_YEAR.search(text):
        return None
    text = numbered(text)
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, zone = match.groups()
        iso = f"{year}-{month}-{day}"
        if hour:
            iso += f"T{hour}:{minute}" + (f":{second}" if second else "") + _zone(zone)
    elif match := _EPOCH.match(text):
        iso = datetime.fromtimestamp(int(match[1]), UTC).isoformat()
    elif match := _SLASHES.match(text):
        iso = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    else:
        try:
            iso = _mail(text).isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            printed = printed_date(text, language) if len(text) <= _SHORT else None
            iso = printed[0] if printed else ""
    iso = _MIDNIGHT.sub("", iso)
    moment = instant(iso)
    return iso if moment and moment >= _OLDEST and iso[:10] not in _UNSET else None


def _mail(text: str) -> datetime:
    """The moment of a date as mail writes it. Raises ValueError, TypeError, IndexError or OverflowError for what is none."""
    match = _MAIL.fullmatch(text)
    if match is None or match[2] not in _MONTHS or text.endswith("-0000"):
        return parsedate_to_datetime(text)
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes)) if sign else timedelta()
    zone = timezone(-offset if sign == "-" else offset)
    return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone)


def possible(iso: str, captured_at: datetime, dated: bool) -> bool:
    """False for a date that lies after the capture, where the capture's time is known."""
    moment = instant(iso)
    if not dated or moment is None:
        return moment is not None
    if moment <= captured_at:
        return True
    zoned = precision(iso) in ("minute", "second") and bool(_ZONED.search(iso))
    return moment <= captured_at + (_CLOCKS if zoned else _FAR_WEST)


def dates(page: Page, language: str | None, near: Near) -> tuple[Found[str] | None, Found[str] | None]:
    """When the page's article was published, and when it was last changed, as far as the page says so.

    What the head of a page states is exact, but systems fill it in; what is printed at the headline is what the outlet says. So a printed
    day corrects the stated one, a printed clock gives it its zone, and a page that was issued again weeks later is of that later day.
    """
    stated, changed = _first(page, _stated(page, language)), _first(page, _changed(page, language))
    prints = [one for one in _printed(near, page, language) if possible(one.read.value, page.captured_at, page.dated)]
    shown = next((one.read for one in prints if not one.changed), None)
    renewed = next((one.read for one in prints if one.changed), None)
    published = _agreed(stated, shown, changed)
    if renewed and (published is None or (not shown and _apart(published.value, renewed.value) >= _REISSUED)):
        published = renewed
    if published is None:
        published = _first(page, _left(page, language))
    return published, changed or renewed


def _agreed(stated: Found[str] | None, shown: Found[str] | None, changed: Found[str] | None) -> Found[str] | None:
    """The date of publication, from the one stated in the page's head and the one printed at its headline."""
    if stated is None or shown is None:
        return stated or shown
    if stated.value[:10] == shown.value[:10]:
        return stated
    clock, moment = instant(shown.value), instant(stated.value)
    if "T" in shown.value and "T" in stated.value and clock and moment:
        # The same moment, told in the zone of the stated date and in that of the outlet.
        away = _naive(shown.value) - moment
        zone = round(away / _QUARTER) * _QUARTER
        if abs(zone) <= _FAR_WEST and abs(away - zone) < _CLOCK:
            return stated._replace(value=moment.astimezone(timezone(zone)).isoformat(timespec="seconds"))
    if shown.signal.precision not in ("day", "minute", "second"):
        return stated
    days = _apart(stated.value, shown.value)
    # A printed day beside it is most often the same moment in another zone, and one of a change while the news was new is that change.
    if abs(days) <= 1 or (changed and changed.value[:10] == shown.value[:10] and 0 < days < _REISSUED):
        return stated
    return shown


def _apart(first: str, second: str) -> int:
    """Days from one date to another, by their calendars."""
    one, other = instant(first[:10]), instant(second[:10])
    return (other - one).days if one and other else 0


def _naive(iso: str) -> datetime:
    """A printed date and clock as if it were UTC."""
    return datetime.fromisoformat(iso[:19]).replace(tzinfo=UTC)


class _Print(NamedTuple):
    read: Found[str]
    changed: bool  # it says when the article was changed, not when it was published


def _printed(near: Near, page: Page, language: str | None) -> Iterator[_Print]:
    """The dates printed at the headline: those below it first, then those above it, the nearest first."""
    for lines in (near.below, near.above[::-1]):
        label = ""
        for line in lines:
            yield from _in_line(line.text, label, page, language)
            label = line.text if len(line.text) <= _LABEL else ""


def _in_line(text: str, label: str, page: Page, language: str | None) -> Iterator[_Print]:
    rest, before = text, label
    while span := date_span(rest, language):
        before += " " + rest[: span[0]]
        iso = printed_date(rest[: span[1]], language)
        rest = rest[span[1] :]
        if iso is None or len(before) > _SHORT:
            return
        yield _Print(found(iso[0], "text", 0.75, iso[1]), bool(_MODIFIED_WORD.search(before)) and not _PUBLISHED_WORD.search(before))
        before = ""
    if page.dated and rest is text and len(text) <= _SHORT and (relative := relative_date(text, page.captured_at, language)):
        changed = bool(_MODIFIED_WORD.search(f"{label} {text}"))
        yield _Print(found(relative[0], "relative", 0.6, relative[1], estimated=True), changed)


def _first(page: Page, candidates: Iterator[tuple[str | None, str, float]]) -> Found[str] | None:
    for iso, signal, confidence in candidates:
        if iso and possible(iso, page.captured_at, page.dated):
            return found(iso, signal, confidence, precision(iso), estimated=signal == "relative")
    return None


def _stated(page: Page, language: str | None) -> Iterator[tuple[str | None, str, float]]:
    yield normal(page.article.get("datePublished"), language), "json-ld", 0.95
    for value in page.values(*_PUBLISHED_METAS):
        yield normal(value, language), "meta", 0.9
    own = (page.article, *(node for node in page.nodes if "WebPage" in jsonld.types_of(node)))
    for key in ("datePublished", "dateCreated"):
        for node in own:
            yield normal(node.get(key), language), "json-ld", 0.85
    for element in _marked(page, "datePublished"):
        yield normal(element.get("datetime") or element.get("content") or element.text_content(), language), "microdata", 0.85


def _changed(page: Page, language: str | None) -> Iterator[tuple[str | None, str, float]]:
    yield normal(page.article.get("dateModified"), language), "json-ld", 0.95
    for value in page.values(*_MODIFIED_METAS):
        yield normal(value, language), "meta", 0.9
    for element in _marked(page, "dateModified"):
        yield normal(element.get("datetime") or element.get("content") or element.text_content(), language), "microdata", 0.85


def _left(page: Page, language: str | None) -> Iterator[tuple[str | None, str, float]]:
    """What is left where neither the head of the page nor the lines at its headline say a date."""
    for element in islice(page.tree.iter("time"), _TIMES):
        yield normal(element.get("datetime"), language), "text", 0.6
    for address in (page.address, page.link("canonical"), *page.values("og:url")):
        if match := _IN_ADDRESS.search(address or ""):
            yield "-".join(part for part in match.groups() if part), "url", 0.6
    yield _guessed(page), "guess", 0.4


def _marked(page: Page, name: str) -> Iterator[HtmlElement]:
    yield from (element for element, names in page.marked if name in names)


def _guessed(page: Page) -> str | None:
    from htmldate import find_date

    latest = page.captured_at.date().isoformat() if page.dated else None
    try:
        guess: str | None = find_date(page.tree, original_date=True, extensive_search=False, url=page.address, max_date=latest)
    except ValueError:  # of lxml, which refuses to write characters that it has read
        return None
    return guess


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone.upper() in ("Z", "UTC", "GMT"):
        return "Z"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
