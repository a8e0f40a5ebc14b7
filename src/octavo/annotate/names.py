"""The names of people, places and organisations in an article, as printed, by signs on the page alone.

Scripts with capitals: runs of capitalised words, with the small words inside them. A capital at the start of a sentence shows
nothing, so such a word counts only with other evidence; nor does one show anything in a language that writes all nouns so.
Japanese: runs of katakana, kanji before a title, repeated strings of kanji. Chinese: repeated strings.
Other scripts mark no names and give none. What comes out serves as an article's rare words; it is not a list of proven names.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from octavo.model import Spans

MOST = 40
_LONGEST_RUN = 6  # words; a longer run is a line in capitals, not a name
_NOUNS_WITH_CAPITAL = {"de", "lb"}

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[-'’][^\W_]+)*")
_ELISION = re.compile(r"(?:[dlDL]|[Dd]ell|[Aa]ll|[Nn]ell|[Ss]ull|[Dd]all|[Qq]u|[Ss])['’](?=[^\W\d_])")
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_END = re.compile(r"""[.!?…]["'”’»)]*$""")
_CONTRACTION = re.compile(r"(?:n['’]t|['’](?:s|ll|re|ve|d|m)?)$")
_JOINT = re.compile("[-'’]")
_OPENING = re.compile(r"[\"“”«„‘‹(\[:;—–•*|]\s*$")


@dataclass(frozen=True)
class _Words:
    """`names.toml`."""

    particles: frozenset[str]
    person_particles: frozenset[str]
    after_particle: frozenset[str]
    openers: frozenset[str]
    calendar: frozenset[str]
    titles: frozenset[str]
    before_places: frozenset[str]
    japanese_titles: re.Pattern[str]
    chinese_titles: re.Pattern[str]
    small_letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    gap: str  # what stands between it and the token before
    first: bool  # of a sentence or a quotation
    capital: bool  # it, or a part of it ("al-Held")


def names(headline: str | None, text: str, language: str | None, sentences: Spans) -> tuple[str, ...]:
    """At most 40 names, the most frequent first, then the earliest."""
    lines = [headline or "", *(text[start:end] for start, end in sentences)]
    if language == "ja":
        counts = _japanese("\n".join(lines))
    elif language in ("zh", "yue", "wuu"):
        counts = _chinese("\n".join(lines))
    else:
        counts = _capitalised(lines, language in _NOUNS_WITH_CAPITAL)
    return tuple(name for name, _ in counts.most_common(MOST))


# ---- scripts with capitals -------------------------------------------------------------------------------------------


def _capitalised(lines: Sequence[str], nouns_too: bool) -> Counter[str]:
    """`lines` are the headline and the sentences."""
    words = _words()
    # In a line in title case, as in one of capitals only, a capital shows nothing.
    told = [
        line
        for i, line in enumerate(lines)
        if not line.isupper() and (nouns_too or not _title_case(line) or (i > 0 and _SENTENCE_END.search(line)))
    ]
    read = [_tokens(line) for line in told]
    small = {token.text.lower() for tokens in read for token in tokens if not token.capital}
    sure: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for tokens in read:
        for before, run in _runs(tokens, words.person_particles if nouns_too else words.particles):
            name = _without(run, words.titles, words.openers if run[0].first else frozenset(), small if run[0].first else set())
            if not name or len(name) > _LONGEST_RUN or all(token.text.lower() in words.calendar | words.openers for token in name):
                continue
            printed = "".join(token.gap * (i > 0) + token.text for i, token in enumerate(name))
            printed = _POSSESSIVE.sub("", printed)
            acronym = printed.isupper() and len(printed) > 1
            shown = len(name) > 1 or acronym or (before in words.before_places if nouns_too else not name[0].first)
            (sure if shown else unsure)[printed] += 1
    for alone, count in unsure.items():
        if alone in sure or (count > 1 and not nouns_too):
            sure[alone] += count
    return _folded(sure, unsure)


def _tokens(line: str) -> list[_Token]:
    tokens: list[_Token] = []
    end = 0
    for match in _WORD.finditer(line):
        start = match.start()
        elided = _ELISION.match(match[0])
        if elided and not (match[0][0] in "dD" and tokens and tokens[-1].capital):  # but "Jean d'Arcel" stays whole
            start += elided.end()
        gap = line[end:start]
        first = start == match.start() and (not tokens or bool(_OPENING.search(gap)))
        word = line[start : match.end()]
        tokens.append(_Token(word, gap, first, not word.islower() and any(part[:1].isupper() for part in _JOINT.split(word))))
        end = match.end()
    return tokens


def _title_case(line: str) -> bool:
    long = [word[0].isupper() for word in _WORD.findall(line)[1:] if len(word) > 3]
    return len(long) > 2 and sum(long) >= 0.8 * len(long)


