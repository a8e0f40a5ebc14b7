"""What in a sentence says that something is had from an outlet named in it: a cue before or after the name, or the name being its subject."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from octavo.annotate.credits_outlets import NO_SIGNS, Naming, signs
from octavo.annotate.quotes_lexicon import Lexicon, Word, lexicons
from octavo.model import Quote, QuoteKind, Span, Spans

SPACE = r"[^\S\n]+"
UP_TO_FOUR = r"(?:[\w’'.-]+[^\S\n]+){0,4}?"  # words before what follows
UP_TO_THREE = r"(?:[’']s)?,?(?:[^\S\n]+[\w’'.-]+){0,3}?[^\S\n]+"  # words behind what stands before
_NEAR = 14  # characters before a name in which a preposition stands
_WINDOW = 110  # characters before a name in which its cue must end
_MARKS = "[\"'“”„«»‹›‘’「」『』]"
_TAIL = r"(?:[/-][\w.]+)*"  # who else made it: "X/Y"
_JOINT = re.compile(r"\s?[/&–-]\s?|,?\s(?:and|und|y|e|et|und die|and the|and The|&)\s|,\s(?:the\s)?")
_INVERTED = re.compile(rf"(?:[,!?]{_MARKS}|{_MARKS},?){SPACE}(?P<cue>\w+){SPACE}(?:\w{{1,3}}{SPACE})?{_MARKS}?$")
_WORD = re.compile(r"(?:[’']s)?[^\S\n]+([\w’'.-]+)")
_FIGURE = re.compile(r"\d")  # a sentence that leans on a poll or a tally gives a result
_SUBJECT = re.compile(rf",{SPACE}[A-ZÀ-ÖØ-Þ]")  # somebody else begins to speak: "in the X, Smith wrote"
_REACH = 5  # words from a name to the verb whose subject it is or belongs to
_VERBS = Word.SPEECH | Word.CLAUSAL
_NO_NOUN = _VERBS | Word.DETERMINERS  # does not stand between a name and what is made there
_ENDS = Word.STOPS | Word.PASSIVE | Word.RELATIVES | Word.CONJUNCTIONS | Word.PREPOSITIONS | Word.PRONOUNS | Word.INTRODUCES


@dataclass(frozen=True, slots=True)
class _Patterns:
    before: tuple[re.Pattern[str], ...]  # end where a name begins
    after: re.Pattern[str]  # begins where a name ends
    product: re.Pattern[str]  # of these cues, those that count only as the subject of a verb: "an X report says"
    work: re.Pattern[str]  # what is made by those whose name it follows: "the X poll"
    talk: re.Pattern[str]  # where somebody spoke: "in an X interview"
    beside: re.Pattern[str]  # ends where a name begins that does not speak
    nouns: frozenset[str]  # no verbs behind a name


def cues(text: str, language: str, sentences: Spans, namings: Sequence[Naming], quotes: Sequence[Quote]) -> Iterator[tuple[Naming, Span]]:
    """The names of outlets that are credited, each with its cue. Names that stand joined ("X and Y", "X/Y") share one."""
    lexicon, patterns = lexicons()[language], _patterns(language)
    begins = [start for start, _ in sentences]
    spoken = sorted((span, quote.cue[0]) for quote in quotes if quote.cue for span in quote.speaker)
    said = [span for quote in quotes if quote.kind is QuoteKind.DIRECT for span in quote.content]
    others = [span for quote in quotes if quote.speaker for span in quote.content]
    heads = [span[0] for span, _ in spoken]
    for chain in _chains(text, namings):
        start = chain[0].span[0]
        at = bisect_right(begins, start) - 1
        if at < 0 or _is_note(text, chain):
            continue
        first, last = chain[0].first, chain[-1].span[1]
        which = bisect_right(heads, start) - 1
        if any(a <= start < b for a, b in said):
            continue  # whoever is quoted leans on the outlet, not the article
        cue = _before(text, patterns, sentences[at], first) or _inverted(text, lexicon, sentences[at], first)
        if not cue and (m := patterns.talk.match(text, last, sentences[at][1])):
            cue = m.span("cue")
        if not cue and not patterns.beside.search(text, max(first - _NEAR, 0), first):
            speaks = which >= 0 and start < spoken[which][0][1]
            within = any(a <= start < b for a, b in others)
            cue = spoken[which][1] if speaks else _after(text, lexicon, patterns, sentences[at], last, within)
        if cue:
            yield from ((naming, cue) for naming in chain)


def _chains(text: str, namings: Sequence[Naming]) -> list[list[Naming]]:
    """Runs of names that stand joined."""
    chains = [[naming] for naming in namings[:1]]
    for one, two in pairwise(namings):
        if _JOINT.fullmatch(text, one.span[1], two.first):
            chains[-1].append(two)
        else:
            chains.append([two])
    return chains


def _is_note(text: str, chain: Sequence[Naming]) -> bool:
    """Whether the names stand alone in brackets: whose text or picture it is."""
    return text[chain[0].first - 1 : chain[0].first] in ("(", "[") and text[chain[-1].span[1] : chain[-1].span[1] + 1] in (")", "]", ".")


def _before(text: str, patterns: _Patterns, sentence: Span, first: int) -> Span | None:
    window = text[max(sentence[0], first - _WINDOW) : first]
    m = next(filter(None, (pattern.search(window) for pattern in patterns.before)), None)
    offset = first - len(window)
    return (offset + m.start("cue"), offset + m.end("cue")) if m else None


def _inverted(text: str, lexicon: Lexicon, sentence: Span, first: int) -> Span | None:
    """The verb between a statement and the name of who made it: "..., wrote the X"."""
    m = _INVERTED.search(text[sentence[0] : first])
    if m and lexicon.words.get(m["cue"].lower(), 0) & Word.SPEECH:
        return sentence[0] + m.start("cue"), sentence[0] + m.end("cue")
    return None


def _after(text: str, lexicon: Lexicon, patterns: _Patterns, sentence: Span, last: int, within: bool) -> Span | None:
    """The cue behind a name. `within` what somebody says only the surest count: what the outlet does there is that person's account."""
    m = patterns.after.match(text, last, sentence[1])
    if m and not _SUBJECT.match(text, last, m.start("cue")):
        then = _WORD.match(text, m.end("cue"), sentence[1])
        says = then and lexicon.words.get(then[1], 0) & Word.INTRODUCES  # "an X report that ..."
        if says or not patterns.product.fullmatch(m["cue"]):
            return m.span("cue")
    if within:
        return None
    m = patterns.work.match(text, last, sentence[1])
    if m and _FIGURE.search(text, *sentence) and not any(lexicon.words.get(w, 0) & _NO_NOUN for w in m["between"].lower().split()):
        return m.span("cue")
    return _verb(text, lexicon, patterns, last, sentence[1]) if lexicon.spaced else None


