"""Finds the article that another one is a copy of: the same text, also edited, cut, under another headline or within a longer piece.

Texts are compared by sketches of their passages: sets of bits, one for each passage. The shares that they estimate are those of Broder 1997
(resemblance and containment); what agrees by chance is taken away, as in b-bit MinHash (Li & König 2010). Long texts keep only passages
whose hash is low, and all texts the same ones (Manber 1994), so any two can be compared; by the lowest of all they are found.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from octavo.group.passages import Hashes, Text
from octavo.group.weights import CopyLimits

_BITS = 1536  # of a sketch
_SAMPLED = 384  # passages that a sketch holds at most, so that few of them share a bit
_SURE = 5.0  # standard errors by which two sketches must agree in more than chance gives
_DENSITY = 16  # a text is found by one passage of so many
_LEAST = 8  # and by so many at least
_BUCKETS, _PLACES = 6, 8  # buckets for each text, places in a bucket
_COMPARED = 8  # texts that share most: standing phrases make many share a little
_FRESH = 24.0  # hours for which a text that goes on coming need not be taken in again

_Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Copied:
    """What an article is a copy of."""

    origin: str  # article whose text it is, never a copy itself
    alike: float  # share of the two texts' passages that both have, 1 for equal words
    words: int  # about so many words are common
    part: bool  # one text stands within the other
    apart: float | None  # hours between the dates, as far as they are sure; None if either has none


class _Row(NamedTuple):
    """What is kept of a text; fields without a comment are those of `Text`."""

    sketch: bytes
    bits: int  # set in the sketch
    level: int  # the sketch holds one passage of 2 ** level
    words: int
    whole: int
    body: int
    headline: int
    numbers: int
    publisher: int  # hashed; 0: not known
    middle: float  # of the date, in hours; not a number without one
    slack: float
    arrived: float


_KINDS = (f"V{_BITS // 8}", "u2", "u1", "u2", "u8", "u8", "u8", "u8", "u4", "f8", "f4", "f8")


class _Made(NamedTuple):
    """What is made of a text to look for it or to take it in."""

    row: _Row
    bucket: _Numbers  # of each of its keys
    tag: NDArray[np.uint32]  # the digits that tell each key from others in its bucket


class _Likeness(NamedTuple):
    """How a text compares with a row."""

    same: bool
    part: bool  # not the same, but one stands within the other
    longer: bool  # the text is longer than the row's
    alike: float
    words: float
    hours: float  # between the dates, or between the arrivals where either has no date
    sure: float  # of these, as many as the dates' precision leaves
    dated: bool


class Copies:
    """The last `size` texts that were no copies, and, again once a day, those of which copies go on coming.

    The same calls in the same order give the same finds. Takes about 450 bytes for each of `size`, however many are added.
    """

    def __init__(self, limits: CopyLimits, size: int) -> None:
        self._limits = limits
        self._size = size
        self._end = 1  # number of the next row; a row's place is its number modulo `size`
        self._rows = np.zeros(size, np.dtype(list(zip(_Row._fields, _KINDS, strict=True))))
        self._origins: list[str] = [""] * size
        # What is found by a passage stands in its bucket: a row's number (modulo 2 ** span) and above it some digits of the passage's hash.
        self._span = size.bit_length() + 2
        self._buckets = np.zeros((_BUCKETS * size, _PLACES), np.uint32)
        self._next = np.zeros(_BUCKETS * size, np.uint8)  # in each bucket, the place that is written next
        self._made: dict[Text, _Made] = {}  # of texts that are expected, else of the last one: what is not found is mostly taken in next

    def expect(self, texts: Iterable[Text]) -> None:
        """Says which texts will be looked for. It only makes that quicker: what is made of each is made for one after another."""
        self._made = {text: self._make(text) for text in texts}

    def find(self, text: Text) -> Copied | None:
        """The origin of which `text` is a copy, by the row that has most in common with it; of equal ones the oldest."""
        found = [(like, number) for like, number in self._compared(text) if like.same or like.part]
        if len({self._origin(number) for like, number in found if like.part and like.longer}) > 1:
            # A piece that carries several texts is a round-up and the copy of none.
            found = [(like, number) for like, number in found if not (like.part and like.longer)]
        if not found:
            return None
        best, number = min(found, key=lambda one: (not one[0].same, -one[0].words, one[1]))
        return Copied(self._origin(number), best.alike, round(best.words), best.part, best.sure if best.dated else None)

    def add(self, text: Text, article: str) -> None:
        """Takes in the text of an article that is no copy."""
        row, bucket, tag = self._made_of(text)
        if len(bucket):
            at = self._end % self._size
            self._rows[at] = row
            self._origins[at] = article
            self._buckets[bucket, self._next[bucket]] = tag | np.uint32(self._end % (1 << self._span))
            self._next[bucket] = (self._next[bucket] + 1) % _PLACES
            self._end += 1

    def renew(self, text: Text, origin: str) -> None:
        """Takes in the text of a copy of `origin`, if it is the whole text and the group's last row is a day old or will soon be overwritten.

        So a text is still known when its origin is not, as long as it goes on coming.
        """
        same = [(number, like.hours) for like, number in self._compared(text) if like.same and self._origin(number) == origin]
        if same:
            last, hours = max(same)
            if hours >= _FRESH or self._end - last > self._size // 2:
                self.add(text, origin)

    def _origin(self, number: int) -> str:
        return self._origins[number % self._size]

    def _compared(self, text: Text) -> list[tuple[_Likeness, int]]:
        """How the text compares with those that share most keys with it, and their numbers."""
        numbers = self._near(text)
        if not numbers:
            return []
        own, sketches = self._made_of(text).row, dict[int, tuple[bytes, int]]()
        found = []
        for number in numbers:
            row = _Row(*self._rows[number % self._size].item())
            if row.level not in sketches:
                sketches[row.level] = _sketch(text.passages, row.level)
            sketch, bits = sketches[row.level]
            found.append((_likeness(own._replace(sketch=sketch, bits=bits), row, self._limits), number))
        return found

    def _near(self, text: Text) -> list[int]:
        """The numbers of the rows that share most keys with the text, most first, then the newest."""
        _, bucket, tag = self._made_of(text)
        places = self._buckets[bucket]
        around = 1 << self._span
        found = places[(places & ~np.uint32(around - 1) == tag[:, None]) & (places > 0)]
        if not len(found):
            return []
        shared = Counter((self._end - number) % around for number in found.tolist())
        live = (age for age in shared if 0 < age <= min(self._size, self._end - 1))
        return [self._end - age for age in sorted(live, key=lambda age: (-shared[age], age))[:_COMPARED]]

    def _made_of(self, text: Text) -> _Made:
        if text not in self._made:
            self.expect([text])
        return self._made[text]

    def _make(self, text: Text) -> _Made:
        mixed = _keys(text) * np.uint64(0x9E3779B97F4A7C15)
        bucket = (mixed >> np.uint64(32)) * np.uint64(len(self._buckets)) >> np.uint64(32)
        return _Made(_row(text), bucket.astype(np.int64), mixed.astype(np.uint32) & ~np.uint32((1 << self._span) - 1))


def _keys(text: Text) -> Hashes:
    """What a text is found by: its passages of low hash and the digests of the whole."""
    low = text.passages[text.passages < np.uint64((1 << 64) // _DENSITY)]
    if len(low) < _LEAST:
        low = np.sort(text.passages)[:_LEAST]
    return np.concatenate((low, np.array([digest for digest in (text.whole, text.body) if digest], np.uint64)))


def _row(text: Text) -> _Row:
    level = (max(len(text.passages) - 1, 0) // _SAMPLED).bit_length()
    middle, slack = (float("nan"), 0.0) if text.moment is None else (text.moment.middle, text.moment.slack)
    publisher = crc32(text.publisher.encode()) if text.publisher else 0
    words = min(text.words, 0xFFFF)
    sketch, bits = _sketch(text.passages, level)
    return _Row(sketch, bits, level, words, text.whole, text.body, text.headline, text.numbers, publisher, middle, slack, text.arrived)


def _sketch(passages: Hashes, level: int) -> tuple[bytes, int]:
    """The bits of those of the passages that a sketch of that level holds, and how many they are."""
    if level:
        passages = passages[passages >> np.uint64(64 - level) == 0]
    bits = np.zeros(_BITS, np.bool_)
    bits[((passages & np.uint64(0xFFFFFFFF)) * np.uint64(_BITS) >> np.uint64(32)).astype(np.int64)] = True
    return np.packbits(bits).tobytes(), int(np.count_nonzero(bits))


def _likeness(own: _Row, row: _Row, limits: CopyLimits) -> _Likeness:
    """How a text, its sketch made at the row's level, compares with the row."""
    longer, shorter = own.words > row.words, min(own.words, row.words)
    equal = own.whole > 0 and own.whole == row.whole
    body = own.body > 0 and own.body == row.body
    within = 1.0 if equal or body else _within(*((row, own) if longer else (own, row)))
    common = within * shorter
    alike = 1.0 if equal or body else common / max(own.words + row.words - common, 1.0)

    dated = own.middle == own.middle and row.middle == row.middle
    hours = abs(own.middle - row.middle) if dated else abs(own.arrived - row.arrived)
    sure = max(hours - own.slack - row.slack, 0.0) if dated else hours
    brief, outlet = shorter < limits.brief, own.publisher > 0 and own.publisher == row.publisher
    series = brief and (outlet or not body)  # may be one: what an outlet always prints, or a headline that anyone might
    timely = hours <= limits.hours if series else sure <= limits.days * 24

    numbers = _share(own.numbers, row.numbers) >= limits.numbers
    enough = shorter >= limits.least and numbers and alike >= (limits.same_strict if brief or outlet else limits.same)
    headline = not outlet or _share(own.headline, row.headline) >= limits.headline
    same = timely and (equal or ((body or enough) and headline))
    part = timely and not same and not outlet and numbers and within >= limits.within and common >= limits.carried
    return _Likeness(same, part, longer, alike, common, hours, sure, dated)


def _within(one: _Row, other: _Row) -> float:
    """The share of the passages of one text that stand in the other, as far as it is more than chance gives."""
    if not one.bits or other.bits == _BITS:
        return 0.0
    chance = other.bits / _BITS
    common = (int.from_bytes(one.sketch) & int.from_bytes(other.sketch)).bit_count()
    share = (common / one.bits - chance) / (1 - chance)
    return share if share >= _SURE * math.sqrt(chance / (1 - chance) / one.bits) else 0.0


def _share(one: int, other: int) -> float:
    """The share of the smaller of two sets of words that stands in the other one, 1 if it is empty."""
    smaller = min(one.bit_count(), other.bit_count())
    return (one & other).bit_count() / smaller if smaller else 1.0
