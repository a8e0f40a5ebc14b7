"""What the articles of one host repeat: lines that stand in several of them, on different matters, belong to the host and not to the article. Pure.

Newsletter boxes, lines about the outlet or a writer, calls to subscribe that one page alone does not give away. Every reader's articles (pages,
feeds, text captures) go through here after they were read; of each the host's memory keeps digests of its lines as they were read, before anything
was taken out. A line must be repeated more often the longer it is: an outlet that follows a story prints whole paragraphs of background again.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import NamedTuple

from octavo import words
from octavo.extract.address import host
from octavo.extract.blocks import Piece, composed
from octavo.extract.plain import fold, width
from octavo.extract.text_lines import lines_of
from octavo.model import Article, BlockKind, Extraction, Note

HostLines = Mapping[str, bytes]  # id of an article → what is remembered of it; the articles of one host

PAGES = 40  # articles of a host that are remembered, the last ones
_HOSTS = 2000  # in a memory that lasts as long as a command
_LINES = 150  # of an article that are remembered
_LEAST = 3  # lines of an article that is remembered: the beginning of a text, which most feeds give, shows nothing of its host
_SHORT = 100  # width
_SHORT_NEEDS, _LONG_NEEDS = 3, 6  # matters on which a line must have been printed
_PLACE = 40  # characters of a text's first line that may say where it was written
_SAME_WORDS, _SAME_SHARE = 2, 0.25  # words that headlines on one matter share, and the share of the shorter one's
_SAME_TEXT = 0.5  # share of the text that stands in a copy of it
_MOST = 0.5  # of a text that may be taken out: what repeats more than that is a copy or nothing but its host's
_AROUND = frozenset({"page", "feed", "text"})  # signals of texts that were told from what stands around them
_WHOLE = (BlockKind.LIST, BlockKind.TABLE, BlockKind.QUOTE)  # blocks of which single lines are not taken out
_LABEL = 60  # width that a subheading has at most
_STOPS = (".", "!", "…", "。", "！", "．", "।", "۔")  # the end of a line that is no label
_OPENS = (":", "：", "?", "？", "؟")  # the end of a line that stands for what follows


@dataclass(frozen=True, slots=True)
class _Remembered:
    """An article as its host's memory has it: digests of its headline's words and of its lines."""

    words: frozenset[int]
    lines: frozenset[int]


class _Unit(NamedTuple):
    """What is taken out or stays as one: a line, or a whole block of those in _WHOLE. `block` is the number of its block."""

    block: int
    kind: BlockKind
    text: str


def host_lines(articles: Iterable[Article]) -> dict[str, dict[str, bytes]]:
    """What is to be remembered of articles as they were read: host → id → digests, of each host that they come from the last PAGES.

    Of a short one nothing is remembered; one without a known host, and one whose text came alone, comes from none.
    """
    found: dict[str, dict[str, bytes]] = {}
    for article in articles:
        home, digests = _home(article), tuple(dict.fromkeys(_digests(article.text)))[:_LINES]
        if not home or not digests:
            continue
        known = found.setdefault(home, {})
        if len(digests) >= _LEAST:
            about = _about(article.headline)
            known[article.id] = struct.pack(f"<{1 + len(about) + len(digests)}Q", len(about), *sorted(about), *digests)
    return {home: dict(list(lines.items())[-PAGES:]) for home, lines in found.items()}


def without_repeats(extraction: Extraction, known: Mapping[str, HostLines]) -> Extraction:
    """The extraction with what its articles' hosts repeat taken out of their texts. `known` holds what is remembered of each host, these
    articles included or not: none is held against itself."""
    others = {home: {id: _read(packed) for id, packed in lines.items()} for home, lines in known.items()}
    return replace(extraction, articles=tuple(_cleaned(article, others.get(_home(article) or "", {})) for article in extraction.articles))


class Memory:
    """What the extractions of one run repeat: the last articles of each of the hosts met last."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, dict[str, bytes]] = OrderedDict()

    def cleaned(self, extraction: Extraction) -> Extraction:
        """The extraction without what its hosts repeat, as far as is known by now; it is remembered in turn."""
        fresh = host_lines(extraction.articles)
        for home, lines in fresh.items():
            older = {id: packed for id, packed in self._hosts.pop(home, {}).items() if id not in lines}
            self._hosts[home] = dict([*older.items(), *lines.items()][-PAGES:])
        cleaned = without_repeats(extraction, {home: self._hosts[home] for home in fresh})
        while len(self._hosts) > _HOSTS:
            self._hosts.popitem(last=False)
        return cleaned


def _home(article: Article) -> str | None:
    """What stands for the site whose template an article was printed in; None for one whose text came without what stands around it."""
    signal = article.signals.get("text")
    if signal is None or signal.signal not in _AROUND:
        return None
    return host(article.url) or fold(article.aggregator or article.publisher) or None


