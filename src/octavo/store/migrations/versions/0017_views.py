"""Stories as they were composed for their pages; and what outlets published in a time is told by the index of articles alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "views",
        sa.Column("story", sa.String(64), sa.ForeignKey("stories.id", name="fk_views_story"), primary_key=True),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("rests_on", sa.LargeBinary(), nullable=False),
        sa.Column("body", columns.Packed(), nullable=False),
    )
    op.create_index("ix_views_made_at", "views", ["made_at"])
    op.drop_index("ix_articles_latest", "articles")
    op.create_index("ix_articles_latest", "articles", ["ordered_at", "seq", "publisher"])
