"""Comments on stories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stories", sa.Column("comments", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "comments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("story", sa.String(64), sa.ForeignKey("stories.id", name="fk_comments_story"), nullable=False),
        sa.Column("reader", sa.Integer(), sa.ForeignKey("readers.id", name="fk_comments_reader")),
        sa.Column("parent", sa.String(64), sa.ForeignKey("comments.id", name="fk_comments_parent")),
        sa.Column("text", columns.Words(), nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("edited_at", columns.Moment()),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_story", "comments", ["story"])
    op.create_index("ix_comments_reader", "comments", ["reader"])
    op.create_table(
        "comment_reports",
        sa.Column("comment", sa.String(64), sa.ForeignKey("comments.id", name="fk_comment_reports_comment"), nullable=False),
        sa.Column("reader", sa.Integer(), sa.ForeignKey("readers.id", name="fk_comment_reports_reader"), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("comment", "reader", name="pk_comment_reports"),
    )
