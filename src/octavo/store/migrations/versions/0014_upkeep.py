"""What keeping needs: when a backup was put back, and what was let go, which notices were put away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("let_go_at", columns.Moment()))
    op.add_column("captures", sa.Column("let_go", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "restorations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", columns.Moment(), nullable=False),
    )
    op.create_table(
        "dismissals",
        sa.Column("reader", sa.Integer(), sa.ForeignKey("readers.id", name="fk_dismissals_reader"), nullable=False),
        sa.Column("notice", columns.Name(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "notice", name="pk_dismissals"),
    )
