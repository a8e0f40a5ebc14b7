"""Octavo: a self-hosted, story-first news aggregator.

The way of a datum, which is also the map of this package:

    Source ─gather→ Capture ─extract→ Article ─annotate→ Annotation ─group→ Story ─compose→ page

`model` holds those nouns, one folder holds each verb, `store` keeps them, `desk` carries them along.
"""

__version__ = "0.1.0"
