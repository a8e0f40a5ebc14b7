"""Outlets: how much each publishes, whom it repeats and who repeats it, which sources bring its articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, Subquery, and_, delete, func, insert, select, union, union_all

from octavo.model import Citation
from octavo.origins import Member, origin_of, role_of
from octavo.store.browse import ranked
from octavo.store.database import AnyRow, Part
from octavo.store.tables import article_captures, articles, captures, copies, credits, reach

AMONG = 1000  # latest articles of an outlet, and latest ones that credit it, of which is told who repeats whom
MOST_REACHING = 2000  # outlets of which is kept how many others repeat them
_KEPT = 200  # articles of which is told which sources bring them
_CURRENT = and_(articles.c.id == credits.c.article, articles.c.revision == credits.c.revision)
_REACH = select(reach.c.outlets).limit(1)


@dataclass(frozen=True, slots=True)
class OutletLine:
    """An outlet as a list shows it: articles since the moment that the asker chose, and when the last of them appeared."""

    name: str
    articles: int
    latest: datetime


@dataclass(frozen=True, slots=True)
class Tie:
    """Between an outlet and another: how many articles of the one credit the other or carry its text, and the latest sentence that says so."""

    outlet: str
    credits: int
    copies: int
    evidence: Citation | None = None


class Outlets(Part):
    """Who publishes, by the name under which articles stand."""

    def outlets(self, since: datetime, limit: int, before: str | None = None) -> tuple[OutletLine, ...]:
        """Outlets with an article since then, those of most articles first. Raises InputError for an unknown `before`, the last one before."""
        counted = (
            select(func.count().label("articles"), articles.c.publisher.label("name"), func.max(articles.c.ordered_at).label("latest"))
            .where(articles.c.ordered_at >= since, articles.c.publisher.is_not(None))
            .group_by(articles.c.publisher)
            .subquery()
        )
        with self.database.reading() as connection:
            rows = ranked(connection, counted, ("articles", "name"), limit, before)
            return tuple(OutletLine(row.name, row.articles, row.latest) for row in rows)

    def ties(self, outlet: str) -> tuple[tuple[Tie, ...], tuple[Tie, ...]]:
        """Whom an outlet repeats, and who repeats it, the most frequent first: by credits, and by texts that several outlets carry.

        Told of the latest articles. Whose text it is is told as in a story (`octavo.origins`).
        """
        own = _latest(select(articles.c.id).where(articles.c.publisher == outlet))
        with self.database.reading() as connection:
            credited = [row for row in connection.execute(_credits(articles.c.publisher == outlet)) if row.name != outlet]
            crediting = [row for row in connection.execute(_credits(credits.c.name == outlet)) if row.publisher not in (outlet, None)]
            carried = [(origin, carrier) for origin, carrier in _carried(connection.execute(_texts(own))) if outlet in (origin, carrier)]
        return (
            _ties(((row.name, row) for row in credited), (origin for origin, carrier in carried if carrier == outlet)),
            _ties(((row.publisher, row) for row in crediting), (carrier for origin, carrier in carried if origin == outlet)),
        )

    def repeats(self, within: timedelta) -> set[tuple[str, str]]:
        """(Outlet, another one that credits it or carries its text) in articles no older than that before the newest, by name."""
        with self.database.reading() as connection:
            newest = connection.execute(select(func.max(articles.c.ordered_at))).scalar()
            if newest is None:
                return set()
            recent = articles.c.ordered_at >= newest - within
            crediting = select(credits.c.name, articles.c.publisher).join(articles, _CURRENT).distinct()
            said = connection.execute(crediting.where(recent, credits.c.name.is_not(None), articles.c.publisher.is_not(None)))
            carried = _carried(connection.execute(_texts(select(articles.c.id).where(recent).subquery())))
            return {(outlet, other) for outlet, other in (*said, *carried) if outlet != other}

    def keep_reach(self, counted: Mapping[str, int]) -> None:
        """Keep by how many others each outlet is repeated, in place of what was counted before; of more than can weigh, the most repeated."""
        most = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_REACHING])
        with self.database.writing("reach") as connection:
            connection.execute(delete(reach))
            connection.execute(insert(reach).values(outlets=most))

    def reach(self) -> dict[str, int]:
        """What `keep_reach` was given last."""
        with self.database.reading() as connection:
            return connection.execute(_REACH).scalar() or {}

    def bringing(self, outlet: str) -> tuple[int, ...]:
        """Ids of the sources that brought the latest articles of an outlet."""
        own = _latest(select(articles.c.id).where(articles.c.publisher == outlet), _KEPT)
        seen = select(captures.c.source).join(article_captures, article_captures.c.capture == captures.c.id)
        wanted = seen.where(article_captures.c.article.in_(select(own.c.id)), captures.c.source.is_not(None)).distinct()
        with self.database.reading() as connection:
            return tuple(sorted(connection.execute(wanted).scalars()))


def _latest(query: Select[Any], most: int = AMONG) -> Subquery:
    return query.order_by(articles.c.ordered_at.desc(), articles.c.seq.desc()).limit(most).subquery()


def _credits(which: Any) -> Select[Any]:
    """The latest credits by name, one row each, latest article first."""
    told = (credits.c.name, credits.c.article, credits.c.revision, credits.c.sentence_start, credits.c.sentence_end)
    return (
        select(*told, articles.c.publisher)
        .join(articles, _CURRENT)
        .where(which, credits.c.name.is_not(None))
        .order_by(articles.c.ordered_at.desc(), articles.c.seq.desc(), credits.c.ordinal)
        .limit(AMONG)
    )


def _texts(own: Subquery) -> CompoundSelect[Any]:
    """All articles that carry a text which one of these carries too, with the article that stands for that text."""
    mine = select(own.c.id)
    shared = union(
        select(copies.c.origin).where(copies.c.article.in_(mine)), select(copies.c.origin).where(copies.c.origin.in_(mine))
    ).subquery()
    fields = (articles.c.id, articles.c.arrival, articles.c.ordered_at, articles.c.publisher, articles.c.agency, articles.c.aggregator)
    origins = select(articles.c.id.label("text"), *fields).where(articles.c.id.in_(select(shared.c.origin)))
    others = select(copies.c.origin.label("text"), *fields).join(articles, articles.c.id == copies.c.article)
    return union_all(origins, others.where(copies.c.origin.in_(select(shared.c.origin))))


def _carried(rows: Iterable[AnyRow]) -> list[tuple[str, str]]:
    """(whose text it is, who carries it) of articles that share texts."""
    groups: dict[str, dict[str, AnyRow]] = {}
    for row in rows:
        groups.setdefault(row.text, {})[row.id] = row
    found = []
    for group in groups.values():
        origin = group[origin_of([_member(row) for row in group.values()])]
        owner = origin.agency or origin.publisher
        found += [(owner, row.publisher) for row in group.values() if owner and row.publisher and row.publisher != owner]
    return found


def _member(row: AnyRow) -> Member:
    role = role_of(row.publisher, [row.agency] if row.agency else [])
    return Member(row.id, row.arrival or 0, row.ordered_at, role, row.aggregator is not None)


def _ties(credited: Iterable[tuple[str, AnyRow]], carried: Iterable[str]) -> tuple[Tie, ...]:
    said: Counter[str] = Counter()
    evidence: dict[str, Citation] = {}
    articles_seen = set()
    for name, row in credited:
        if (name, row.article) not in articles_seen:
            articles_seen.add((name, row.article))
            said[name] += 1
            evidence.setdefault(name, Citation(row.article, row.sentence_start, row.sentence_end, row.revision))
    copied = Counter(carried)
    ties = [Tie(name, said[name], copied[name], evidence.get(name)) for name in {*said, *copied}]
    return tuple(sorted(ties, key=lambda tie: (-tie.credits - tie.copies, tie.outlet)))
