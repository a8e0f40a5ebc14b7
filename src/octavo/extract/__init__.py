"""Capture → Articles: pages, feeds and plain-text captures become clean articles. Pure.

`extract` looks at what a capture really is and reads it: a page's article with its headline, dates, authors, picture and the
signal that each was read from; several articles where the page carries several; every entry of a feed; the links of a list page;
or the problem. `merge` makes one article of two readings of it. `Pool` does the reading in worker processes with a time limit.
The libraries behind it are imported when the first page is read.
"""

from octavo.extract.door import extract
from octavo.extract.identity import article_id
from octavo.extract.merge import merge
from octavo.extract.pool import Pool

__all__ = ["Pool", "article_id", "extract", "merge"]
