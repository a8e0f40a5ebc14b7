"""Article text → who said what: direct, indirect and mixed speech with speaker, cue and content.

Rules over words: quotation marks (`quotes_marks`), cue words of the language (`lexicons/`), the noun phrase beside the cue
(`quotes_speakers`), names and offices resolved within the article (`quotes_names`, `quotes_offices`). Where the rules leave it open,
learned weights decide (`quotes_judge`).
"""

from __future__ import annotations

from octavo.annotate.quotes_japanese import find_japanese
from octavo.annotate.quotes_judge import Judge
from octavo.annotate.quotes_lexicon import lexicons
from octavo.annotate.quotes_marks import marked
from octavo.annotate.quotes_names import Speaker, speakers_of
from octavo.annotate.quotes_statements import Statement, statements
from octavo.annotate.quotes_words import Words, is_long, read_sentences, read_words
from octavo.model import Quote, QuoteKind, Spans


def find_quotes(text: str, language: str | None, sentences: Spans) -> tuple[Quote, ...]:
    """The quotes of a text, in order of their content.

    `sentences` are the text's sentence spans; all spans count code points of `text`. `language` is a BCP 47 primary tag; for
    one without a lexicon only direct speech is found, by its marks alone and without a speaker.
    """
    marks = marked(text)
    lexicon = lexicons().get(language or "")
    if lexicon is None:
        return tuple(Quote(((m.start, m.end),), QuoteKind.DIRECT) for m in marks if is_long(text, m))
    if not lexicon.spaced:
        return tuple(find_japanese(text, sentences, marks, lexicon))
    words = read_words(text, marks, lexicon)
    parted = read_sentences(words, sentences)
    found = statements(words, parted, Judge(lexicon.weights))
    quotes = (_quote(words, statement, speaker) for statement, speaker in zip(found, speakers_of(words, parted, found), strict=True))
    return tuple(sorted(quotes, key=lambda quote: quote.content))


def _quote(words: Words, statement: Statement, speaker: Speaker) -> Quote:
    return Quote(
        content=tuple(words.span(*part) for part in statement.content),
        kind=statement.kind,
        speaker=(words.span(*statement.source),) if statement.source else (),
        cue=tuple(words.span(*part) for part in statement.cue),
        name=speaker.name,
        office=speaker.office,
        speaker_kind=speaker.kind,
    )
