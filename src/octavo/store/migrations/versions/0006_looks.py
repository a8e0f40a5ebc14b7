"""When a reader last looked at a story, and what is known of who is quoted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quotes", sa.Column("office", columns.Words()))
    op.add_column("quotes", sa.Column("speaker_kind", sa.String(length=20)))
    op.add_column("briefs", sa.Column("single", sa.Boolean()))
    op.add_column("briefs", sa.Column("withdrawn", columns.Json()))
    op.create_table(
        "looks",
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("story", sa.String(length=64), nullable=False),
        sa.Column("looked_at", columns.Moment(), nullable=False),
        sa.Column("shown", columns.Json(), nullable=False),
        sa.Column("previous_at", columns.Moment()),
        sa.Column("before", columns.Json(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_looks_reader"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name="fk_looks_story"),
        sa.PrimaryKeyConstraint("reader", "story", name="pk_looks"),
    )
    op.create_index("ix_looks_story", "looks", ["story"])
