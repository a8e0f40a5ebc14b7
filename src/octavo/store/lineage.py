"""Stories that others took in, followed to the end: `replaced_by` names only the next one, which may have been taken in as well."""

from __future__ import annotations

from sqlalchemy import CTE, Select, SelectBase, select

from octavo.store.tables import stories


def taken_in(which: Select[tuple[str]]) -> CTE:
    """Rows (`living`, `id`): each of these stories with itself and with every story that ended in it."""
    wanted = which.subquery()
    chain = select(wanted.c[0].label("living"), wanted.c[0].label("id")).cte("lineage", recursive=True)
    return chain.union(select(chain.c.living, stories.c.id).join(chain, stories.c.replaced_by == chain.c.id))


def ended_in(which: SelectBase) -> CTE:
    """Rows (`first`, `id`): each of these ids of stories with itself and with every story that took it in, directly or through others."""
    wanted = which.subquery()
    chain = select(wanted.c[0].label("first"), wanted.c[0].label("id")).cte("heirs", recursive=True)
    into = select(chain.c.first, stories.c.replaced_by).join(chain, stories.c.id == chain.c.id)
    return chain.union(into.where(stories.c.replaced_by.is_not(None)))
