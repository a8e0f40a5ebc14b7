"""What people wished: which articles must stand in one story, and which must not.

**Together** is transitive: who links a with b and b with c has linked a with c. **Apart** is not, but it holds for all that is linked:
who parts a from b has parted everything linked with a from everything linked with b. Whoever decides about stories asks before each
decision, for as long as the articles exist (also when they have long left the live window):

- an article moves only together with its `company`, and to a story that holds none of those that it must stay `apart` from;
- two stories merge only if there is no `clash` between their articles;
- a split leaves no `company` in two stories, and an article joins no story, nor its origin's as a copy, where there is a `clash`.

Where two wishes contradict each other the later one wins. A link takes back the wishes that part what it brings together. Parting two
linked articles takes back links until nothing links them: the links are looked at from the latest to the earliest, and one that would bring
the two together is taken back, so the earliest gives way first. `overruled` says in words what was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

Pair = tuple[str, str]
Company = Mapping[str, frozenset[str]]
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wishes:
    """Pairs of article ids that must (`links`) and must not (`parts`) be in one story, each in order of the last wish for it.

    A frozen record: `linked` and `parted` return another one, so a decider can ask what would hold before anything does. Asking costs
    one look-up for an article that nobody wished about; a new wish costs as much as there are wishes.
    """

    links: tuple[Pair, ...] = ()
    parts: tuple[Pair, ...] = ()
    _company: Company = field(init=False, repr=False, compare=False)
    _apart: Company = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        company = _companies(self.links)
        apart: dict[str, frozenset[str]] = {}
        for pair in self.parts:
            ones, others = (company.get(article, frozenset([article])) for article in pair)
            for article, those in chain(((one, others) for one in ones), ((other, ones) for other in others)):
                apart[article] = apart.get(article, _NOBODY) | those
        object.__setattr__(self, "_company", company)
        object.__setattr__(self, "_apart", apart)

    def linked(self, a: str, b: str) -> Wishes:
        """These wishes and that articles `a` and `b` be in one story. Raises ValueError for one and the same article."""
        links = (*_without(self.links, a, b), _pair(a, b))
        company = _companies(links)[a]
        return Wishes(links, tuple(pair for pair in self.parts if not company.issuperset(pair)))

    def parted(self, a: str, b: str) -> Wishes:
        """These wishes and that articles `a` and `b` be in two stories. Raises ValueError for one and the same article."""
        kept: list[Pair] = []  # of the links among what is linked with a
        for link in reversed([link for link in self.links if link[0] in self.company(a)]):
            if b not in _companies([*kept, link]).get(a, _NOBODY):
                kept.append(link)
        links = tuple(link for link in self.links if link in kept or link[0] not in self.company(a))
        return Wishes(links, (*_without(self.parts, a, b), _pair(a, b)))

    def freed(self, a: str, b: str) -> Wishes:
        """These wishes without any about just this pair."""
        return Wishes(_without(self.links, a, b), _without(self.parts, a, b))

    def company(self, article: str) -> frozenset[str]:
        """The articles that must be in one story with this one, itself included; empty for an article that nobody linked."""
        return self._company.get(article, _NOBODY)

    def apart(self, article: str) -> frozenset[str]:
        """The articles that must not be in one story with this one."""
        return self._apart.get(article, _NOBODY)

    def clash(self, ones: Iterable[str], others: Iterable[str]) -> Pair | None:
        """The first of `ones` that must not be in one story with some of `others`, and the smallest id of those; None if all may."""
        if not self._apart:
            return None
        there = frozenset(others)
        return next(((one, min(against)) for one in ones if (against := self.apart(one) & there)), None)


def overruled(before: Wishes, after: Wishes) -> tuple[str, ...]:
    """What the last wish took back, in words, earliest first: reasons of the decision that takes that wish down."""
    links = (f"takes back that {a} and {b} belong together" for a, b in before.links if (a, b) not in after.links)
    parts = (f"takes back that {a} and {b} do not belong together" for a, b in before.parts if (a, b) not in after.parts)
    return (*links, *parts)


def _pair(a: str, b: str) -> Pair:
    if a == b:
        raise ValueError(f"a wish needs two articles, not {a} twice")
    return (a, b) if a < b else (b, a)


def _without(pairs: Iterable[Pair], a: str, b: str) -> tuple[Pair, ...]:
    return tuple(pair for pair in pairs if pair != _pair(a, b))


def _companies(links: Iterable[Pair]) -> dict[str, frozenset[str]]:
    """Article → all that links, one by one, lead to from it."""
    found: dict[str, frozenset[str]] = {}
    for a, b in links:
        together = found.get(a, frozenset([a])) | found.get(b, frozenset([b]))
        found |= dict.fromkeys(together, together)
    return found
