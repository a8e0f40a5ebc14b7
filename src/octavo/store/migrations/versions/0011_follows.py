"""What readers follow, their rules and their own editions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_visits",
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("visited_at", columns.Moment(), nullable=False),
        sa.Column("visited_before", columns.Moment()),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_follow_visits_reader"),
        sa.PrimaryKeyConstraint("reader", name="pk_follow_visits"),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("what", columns.Words(), nullable=False),
        sa.Column("word", columns.Words()),
        sa.Column("factor", sa.Float()),
        sa.Column("nearness", sa.Float()),
        sa.Column("vector", sa.LargeBinary()),
        sa.Column("usual", columns.Json()),
        sa.Column("edition", sa.String(64)),
        sa.Column("until", columns.Moment()),
        sa.Column("off", columns.Words()),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_rules_reader"),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rules_reader", "rules", ["reader"])
    op.create_table(
        "rule_hits",
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("story", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["rule"], ["rules.id"], name="fk_rule_hits_rule", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name="fk_rule_hits_story"),
        sa.PrimaryKeyConstraint("rule", "story", name="pk_rule_hits"),
    )
    op.create_index("ix_rule_hits_story", "rule_hits", ["story"])
    op.create_table(
        "own_editions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("definition", columns.Json(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["reader"], ["readers.id"], name="fk_own_editions_reader"),
        sa.PrimaryKeyConstraint("id", name="pk_own_editions"),
    )
    op.create_index("ix_own_editions_reader", "own_editions", ["reader"])
