"""Other forms in which a word may stand in a text: "election" and "elections". Pure, by endings, and with no language known.

A query has no language, so a word gets the forms of all of them; those that are no words are found nowhere and cost next to nothing.
What one family of endings cannot say (irregular plurals, vowels that change) is left to the search by meaning.
"""

from __future__ import annotations

import re

# Endings that stand for one another, folded as search folds them, and how many letters must stand before them.
_LATIN: tuple[tuple[int, tuple[str, ...]], ...] = (
    (3, ("", "s")),  # plurals of English, French, Spanish, Portuguese; the German genitive
    (4, ("", "es", "ed", "ing")),  # English
    (3, ("e", "ed", "ing")),
    (3, ("y", "ies", "ied", "ying")),
    (4, ("", "e", "en", "er", "es", "em", "ern")),  # German, whose umlauts are folded already
    (4, ("", "n")),
    (4, ("in", "innen")),
    (4, ("al", "ale", "ales", "aux")),  # French
    (4, ("au", "aux")),
    (4, ("eux", "euse", "euses")),
    (4, ("o", "a", "os", "as", "i", "e")),  # Spanish, Portuguese, Italian
    (3, ("z", "ces")),
    (3, ("ao", "oes", "aos", "aes")),
    (4, ("al", "ais")),
    (4, ("m", "ns")),
    (4, ("ione", "ioni")),
)
_CYRILLIC: tuple[tuple[int, tuple[str, ...]], ...] = (  # Russian and Ukrainian
    (4, ("", "а", "у", "ом", "ем", "е", "ы", "и", "ов", "ев", "ам", "ами", "ах")),
    (4, ("а", "я", "ы", "и", "е", "у", "ю", "ой", "ей", "ам", "ами", "ах")),
    (4, ("ия", "ии", "ию", "ией", "ий", "иям", "иями", "иях")),
    (4, ("ый", "ий", "ой", "ая", "ое", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ых", "их", "ую")),
)
_SCRIPTS = ((re.compile("[a-z]+"), _LATIN), (re.compile("[\u0430-\u045f]+"), _CYRILLIC))
_ARABIC = re.compile("[\u0621-\u064a]+")
_ARTICLE = "ال"


def word_forms(word: str) -> tuple[str, ...]:
    """A folded word and the forms that it may have besides, itself first, each once; most of them are no words of any language."""
    found = [word]
    if _ARABIC.fullmatch(word):
        found.append(word.removeprefix(_ARTICLE) if word.startswith(_ARTICLE) and len(word) > 4 else _ARTICLE + word)
    for script, families in _SCRIPTS:
        if script.fullmatch(word):
            for shortest, endings in families:
                # The longest ending that fits: "parties" is "part-ies", not "partie-s" as well.
                fitting = max((ending for ending in endings if word.endswith(ending)), key=len, default=None)
                if fitting is not None and len(stem := word.removesuffix(fitting)) >= shortest:
                    found += [stem + ending for ending in endings]
    return tuple(dict.fromkeys(found))
