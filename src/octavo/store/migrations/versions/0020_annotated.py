"""When articles were read last lies in an index: their rows hold vectors and sentences, and a story's page asks for all of its articles."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_annotations_read", "article_annotations", ["article", "revision", "annotated_at"])
