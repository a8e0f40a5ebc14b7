"""Accounts: how readers prove who they are, invitations, and what the owner set for the instance."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
