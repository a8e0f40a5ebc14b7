"""Who repeats whom in a story, every step with its evidence: copies of a text, sources that are named, what was told to another outlet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from octavo.compose.evidence import Evidence, evidence
from octavo.compose.first_reports import When, earliest, owners, published, seen
from octavo.compose.voices import LATE, by_time, independent
from octavo.compose.whose import Owner, origins, outlet
from octavo.model import Annotation, Article, Citation, CopyGroup, Credit, CreditKind, Span, Story

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+")  # in a script without spaces every character
_PASSAGE = 4  # tokens in a row that two texts hardly share by chance
_ADDRESS = re.compile(r"https?://")  # the cue of a credit that is a printed address
# Parts of cues that say that somebody spoke to the outlet that is named, or in it, not that the outlet reports; all languages together.
_TOLD = re.compile(
    r"told|tell|interview|spoke|speaking|statement to|op-ed|aired|broadcast|debate|forum|town hall|gegenüber|gespräch|sag(?:te|en) de[rm]|entrevist|entretien|dijo a|declar[oó] a"
    r"|déclaré|confié|conversa|disse (?:a|ao|à)|インタビュー|取材に|に対し|интервью|рассказ|заяви|сказал|مقابلة|حديث|قال ل",
    re.I,
)


class EdgeKind(StrEnum):
    """How one voice repeats another."""

    COPY = "copy"  # carries its text
    CREDIT = "credit"  # says that it has something from there
    TOLD = "told"  # repeats what somebody told that outlet
    LINK = "link"  # prints the address of an article of theirs


@dataclass(frozen=True, slots=True)
class Node:
    """A voice: an outlet or agency, with or without an article in the story, or the unnamed sources of one.

    Times are those of its first article, else of the first that carries its text; None for one that is only credited or only hosts.
    """

    owner: Owner  # of unnamed sources: kind ANONYMOUS and name None
    articles: tuple[str, ...]  # published by it, or hosted by an aggregator, in order of time
    carried: tuple[str, ...]  # its text, published by others
    independent: bool  # counts as a voice of the story
    published: When | None
    seen: When | None


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` and `target` are keys of nodes: the one that repeats and the one that is repeated."""

    source: str
    target: str
    kind: EdgeKind
    evidence: tuple[Evidence, ...]  # in order of time, at least one
    share: float | None = None  # of the first copy's text, 0 to 1, that stands in the origin; None where that is not in the story
    group: CopyGroup | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """`nodes` in order of first publication; one that is only credited stands before the first that repeats it. `edges` in their order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    voices: int  # independent ones


def provenance(story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation]) -> Provenance:
    """The graph of who repeats whom among a story's articles and those whom they credit.

    `annotations` by article id; an article without one gives only what its fields say. A copy's credits are its origin's, as long as the
    sentence stands in both.
    """
    ordered = by_time(articles)
    owner_of = dict(zip((a.id for a in ordered), owners(story, ordered, annotations), strict=True))
    edges: dict[tuple[str, str, EdgeKind], Edge] = {}
    people: dict[str, Owner] = {}
    for source, target, edge in (
        *_copies(story, ordered, annotations, owner_of),
        *_hosts(ordered),
        *_credits(story, ordered, annotations, owner_of),
    ):
        people.setdefault(source.key, source)
        people.setdefault(target.key, target)
        key = source.key, target.key, edge.kind
        edges[key] = replace(edges[key], evidence=edges[key].evidence + edge.evidence) if key in edges else edge
    voices = {owner_of[article.id].key for article in independent(story, ordered)}
    nodes = _in_order(_nodes(ordered, owner_of, people, voices), edges.values())
    place = {node.owner.key: number for number, node in enumerate(nodes)}
    return Provenance(nodes, tuple(sorted(edges.values(), key=lambda edge: (place[edge.source], place[edge.target]))), len(voices))


_Step = tuple[Owner, Owner, Edge]


def _step(
    source: Owner, target: Owner, kind: EdgeKind, said: Evidence, share: float | None = None, group: CopyGroup | None = None
) -> _Step:
    return source, target, Edge(source.key, target.key, kind, (said,), share, group)


def _copies(
    story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], owner_of: Mapping[str, Owner]
) -> Iterator[_Step]:
    """Outlets that carry another's text, with how much of theirs stands in it and the sentence that shows it best."""
    by_id = {article.id: article for article in articles}
    groups = {id: group for group in story.copies for id in group.articles}
    passages: dict[str, frozenset[tuple[str, ...]]] = {}
    for article in articles:
        own, owner, group = outlet(article.publisher, article.id), owner_of[article.id], groups.get(article.id)
        if own == owner:
            continue
        annotation = annotations.get(article.id)
        origin = by_id.get(group.origin) if group else None
        if origin is None or origin is article:
            yield _step(own, owner, EdgeKind.COPY, _note(article, owner, annotation), None, group)
            continue
        if origin.id not in passages:
            passages[origin.id] = frozenset(_passages(origin.text))
        share, best = _shared(article, annotation.sentences if annotation else (), passages[origin.id])
        yield _step(own, owner, EdgeKind.COPY, evidence(article, best), share, group)


def _hosts(articles: Sequence[Article]) -> Iterator[_Step]:
    """Aggregators that carry an outlet's article."""
    for article in articles:
        if article.aggregator and article.publisher:
            yield _step(
                outlet(article.aggregator, article.id), outlet(article.publisher, article.id), EdgeKind.COPY, evidence(article, (0, 0))
            )


