"""Capture → Articles: pages, feeds and plain-text captures become clean articles. Pure."""
