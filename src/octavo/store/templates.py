"""What is remembered of each host's last articles, so that the lines its pages repeat can be told from their articles."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, func, insert, select

from octavo.store.database import Part
from octavo.store.tables import host_lines

_MOST = 80_000  # articles of all hosts; those that were remembered first are forgotten first


class Templates(Part):
    """Digests of lines, host by host. What they mean is known to `extract.template` alone."""

    def host_lines(self, host: str) -> dict[str, bytes]:
        """What is remembered of a host: article id → digests, what was remembered last at the end."""
        query = select(host_lines.c.article, host_lines.c.lines).where(host_lines.c.host == host).order_by(host_lines.c.seq)
        with self.database.reading() as connection:
            return {row.article: row.lines for row in connection.execute(query)}

    def remember_lines(self, fresh: Mapping[str, Mapping[str, bytes]], most: int) -> None:
        """Remember articles (host → article id → digests, in order), in one transaction: of each host the last `most`, the same article once."""
        given = {host: articles for host, articles in fresh.items() if articles}
        if not given:
            return
        its = host_lines.c
        with self.database.writing("host lines") as connection:
            for host, articles in given.items():
                connection.execute(delete(host_lines).where(its.host == host, its.article.in_(articles)))
                rows = [{"host": host, "article": id, "lines": lines} for id, lines in articles.items()]
                connection.execute(insert(host_lines), rows)
                last = select(its.seq).where(its.host == host).order_by(its.seq.desc()).limit(most)
                connection.execute(delete(host_lines).where(its.host == host, its.seq.not_in(last)))
            newest = connection.execute(select(func.max(its.seq))).scalar_one()
            connection.execute(delete(host_lines).where(its.seq <= newest - _MOST))
