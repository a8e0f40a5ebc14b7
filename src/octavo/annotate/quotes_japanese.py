"""Quotes in Japanese, where the topic (Xは) speaks and the cue follows the statement: Xは「...」と述べた.

Words are not parted by spaces, so the rules look at the characters around quotations, topic particles and cue stems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from octavo.annotate.quotes_lexicon import Lexicon, Word
from octavo.annotate.quotes_marks import Marked
from octavo.model import Quote, QuoteKind, Span, Spans, SpeakerKind

_LONG = 10  # characters from which a quotation is a statement even without a cue
_COURTESY = ("", "氏", "さん", "容疑者", "被告")  # no offices
_HIDDEN = "〓"  # stands for quoted characters, so that particles inside them do not count
_ADJUNCT = re.compile(r"[^、。]{0,40}(?:で|に対し|に対して|日|後|上で|向け|際|受け|ついて|関し|にも|夜|朝|午前|午後)、")
_KINDS = (
    (Word.ROLES, SpeakerKind.PERSON),
    (Word.PRONOUNS, SpeakerKind.PERSON),
    (Word.GROUPS, SpeakerKind.GROUP),
    (Word.INSTITUTIONS, SpeakerKind.INSTITUTION),
)
_LEADING = re.compile(r"(?:また|さらに|その上で|一方で?|このほか|、)+")


def find_japanese(text: str, sentences: Spans, marks: Sequence[Marked], lexicon: Lexicon) -> Iterator[Quote]:
    """The quotes of a Japanese text, in order."""
    rules = _rules(lexicon)
    names = _Names(rules)
    last: Quote | None = None
    for start, end, inside in _frames(text, sentences, marks):
        hidden = _hide(text, start, end, inside)
        topic = _topic(hidden, rules)
        found: list[Quote] = []
        for mark in inside:
            if quote := _direct(hidden, start, mark, topic, rules):
                found.append(quote)
            elif mark.inner[1] - mark.inner[0] >= _LONG:
                alone = not hidden.strip(f"{_HIDDEN}。 　\n")
                goes_on = alone and last and last.kind is QuoteKind.DIRECT and not text[last.content[-1][1] : start].count("\n")
                speaker = last.speaker if goes_on and last else (_shift(topic, start),) if topic else ()
                found.append(Quote(((mark.start, mark.end),), QuoteKind.DIRECT, speaker))
        if not found and (quote := _indirect(hidden, start, topic, rules, inside)):
            found.append(quote)
        for quote in found:
            if quote.speaker:
                said = text[slice(*quote.speaker[0])]
                name = names.of(said, last.name if last else None)
                kind = _kind(said, rules)
                office = names.office(said, name) if kind is SpeakerKind.PERSON else None
                quote = replace(quote, name=name, office=office, speaker_kind=kind)
            last = quote
            yield quote


@dataclass(frozen=True, slots=True)
class _Rules:
    after_quote: re.Pattern[str]  # と述べた, with the speaker that may stand between
    clause: re.Pattern[str]  # ...と述べた after a topic
    source: re.Pattern[str]  # Xによると
    topic: re.Pattern[str]
    no_topic: tuple[str, ...]
    roles: tuple[str, ...]  # the longest first
    pronouns: tuple[str, ...]
    nameless: re.Pattern[str]
    kinds: tuple[tuple[str, SpeakerKind], ...]  # endings of those who speak, the longest first


@lru_cache(maxsize=2)
def _rules(lexicon: Lexicon) -> _Rules:
    def listed(flag: int) -> list[str]:
        return sorted((w for w, f in lexicon.words.items() if f & flag), key=len, reverse=True)

    stems, links = "|".join(listed(Word.SPEECH)), "|".join(listed(Word.INTRODUCES))
    return _Rules(
        after_quote=re.compile(
            rf"(?:など)?(?:と|って|などとして|として)、?(?:(?P<who>[^、。{_HIDDEN}はが]{{1,25}})(?:は|が|も))?[^。{_HIDDEN}]{{0,20}}?(?P<cue>{stems})"
        ),
        clause=re.compile(rf"(?P<content>[^。]{{6,}})(?:{links})[^、。]{{0,14}}?(?P<cue>{stems})"),
        source=re.compile(
            rf"(?P<who>[^、。\s{_HIDDEN}]{{2,30}})(?P<cue>{'|'.join(lexicon.after)})、?(?P<content>[^。]{{6,}}?)(?:という|とのこと)?(?:。|$)"
        ),
        topic=re.compile(rf"(?:^|[、。\s　】］）])(?P<who>[^、。\s{_HIDDEN}は【】［］]{{2,40}}?)(?P<particle>は|が|も)"),
        no_topic=tuple(listed(Word.TIMES)),
        roles=tuple(listed(Word.ROLES)),
        pronouns=tuple(listed(Word.PRONOUNS)),
        nameless=re.compile(f"(?:{'|'.join((*lexicon.credits.insiders, *lexicon.credits.persons))})$"),
        kinds=tuple(
            sorted(
                [(word, kind) for flag, kind in _KINDS for word in listed(flag)],
                key=lambda item: len(item[0]),
                reverse=True,
            )
        ),
    )


def _kind(speaker: str, rules: _Rules) -> SpeakerKind | None:
    """What kind of speaker the words before a topic particle name, by how they end."""
    bare = re.sub(r"[（(][^）)]*[）)]", "", speaker)
    if rules.nameless.search(bare):
        return SpeakerKind.UNNAMED
    return next((kind for word, kind in rules.kinds if bare.endswith(word)), None)


def _frames(text: str, sentences: Spans, marks: Sequence[Marked]) -> Iterator[tuple[int, int, list[Marked]]]:
    """Sentences with the quotations in them; those that one quotation holds together are one."""
    at = 0
    frame: list[int] | None = None
    for start, end in (*sentences, (len(text), len(text))):
        if frame is not None and any(m.start < start < m.end for m in marks[at:] if m.start < frame[1]):
            frame[1] = end
            continue
        if frame is not None:
            inside = [m for m in marks[at:] if frame[0] <= m.start < frame[1]]
            at += len(inside)
            yield frame[0], frame[1], inside
        frame = [start, end]


def _hide(text: str, start: int, end: int, inside: Sequence[Marked]) -> str:
    hidden = text[start:end]
    for mark in inside:
        first, last = mark.start - start, min(mark.end, end) - start
        hidden = hidden[:first] + _HIDDEN * (last - first) + hidden[last:]
    return hidden


def _shift(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _topic(hidden: str, rules: _Rules) -> Span | None:
    """Who the sentence speaks of: the first Xは, else the first Xが or Xも."""
    found: Span | None = None
    for m in rules.topic.finditer(hidden):
        who = m["who"]
        if who.endswith(rules.no_topic):
            continue
        if m["particle"] == "は":
            return m.span("who")
        found = found or m.span("who")
    return found


def _direct(hidden: str, start: int, mark: Marked, topic: Span | None, rules: _Rules) -> Quote | None:
    m = rules.after_quote.match(hidden, mark.end - start)
    if not m:
        return None
    own = m.span("who") if m["who"] and not m["who"].endswith(rules.no_topic) else None
    who = own or (topic if topic and topic[1] <= mark.start - start else None)
    speaker = (_shift(who, start),) if who else ()
    return Quote(((mark.start, mark.end),), QuoteKind.DIRECT, speaker, (_shift(m.span("cue"), start),))


def _indirect(hidden: str, start: int, topic: Span | None, rules: _Rules, inside: Sequence[Marked]) -> Quote | None:
    kind = QuoteKind.MIXED if inside else QuoteKind.INDIRECT
    if m := rules.source.search(hidden):
        return Quote((_shift(m.span("content"), start),), kind, (_shift(m.span("who"), start),), (_shift(m.span("cue"), start),))
    if topic is None:
        return None
    begin = topic[1] + 1
    if leading := _LEADING.match(hidden, begin):
        begin = leading.end()
    if adjunct := _ADJUNCT.match(hidden, begin):
        begin = adjunct.end()
    m = rules.clause.match(hidden, begin)
    if not m:
        return None
    return Quote((_shift(m.span("content"), start),), kind, (_shift(topic, start),), (_shift(m.span("cue"), start),))


class _Names:
    """Full names as printed so far; "佐藤氏" is the 佐藤健一 of before."""

    def __init__(self, rules: _Rules) -> None:
        self._rules = rules
        self._full: list[str] = []
        self._office: dict[str, str] = {}

    def office(self, speaker: str, name: str | None) -> str | None:
        """What is said of a person beside the name, where it was said first: "海野町の町長"."""
        if name is None:
            return None
        beside = re.sub(r"[（(][^）)]*[）)]", "", speaker).replace(name, "").strip("、の ")
        if name in speaker and beside not in _COURTESY:
            self._office.setdefault(name, beside)
        return self._office.get(name)

    def of(self, speaker: str, last: str | None) -> str | None:
        """The name in a speaker's words; `last` is who spoke before, for "同氏"."""
        if speaker in self._rules.pronouns:
            return last
        bare = re.sub(r"[（(][^）)]*[）)]", "", speaker).rpartition("の")[2]
        if self._rules.nameless.search(bare):
            return None
        role = next((r for r in self._rules.roles if bare.endswith(r)), "")
        name = bare.removesuffix(role)
        if not role:
            return bare or None
        if not name:
            return None
        full = {f for f in self._full if f != name and (f.startswith(name) or f.endswith(name))}
        if len(full) == 1:
            return full.pop()
        if name not in self._full:
            self._full.append(name)
        return name
