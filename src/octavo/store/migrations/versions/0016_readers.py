"""Numbers of readers are given once, and stories are found by the one that took them in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL's sequences never go back
        with op.batch_alter_table("readers", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
    given = sa.text("replaced_by IS NOT NULL")
    op.create_index("ix_stories_replaced", "stories", ["replaced_by"], sqlite_where=given, postgresql_where=given)
