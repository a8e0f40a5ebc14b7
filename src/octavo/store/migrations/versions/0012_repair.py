"""What editors repaired, and their log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stories", sa.Column("title", columns.Words()))
    op.create_table(
        "repairs",
        sa.Column("number", columns.Counter, nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("story", sa.String(64), sa.ForeignKey("stories.id", name="fk_repairs_story"), nullable=False),
        sa.Column("editor", sa.Integer(), sa.ForeignKey("readers.id", name="fk_repairs_editor")),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("undone_at", columns.Moment()),
        sa.Column("undone_by", sa.Integer(), sa.ForeignKey("readers.id", name="fk_repairs_undone_by")),
        sa.PrimaryKeyConstraint("number", name="pk_repairs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_repairs_story", "repairs", ["story"])
