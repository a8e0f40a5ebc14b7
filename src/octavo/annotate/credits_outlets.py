"""Where a text names outlets: those of the publishers' table, and others whose name or a noun before it shows what they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from octavo.annotate.quotes_lexicon import CreditWords, Lexicon, Word
from octavo.model import CreditKind, Publisher, PublisherKind, Span
from octavo.publishers import PublisherTable, folded

_IN_WORD = re.compile(r"\w")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]\w*")  # by which a search is quick, words being many
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MARK = "[\"'“”„«»‹›‘’「」『』]?"
_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'.&-]*(?: (?:[A-ZÀ-ÖØ-Þ][\w’'&-]*|de|la|el|of|the|del|da|do|online)){0,4}"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'&]*"
_SMALL = Word.PREPOSITIONS | Word.DETERMINERS | Word.CONJUNCTIONS | Word.PRONOUNS | Word.AUXILIARIES
_TITLES = "Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Herr|Frau|M|Mme|Sr|Sra"


@dataclass(frozen=True, slots=True)
class Naming:
    """A place where a text names an outlet. `first` is where the noun before the name begins: "the newspaper X"."""

    span: Span
    first: int
    kind: CreditKind
    name: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What shows that a name is an outlet's, and what outlets make. See `credits.toml`."""

    signed: re.Pattern[str]
    ends: re.Pattern[str]  # stands in every line that has something signed
    works: tuple[str, ...]
    of: tuple[str, ...]
    products: tuple[str, ...]
    talks: tuple[str, ...]
    beside: tuple[str, ...]
    nouns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outlets:
    """A publishers' table, made ready for a search in text."""

    by_capital: dict[str, list[tuple[str, frozenset[str], Publisher]]]  # by a word with a capital ("" for none): names, all such words
    unspaced: re.Pattern[str] | None  # names in scripts without spaces
    of_unspaced: dict[str, Publisher]


@lru_cache(maxsize=4)
def outlets(table: PublisherTable) -> Outlets:
    """The table's names. A declaration that comes first wins a name that two claim, as in the table itself."""
    spaced: dict[str, Publisher] = {}
    unspaced: dict[str, Publisher] = {}
    for publisher in table:
        for name in (publisher.name, *publisher.aliases):
            if _UNSPACED.search(name):
                unspaced.setdefault(name, publisher)
            else:
                spaced.setdefault(name, publisher)
    by_capital: dict[str, list[tuple[str, frozenset[str], Publisher]]] = {}
    for name, publisher in spaced.items():
        capitals = frozenset(_CAPITALS.findall(name))
        by_capital.setdefault(max(capitals, key=len, default=""), []).append((name, capitals, publisher))
    longest = sorted(unspaced, key=len, reverse=True)
    return Outlets(
        by_capital,
        re.compile("|".join(map(re.escape, longest))) if longest else None,
        unspaced,
    )


def mentions(text: str, found: Outlets) -> Iterator[tuple[Span, Publisher]]:
    """Every place where an outlet is named, in order within each kind of script; case counts ("Time" is no "time")."""
    capitals = {"", *_CAPITALS.findall(text)}
    candidates = [
        (start, -len(name), publisher)
        for capital in found.by_capital.keys() & capitals
        for name, of_name, publisher in found.by_capital[capital]
        if of_name <= capitals
        for start in _places(text, name)
    ]
    after = 0
    for start, length, publisher in sorted(candidates, key=lambda candidate: candidate[:2]):  # the longest name first
        if start >= after:
            after = start - length
            yield (start, after), publisher
    if found.unspaced:
        for m in found.unspaced.finditer(text):
            yield m.span(), found.of_unspaced[m.group()]