def _cleaned(article: Article, known: Mapping[str, _Remembered]) -> Article:
    own = frozenset(_digests(article.text))
    matters = _matters(article, [other for id, other in known.items() if id != article.id])

    def is_repeated(line: str) -> bool:
        (digest,) = _digests(line) or (0,)
        return sum(digest in lines for lines in matters) >= (_SHORT_NEEDS if width(line) < _SHORT else _LONG_NEEDS)

    if not any(own & lines for lines in matters):
        return article
    units = _units(article)
    repeated = [all(map(is_repeated, unit.text.split("\n"))) for unit in units]
    kept = _kept(units, repeated)
    if len(kept) == len(units) or sum(len(unit.text) for unit in kept) < _MOST * sum(len(unit.text) for unit in units):
        return article
    text, blocks = composed(_pieces(kept))
    return replace(article, text=text, blocks=blocks, notes=_moved(article.notes, text))


def _matters(article: Article, others: Iterable[_Remembered]) -> list[set[int]]:
    """The lines of what a host printed on other matters than this article's, one set a matter: articles with the same words in their headlines
    are one, those with much of this one's text are copies of it."""
    about, own = _about(article.headline), frozenset(_digests(article.text))
    matters: list[set[int]] = []
    by_words: dict[frozenset[int], set[int]] = {}
    for other in others:
        shared = len(about & other.words)
        alike = shared >= _SAME_WORDS and shared >= _SAME_SHARE * min(len(about), len(other.words))
        if alike or len(own & other.lines) >= _SAME_TEXT * len(own):
            continue
        lines = by_words.setdefault(other.words, set()) if other.words else set()
        if not lines:
            matters.append(lines)
        lines |= other.lines
    return matters


def _units(article: Article) -> list[_Unit]:
    return [
        _Unit(at, block.kind, part)
        for at, block in enumerate(article.blocks)
        for whole in (article.text[block.start : block.end],)
        for part in ([whole] if block.kind in _WHOLE else whole.split("\n"))
    ]


def _kept(units: Sequence[_Unit], repeated: Sequence[bool]) -> list[_Unit]:
    """The units that stay: all that are not repeated, and of the others those that introduce one that stays, or say first where it was written."""
    kept: list[_Unit] = []
    next_stays = False
    for at in reversed(range(len(units))):
        unit = units[at]
        is_place = at == 0 and len(unit.text) < _PLACE
        next_stays = not repeated[at] or is_place or (next_stays and _introduces(unit))
        if next_stays and not (unit.kind is BlockKind.HEADING and not kept):  # a heading of nothing says nothing
            kept.append(unit)
    return kept[::-1]


def _introduces(unit: _Unit) -> bool:
    """Whether a line stands for what follows it, which a series repeats: a subheading (set as one or not), a question, who speaks; not when it
    bears the words of those that stand around articles ("Read more", "Subscribe")."""
    line = next(iter(lines_of(unit.text)), None)
    if line is None or line.signs or unit.kind in _WHOLE:
        return False
    return unit.kind is BlockKind.HEADING or unit.text.endswith(_OPENS) or (line.width < _LABEL and not unit.text.endswith(_STOPS))


def _pieces(units: Iterable[_Unit]) -> list[Piece]:
    lines: dict[tuple[int, BlockKind], list[str]] = {}
    for unit in units:
        lines.setdefault((unit.block, unit.kind), []).append(unit.text)
    return [Piece(kind, "\n".join(parts)) for (_, kind), parts in lines.items()]


def _moved(notes: Sequence[Note], text: str) -> tuple[Note, ...]:
    """Notes with their places in a text that has become shorter; those that no longer stand in it have none."""
    moved: list[Note] = []
    end = 0
    for note in notes:
        at = text.find(note.text, end) if note.span else -1
        end = at + len(note.text) if at >= 0 else end
        moved.append(replace(note, span=(at, end) if at >= 0 else None))
    return tuple(moved)


def _digests(text: str) -> list[int]:
    """The digests of a text's lines, those without a letter left out."""
    return [_digest(folded) for line in text.split("\n") if any(map(str.isalpha, folded := fold(line)))]


def _about(headline: str | None) -> frozenset[int]:
    """The digests of the words that say what a headline is about: not the short ones of alphabets, which say how."""
    return frozenset(_digest(word) for word in words.words(headline or "") if len(word) > 3 or not word.isascii())


def _digest(folded: str) -> int:
    return int.from_bytes(blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _read(packed: bytes) -> _Remembered:
    many, *digests = struct.unpack(f"<{len(packed) // 8}Q", packed)
    return _Remembered(frozenset(digests[:many]), frozenset(digests[many:]))
