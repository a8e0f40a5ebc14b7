"""What a page cites: each cited passage once, in its paragraph, so that it can be read on the spot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from octavo.model import Article, Citation

_BROKEN_START, _BROKEN_END = re.compile(r"^\S{0,30}\s"), re.compile(r"\s\S{0,30}$")  # a word cut in two; scripts without spaces have none
AROUND = 280  # letters of a paragraph that are shown on either side
TIED = 20  # letters at the end of a text, among which its last word is kept on one line with the number


@dataclass(frozen=True, slots=True)
class Footnote:
    """A cited passage. `number` is that of its article on the page, `id` its own; `parts` are before, cited, after."""

    id: str
    number: int
    article: Article
    citation: Citation
    parts: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The footnotes of one page, numbered by article. The template asks for one wherever it cites; what it asked for is set at the end."""

    articles: Mapping[tuple[str, int], Article]  # by id and revision, with their texts
    numbers: Mapping[str, int]  # of the articles on this page
    asked: dict[Citation, Footnote] = field(default_factory=dict)

    def note(self, citation: Citation) -> Footnote:
        """The footnote for a citation. Raises KeyError when its article is not at hand."""
        if citation not in self.asked:
            article = self.articles[citation.article, citation.revision]
            self.asked[citation] = Footnote(
                f"note-{len(self.asked) + 1}", self.numbers[citation.article], article, citation, _in_paragraph(article, citation)
            )
        return self.asked[citation]


@dataclass(frozen=True, slots=True)
class Citing:
    """Sets what a page cites, with the number that opens the footnote: a hundred times a page, for which a template's macros take too long."""

    notes: Footnotes
    source: str  # what a number is called: "Source %(n)s: %(outlet)s"
    unknown: str  # what an outlet is called that is not known

    def mark(self, citation: Citation) -> Markup:
        """The number of a citation's footnote, as a button."""
        note = self.notes.note(citation)
        told = self.source % {"n": note.number, "outlet": note.article.publisher or self.unknown}
        return _MARK % (note.id, told, note.number)

    def quoted(self, text: str, citation: Citation) -> Markup:
        """A text with its number, which never stands alone on the next line."""
        last = text.rfind(" ", max(len(text) - TIED, 0)) + 1 or len(text)
        return escape(text[:last]) + _TIED % (text[last:], self.mark(citation))


_MARK = Markup('<button type="button" class="mark" popovertarget="%s" aria-label="%s">%s</button>')
_TIED = Markup('<span class="tied">%s%s</span>')


def _in_paragraph(article: Article, cited: Citation) -> tuple[str, str, str]:
    """What stands before the cited characters in their paragraph, they themselves, and what stands after them."""
    text, start, end = article.text, cited.start, cited.end
    first = max((block.start for block in article.blocks if block.start <= start), default=text.rfind("\n\n", 0, start) + 1)
    last = min((block.end for block in article.blocks if block.end >= end), default=len(text))
    before, after = text[first:start], text[end:last]
    if len(before) > AROUND:
        before = "… " + _BROKEN_START.sub("", before[-AROUND:])
    if len(after) > AROUND:
        after = _BROKEN_END.sub("", after[:AROUND]) + " …"
    return before, text[start:end], after
