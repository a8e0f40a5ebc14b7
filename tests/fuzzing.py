"""What the fuzz tests share: how hypothesis runs here, how documents are broken, and what must hold whatever a reader was given."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from octavo.extract import extract
from octavo.extract.address import is_web
from octavo.model import Article, Capture, Extraction
from octavo.moments import instant, precision

NOW = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://www.isle-gazette.example/news/today"
SECONDS = 20.0  # of CPU that any one capture may take; honest ones take a hundredth of it, so a slow machine does not fail
_CLOCKS = timedelta(hours=15)  # by which a date without a zone may lie after the capture

# Derandomized: the same examples in every run, so that a change fails where it was made and nowhere else.
FUZZ = settings(
    derandomize=True, database=None, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip

# What readers look for, and what breaks them: the words of their formats, marks, blanks, broken characters.
MARKS = (
    "<", ">", "&", "'", '"', "=", "/", "<!--", "-->", "<![CDATA[", "]]>", "<?xml ?>", "<!DOCTYPE x [", "&lt;", "&amp;lt;", "&nbsp;", "&x;", "&#0;", "&#xD800;",
    "&#99999999;", "\x00", "\x08", "\x1b", "\ufeff", "\u200b", "\u202e", "\ud7ff", "\U0001f41f", "é", "e\u0301", "字", "שלום", "\n", "\r\n", "\t", " ", "…", "—",
    "http://", "https://[::1", "javascript:alert(1)", "//isle.example/a", "../a b", "2031-05-19T09:30:00+02:00", "Mon, 19 May 2031 09:30:00 GMT", "0001-01-01",
    "9999-12-31T23:59:59-12:00", "3 hours ago", "By Ada Brandt", "Photo: Li Osei/Northwire", "99999999999999999999", "-1", "NaN",
)  # fmt: skip

marked = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=12)), max_size=8).map("".join)
# Where a document is cut, and what is put there: (place, length of what goes, what comes instead).
wounds = st.lists(
    st.tuples(
        st.floats(0, 1), st.integers(0, 40), st.one_of(st.binary(max_size=6), marked.map(lambda text: text.encode("utf-8", "replace")))
    ),
    max_size=4,
)


def wounded(document: bytes, at: Sequence[tuple[float, int, bytes]]) -> bytes:
    """A document with pieces taken out of it and others put in."""
    for place, length, piece in at:
        start = int(place * len(document))
        document = document[:start] + piece + document[start + length :]
    return document


def read(body: bytes, media_type: str, charset: str | None = None) -> Extraction:
    """What a capture gives, after it was seen that nothing failed, that it did not take long, and that what came out is sound."""
    capture = Capture("fuzz", ADDRESS, body, NOW, media_type, charset)
    begun = time.process_time()
    extraction = extract(capture)
    seconds = time.process_time() - begun
    assert seconds < SECONDS, f"{seconds:.0f} s for {len(body)} bytes"
    assert "lies with Octavo" not in (extraction.problem or ""), extraction.problem
    assert extraction.problem or extraction.articles or extraction.links
    for article in extraction.articles:
        _is_sound(article)
    assert all(is_web(link) for link in extraction.links)
    return extraction


def _is_sound(article: Article) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", article.id)
    assert article.url is None or is_web(article.url)
    assert article.image is None or article.image.url is None or is_web(article.image.url)
    end = 0
    for block in article.blocks:
        assert end <= block.start < block.end <= len(article.text)
        assert article.text[end : block.start].strip() == ""
        end = block.end
    assert end == len(article.text)
    for field in (article.headline, article.publisher, article.section, *article.authors):
        assert field is None or (field.strip() == field != "" and "\n" not in field)
    for date in (article.published, article.modified):
        if date is not None:
            assert precision(date)
            moment = instant(date)
            assert moment
            assert moment <= NOW + _CLOCKS
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", f"{article.headline}{article.text}{article.authors}")
