"""What a speaker is: the office that the article gives a person, and whether a person, a group, a house or somebody unnamed speaks.

"Norwegian Foreign Minister Mara Lind" and "Mara Lind, the city engineer" give Lind an office; "a senior official" keeps the name back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from octavo.annotate.quotes_lexicon import Lexicon, Word
from octavo.annotate.quotes_speakers import Phrase
from octavo.annotate.quotes_words import Words
from octavo.model import SpeakerKind

_LONGEST = 12  # words of an office
_HEAD = 6  # words of a phrase among which the noun stands that says what it is
_QUOTATION = Word.QUOTED | Word.SCARE
_HEAD_ENDS = Word.PREPOSITIONS | Word.LINKS | Word.STOPS | Word.RELATIVES
_BOUNDS = Word.QUOTED | Word.SCARE | Word.STOPS | Word.AUXILIARIES | Word.PRONOUNS | Word.RELATIVES
_KEPT_BACK = Word.SPEECH | Word.SHARED | Word.POSITION | Word.CLAUSAL


def is_role(words: Words, at: int) -> bool:
    """Whether a word says an office; where words are compounds, also one that ends with such a word ("Außenminister")."""
    if words.flags[at] & Word.ROLES:
        return True
    return words.lexicon.verb_second and words.lower[at].endswith(_compounds(words.lexicon))


@lru_cache(maxsize=16)
def _compounds(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(word for word, flags in lexicon.words.items() if flags & Word.ROLES and len(word) >= 4)


def office_before(words: Words, name: int) -> str | None:
    """The office that stands right before the name which begins at `name`: "U.S. Secretary of State", "city engineer"."""
    flags = words.flags
    at, roles = name, 0
    while at > 0 and name - at < _LONGEST:
        f = flags[at - 1]
        if f & Word.MARK and words.lower[at - 1] == "." and at > 1 and "." in words.lower[at - 2]:  # "U.S."
            at -= 1
            continue
        if "\n" in words.text[words.end[at - 1] : words.start[at]] or f & (Word.MARK | _QUOTATION | _KEPT_BACK):
            break
        if is_role(words, at - 1):
            roles = name - at + 1
        elif f & (Word.LINKS | Word.PREPOSITIONS) and at < name:
            if at < 2 or not is_role(words, at - 2):
                break
        elif not (f & Word.CAPITAL and not f & (Word.DETERMINERS | Word.PREPOSITIONS | Word.STOPS)) and (
            f or at < 2 or not (_of_role(words, at) if at == name else flags[at - 2] & Word.DETERMINERS)
        ):
            break
        at -= 1
    while at < name and flags[at] & (Word.DETERMINERS | Word.PREPOSITIONS | Word.STOPS | Word.ADVERBS | Word.CONJUNCTIONS):
        at += 1
    return _printed(words, at, name) if roles else None


def _of_role(words: Words, at: int) -> bool:
    """Whether the word before `at` is a genitive behind an office, in a language with cases."""
    return bool(words.lexicon.case_endings) and is_role(words, at - 2)


def office_behind(words: Words, end: int) -> str | None:
    """The office between commas behind the name that ends at `end`: "Mara Lind, the city engineer, said"."""
    lower, flags = words.lower, words.flags
    if end + 1 >= len(lower) or lower[end] != ",":
        return None
    first = end + 1
    while first < len(lower) and flags[first] & Word.DETERMINERS and not flags[first] & Word.ROLES:
        first += 1
    role = next((k for k in range(first, min(len(lower), first + 5)) if is_role(words, k)), None)
    if role is None:
        return None
    for at in range(first, min(len(lower), first + _LONGEST)):
        if lower[at] in ",;:.!?—–" and not (lower[at] == "." and at > first and len(lower[at - 1]) <= 2):
            return _printed(words, first, at) if at > role else None
        if flags[at] & (_BOUNDS | _KEPT_BACK) and not flags[at] & (Word.ROLES | Word.CAPITAL):
            return _printed(words, first, at) if at > role else None
    return None


def office_of_role(words: Words, source: Phrase) -> str | None:
    """The office in a phrase without a name: "the Norwegian foreign minister" """
    first, last = source
    while first < last and words.flags[first] & Word.DETERMINERS:
        first += 1
    end = next((k for k in range(first, last) if words.lower[k] in ",(" or words.flags[k] & Word.STOPS), last)
    head = next((k for k in range(first, end) if words.flags[k] & Word.PREPOSITIONS), end)
    one = any(is_role(words, k) for k in range(first, head)) and not any(words.flags[k] & Word.GROUPS for k in range(first, head))
    return _printed(words, first, end) if one and not words.flags[source[0]] & Word.PRONOUNS else None


def _printed(words: Words, first: int, last: int) -> str | None:
    return " ".join(words.text[slice(*words.span(first, last))].split()) if first < last else None


def kind_of_speaker(words: Words, source: Phrase, name: str | None, is_person: bool, is_place: bool) -> SpeakerKind | None:
    """What kind of speaker a source is. `is_person`: its name is known for a person's; `is_place`: for a place's."""
    first = source[0]
    end = next((k for k in range(*source) if words.lower[k] in ",("), source[1])
    head = next((k for k in range(first + 1, end) if words.flags[k] & _HEAD_ENDS or _genitive(words, k)), end)
    if words.flags[first] & Word.PRONOUNS and end - first == 1:
        return _KIND_OF_PRONOUN.get(_pronoun(words, first, name))
    if name and is_person:
        return SpeakerKind.PERSON
    if not name and any(words.flags[k] & Word.CONJUNCTIONS for k in range(first + 1, head - 1)):
        return SpeakerKind.GROUP
    said = words.text[slice(*words.span(first, source[1]))]
    owned = any(words.lower[k].endswith(("'s", "’s")) for k in range(first, head))
    if not name and not owned and (keeps_back(words.lexicon).search(said) or _some_one(words, first, head)):
        return SpeakerKind.UNNAMED
    for noun in range(min(head, first + _HEAD) - 1, first - 1, -1):
        if _among(words, noun, Word.INSTITUTIONS):
            return SpeakerKind.INSTITUTION
        if _among(words, noun, Word.GROUPS):
            return SpeakerKind.GROUP
        if is_role(words, noun):
            return SpeakerKind.PERSON
    if name is None:
        return None
    # the press gives people their full name or their office where it first speaks of them
    return SpeakerKind.PERSON if " " in name and not words.flags[first] & Word.DETERMINERS and not is_place else SpeakerKind.INSTITUTION


def _genitive(words: Words, at: int) -> bool:
    """Whether an article stands behind an office, for whose office it is: "Sprecher der Polizei"."""
    return words.flags[at] & (Word.DETERMINERS | Word.CAPITAL) == Word.DETERMINERS and is_role(words, at - 1)


_KIND_OF_PRONOUN = {"one": SpeakerKind.PERSON, "many": SpeakerKind.GROUP}


def _pronoun(words: Words, at: int, name: str | None) -> str:
    if words.flags[at] & Word.RELATIVES:
        return "one" if name else ""
    return "one" if words.flags[at] & Word.PERSONS else "many" if words.lower[at] in words.lexicon.plural else ""


def is_listed(words: Words, source: Phrase) -> bool:
    """Whether a phrase is one word that the lexicon knows as a noun for groups or institutions."""
    return source[1] - source[0] == 1 and (_among(words, source[0], Word.GROUPS) or _among(words, source[0], Word.INSTITUTIONS))


def _among(words: Words, at: int, flag: int) -> bool:
    if words.flags[at] & flag:
        return True
    word = words.lower[at]
    return words.lexicon.verb_second and any(word.endswith(w) for w in _listed(words.lexicon, flag))


@lru_cache(maxsize=32)
def _listed(lexicon: Lexicon, flag: int) -> tuple[str, ...]:
    return tuple(word for word, flags in lexicon.words.items() if flags & flag and len(word) >= 4)


def _some_one(words: Words, first: int, head: int) -> bool:
    """Whether an indefinite article stands before an office: "a spokeswoman for the ministry"."""
    return words.lower[first] in words.lexicon.indefinite and any(is_role(words, k) for k in range(first, head))


@lru_cache(maxsize=16)
def keeps_back(lexicon: Lexicon) -> re.Pattern[str]:
    """What phrases are found by whose speaker the article does not name: "unnamed", "sources", "people familiar with"."""
    lists: Sequence[str] = (*lexicon.credits.nameless, *lexicon.credits.insiders, *lexicon.credits.familiar, *lexicon.credits.unqualified)
    return re.compile(rf"(?<!\w)(?:{'|'.join(lists)})(?!\w)" if lists else r"(?!)")