def _runs(tokens: Sequence[_Token], particles: frozenset[str]) -> Iterator[tuple[str, list[_Token]]]:
    """Each run of capitalised words with the small words inside it, and the word before it in lower case."""
    titles, after = _words().titles, _words().after_particle
    at = 0
    while at < len(tokens):
        if not tokens[at].capital:
            at += 1
            continue
        run = [tokens[at]]
        end = at + 1
        while end < len(tokens):
            ahead = end
            if tokens[ahead].text in particles:
                ahead += 1
                if ahead < len(tokens) and tokens[ahead].text in particles | after:
                    ahead += 1
            if ahead == len(tokens) or not tokens[ahead].capital:
                break
            if not all(_joins(tokens[i - 1], tokens[i], titles) for i in range(end, ahead + 1)):
                break
            run.extend(tokens[end : ahead + 1])
            end = ahead + 1
        yield tokens[at - 1].text.lower() if at and tokens[at].gap == " " else "", run
        at = end


def _joins(before: _Token, token: _Token, titles: frozenset[str]) -> bool:
    if token.gap in (" ", "\xa0", " & "):
        return not _POSSESSIVE.search(before.text) or before.text.endswith(("s'", "s’"))
    return token.gap in (". ", ".\xa0") and (len(before.text) == 1 or before.text.lower() in titles)


def _without(run: list[_Token], titles: frozenset[str], openers: frozenset[str], small: set[str]) -> list[_Token]:
    """The run without the words before the name: those that begin a sentence, then those of office."""
    particles = _words().particles
    opener = _CONTRACTION.sub("", run[0].text.lower())
    start = 1 if opener in openers or (opener in small and not run[0].text.isupper()) else 0
    while start < len(run) and (run[start].text.lower() in titles or (start and run[start].text in particles)):
        start += 1
    return run[start:]


def _folded(counts: Counter[str], unsure: Counter[str]) -> Counter[str]:
    """The counts with single surnames given to the one full name that they end."""
    full: dict[str, list[str]] = {}
    for name in counts:
        parts = name.split()
        if 1 < len(parts) <= 3 and not any(part in _words().particles for part in parts):
            full.setdefault(parts[-1], []).append(name)
    folded: Counter[str] = Counter()
    for name, count in counts.items():
        owners = full.get(name, [])
        folded[owners[0] if len(owners) == 1 else name] += count
    for name, count in unsure.items():
        if name not in counts and len(full.get(name, [])) == 1:
            folded[full[name][0]] += count
    return folded


# ---- Japanese and Chinese --------------------------------------------------------------------------------------------

_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]{2,}(?:[・=＝][\u30a1-\u30fa\u30fc]+)*")
_KANJI = re.compile(r"[\u3005\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+(?:[·•・][\u4e00-\u9fff]+)*")
_SHORTEST, _LONGEST = 3, 8  # letters of a repeated string that may be a name


def _japanese(text: str) -> Counter[str]:
    found = Counter(match[0] for match in _KATAKANA.finditer(text) if len(match[0]) >= _SHORTEST)
    runs = _KANJI.findall(text)
    titles = _words().japanese_titles
    for string, count in (*_repeated(runs).items(), *((run, 1) for run in runs if titles.search(run))):
        name = titles.sub("", string)
        if 1 < len(name) <= _LONGEST:
            found[name] = max(count, found[name] + 1)
    return found


def _chinese(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, count in _repeated(_HAN.findall(text)).items():
        found[_words().chinese_titles.sub("", name) or name] += count
    return found


def _repeated(runs: Sequence[str]) -> Counter[str]:
    """The strings of 3 to 8 letters that come more than once and are no part of a longer one that comes as often."""
    strings = Counter(run[i : i + size] for run in runs for size in range(_SHORTEST, 2 * _LONGEST) for i in range(len(run) - size + 1))
    repeated = {string: count for string, count in strings.items() if count > 1}
    parts = {part for string, count in repeated.items() for part in (string[1:], string[:-1]) if repeated.get(part) == count}
    small = _words().small_letters
    return Counter(
        {s: n for s, n in repeated.items() if s not in parts and len(s) <= _LONGEST and s[0] not in small and s[-1] not in small}
    )


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))

    def alternatives(words: str) -> str:
        return "|".join(sorted(words.split(), key=len, reverse=True))

    return _Words(
        particles=frozenset(data["particles"].split()),
        person_particles=frozenset(data["person_particles"].split()),
        after_particle=frozenset(data["after_particle"].split()),
        openers=frozenset(data["openers"].split()),
        calendar=frozenset(data["calendar"].split()),
        titles=frozenset(data["titles"].split()),
        before_places=frozenset(data["before_places"].split()),
        japanese_titles=re.compile(f"(?:{alternatives(data['japanese']['titles'])})+$"),
        chinese_titles=re.compile(f"^(?:{alternatives(data['chinese']['titles'])})+"),
        small_letters=frozenset(data["chinese"]["small"]),
    )
