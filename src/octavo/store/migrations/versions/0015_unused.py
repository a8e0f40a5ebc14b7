"""Two tables that nothing came to use: outlets are declared in files, and what people wish of articles stands in the journal."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("links")
    op.drop_table("publishers")
