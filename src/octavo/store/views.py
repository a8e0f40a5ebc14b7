"""Views of stories, kept as they were composed, so that whoever asks first need not wait until they are. They may be dropped at any time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select

from octavo.model import Article
from octavo.store.articles import whole
from octavo.store.columns import among
from octavo.store.database import Part
from octavo.store.tables import article_annotations, views

_READ = article_annotations.c
_ANNOTATED = select(_READ.article, _READ.revision, _READ.annotated_at).where(among(_READ.article)).order_by(_READ.article)
_VIEW = select(views.c.rests_on, views.c.body).where(views.c.story == bindparam("story"))


@dataclass(frozen=True, slots=True)
class KeptView:
    """A story's articles, and its view as it was last kept: all as the database has it at one moment."""

    articles: Mapping[str, Article]  # with their texts, in the order asked for
    annotated: Mapping[str, datetime]  # article → when its current revision was read last, for those that were, in the order of their ids
    rests_on: bytes  # a digest of what the view was composed from; b"" where none is kept
    body: bytes


class Views(Part):
    """One view a story. What is in it is the composer's matter."""

    def kept_view(self, story: str, ids: Sequence[str]) -> KeptView:
        """A story's view with its articles (`ids`); articles that are not there are left out."""
        with self.database.reading() as connection:
            found = whole(connection, ids)
            read = connection.execute(_ANNOTATED, {"ids": list(found)}).all()
            annotated = {article: at for article, revision, at in read if found[article].revision == revision}
            return KeptView(found, annotated, *(connection.execute(_VIEW, {"story": story}).one_or_none() or (b"", b"")))

    def keep_view(self, story: str, rests_on: bytes, body: bytes, now: datetime) -> None:
        """Keep a story's view in the place of an earlier one."""
        with self.database.writing("views") as connection:
            connection.execute(delete(views).where(views.c.story == story))
            connection.execute(insert(views).values(story=story, made_at=now, rests_on=rests_on, body=body))

    def drop_views(self, stories: Collection[str], before: datetime, most: int) -> None:
        """Drop the views of these stories, those made before a moment, and of the others all but the `most` that were made last."""
        surplus = select(views.c.story).order_by(views.c.made_at.desc()).offset(most)
        with self.database.writing("views") as connection:
            connection.execute(delete(views).where(views.c.story.in_(stories)))
            connection.execute(delete(views).where(or_(views.c.made_at < before, views.c.story.in_(surplus))))
