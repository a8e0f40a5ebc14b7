"""What is new in a story since a reader looked: the story as it stands held against the story as it was shown.

A sentence is new when it carries a number that nothing before had, when much of what it says is said in words that nothing before used
(new-word counting, which did best of the simple measures in the novelty tracks of TREC: Soboroff & Harman 2005), or when no paragraph
before holds its words together. Between languages only what needs no dictionary is compared: numbers, and names in Latin letters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, log

from octavo.compose.comparing import figures, is_year, paragraphs, stem
from octavo.compose.numbers import Disagreement
from octavo.compose.voices import by_time
from octavo.model import Annotation, Article, BriefSentence, Citation, Note, Span, Story
from octavo.words import fold, words

UNSEEN = 0.5  # share of a sentence's weight in words never used before, from which on it is new
APART = 0.5  # share of a sentence's weight that one paragraph before must hold; with less, its words were never said together
RAREST = 8  # words of a sentence that are looked for together
SHORTEST = 5  # telling words of a sentence that is worth a mark
SHORTEST_COUNT = 2  # the same, where it carries a new number
ANCHORS = 2  # numbers and names by which a sentence is known again in another language
LEADING = 6  # new sentences that are shown by themselves
REPEATED = 0.4  # share of a new sentence that another new one says, from which on only one of them is shown by itself
_ENDED = re.compile(r"[.!?…。！？।۔؟][\"'”’»“」』)\]]*\s*$")  # what does not end as a sentence is a label or a link


@dataclass(frozen=True, slots=True)
class News:
    """What a story says that it did not say before, in order of time. True when there is any; a revision that adds nothing is none."""

    outlets: tuple[str, ...] = ()  # that have it now, and not with a text that was there
    facts: tuple[Citation, ...] = ()  # sentences that nothing before covers
    quotes: tuple[Citation, ...] = ()  # what nobody was quoted with before
    numbers: tuple[Citation, ...] = ()  # sentences that give another number than was given before
    withdrawn: tuple[Citation, ...] = ()  # sentences of the brief that their sources no longer say, in whatever words
    notes: tuple[tuple[str, Note], ...] = ()  # corrections and the like, each with the id of the article whose outlet says so
    leading: tuple[Citation, ...] = ()  # of the facts the few to read, none of which says what another one says
    articles: frozenset[str] = frozenset()  # ids of those that came in
    revised: frozenset[str] = frozenset()  # ids of those whose text or headline changed

    def __bool__(self) -> bool:
        return bool(self.outlets or self.facts or self.quotes or self.numbers or self.withdrawn or self.notes)

    def marks(self, cited: Citation) -> bool:
        """Whether a citation points at something new."""
        places = (*self.facts, *self.quotes, *self.numbers, *self.withdrawn)
        return any(
            (new.article, new.revision) == (cited.article, cited.revision) and new.start < cited.end and cited.start < new.end
            for new in places
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a stretch of text says, as far as it is compared: stems of its telling words, numbers, words of names."""

    terms: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str] = frozenset()  # of the terms, those that belong to names in Latin letters


@dataclass(frozen=True, slots=True)
class Known:
    """The paragraphs that a reader has seen, each with its language, and in which of them what stands."""

    paragraphs: list[tuple[str | None, Said]] = field(default_factory=list)
    of_term: defaultdict[tuple[str | None, str], list[int]] = field(default_factory=lambda: defaultdict(list))  # by language and term
    of_number: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    sizes: Counter[str | None] = field(default_factory=Counter)  # paragraphs of a language
    latin: Counter[str | None] = field(default_factory=Counter)  # of them, those in Latin letters
    speakers: set[str] = field(default_factory=set)  # folded names

    def weight(self, language: str | None, term: str) -> float:
        """The rarer a term in its language, the more it tells."""
        return log((1 + self.sizes[language]) / (len(self.of_term.get((language, term), ())) or 1))


