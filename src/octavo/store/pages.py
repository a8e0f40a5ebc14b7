"""Pages to be fetched: whole texts that a feed cut, and what list pages and sitemaps link to. Each is had once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from octavo.model import Obstacle
from octavo.store.columns import LONGEST_ADDRESS
from octavo.store.database import Part, chunks
from octavo.store.tables import pages


@dataclass(frozen=True, slots=True)
class WantedPage:
    """An address to be fetched. `article`: the article whose whole text stands there; None for a link that nothing is known of."""

    address: str
    source: int | None = None
    article: str | None = None
    attempts: int = 0  # that failed so far


class Pages(Part):
    """What to fetch besides the sources themselves."""

    def want_pages(self, wanted: Sequence[WantedPage], now: datetime, most: int | None = None) -> int:
        """Put down pages that were not wanted before, in order, `most` of them at most. Returns how many were new.

        An address of more than 2,000 bytes is no page's: it is left out.
        """
        by_address: dict[str, WantedPage] = {}
        for page in wanted:
            if len(page.address.encode(errors="replace")) <= LONGEST_ADDRESS:
                by_address.setdefault(page.address, page)
        if not by_address:
            return 0
        with self.database.writing("pages") as connection:
            for addresses in chunks(list(by_address)):
                for address in connection.execute(select(pages.c.address).where(pages.c.address.in_(addresses))).scalars().all():
                    del by_address[address]
            fresh = list(by_address.values())[:most]
            if fresh:
                connection.execute(insert(pages), [asdict(page) | {"found_at": now, "due_at": now, "attempts": 0} for page in fresh])
        return len(fresh)

    def wanted_pages(self, now: datetime, limit: int) -> tuple[WantedPage, ...]:
        """Pages to ask for now, in the order in which they were found."""
        columns = (pages.c.address, pages.c.source, pages.c.article, pages.c.attempts)
        due = select(*columns).where(pages.c.due_at <= now).order_by(pages.c.seq).limit(limit)
        with self.database.reading() as connection:
            return tuple(WantedPage(row.address, row.source, row.article, row.attempts) for row in connection.execute(due))

    def page_tried(self, address: str, problem: str | None, again_at: datetime | None = None, obstacle: Obstacle | None = None) -> None:
        """Note that a page was asked for; if it could not be had, why and what stood in the way; and when to ask again, if at all."""
        tried = {"attempts": pages.c.attempts + 1, "problem": problem, "obstacle": obstacle and obstacle.value, "due_at": again_at}
        with self.database.writing("pages") as connection:
            connection.execute(update(pages).where(pages.c.address == address).values(tried))

    def page_put_off(self, address: str, due_at: datetime) -> None:
        """Ask for a page later. It was not asked for, because its host wants fewer requests."""
        with self.database.writing("pages") as connection:
            connection.execute(update(pages).where(pages.c.address == address).values(due_at=due_at))

    def page_of_no_use(self, article: str, problem: str, obstacle: Obstacle | None) -> None:
        """Note that the page of an article was had, and why its whole text does not stand there."""
        with self.database.writing("pages") as connection:
            change = update(pages).where(pages.c.article == article).values(problem=problem, obstacle=obstacle and obstacle.value)
            connection.execute(change)

    def page_problem(self, article: str) -> str | None:
        """Why the whole text of an article could not be had; None when it could, or was not wanted."""
        found = (
            select(pages.c.problem).where(pages.c.article == article, pages.c.problem.is_not(None)).order_by(pages.c.seq.desc()).limit(1)
        )
        with self.database.reading() as connection:
            return connection.execute(found).scalar()
