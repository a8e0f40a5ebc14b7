"""Readers' rules, and which stories they have marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from octavo.errors import InputError
from octavo.rules import Deed, Field, Rule, Way
from octavo.store.database import AnyRow, Part, chunks
from octavo.store.tables import article_texts, articles, quotes
from octavo.store.tables_people import rule_hits, rules

MOST_RULES = 200  # of one reader

_OF_READER = select(rules).where(rules.c.reader == bindparam("reader")).order_by(rules.c.id)


class Rules(Part):
    """What readers have said that is to be done with stories. Rules come in the order in which they were made."""

    def rules(self, reader: int) -> tuple[Rule, ...]:
        """All rules of a reader, also those that are over or switched off."""
        with self.database.reading() as connection:
            return tuple(_rule(row) for row in connection.execute(_OF_READER, {"reader": reader}))

    def marking_rules(self, now: datetime) -> dict[int, tuple[Rule, ...]]:
        """Reader → the rules that work now and mark stories as read or saved, for those readers who have any."""
        works = and_(rules.c.off.is_(None), or_(rules.c.until.is_(None), rules.c.until > now))
        wanted = select(rules).where(works, rules.c.deed.in_([Deed.READ.value, Deed.SAVE.value])).order_by(rules.c.id)
        found: dict[int, list[Rule]] = defaultdict(list)
        with self.database.reading() as connection:
            for row in connection.execute(wanted):
                found[row.reader].append(_rule(row))
        return {reader: tuple(those) for reader, those in found.items()}

    def keep_rule(self, reader: int, rule: Rule, now: datetime, instead_of: int | None = None) -> int:
        """Keep a rule, in place of an older one where that is given. Returns its id; `rule.id` does not count.

        Raises InputError when the reader has too many, or no rule of the number that it is to replace.
        """
        with self.database.writing("rules") as connection:
            if instead_of is not None and not _drop(connection, reader, instead_of):
                raise InputError("The rule that was to be changed is gone", todo="Make a new one")
            count = connection.execute(select(func.count()).select_from(rules).where(rules.c.reader == reader)).scalar_one()
            if count >= MOST_RULES:
                raise InputError(f"There are {MOST_RULES} rules already", todo="Remove one that you no longer need")
            made = connection.execute(insert(rules).values(reader=reader, made_at=now, **_columns(rule)).returning(rules.c.id))
            return int(made.scalar_one())

    def drop_rule(self, reader: int, id: int) -> bool:
        """Forget a rule. False when the reader has none of that number."""
        with self.database.writing("rules") as connection:
            return _drop(connection, reader, id)

    def switch_rule(self, id: int, off: str | None, reader: int | None = None) -> bool:
        """Switch a rule off and say why, or on again; only of that reader, where one is given. False when there is none."""
        wanted = update(rules).where(rules.c.id == id)
        if reader is not None:
            wanted = wanted.where(rules.c.reader == reader)
        with self.database.writing("rules") as connection:
            return bool(connection.execute(wanted.values(off=off)).rowcount)

    def rule_hits(self, ids: Collection[int], stories: Sequence[str]) -> set[tuple[int, str]]:
        """(rule, story) of those of these stories that these rules have marked before."""
        found: set[tuple[int, str]] = set()
        with self.database.reading() as connection:
            for chunk in chunks(stories):
                wanted = select(rule_hits.c.rule, rule_hits.c.story).where(rule_hits.c.rule.in_(ids), rule_hits.c.story.in_(chunk))
                found |= {(row.rule, row.story) for row in connection.execute(wanted)}
        return found

    def add_rule_hits(self, hits: Collection[tuple[int, str]]) -> None:
        """Remember that rules have marked stories; those that are known or gone in the meantime are left out."""
        with self.database.writing("rules") as connection:
            for chunk in chunks(sorted(hits)):
                ids = {rule for rule, _ in chunk}
                there = set(connection.execute(select(rules.c.id).where(rules.c.id.in_(ids))).scalars())
                stories = [story for _, story in chunk]
                kept = select(rule_hits.c.rule, rule_hits.c.story).where(rule_hits.c.rule.in_(ids), rule_hits.c.story.in_(stories))
                known = {(row.rule, row.story) for row in connection.execute(kept)}
                if rows := [{"rule": rule, "story": story} for rule, story in chunk if rule in there and (rule, story) not in known]:
                    connection.execute(insert(rule_hits), rows)

    def leads(self, ids: Sequence[str], letters: int) -> dict[str, str]:
        """Article id → the first `letters` of its current text."""
        current = and_(article_texts.c.article == articles.c.id, article_texts.c.revision == articles.c.revision)
        found: dict[str, str] = {}
        with self.database.reading() as connection:
            for chunk in chunks(ids):
                wanted = select(articles.c.id, func.substr(article_texts.c.text, 1, letters).label("lead")).join(article_texts, current)
                found |= {row.id: row.lead for row in connection.execute(wanted.where(articles.c.id.in_(chunk)))}
        return found

    def speakers(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Article id → the names of those whom its current revision quotes, for articles that quote anybody by name."""
        current = and_(articles.c.id == quotes.c.article, articles.c.revision == quotes.c.revision)
        found: dict[str, dict[str, None]] = defaultdict(dict)
        with self.database.reading() as connection:
            for chunk in chunks(ids):
                wanted = select(quotes.c.article, quotes.c.name).join(articles, current)
                for row in connection.execute(wanted.where(quotes.c.article.in_(chunk), quotes.c.name.is_not(None))):
                    found[row.article][row.name] = None
        return {article: tuple(names) for article, names in found.items()}


def _drop(connection: Connection, reader: int, id: int) -> bool:
    return bool(connection.execute(delete(rules).where(rules.c.id == id, rules.c.reader == reader)).rowcount)


def _columns(rule: Rule) -> Mapping[str, Any]:
    return {
        "deed": rule.deed.value,
        "field": rule.where.value,
        "way": rule.way.value,
        "what": rule.what,
        "word": rule.word if rule.deed is Deed.HIGHLIGHT else None,
        "factor": rule.factor if rule.deed is Deed.WEIGH else None,
        "edition": rule.edition,
        "until": rule.until,
        "off": rule.off,
    } | (
        {"nearness": rule.nearness, "vector": rule.vector, "usual": {tag: list(pair) for tag, pair in rule.usual.items()}}
        if rule.way is Way.MEANING
        else {}
    )


def _rule(row: AnyRow) -> Rule:
    given = {name: value for name in ("word", "factor", "nearness", "vector") if (value := getattr(row, name)) is not None}
    usual = {tag: (mean, deviation) for tag, (mean, deviation) in (row.usual or {}).items()}
    return Rule(
        id=row.id,
        deed=Deed(row.deed),
        what=row.what,
        where=Field(row.field),
        way=Way(row.way),
        usual=usual,
        edition=row.edition,
        until=row.until,
        off=row.off,
        **given,
    )
