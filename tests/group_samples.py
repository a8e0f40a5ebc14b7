"""Invented articles for the tests of grouping, read by the real annotator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from octavo.annotate import Embedder, annotate_many
from octavo.group import Grouper
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
