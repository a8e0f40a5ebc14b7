"""Whether a sentence can stand on its own, out of its article: whole, a statement, and in need of nothing said before it; and where it begins to say something."""

from __future__ import annotations

import re
from functools import lru_cache

from octavo.model import Article

CLOSING = '"”“»«›」』)]'
PAIRS = (("「", "」"), ("『", "』"), ("(", ")"), ("«", "»"))
QUOTATION_MARKS = '"“”„'  # which of them opens and which closes differs by language: “English”, „deutsch“, ”suomi”
ENDS = (".", "!", "。", "！", "۔", "।", "…")
LEANING = {  # first words that lean on a sentence before: connectives and pronouns
    "en": "and but or so yet however also still meanwhile moreover furthermore nevertheless nonetheless instead otherwise then thus therefore "
    "he she they it his her their its him them this that these those such another both neither here there later earlier afterwards",
    "de": "und aber oder doch jedoch auch dennoch trotzdem dagegen stattdessen zudem außerdem dann danach daher deshalb deswegen dabei damit "
    "er sie es ihr ihre sein seine dies diese dieser dieses solche beide dort hier später",
    "es": "y pero o sino también además sin_embargo entonces luego así él ella ellos ellas su sus esto eso este esta estos estas ese esa "
    "esos esas ambos allí aquí después",
    "fr": "et mais ou donc or aussi cependant pourtant toutefois ensuite puis ainsi il elle ils elles son sa ses leur leurs cela ceci ce cet "
    "cette ces ceux là ici",
    "pt": "e mas ou também porém contudo entretanto então depois assim ele ela eles elas seu sua seus suas isso isto este esta estes estas "
    "esse essa esses essas ambos ali aqui",
    "it": "e ma o anche però tuttavia inoltre poi quindi così lui lei loro egli ella esso essi suo sua questo questa questi queste quello "
    "quella entrambi",
    "ru": "и а но или однако также кроме_того затем потом поэтому он она оно они его ее их это этот эта эти такой там здесь",
    "ar": "هو هي هم لكن ولكن كما لذلك هذا هذه",
    "ja": "しかし また さらに そして だが ただ 一方 なお これ それ この その 彼 彼女 同氏",
    "zh": "但 但是 而且 此外 同时 然而 因此 他 她 他们 这 那 该",
}
UNSPACED = ("ja", "zh")
INVITING = re.compile(  # what a page says to its reader
    r"\b(?:read (?:more|our|the full|also)|click here|sign up|subscribe|follow us|watch (?:the|our)|see also|related:|live updates|newsletter|"
    r"all rights reserved|lesen sie|mehr dazu|zum thema|haga clic|lea también|suscríb|lire aussi|abonnez|leia (?:mais|também)|assine|"
    r"leggi anche|читайте|подпис)|続きを読む|会員登録|点击|اقرأ",
    re.IGNORECASE,
)

# A region or date, an agency in brackets and a dash: " (LNA) - ", ", 21 November (AFP) — ".
_BEHIND_PLACE = re.compile(r"(?:,\s[^\n:;()–—―-]{1,24})?(?:\s?\([^()\n]{1,40}\))?\s?(?:--|[-–—―])\s+")


def whole(text: str) -> bool:
    """Whether a sentence ends as one, asks nothing, and no quotation is cut in two by its borders."""
    end = text.rstrip(CLOSING + " ")
    balanced = all(text.count(a) == text.count(b) for a, b in PAIRS) and sum(map(text.count, QUOTATION_MARKS)) % 2 == 0
    return balanced and end.endswith(ENDS)


def behind_dateline(article: Article, start: int, end: int) -> int:
    """Where a sentence of an article says something: that is its start, but of the first one behind "HALMAR (LNA) - ", where it begins so."""
    place = article.dateline
    if not place or not article.text.startswith(place, start) or article.text[:start].strip():
        return start
    behind = _BEHIND_PLACE.match(article.text, start + len(place), end)
    return behind.end() if behind else start


def inviting(text: str) -> bool:
    """Whether a sentence speaks to the page's reader instead of the matter: "Read more", "Sign up"."""
    return bool(INVITING.search(text))


def leaning(text: str, language: str | None) -> bool:
    """Whether a sentence begins with a connective or a pronoun, so that it cannot be understood without the one before it."""
    first = _leaning(language or "")
    return bool(first and first.match(text))


@lru_cache(maxsize=32)
def _leaning(language: str) -> re.Pattern[str] | None:
    words = [re.escape(word.replace("_", " ")) for word in LEANING.get(language, "").split()]
    edge = "" if language in UNSPACED else r"\b"
    return re.compile(rf"[\W_]*(?:{'|'.join(words)}){edge}", re.IGNORECASE) if words else None
