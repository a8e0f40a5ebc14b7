"""What keeping needs: when a backup was put back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restorations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", columns.Moment(), nullable=False),
    )