def _places(text: str, name: str) -> Iterator[int]:
    """Where a text has a name as whole words."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not (_IN_WORD.match(text[start - 1 : start]) or text[end : end + 1].isalnum()):
            yield start
        start = text.find(name, end)


@lru_cache(maxsize=1)
def signs() -> Mapping[str, Signs]:
    """What `credits.toml` says, by language."""
    data = tomllib.loads(files("octavo.annotate").joinpath("credits.toml").read_text("utf-8"))
    return {language: _signs(words) for language, words in data.items()}


NO_SIGNS = Signs(re.compile("(?!)"), re.compile("(?!)"), (), (), (), (), (), frozenset())


def _signs(words: Mapping[str, list[str]]) -> Signs:
    ends = "|".join(words.get("signs", ())) or "(?!)"
    # CJK names run on without spaces; others are up to four capitalised words before the one that ends them.
    form = (
        rf"[\u30a0-\u30ff\u3400-\u9fff]{{2,8}}(?:{ends})" if _UNSPACED.search(ends) else rf"(?:{_CAPITAL}[^\S\n]){{1,4}}(?:{ends})(?![\w-])"
    )
    lists = {name: tuple(words.get(name, ())) for name in ("works", "of", "products", "talks", "beside")}
    return Signs(re.compile(form), re.compile(ends), **lists, nouns=frozenset(words.get("nouns", ())))


def namings(text: str, lexicon: Lexicon, table: PublisherTable, own: str | None) -> list[Naming]:
    """Every place where a text names an outlet, in order; what is ambiguous only as a name of the table or after a noun for outlets.

    A short form ("the Post") is the outlet that ends so: the text's own one, or one that the text names in full.
    """
    found = [
        Naming(span, span[0], kind_of(publisher), publisher.name)
        for span, publisher in mentions(text, outlets(table))
        if not _is_person(text, span, lexicon)
    ]
    taken = [naming.span for naming in found]

    def take(span: Span, first: int, kind: CreditKind) -> None:
        if not any(start < span[1] and span[0] < end for start, end in taken):
            found.append(Naming(span, first, kind, text[slice(*span)].rstrip(".’'")))
            taken.append(span)

    announced, agency = _announced(lexicon.credits)
    for m in announced.finditer(f" {text}"):  # so that something stands before every noun
        name = m.start("name") - 1, m.end("name") - 1
        take(name, m.start("noun") - 1, CreditKind.AGENCY if agency.fullmatch(m["noun"]) else CreditKind.OUTLET)
    for signed in _signed(text, signs().get(lexicon.language, NO_SIGNS)):
        if span := _signed_name(text, signed, lexicon):
            take(span, span[0], CreditKind.OUTLET)
    found.sort(key=lambda naming: naming.span)
    full = [name for name in dict.fromkeys((own or "", *(naming.name for naming in found))) if " " in name]
    return [_in_full(naming, text, full) for naming in found]


def _signed(text: str, sign: Signs) -> Iterator[Span]:
    """Names that end with what shows an outlet. They are sought only in lines that have such an end, which is quickly seen."""
    after = 0
    while end := sign.ends.search(text, after):
        start = text.rfind("\n", 0, end.start()) + 1
        after = text.find("\n", end.end())
        if after < 0:
            after = len(text)
        yield from (m.span() for m in sign.signed.finditer(text, start, after))


def _signed_name(text: str, span: Span, lexicon: Lexicon) -> Span | None:
    """The name without the small words before it ("As the"); None where others stand within, as in a line all in capitals."""
    if not lexicon.spaced:
        return span
    words = [m.span() for m in re.finditer(r"\S+", text[slice(*span)])]
    flags = [lexicon.words.get(text[span[0] + start : span[0] + end].lower(), 0) for start, end in words]
    first = next((number for number, flag in enumerate(flags) if not flag & _SMALL), len(words) - 1)
    if any(flag & _SMALL for flag in flags[first:]) or (first == len(words) - 1 and not flags[first - 1] & Word.DETERMINERS):
        return None  # one word alone is a short form only behind an article
    return span[0] + words[first][0], span[1]


def _is_person(text: str, span: Span, lexicon: Lexicon) -> bool:
    """Whether a name of one word is somebody's last name in this text: after "Mr." or in mid-sentence after a first name."""
    name = text[slice(*span)]
    if not name.isalpha() or name.isupper():
        return False
    before = re.finditer(
        rf"(?:\b(?P<title>{_TITLES})\.? |[a-zß-ÿ,] (?P<first>[A-ZÀ-ÖØ-Þ][a-zß-ÿ]+) (?:[A-Z]\. )?){re.escape(name)}\b", text
    )
    return any(m["title"] or not lexicon.words.get(m["first"].lower(), 0) & (Word.TIMES | Word.DETERMINERS) for m in before)


def kind_of(publisher: Publisher) -> CreditKind:
    """How a credit to an outlet of the table counts."""
    return CreditKind.AGENCY if publisher.kind is PublisherKind.AGENCY else CreditKind.OUTLET


def _in_full(naming: Naming, text: str, full: list[str]) -> Naming:
    start, end = naming.span
    short = folded(text[start:end])
    if " " in short and (naming.name != text[start:end] or text[max(start - 4, 0) : start].lower().split() != ["the"]):
        return naming
    longer = [name for name in full if folded(name).endswith(f" {short}")]
    return replace(naming, name=max(longer, key=len)) if longer else naming


@lru_cache(maxsize=64)
def _announced(words: CreditWords) -> tuple[re.Pattern[str], re.Pattern[str]]:
    agency = "|".join(words.agencies) or "(?!)"
    nouns = "|".join((*words.outlets, *words.agencies)) or "(?!)"
    # begins with \W, which a search skips to, as it cannot do for (?<!\w)
    return re.compile(rf"\W(?P<noun>{nouns})\s?{_MARK}(?P<name>{_NAME})"), re.compile(agency)