def news(
    story: Story,
    before: Sequence[Article],
    articles: Sequence[Article],
    annotations: Mapping[str, Annotation],
    differing: Iterable[Disagreement] = (),
    withdrawn: Iterable[BriefSentence] = (),
) -> News:
    """What is new in a story's `articles` for somebody who has seen `before`: its articles as they stood then, with their texts.

    `annotations` are those of `articles`; what has none of its own revision is not looked into. `differing`: where these articles give
    different numbers for one thing; `withdrawn`: what stood in the story's briefs and is gone from its source.
    """
    seen, present = {article.id: article for article in before}, {article.id: article for article in articles}
    read = {a.id: annotations[a.id] for a in articles if a.id in annotations and annotations[a.id].revision == a.revision}
    came = by_time([a for a in articles if a.id not in seen])
    revised = by_time([a for a in articles if a.id in seen and seen[a.id].revision < a.revision])
    known = _known(before, read)
    fresh = [a for a in by_time([*came, *revised]) if a.id in read]
    facts = {cited: said for a in fresh for cited, said in _new_sentences(a, read[a.id], known)}
    return News(
        outlets=_outlets(story, before, came),
        facts=tuple(facts),
        quotes=tuple(cited for a in fresh for cited in _new_quotes(a, read[a.id], known)),
        numbers=tuple(citation for one in differing for citation in _new_figures(one, {a.id for a in (*came, *revised)})),
        withdrawn=tuple(
            s.citation for s in withdrawn if s.citation.article in present and _taken_back(s, seen, present[s.citation.article])
        ),
        notes=tuple((a.id, note) for a in by_time([*came, *revised]) for note in a.notes if note.text not in _noted(seen.get(a.id))),
        leading=_leading(facts),
        articles=frozenset(a.id for a in came),
        revised=frozenset(a.id for a in revised),
    )


# ---- what was known ------------------------------------------------------------------------------------------------


def _known(before: Iterable[Article], read: Mapping[str, Annotation]) -> Known:
    known = Known()
    for article in before:
        language = article.language or (read[article.id].language if article.id in read else None)
        for text in (article.headline or "", *paragraphs(article.text)):
            said, place = _said(text), len(known.paragraphs)
            known.paragraphs.append((language, said))
            known.sizes[language] += 1
            known.latin[language] += 2 * sum(map(str.isascii, said.terms)) > len(said.terms)
            for term in said.terms:
                known.of_term[language, term].append(place)
            for number in said.numbers:
                known.of_number[number].add(place)
        if article.id in read:
            known.speakers.update(fold(quote.name) for quote in read[article.id].quotes if quote.name)
    return known


def _said(text: str, names: frozenset[str] = frozenset()) -> Said:
    found = [word for word in words(text) if _tells(word)]
    return Said(
        frozenset(map(stem, found)),
        frozenset(figure for figure in figures(text) if not is_year(figure)),
        frozenset(map(stem, names.intersection(found))),
    )


def _tells(word: str) -> bool:
    """Whether a folded word says something by itself: short words of scripts with letters seldom do, numbers are looked at apart."""
    return not word.isdigit() and (len(word) >= 4 or not word.isascii())


def _name_words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in words(name) if word.isascii() and _tells(word))


# ---- what is new ---------------------------------------------------------------------------------------------------


def _new_sentences(article: Article, found: Annotation, known: Known) -> Iterator[tuple[Citation, Said]]:
    names, language = _name_words(found.names), article.language or found.language
    noted = [note.span for note in article.notes if note.span]  # told apart, as what they are
    for start, end in found.sentences:
        text = article.text[start:end]
        if _ENDED.search(text) and not any(first < end and start < last for first, last in noted):
            said = _said(text, names)
            if _is_new(said, language, known):
                yield _cite(article, (start, end)), said


def _new_quotes(article: Article, found: Annotation, known: Known) -> Iterator[Citation]:
    """In a language of which nothing was known, somebody who was quoted before may only be translated."""
    language = article.language or found.language
    for quote in (quote for quote in found.quotes if quote.content):
        if known.sizes[language]:
            new = _is_new(_said(" ".join(article.text[start:end] for start, end in quote.content)), language, known)
        else:
            new = quote.name is not None and fold(quote.name) not in known.speakers
        if new:
            yield _cite(article, (min(start for start, _ in quote.content), max(end for _, end in quote.content)))


