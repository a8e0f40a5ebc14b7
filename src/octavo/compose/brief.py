"""The brief: verbatim source sentences of different voices, without repetition, in an order that reads.

Sentences are picked greedily by how much they add of what the voices share: words and pairs of words, each worth more the more voices and
headlines carry it (concept coverage: Gillick & Favre 2009, picked as in Lin & Bilmes 2011), with a bonus for standing early. What
repeats a chosen one is left out, and so is what cannot stand alone. No sentence is ever worded: each one is cut out of its article, with
its place, and says how many independent voices carry it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from math import fsum, log, sqrt

from octavo.compose.dates import looks_ahead
from octavo.compose.facts import Saying, outlets_of, sayings
from octavo.compose.standing import behind_dateline, inviting, leaning, whole
from octavo.compose.voices import independent
from octavo.model import Annotation, Article, BlockKind, Brief, BriefSentence, Citation, Story
from octavo.words import words

EARLY, LEAD = 12, 3  # sentences of an article that are looked at: so many at most, and so few where the story has many voices
MOST = 1200  # sentences that are looked at in all
SHORTLIST = 200  # sentences that are weighed against the chosen ones again and again
SHORTEST, LONGEST = 5, 60  # words of a sentence worth quoting
ALONE = 0.5  # taken off the voices and headlines that carry a word, so that what only one carries counts little
BREVITY = 0.7  # power of a sentence's length by which its worth is divided: 0 favours long ones, 1 short ones
REPEATED = 0.3  # share of a sentence's weight that stands in the chosen ones, from which on it says nothing new
SECOND_TURN = 0.6  # what a sentence is worth from an outlet that has its say already
COMMONPLACE = 0.3  # the least that a word weighs when repetition is judged

Term = str | tuple[str, str]


class Role(IntEnum):
    """What a sentence does in the brief, in the order of reading."""

    EVENT = 0
    REACTION = 1
    OUTLOOK = 2


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    article: Article
    start: int
    end: int
    place: int  # in its article, from 0
    length: int  # words
    terms: frozenset[str]
    concepts: frozenset[Term]  # words, and pairs that follow each other


def brief(
    story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], sentences: int = 5, language: str | None = None
) -> Brief:
    """Up to `sentences` source sentences of the story's independent voices: what happened, then who said what to it, then what is to come.

    All are of one language, so that they can be read on end: `language` if a voice has a sentence for it, else the one that most voices have.
    Voices in all languages are counted in `BriefSentence.outlets`.
    """
    everyone = independent(story, articles)
    voices = [voice for voice in everyone if voice.text]
    tongue, pool = _pool(voices, annotations, language)
    chosen = _chosen(pool, [v for v in voices if _language_of(v, annotations) == tongue], sentences)
    chosen = [chosen[0], *sorted(chosen[1:], key=lambda c: (_role(c, annotations[c.article.id], tongue), c.place))] if chosen else []
    told = {voice.id: sayings(voice, annotations.get(voice.id)) for voice in voices} if len(voices) > 1 else {}
    return Brief(
        story.id,
        tuple(
            BriefSentence(
                c.article.text[c.start : c.end],
                Citation(c.article.id, c.start, c.end, c.article.revision),
                outlets_of(Saying(c.article.text[c.start : c.end], tongue), c.article.id, told),
            )
            for c in chosen
        ),
        single=len(everyone) == 1,
    )


def _language_of(article: Article, annotations: Mapping[str, Annotation]) -> str | None:
    return article.language or (annotations[article.id].language if article.id in annotations else None)


def _pool(voices: Sequence[Article], annotations: Mapping[str, Annotation], wanted: str | None) -> tuple[str | None, list[Candidate]]:
    """The language of the brief, and the sentences to choose from: the wanted language first, then by voices, until one gives any."""
    spoken = Counter(_language_of(voice, annotations) for voice in voices)
    for tongue in sorted(spoken, key=lambda name: (name != wanted, -spoken[name])):
        mine = [voice for voice in voices if _language_of(voice, annotations) == tongue]
        early = max(LEAD, min(EARLY, MOST // len(mine)))
        if pool := [c for v in mine for c in _candidates(v, annotations.get(v.id), early)]:
            alone = [c for c in pool if not leaning(c.article.text[c.start : c.end], tongue)]
            return tongue, alone or pool
    return None, []


def _candidates(article: Article, annotation: Annotation | None, early: int) -> list[Candidate]:
    prose = [(b.start, b.end) for b in article.blocks if b.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE)] or [(0, len(article.text))]
    found = []
    for place, (first, end) in enumerate((annotation.sentences if annotation else ())[:early]):
        start = behind_dateline(article, first, end)
        text = article.text[start:end]
        listed = words(text)
        if SHORTEST <= len(listed) <= LONGEST and whole(text) and not inviting(text) and any(s <= start and end <= e for s, e in prose):
            terms = frozenset(listed)
            found.append(Candidate(article, start, end, place, len(listed), terms, terms.union(pairwise(listed))))
    return found


def _chosen(pool: Sequence[Candidate], voices: Sequence[Article], most: int) -> list[Candidate]:
    """At most so many sentences, best first."""
    common = Counter(term for candidate in pool for term in candidate.terms)
    rarity = {term: log((len(pool) + 1) / count) for term, count in common.items()}
    worth = _worth(pool, voices, rarity)
    chosen: list[Candidate] = []
    left, told, heard = list(pool), set[Term](), set[str]()

    def gain(candidate: Candidate) -> float:
        # fsum, because a set's order changes from run to run and the same input shall give the same brief
        new = fsum(worth[concept] for concept in candidate.concepts if concept not in told)
        turn = SECOND_TURN if candidate.article.id in heard else 1.0
        return new / float(candidate.length**BREVITY) * (1 + 1 / (1 + candidate.place)) * turn

    def repeated(candidate: Candidate) -> float:
        weigh = {term: rarity[term] + COMMONPLACE for term in candidate.terms}
        return fsum(weigh[term] for term in candidate.terms if term in told) / fsum(weigh.values())

    left = sorted(left, key=gain, reverse=True)[:SHORTLIST]
    while left and len(chosen) < most:
        best = max(left, key=gain)
        chosen.append(best)
        told |= best.concepts
        heard.add(best.article.id)
        left = [c for c in left if c is not best and repeated(c) < REPEATED]
    return chosen


def _worth(pool: Sequence[Candidate], voices: Sequence[Article], rarity: Mapping[str, float]) -> dict[Term, float]:
    """What each word and pair is worth: the square of how many voices and headlines carry it, more the rarer it is among the sentences."""
    carriers: defaultdict[Term, set[str]] = defaultdict(set)
    for candidate in pool:
        for concept in candidate.concepts:
            carriers[concept].add(candidate.article.id)
    headlines: Counter[Term] = Counter()
    for voice in voices:
        listed = words(voice.headline or "")
        headlines.update({*listed, *pairwise(listed)})
    return {
        concept: (len(ids) + headlines[concept] - ALONE) ** 2 * sqrt(min(rarity[term] for term in _parts(concept)))
        for concept, ids in carriers.items()
    }


def _parts(concept: Term) -> tuple[str, ...]:
    return (concept,) if isinstance(concept, str) else concept


def _role(candidate: Candidate, annotation: Annotation, language: str | None) -> Role:
    quoted = sum(
        min(e, candidate.end) - max(s, candidate.start)
        for q in annotation.quotes
        for s, e in q.content
        if s < candidate.end and e > candidate.start
    )
    if 2 * quoted > candidate.end - candidate.start:
        return Role.REACTION
    return Role.OUTLOOK if looks_ahead(candidate.article.text[candidate.start : candidate.end], language) else Role.EVENT
