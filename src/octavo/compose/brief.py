"""The brief: verbatim source sentences from different voices, without repetition, best first.

Sentences are ranked by how much of what the voices share they carry (a centroid score in the way of SumBasic and MEAD: Nenkova &
Vanderwende 2005, Radev et al. 2004) with a bonus for standing early, and picked greedily against repetition (maximal marginal
relevance, Carbonell & Goldstein 1998). No sentence is ever worded: each one is cut out of its article, with its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log

from octavo.compose.voices import independent
from octavo.model import Annotation, Article, BlockKind, Brief, BriefSentence, Citation, Story
from octavo.words import words

EARLY = 12  # sentences of an article that are looked at
SHORTEST, LONGEST = 5, 60  # words of a sentence worth quoting
REPEATED = 0.5  # share of a sentence's weight that stands in an earlier one, from which on it says nothing new
SECOND_TURN = 0.8  # what a sentence is worth from an outlet that has its say already
CLOSING = '"”“»«›」』)]'
PAIRS = (("「", "」"), ("『", "』"), ("(", ")"), ("«", "»"))
QUOTATION_MARKS = '"“”„'  # which of them opens and which closes differs by language: “English”, „deutsch“, ”suomi”


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    article: Article
    start: int
    end: int
    place: int  # in its article, from 0
    terms: frozenset[str]


def brief(
    story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], sentences: int = 5, language: str | None = None
) -> Brief:
    """Up to `sentences` source sentences of the story's independent voices, best first.

    All are of one language, so that they can be read on end: `language` if a voice has it, else the one that most voices have.
    """
    voices = [voice for voice in independent(story, articles) if voice.text]
    tongue = _language(voices, annotations, language)
    pool = [c for v in voices if _language_of(v, annotations) == tongue for c in _candidates(v, annotations.get(v.id))]
    shared = _weights(pool)
    worth = {c: _worth(c, shared) for c in pool}
    chosen: list[Candidate] = []
    told: set[str] = set()
    while pool and len(chosen) < sentences:
        heard = {c.article.id for c in chosen}
        best = max(pool, key=lambda c: worth[c] * (1 - _repeated(c, told, shared)) * (SECOND_TURN if c.article.id in heard else 1.0))
        chosen.append(best)
        told |= best.terms
        pool = [c for c in pool if c is not best and _repeated(c, told, shared) < REPEATED]
    return Brief(
        story.id,
        tuple(BriefSentence(c.article.text[c.start : c.end], Citation(c.article.id, c.start, c.end, c.article.revision)) for c in chosen),
    )


def _language_of(article: Article, annotations: Mapping[str, Annotation]) -> str | None:
    return article.language or (annotations[article.id].language if article.id in annotations else None)


def _language(voices: Sequence[Article], annotations: Mapping[str, Annotation], wanted: str | None) -> str | None:
    spoken = Counter(_language_of(voice, annotations) for voice in voices)
    return wanted if wanted in spoken else next((name for name, _ in spoken.most_common(1)), None)


def _candidates(article: Article, annotation: Annotation | None) -> list[Candidate]:
    prose = [(b.start, b.end) for b in article.blocks if b.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE)] or [(0, len(article.text))]
    found = []
    for place, (start, end) in enumerate((annotation.sentences if annotation else ())[:EARLY]):
        text = article.text[start:end]
        terms = words(text)
        if SHORTEST <= len(terms) <= LONGEST and _whole(text) and any(s <= start and end <= e for s, e in prose):
            found.append(Candidate(article, start, end, place, frozenset(terms)))
    return found


def _whole(text: str) -> bool:
    """Whether a sentence stands on its own: it ends as one, asks nothing, and no quotation is cut in two by its borders."""
    end = text.rstrip(CLOSING + " ")
    balanced = all(text.count(a) == text.count(b) for a, b in PAIRS) and sum(map(text.count, QUOTATION_MARKS)) % 2 == 0
    return balanced and end.endswith((".", "!", "。", "！", "۔", "।", "…"))


def _weights(pool: Sequence[Candidate]) -> dict[str, float]:
    """A word's weight: the share of voices that use it, less the more ordinary it is within their sentences."""
    voices: dict[str, set[str]] = {}
    sentences: Counter[str] = Counter()
    for candidate in pool:
        sentences.update(candidate.terms)
        for term in candidate.terms:
            voices.setdefault(term, set()).add(candidate.article.id)
    everyone = len({c.article.id for c in pool})
    return {term: len(voices[term]) / everyone * log((1 + len(pool)) / sentences[term]) for term in sentences}


def _worth(candidate: Candidate, shared: Mapping[str, float]) -> float:
    carried = fsum(shared[term] for term in candidate.terms) / (len(candidate.terms) + 8)
    return carried * (1 + 1 / (1 + candidate.place))


def _repeated(candidate: Candidate, told: set[str], shared: Mapping[str, float]) -> float:
    # fsum, because a set's order changes from run to run and the same input shall give the same brief
    whole = fsum(shared[term] for term in candidate.terms)
    return fsum(shared[term] for term in candidate.terms & told) / whole if whole else 1.0
