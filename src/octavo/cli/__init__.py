"""Commands: one module a group, JSON Lines in and out."""
