"""How a reader wants pages set, and when he or she last saw a front page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from octavo.store import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readers", sa.Column("preferences", columns.Json()))
    op.add_column("readers", sa.Column("visited_at", columns.Moment()))
    op.add_column("readers", sa.Column("visited_before", columns.Moment()))
