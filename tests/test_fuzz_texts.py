"""Plain-text captures of any shape: nothing fails, nothing takes long, and what comes out is sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import FUZZ, marked, read, wounded, wounds

LINES = (
    "Herring return to the bay", "By Ada Brandt", "By Ada Brandt and Li Osei, Northwire", "May 19, 2031, 9:30 a.m.", "Published 3 hours ago", "19. Mai 2031", "2031年5月19日",
    "Share", "Read more", "Advertisement", "Subscribe to our newsletter", "Related", "Photo: Li Osei/Northwire", "© 2031 Isle Gazette", "Isle Gazette", "Sport", "|", "-" * 30,
    "The herring came back to the bay in April, and the boats of the isle went out for the first time in eleven years.",
    "“It was like old times,” said the harbour master, who counted forty boats before breakfast and stopped counting then.",
    "四月，鲱鱼回到了海湾，岛上的船只十一年来第一次出海，港口的人们站在码头上看着它们离开。", "", "  ", "\t",
)  # fmt: skip

dumps = st.lists(st.one_of(st.sampled_from(LINES), marked), max_size=40).map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))


@FUZZ
@given(dumps, wounds, st.sampled_from((None, "utf-8", "iso-8859-1", "big5", "nonsense")))
def test_no_text_fails(dump: bytes, at: list[tuple[float, int, bytes]], charset: str | None) -> None:
    body = wounded(dump, at)
    if body.strip():
        read(body, "text/plain", charset)


@FUZZ
@given(st.binary(min_size=1, max_size=400))
def test_no_bytes_fail_as_a_text(noise: bytes) -> None:
    read(noise, "text/plain")


@pytest.mark.parametrize(
    "piece", ["a", "a ", "a\n", "字", "字\n", "- ", "By A B, ", "May 5, ", "(", "http://", "1 ", "“a” ", "A. ", *LINES[:6]]
)
def test_hostile_texts_cost_little(piece: str) -> None:
    read((piece * (40_000 // len(piece.encode()))).encode(), "text/plain")
