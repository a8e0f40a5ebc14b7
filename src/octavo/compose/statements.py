"""What one speaker said, once each: quotes of several articles that carry the same words are one statement with its wordings.

Within a language the words decide: a wording belongs to a longer one of about the same day that holds most of its pairs of neighbouring
words (word bigrams, as overlap of texts is counted since ROUGE-2: Lin 2004). Across languages words cannot be compared, so only what is
written alike everywhere counts: figures and names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain, pairwise, product
from math import ceil
from operator import itemgetter
from typing import overload

from octavo.compose.comparing import figures, is_year
from octavo.model import Citation, Quote, QuoteKind
from octavo.moments import instant
from octavo.words import fold, words

TOGETHER = timedelta(days=2)  # between wordings of one statement; later the same words are said again
TRANSLATED = timedelta(days=1)  # between wordings in two languages
CARRIED = 0.7  # share of a wording's pairs of words that stand in the longer one
FEWEST = {QuoteKind.DIRECT: 3, QuoteKind.MIXED: 5, QuoteKind.INDIRECT: 5}  # words of a wording that can be known again
NEGATIONS = frozenset(  # as `octavo.words` folds them
    [
        "not",
        "no",
        "never",
        "nicht",
        "nie",
        "niemals",
        "kein",
        "keine",
        "keinen",
        "keinem",
        "keiner",
        "ne",
        "pas",
        "jamais",
        "aucun",
        "aucune",
        "nunca",
        "jamas",
        "nao",
        "nem",
        "non",
        "mai",
        "не",
        "ни",
        "никогда",
        "لا",
        "لن",
        "لم",
    ]
)
_INSIDE = re.compile(r"(?<=[\w,;] )[^\W\d_][^\W_]{2,}")  # a word inside a sentence, to be asked for its capital


@dataclass(frozen=True)
class Wording:
    """One quote as an article prints it."""

    text: str
    quote: Quote
    citation: Citation
    speaker: str  # as printed; "" where the article leaves it open
    language: str | None
    published: str | None  # of the article, as printed
    outlet: str | None

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(words(self.text))

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Words that follow one another, each pair as one text: its hash is kept, which that of a tuple is not."""
        return frozenset(map(" ".join, pairwise(self.words)))

    @cached_property
    def negated(self) -> frozenset[str]:
        """The pairs of words between which a negation stands."""
        if NEGATIONS.isdisjoint(self.words):
            return frozenset()
        before, after = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for first, second in pairwise(self.words):
            before[second].add(first)
            after[first].add(second)
        return frozenset(" ".join(pair) for no in NEGATIONS for pair in product(before[no], after[no]))

    @cached_property
    def figures(self) -> frozenset[str]:
        return figures(self.text)

    @cached_property
    def marks(self) -> frozenset[str]:
        """What every language writes alike: figures of two digits or more, and words with a capital letter inside the sentence."""
        names = (fold(match[0]) for match in _INSIDE.finditer(self.text) if match[0][0].isupper())
        return frozenset([*(figure for figure in self.figures if len(figure) > 1), *names])

    @cached_property
    def moment(self) -> datetime | None:
        return instant(self.published)


@dataclass(frozen=True, slots=True)
class Statement:
    """What was said once. `wordings`: each different text of it, in order of time."""

    wordings: tuple[Wording, ...]
    outlets: tuple[str, ...]  # that carry it, in order of time

    @property
    def main(self) -> Wording:
        """The fullest wording, one in direct speech before others."""
        return max(self.wordings, key=lambda wording: (_DIRECTNESS[wording.quote.kind], len(wording.words)))

    @property
    def text(self) -> str:
        return self.main.text

    @property
    def quote(self) -> Quote:
        return self.main.quote

    @property
    def citation(self) -> Citation:
        return self.main.citation

    @property
    def published(self) -> str | None:
        """When it first appeared, as printed."""
        return self.wordings[0].published


