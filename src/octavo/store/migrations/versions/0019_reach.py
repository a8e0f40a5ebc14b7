"""How many outlets repeat each one, which weighs on the front page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reach",
        sa.Column("counted_at", columns.Moment(), primary_key=True),
        sa.Column("outlets", columns.Json(), nullable=False),
    )