def _credits(
    story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], owner_of: Mapping[str, Owner]
) -> Iterator[_Step]:
    """What articles say of where they have it from. Unnamed sources are those of the outlet that their sentence credits, else the article's own."""
    copied = origins(story)
    for article in articles:
        annotation = annotations.get(article.id)
        if annotation is None:
            continue
        own = outlet(article.publisher, article.id)
        origin = annotations.get(copied.get(article.id, ""))
        known_there = {credit.name for credit in origin.credits} if origin else set()
        voice = own if article.id in copied else owner_of[article.id]
        named = [credit for credit in annotation.credits if credit.kind is not CreditKind.ANONYMOUS and credit.name]
        for credit in annotation.credits:
            if credit.name in known_there:
                continue
            said = evidence(article, credit.sentence)
            if credit.kind is CreditKind.ANONYMOUS:
                host = _host(credit, named, voice)
                yield _step(host, Owner(f"unnamed {host.key}", None, CreditKind.ANONYMOUS), EdgeKind.CREDIT, said)
                continue
            target = replace(outlet(credit.name, article.id), kind=credit.kind)
            if target not in (voice, own, owner_of[article.id]):
                yield _step(voice, target, _kind(article.text, credit), said)


def _host(credit: Credit, named: Sequence[Credit], voice: Owner) -> Owner:
    """The outlet whose source an unnamed one is: the nearest that is credited in the same sentence."""
    beside = [other for other in named if other.sentence == credit.sentence]
    if not beside:
        return voice
    nearest = min(beside, key=lambda other: abs(other.source[0][0] - credit.source[0][0]))
    return replace(outlet(nearest.name, ""), kind=nearest.kind)


def _kind(text: str, credit: Credit) -> EdgeKind:
    if any(_ADDRESS.match(text, *span) for span in credit.cue):
        return EdgeKind.LINK
    return EdgeKind.TOLD if told(text, credit) else EdgeKind.CREDIT


def told(text: str, credit: Credit) -> bool:
    """Whether a credit in a text says that somebody spoke to the outlet, not that the outlet reports."""
    return any(_TOLD.search(text, *span) for span in credit.cue)


def _note(article: Article, agency: Owner, annotation: Annotation | None) -> Evidence:
    """Where an article says that its text is an agency's: its note, else the byline that named it."""
    for credit in annotation.credits if annotation else ():
        if credit.name and not credit.cue and outlet(credit.name, "") == agency:
            return evidence(article, credit.sentence)
    return Evidence(article.agency or agency.name or "", Citation(article.id, 0, 0, article.revision))


def _shared(article: Article, sentences: Sequence[Span], origin: frozenset[tuple[str, ...]]) -> tuple[float | None, Span]:
    """The share of a text's passages that stand in the origin, and a sentence that does; None and no sentence for no text."""
    whole = [passage in origin for passage in _passages(article.text)]
    if not whole:
        return None, (0, 0)
    return sum(whole) / len(whole), _best(article.text, sentences or ((0, len(article.text)),), origin)


def _best(text: str, sentences: Sequence[Span], origin: frozenset[tuple[str, ...]]) -> Span:
    """The first sentence that stands in the origin as it is; else the one with most passages in there."""
    most, best = -1, sentences[0]
    for span in sentences:
        found = [passage in origin for passage in _passages(text[slice(*span)])]
        if len(found) >= _PASSAGE and all(found):
            return span
        if sum(found) > most:
            most, best = sum(found), span
    return best


def _passages(text: str) -> Iterator[tuple[str, ...]]:
    tokens = _TOKEN.findall(text.casefold())
    return zip(*(tokens[start:] for start in range(_PASSAGE)), strict=False)


def _nodes(articles: Sequence[Article], owner_of: Mapping[str, Owner], people: Mapping[str, Owner], voices: set[str]) -> tuple[Node, ...]:
    """Every voice that has an article in the story or stands at an edge."""
    own: dict[str, list[Article]] = {}
    hosted: dict[str, list[Article]] = {}
    carried: dict[str, list[Article]] = {}
    everybody = dict(people)
    for article in articles:
        printed, owner = outlet(article.publisher, article.id), owner_of[article.id]
        own.setdefault(printed.key, []).append(article)
        everybody.setdefault(printed.key, printed)
        everybody.setdefault(owner.key, owner)
        if article.aggregator:
            hosted.setdefault(outlet(article.aggregator, article.id).key, []).append(article)
        if printed != owner:
            carried.setdefault(owner.key, []).append(article)
    return tuple(
        Node(
            owner=owner,
            articles=tuple(article.id for article in own.get(key) or hosted.get(key) or ()),
            carried=tuple(article.id for article in carried.get(key, ())),
            independent=key in voices,
            published=earliest(of, published)[0] if (of := own.get(key) or carried.get(key)) else None,
            seen=earliest(of, seen)[0] if of else None,
        )
        for key, owner in everybody.items()
    )


def _in_order(nodes: Sequence[Node], edges: Collection[Edge]) -> tuple[Node, ...]:
    """Nodes by their first publication; one without an article directly before the first that repeats it."""
    placed = sorted((node for node in nodes if node.published), key=_moment)
    by_key = {node.owner.key: node for node in nodes if not node.published}
    repeated: dict[str, list[str]] = {}
    for edge in edges:
        repeated.setdefault(edge.source, []).append(edge.target)
    ordered: list[Node] = []

    def place(node: Node) -> None:
        for key in repeated.get(node.owner.key, ()):
            if found := by_key.pop(key, None):
                place(found)
        ordered.append(node)

    for node in placed:
        place(node)
    return (*ordered, *by_key.values())


def _moment(node: Node) -> tuple[datetime, datetime]:
    when = node.published
    return (when and when.latest) or LATE, (when and when.earliest) or LATE