def _is_new(said: Said, language: str | None, known: Known) -> bool:
    if any(number not in known.of_number for number in said.numbers):
        return len(said.terms) >= SHORTEST_COUNT
    if len(said.terms) < SHORTEST or not known.sizes[language] or _is_translation(said, language, known):
        return False
    weights = {term: known.weight(language, term) for term in said.terms}
    there = [term for term in said.terms if (language, term) in known.of_term]
    if fsum(weights[term] for term in there) <= (1 - UNSEEN) * fsum(weights.values()):
        return True
    rarest = sorted(there, key=lambda term: (-weights[term], term))[:RAREST]
    together: defaultdict[int, float] = defaultdict(float)
    for term in rarest:
        for paragraph in known.of_term[language, term]:
            together[paragraph] += weights[term]
    return max(together.values()) < APART * fsum(weights[term] for term in rarest)


def _is_translation(said: Said, language: str | None, known: Known) -> bool:
    """Whether a paragraph in another language holds all numbers and names of a sentence, as far as its letters let them be compared."""
    others = [other for other in known.sizes if other != language]
    named = Counter(place for other in others for name in said.names for place in known.of_term.get((other, name), ()))
    held = (known.of_number.get(number, set[int]()) for number in said.numbers)
    for place in set.intersection(*held) if others and said.numbers else named:
        other = known.paragraphs[place][0]
        comparable = len(said.names) if 2 * known.latin[other] > known.sizes[other] else 0
        if other != language and named[place] >= comparable and len(said.numbers) + named[place] >= ANCHORS:
            return True
    return False


def _taken_back(sentence: BriefSentence, seen: Mapping[str, Article], present: Article) -> bool:
    """Whether a reader has seen a sentence of which the present text says less; one that was only reworded says the same."""
    article, place = seen.get(present.id), sentence.citation
    known = _known([present], {})
    return article is not None and article.revision == place.revision and _is_new(_said(sentence.text), present.language, known)


def _outlets(story: Story, before: Sequence[Article], came: Sequence[Article]) -> tuple[str, ...]:
    seen = {article.id for article in before}
    told = {
        id for group in story.copies for id in group.articles if id != group.origin or not seen.isdisjoint(group.articles)
    }  # with a text that another one carries
    there = {fold(article.publisher) for article in before if article.publisher}
    names = {fold(a.publisher): a.publisher for a in came if a.publisher and a.id not in told}
    return tuple(name for folded, name in names.items() if folded not in there)


def _new_figures(one: Disagreement, fresh: Collection[str]) -> list[Citation]:
    known = {figure.value for figure in one.figures if figure.citation.article not in fresh}
    return [figure.citation for figure in one.figures if figure.citation.article in fresh and figure.value not in known]


def _noted(article: Article | None) -> set[str]:
    return {note.text for note in article.notes} if article else set()


def _leading(facts: Mapping[Citation, Said]) -> tuple[Citation, ...]:
    """Of each article first what has numbers or names: the first of each, then the second of each and so on, none that repeats another."""
    turns: Counter[str] = Counter()
    order: list[tuple[int, Citation]] = []
    for cited in sorted(facts, key=lambda cited: not (facts[cited].numbers or facts[cited].names)):
        order.append((turns[cited.article], cited))
        turns[cited.article] += 1
    chosen: list[Citation] = []
    for _, cited in sorted(order, key=lambda item: item[0]):
        if len(chosen) == LEADING:
            break
        terms = facts[cited].terms
        if all(len(terms & facts[other].terms) < REPEATED * len(terms) for other in chosen):
            chosen.append(cited)
    return tuple(chosen)


def _cite(article: Article, span: Span) -> Citation:
    return Citation(article.id, *span, article.revision)
