"""What else a page says of its article: keywords, access, dateline, notes, enclosures, and whether it is a live ticker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns that may be added without writing these tables, the largest ones, anew.
    for name in ("keywords", "enclosures"):
        op.add_column("articles", sa.Column(name, columns.Json()))
    op.add_column("articles", sa.Column("free", sa.Boolean()))
    op.add_column("articles", sa.Column("dateline", columns.Words()))
    op.add_column("articles", sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("article_texts", sa.Column("notes", columns.Json()))
