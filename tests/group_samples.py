"""Invented articles for the tests of grouping, read by the real annotator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from octavo.annotate import Embedder, annotate_many
from octavo.group import Grouper, Weights
from octavo.group.features import MERGE_FEATURES, PAIR_FEATURES, STORY_FEATURES
from octavo.group.network import Network
from octavo.group.start import load_start
from octavo.model import Annotation, Article, Decision

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)

Read = tuple[Article, Annotation]

FERRY = "The ferry Maren struck a sandbank off Torvik in thick fog, and all 214 passengers were taken ashore by lifeboats before noon."
FERRY_LATER = "Rescuers brought 214 people ashore after the ferry Maren ran onto a sandbank near Torvik; the captain blamed the dense fog."
FERRY_SPANISH = "El transbordador Maren encalló en un banco de arena frente a Torvik a causa de la niebla; los 214 pasajeros están a salvo."
BANK = "The central bank of Lorvania raised its key rate to 4.5 percent on Tuesday, the third rise this year, to slow inflation."
BANK_LATER = "Lorvania's central bank lifted interest rates to 4.5 percent, its third increase this year, as inflation stays stubborn."
CHESS = "Grandmaster Ilse Varga won the Ostermark chess open on Sunday after a draw in the last round against the defending champion."

LONG = (
    "The harbour board of Torvik has approved a plan to move the fish market to the northern quay by next autumn. "
    "The old hall, built in 1911, will become a museum of the coast. Traders had asked for a longer delay, because the new "
    "quay has no cold store yet. The chair of the board, Signe Aldal, said that the store would stand before the first frost. "
    "The move will cost nine million crowns, of which the county pays a third. Work begins in June and will close the ring road "
    "for two weeks. Two members of the board voted against the plan and called the cost a guess. The council must still agree."
)


def article(id: str, headline: str | None, text: str = "", **fields: object) -> Article:
    return Article(id=id, headline=headline, text=text, **({"language": "en", "seen_at": NOW} | fields))  # type: ignore[arg-type]


def read(articles: Iterable[Article], embedder: Embedder | None = None) -> list[Read]:
    articles = list(articles)
    return list(zip(articles, annotate_many(articles, embedder), strict=True))


def group(read: Iterable[Read], grouper: Grouper, now: datetime = NOW) -> list[tuple[Decision, ...]]:
    """Decides and applies in order; what was decided for each."""
    found = []
    for article, annotation in read:
        decisions = grouper.decide(article, annotation, now)
        grouper.apply(article, annotation, decisions, now)
        found.append(decisions)
    return found


def together(grouper: Grouper) -> list[set[str]]:
    """Which articles stand together, in the order of the stories' opening."""
    return [set(story.articles) for story in grouper.stories()]


def stream(embedder: Embedder | None) -> Sequence[Read]:
    """Six articles on three events and a copy, of two days and four outlets."""
    return read(
        [
            article("ferry-1", "Ferry runs aground off Torvik", FERRY, published="2031-05-19T08:10Z", publisher="Torvik Post"),
            article("bank-1", "Lorvania raises key rate again", BANK, published="2031-05-19T09:00Z", publisher="Lorvania Today"),
            article("ferry-2", "214 rescued from stranded ferry", FERRY_LATER, published="2031-05-19T10:40Z", publisher="The Coast"),
            article("chess-1", "Varga wins Ostermark open", CHESS, published="2031-05-19T11:00Z", publisher="The Coast"),
            article("ferry-3", "Ferry runs aground off Torvik", FERRY, published="2031-05-19T11:30Z", publisher="Lorvania Today"),
            article("bank-2", "Third rate rise this year in Lorvania", BANK_LATER, published="2031-05-19T13:00Z", publisher="Torvik Post"),
        ],
        embedder,
    )


def carry(read: Iterable[Read], grouper: Grouper, every: int = 100) -> list[Decision]:
    """As the line does: each article at its arrival, a look back whenever `every` have come in, at the end until it comes to rest."""
    journal: list[Decision] = []
    now = NOW
    for number, (one, annotation) in enumerate(read, 1):
        now = one.seen_at or now
        decisions = grouper.decide(one, annotation, now)
        grouper.apply(one, annotation, decisions, now)
        journal += decisions
        if number % every == 0:
            journal += look_back(grouper, now)
    while decisions := look_back(grouper, now):
        journal += decisions
    return journal


def look_back(grouper: Grouper, now: datetime = NOW) -> tuple[Decision, ...]:
    """One review, taken in."""
    decisions = grouper.settle(now)
    grouper.apply(None, None, decisions, now)
    return decisions


def homes(grouper: Grouper) -> dict[str, str]:
    """The story of each article."""
    return {article: story.id for story in grouper.stories() for article in story.articles}


# ---- made by hand: what is decided follows from angles alone --------------------------------------------------------


def line(features: Sequence[str], bias: float = 0.0, **slopes: float) -> Network:
    """A network that is a plain sum of some of its features."""
    count = len(features)
    ones = np.ones(count, np.float32)
    linear = np.array([slopes.get(name, 0.0) for name in features], np.float32)
    return Network(0 * ones, ones, -1e6 * ones, 1e6 * ones, linear, bias, np.zeros((count, 1), np.float32), np.zeros(1), np.zeros(1))


def plain_weights(**limits: float) -> Weights:
    """Two articles are of one story when their vectors are less than 45 degrees apart, an article and a story when the story's nearest
    three are so on average, two stories when every second pair of articles is. No thread is ever found."""
    shipped = Weights.load()
    own = {"mean_prior": 1e9, "join": 0.5, "margin": 0.05, "leave": 0.2, "merge": 0.5, "neighbour": -6.0, "telling": -3.0}
    return replace(
        shipped,
        limits=replace(shipped.limits, **(own | limits)),  # type: ignore[arg-type]
        threads=replace(shipped.threads, join=2, join_few=2, merge=2),
        pair=line(PAIR_FEATURES, bias=-14, cosine=20),
        story=line(STORY_FEATURES, top_three=1),
        merge=line(MERGE_FEATURES, bias=-5, share=10),
    )


def at(id: str, degrees: float, text_of: str | None = None, **fields: object) -> Read:
    """An article whose vector, once it is centred, lies so far around a circle; a copy of `text_of` if that is given."""
    direction = np.zeros(384)
    direction[:2] = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    vector = (load_start().means["*"] + 0.5 * direction).astype("<f2").tobytes()
    told = f"{text_of or id} goes round about the town"
    return article(id, told, **({"language": "xx"} | fields)), Annotation(id, 1, "1", "xx", vector=vector, search_text=told)


def days(count: float) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(days=count)
