"""How many independent voices carry what a sentence says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from octavo.compose.comparing import figures, stem
from octavo.model import Annotation, Article
from octavo.words import fold, words

EARLY = 20  # sentences of a voice that are looked at
CARRIED = 0.45  # share of a sentence's words, each weighing its letters, that stand in one or two sentences of another voice
NAMES = 2  # names that a sentence of another language must share, beside all numbers
_NAME = re.compile(r"(?<=[\w,;:–—-]\s)[^\W\d_a-z][^\W\d_]{2,}")


@dataclass(frozen=True)
class Saying:
    """A sentence, or two on end, as it is compared."""

    text: str
    language: str | None

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(words(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(map(stem, self.terms))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return figures(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(fold(name) for name in _NAME.findall(self.text))


def sayings(article: Article, annotation: Annotation | None) -> tuple[Saying, ...]:
    """Each of an article's first sentences with the one behind it, because one outlet's sentence is often another's two; the headline with the first."""
    language = article.language or (annotation.language if annotation else None)
    spans = annotation.sentences[:EARLY] if annotation else ()
    ends = [end for _, end in spans[1:]] + [end for _, end in spans[-1:]]
    texts = [article.text[start:end] for (start, _), end in zip(spans, ends, strict=True)]
    opening = " ".join([article.headline or "", *(article.text[start:end] for start, end in spans[:1])])
    return tuple(Saying(text, language) for text in (opening, *texts))


def outlets_of(fact: Saying, teller: str, told: Mapping[str, Sequence[Saying]]) -> int:
    """How many voices carry a sentence, the one that it is cut out of (`teller`, an article id) included. `told`: article id → its sayings."""
    return 1 + sum(1 for voice, said in told.items() if voice != teller and any(carries(saying, fact) for saying in said))


def carries(saying: Saying, fact: Saying) -> bool:
    """Whether a saying says what a fact says: all of its numbers and nearly half of its words, long words weighing more.

    In another language: all numbers, one at least, and two names that are written alike.
    """
    if fact.numbers and not fact.numbers <= saying.numbers:
        return False
    if saying.language != fact.language:
        return bool(fact.numbers) and len(fact.names & saying.terms) >= NAMES
    return sum(map(len, fact.stems & saying.stems)) >= CARRIED * sum(map(len, fact.stems))