class Said(Sequence[Statement]):
    """The `statements` of some wordings, found when first asked for: of all voices of a story its page shows a few, and those whom nobody
    names can have thousands."""

    __slots__ = ("_found", "_wordings")

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self._wordings = wordings
        self._found: tuple[Statement, ...] | None = None

    def all(self) -> tuple[Statement, ...]:
        if self._found is None:
            self._found = statements(self._wordings)
        return self._found

    def __len__(self) -> int:
        return len(self.all())

    @overload
    def __getitem__(self, place: int) -> Statement: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Statement, ...]: ...

    def __getitem__(self, place: int | slice) -> Statement | tuple[Statement, ...]:
        return self.all()[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.all() == tuple(other)

    def __hash__(self) -> int:
        return hash(self.all())


_DIRECTNESS = {QuoteKind.INDIRECT: 0, QuoteKind.MIXED: 1, QuoteKind.DIRECT: 2}


def statements(wordings: Sequence[Wording]) -> tuple[Statement, ...]:
    """The statements that a speaker's wordings, given in order of time, are of; in order of time.

    The same text in several articles is one wording, the first one's, and counts for all their outlets. What an article holds inside
    another of these wordings, as a phrase in quotation marks within reported speech, is left out.
    """
    if len(wordings) == 1:
        return (_statement(wordings, wordings),)
    first: dict[str, int] = {}
    carrying: defaultdict[int, list[int]] = defaultdict(list)
    inside = _inside(wordings)
    for place, wording in enumerate(wordings):
        if place in inside:
            continue
        original = first.setdefault(wording.folded, place)
        carrying[original].append(place)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    heads = _heads({place: wordings[place] for place in first.values()})
    for place in sorted(heads):
        groups[heads[place]].append(place)
    return tuple(
        _statement([wordings[place] for place in group], [wordings[place] for place in sorted(chain(*(carrying[p] for p in group)))])
        for group in sorted(groups.values(), key=itemgetter(0))
    )


def _statement(wordings: Sequence[Wording], carriers: Sequence[Wording]) -> Statement:
    return Statement(tuple(wordings), tuple(dict.fromkeys(wording.outlet for wording in carriers if wording.outlet)))


def _heads(wordings: Mapping[int, Wording]) -> dict[int, int]:
    """For each wording the one that stands for its statement: the longest of its language, and of these the first in time."""
    having: defaultdict[str | None, dict[str, list[int]]] = defaultdict(dict)  # language → pair → the longest with it
    heads: dict[int, int] = {}
    for place in sorted(wordings, key=lambda place: (-len(wordings[place].pairs), place)):
        own = wordings[place]
        heads[place] = _longer(own, wordings, having[own.language])
        if heads[place] < 0:
            heads[place] = place
            for pair in own.pairs:
                having[own.language].setdefault(pair, []).append(place)
    if len({wording.language for wording in wordings.values()}) == 1:
        return heads
    across = _across_languages({place: wordings[place] for place in sorted(set(heads.values()))})
    return {place: across[head] for place, head in heads.items()}


def _longer(own: Wording, wordings: Mapping[int, Wording], having: Mapping[str, Sequence[int]]) -> int:
    """The longer wording that holds most of a wording's pairs, -1 where there is none."""
    least = ceil(CARRIED * len(own.pairs))
    known = own.pairs & having.keys()
    if len(own.words) < FEWEST[own.quote.kind] or len(known) < least:
        return -1
    # Who has that many of the pairs has one of the rarest, if these are as many as may be missing and one more (Bayardo et al. 2007).
    rarest = sorted(known, key=lambda pair: len(having[pair]))[: len(known) - least + 1]
    near = {other for pair in rarest for other in having[pair] if _apart(own, wordings[other]) <= TOGETHER}
    shared = {other: len(own.pairs & wordings[other].pairs) for other in near if not _contradict(own, wordings[other])}
    best = max(shared, key=lambda other: (shared[other], -other), default=-1)
    return best if best >= 0 and shared[best] >= least else -1


def _contradict(short: Wording, long: Wording) -> bool:
    """Whether a wording has a figure that the longer one has not, or they differ in a negation between the same two words."""
    return not (short.figures <= long.figures and short.negated.isdisjoint(long.pairs) and long.negated.isdisjoint(short.pairs))


def _inside(wordings: Sequence[Wording]) -> set[int]:
    """The wordings that lie within another one of the same article."""
    found: set[int] = set()
    reached: dict[str, int] = {}
    places = sorted(range(len(wordings)), key=lambda place: (wordings[place].citation.start, -wordings[place].citation.end))
    for place in places:
        citation = wordings[place].citation
        if citation.end <= reached.get(citation.article, -1):
            found.add(place)
        else:
            reached[citation.article] = citation.end
    return found


def _apart(one: Wording, other: Wording) -> timedelta:
    """The time between two wordings; none where one has no date."""
    return abs(one.moment - other.moment) if one.moment and other.moment else timedelta()


def _across_languages(heads: Mapping[int, Wording]) -> dict[int, int]:
    """For each wording the first one that says the same in another language, at most one of each language; itself where there is none."""
    groups: dict[int, set[str | None]] = {}
    found: dict[int, int] = {}
    having: defaultdict[str, list[int]] = defaultdict(list)
    for place, own in heads.items():
        near = {other for mark in own.marks for other in having[mark]}
        same = [other for other in sorted(near) if own.language not in groups[other] and _translates(own, heads[other])]
        found[place] = same[0] if same else place
        groups.setdefault(found[place], set()).add(own.language)
        if not same:
            for mark in own.marks:
                having[mark].append(place)
    return found


def _translates(one: Wording, other: Wording) -> bool:
    """Whether two wordings of one speaker in two languages hold the same figures and names, and enough of them."""
    shared = one.marks & other.marks
    enough = len(shared) > 1 or any(mark.isdigit() and len(mark) > 2 and not is_year(mark) for mark in shared)
    return enough and len(shared) * 2 >= len(one.marks | other.marks) and _apart(one, other) <= TRANSLATED