def _verb(text: str, lexicon: Lexicon, patterns: _Patterns, start: int, end: int) -> Span | None:
    """The verb of saying, finding or judging whose subject the name is, or somebody of that house is: "X's reporter Y noted"."""
    first = start
    for _ in range(_REACH):
        m = _WORD.match(text, start, end)
        if not m:
            return None
        form = m[1].rstrip(".").lower()
        word = 0 if form in patterns.nouns or patterns.product.fullmatch(form) else lexicon.words.get(form, 0)
        if word & _VERBS and not m[1][0].isupper():
            return m.span(1)
        if word & _ENDS or m[1].endswith(".") or (start == first and m[0][0].isspace() and m[1][0].isupper()):
            return None  # a name directly behind the outlet's is the subject itself: "in the X Smith said"
        start = m.end()
    return None


@lru_cache(maxsize=64)
def _patterns(language: str) -> _Patterns:
    lexicon = lexicons()[language]
    words, sign = lexicon.credits, signs().get(language, NO_SIGNS)
    works, of, products, talks, beside = map(any_of, (sign.works, sign.of, sign.products, sign.talks, sign.beside))
    if lexicon.spaced:
        before = [
            rf"(?<!\w)(?P<cue>{any_of(words.before)}){SPACE}{UP_TO_FOUR}{_MARKS}?$",
            rf"(?<!\w)(?P<cue>{any_of((works, products))}{SPACE}{UP_TO_FOUR}{of}){SPACE}{UP_TO_FOUR}{_MARKS}?$",
        ]
        after = rf"{_TAIL}{_MARKS}?{UP_TO_THREE}(?P<cue>{any_of(words.after)})(?!\w)"
    else:
        before = [rf"(?P<cue>{any_of(words.before)}){_MARKS}?$"]
        after = rf"{_MARKS}?(?:[はが][^。]{{0,60}}?)?(?P<cue>{any_of(words.after)})"
    return _Patterns(
        before=tuple(map(re.compile, before)),
        after=re.compile(after),
        product=re.compile(products),
        work=re.compile(rf"{_TAIL}{_MARKS}?(?:[’']s)?(?P<between>(?:{SPACE}[\w’'.-]+){{0,3}}?){SPACE}(?P<cue>{works})(?!\w)"),
        talk=re.compile(rf"{_MARKS}?(?:[’']s)?(?:{SPACE}[\w-]+){{0,3}}?{SPACE}(?P<cue>{talks})(?!\w)"),
        beside=re.compile(rf"(?<!\w){beside}{SPACE}(?:(?:the|The|de[rnm]|die|das|[Ee]l|[Ll]a|[Ll]e|o|a){SPACE})?{_MARKS}?$"),
        nouns=sign.nouns,
    )


def any_of(entries: Sequence[str]) -> str:
    """A regular expression for any of some, for nothing when there are none."""
    return f"(?:{'|'.join(entries)})" if entries else "(?!)"
