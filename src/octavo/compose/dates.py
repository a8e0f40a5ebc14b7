"""The days that a running text speaks of: printed dates, weekdays and "yesterday", resolved against the day it was written.

Month and weekday names come from CLDR (through babel), so every language that babel knows works; the words for yesterday, today
and tomorrow are a table of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from octavo.model import Article
from octavo.moments import instant, precision
from octavo.words import fold, words

NEAR_DAYS = {  # day relative to the day of writing: its words by language
    -1: {
        "en": "yesterday",
        "de": "gestern",
        "es": "ayer",
        "fr": "hier",
        "pt": "ontem",
        "it": "ieri",
        "ja": "昨日",
        "zh": "昨天",
        "ru": "вчера",
        "ar": "أمس",
    },
    0: {
        "en": "today",
        "de": "heute",
        "es": "hoy",
        "fr": "aujourd'hui",
        "pt": "hoje",
        "it": "oggi",
        "ja": "今日|本日",
        "zh": "今天",
        "ru": "сегодня",
        "ar": "اليوم",
    },
    1: {
        "en": "tomorrow",
        "de": "morgen",
        "es": "mañana",
        "fr": "demain",
        "pt": "amanhã",
        "it": "domani",
        "ja": "明日",
        "zh": "明天",
        "ru": "завтра",
        "ar": "غدا|غدًا",
    },
}
NEXT, LAST = 7, -7
WEEKS = {  # days from the weekday around the day of writing: words beside it, by language
    NEXT: {
        "en": "next|coming|this coming",
        "de": "nächsten|nächster|kommenden|kommender",
        "es": "próximo",
        "fr": "prochain",
        "pt": "próximo|próxima|que vem",
        "it": "prossimo|prossima",
        "ja": "来週の?|次の",
        "zh": "下周|下星期|下週",
        "ru": "следующий|следующую|следующее|следующей",
    },
    LAST: {
        "en": "last|past",
        "de": "letzten|letzter|vergangenen|vergangener|vorigen",
        "es": "pasado",
        "fr": "dernier",
        "pt": "passado|passada",
        "it": "scorso|scorsa",
        "ja": "先週の?",
        "zh": "上周|上星期|上週",
        "ru": "прошлый|прошлую|прошлое|прошлой",
    },
}
MORNING = {"de": "am|diesem|jeden|heute|gestern|guten", "es": "la|esta|una|cada"}  # words after which the one for tomorrow is the morning
AHEAD = {  # words before a weekday (or soon after one that opens the sentence) that say that it is still to come
    "en": "will|shall|'ll|going to|is to|are to|set to|due|scheduled|expected|plans? to|planned for|until|till",
    "de": "wird|werden|soll|sollen|will|wollen|bis|geplant|erwartet",
    "es": "será|serán|podrá|tendrá|va a|van a|prevista?o?|hasta|prevé|a partir del",
    "fr": "sera|seront|va|vont|doit|doivent|devrait|devraient|prévue?s?|jusqu'à|d'ici|à partir de",
    "pt": "será|serão|vai|vão|deve|devem|previst[ao]s?|até|a partir de",
    "it": "sarà|saranno|dovrà|dovrebbe|previst[aoie]|fino a|entro",
    "ru": "будет|будут|состоится|пройдет|пройдёт|планирует|ожидается|до|намечен[аоы]?",
    "ja": "まで|予定|見通し|方針",
    "zh": "将|將|预计|預計|计划|計劃",
}
GONE = {  # words near a date without a year that say that it has gone by: what nobody plans, and "since"
    "en": r"since|attack(?:s|ed|ers)?|massacres?|bombings?|shootings?|shot|killings?|killed|murder(?:s|ed)?|died|deaths?|kidnapp(?:ed|ings?)|abducted|"
    r"invaded|invasion|assassinat(?:ed|ion)|earthquakes?|quakes?|floods?|crash(?:ed)?|explosions?|exploded|blasts?|disasters?|accidents?|erupted|collapsed?|victims?",
    "de": r"seit|angriffe?s?|überfall|überfälle|anschl[aä]ge?s?|massakers?|attentate?s?|attacken?|getötet|ermordet|gestorben|starb(?:en)?|verschleppt|"
    r"entführt|überfallen|erdbebens?|beben|absturz|explosion(?:en)?|katastrophe|unglücks?|unfalls?|opfer[ns]?",
    "es": r"desde|ataques?|atentados?|masacres?|matanzas?|asesinatos?|asesinad[oa]s?|muri[oó]|murieron|muert[oa]s|secuestrad[oa]s?|invasión|terremotos?|"
    r"sismo|explosi(?:ón|ones)|accidentes?|catástrofe|víctimas?",
    "fr": r"depuis|attaques?|attentats?|massacres?|assassinats?|assassiné[es]*|tué[es]*|mort[es]*|enlevé[es]*|invasion|séismes?|explosions?|accidents?|"
    r"catastrophe|crash|victimes?",
    "pt": r"desde|ataques?|atentados?|massacres?|assassinatos?|assassinad[oa]s?|mort[oa]s?|morreu|morreram|sequestrad[oa]s?|invasão|terremotos?|sismo|"
    r"explos(?:ão|ões)|acidentes?|desastre|vítimas?",
    "it": r"attacc(?:o|hi)|attentat[oi]|strag[ei]|massacr[oi]|uccis[oaie]|mort[oaie]|rapit[oaie]|invasione|terremot[oi]|esplosion[ei]|incident[ei]|vittim[ae]",
    "ru": r"атак[аиуе]|нападени[яею]|теракт\w*|убийств\w*|убит\w*|погиб\w*|похищен\w*|вторжени\w*|землетрясени\w*|взрыв\w*|авари\w*|катастроф\w*|жертв\w*",
    "ar": "منذ|هجوم|هجمات|مجزرة|مذبحة|مقتل|قتل|زلزال|انفجار|اغتيال|غزو|كارثة|ضحايا",
    "ja": "以来|の(?:攻撃|襲撃|奇襲|虐殺|テロ|地震|震災|事件|事故|爆発|犠牲)",
    "zh": "以来|以來|(?:的)?(?:袭击|襲擊|攻击|攻擊|屠杀|屠殺|恐袭|地震|爆炸|事故|惨案)",
}
PAST = {  # verbs right before a date, or in the clause that it opens, that say the same unless a word of `AHEAD` stands there too
    "en": r"(?:was|were|had|(?!united|hundred|need)\w{2,}ed|began|broke|came|fell|fled|fought|hit|held|left|lost|made|met|sank|saw|sent|struck|swept|took|went|won)(?!\s+(?:to|by|for)\b)",
    "de": r"war|waren|wurden?|hatten?|kam(?:en)?|ging(?:en)?|begann(?:en)?|brach(?:en)?|ließ(?:en)?|traf(?:en)?|sagten?|erklärten?|endeten?|"
    r"starteten?|stürmten?|eröffneten?|besuchten?|siegten?|gelang(?:en)?|fand(?:en)?",
    "es": r"fue|fueron|había|habían|hubo|\w{2,}ó|\w{2,}(?:aron|ieron)",
    "fr": r"était|étaient|avait|avaient|a été|ont été|fut|furent",
    "pt": r"foi|foram|havia|houve|\w{2,}ou|\w{2,}(?:aram|eram|iram)",
    "it": r"era|erano|aveva|avevano|fu|furono|è stat[oa]|sono stat[ie]",
    "ru": r"был[аио]?|\w{3,}(?:лся|лась|лось|лись)|произош(?:[её]л|л[аио])|начал[аио]?|заявил[аио]?|сообщил[аио]?",
}
NEARBY = 4, 2  # words that may stand between such a one and the date, before and after it
BEFORE, AFTER = 60, 20  # characters around a weekday in which such a word counts
PRESS_MONTHS = {"en": {"sept": 9}, "es": {"setiembre": 9}}  # months as the press writes them and CLDR does not
INFLECTED = {"ru": {"среду": 2, "пятницу": 4, "субботу": 5}}  # weekdays, Monday is 0, in forms that CLDR does not hold
CJK = ("ja", "zh", "ko")
_ISO = re.compile(r"\d-\d\d-\d")
_APOSTROPHES = re.compile("['’]")
_HEADING = (":", "-", "–", "—")  # after a date over or before what is listed under it


@dataclass(frozen=True, slots=True)
class Mention:
    """A day that a text speaks of, at [start, end). `exact`: the text prints day and month, so nothing but the year was worked out."""

    day: date
    start: int
    end: int
    exact: bool


def day_of(article: Article) -> date | None:
    """The day on which an article was published, as printed; None when it is not known to the day."""
    known = article.published and precision(article.published) not in (None, "year", "month") and instant(article.published)
    return date.fromisoformat(article.published[:10]) if known and article.published else None


def mentions(text: str, language: str | None, written: date | None, terms: Collection[str] | None = None) -> list[Mention]:
    """The days in `text` in order of place. What needs the day of writing is left out when that is not known.

    `terms`: the text's `octavo.words.words`, where they are known already; most texts that name no day are told by them, much faster.
    """
    if terms is not None and _without_days(text, terms, language or "en"):
        return []
    return [
        Mention(day, *match.span(), exact=match["weekday"] is None and match["near"] is None)
        for match in _pattern(language or "en").finditer(text)
        if (day := _day(match, language or "en", written))
    ]


def _without_days(text: str, terms: Collection[str], language: str) -> bool:
    """Whether the words of a text show that it names no day. False may be said of any text."""
    signs = _signs(language)
    if signs is None or not signs.isdisjoint(terms) or "月" in text or "_" in text or ("-" in text and _ISO.search(text)):
        return False
    if "'" in text or "’" in text:  # "Monday's", "dell'8"
        return all(signs.isdisjoint(_APOSTROPHES.split(term)) for term in terms if not term.isalnum())
    return True


def _day(match: re.Match[str], language: str, written: date | None) -> date | None:
    part = match.groupdict()
    if part["iso"]:
        return _made(*map(int, part["iso"].split("-")))
    if part["near"]:
        if _beside(MORNING.get(language), match, behind=False):
            return None
        return _shifted(written, _number(_near_days, language, part["near"]))
    if part["weekday"]:
        weekday = _number(_weekdays, language, part["weekday"])
        return _shifted(written, _to_weekday(match, language, weekday - written.weekday()) if written and weekday is not None else None)
    for day, month, year in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
        if part[day]:
            number = _number(_months, language, part[month])
            return _dated(match, language, (int(part[day]), number, part[year]), written) if number else None
    return _dated(match, language, (int(part["d3"]), int(part["m3"]), part["y3"]), written) if part["d3"] else None


def _to_weekday(match: re.Match[str], language: str, ahead: int) -> int:
    """Days from the day of writing to a weekday that stands `ahead` days (or any number of weeks more or less) off.

    The press names the weekday of what has just happened far oftener than of what is to come: forwards only where words say so.
    """
    week = next((week for week, listed in WEEKS.items() if _beside(listed.get(language), match)), None)
    if week:
        return ahead % week or week
    return ahead % 7 if _ahead(match, language) else -(-ahead % 7)


def _beside(listed: str | None, match: re.Match[str], behind: bool = True) -> bool:
    """Whether one of the words stands right before the match, or right behind it."""
    text, (start, end) = match.string, match.span()
    if not listed:
        return False
    before, after = _edges(listed)
    return bool(before.search(text[max(0, start - BEFORE) : start]) or (behind and after.match(text[end : end + BEFORE])))


def _ahead(match: re.Match[str], language: str) -> bool:
    text, (start, end) = match.string, match.span()
    if language not in AHEAD:
        return False
    found = _whole_words(AHEAD[language], language)
    opens = len(text[:start].split()) <= 1  # "On Friday the council will ..."
    return bool(found.search(text[max(0, start - BEFORE) : start]) or (opens and found.search(text[end : end + AFTER])))


def looks_ahead(text: str, language: str | None) -> bool:
    """Whether a sentence speaks of what is still to come ("will", "scheduled")."""
    return language in AHEAD and bool(_whole_words(AHEAD[language], language).search(text))


@lru_cache(maxsize=128)
def _edges(listed: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"(?<!\w)(?:{listed})\s*$", re.IGNORECASE), re.compile(rf"\s*(?:{listed})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=64)
def _whole_words(listed: str, language: str) -> re.Pattern[str]:
    return re.compile(listed if language.startswith(CJK) else rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)


def _dated(match: re.Match[str], language: str, printed: tuple[int, int, str | None], written: date | None) -> date | None:
    """A printed day, month and year. Without a year it is the nearest such day, but the last one gone by where the words around say so."""
    day, month, year = printed
    if year:
        return _made(int(year), month, day)
    if not written:
        return None
    near = [made for y in (written.year - 1, written.year, written.year + 1) if (made := _made(y, month, day))]
    nearest = min(near, key=lambda made: abs((made - written).days), default=None)
    if nearest and nearest > written and _gone_by(match, language):
        return max((made for made in near if made <= written), default=None)
    return nearest


def _gone_by(match: re.Match[str], language: str) -> bool:
    """Whether the words around a date say that it lies behind: "the Oct. 7 attack", "since Oct. 7", "on Oct. 7 gunmen killed"."""
    text, (start, end) = match.string, match.span()
    before, after = text[max(0, start - BEFORE) : start], text[end : end + BEFORE]
    if gone := _near_words(GONE.get(language), language):
        last, first = gone[0].search(before), gone[1].match(after)
        if first or (last and not looks_ahead(before[last.start() :], language)):
            return True
    if language not in PAST or looks_ahead(before, language) or looks_ahead(after, language):
        return False
    opens = len(text[:start].split()) <= 1 and after.lstrip()[:1] not in _HEADING  # "On Oct. 7 the council met"
    beside = _near_words(PAST[language], language, 1)
    return bool(beside and beside[0].search(before)) or (opens and bool(_whole_words(PAST[language], language).search(after)))


@lru_cache(maxsize=64)
def _near_words(listed: str | None, language: str, between: int | None = None) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Patterns for one of some words before and after a date, with a few others between, but no end of a clause."""
    if listed is None:
        return None
    if language.startswith(CJK):
        return re.compile(rf"(?:{listed})$"), re.compile(rf"(?:{listed})")
    left, right = NEARBY if between is None else (between, between)
    other = r"[^\s.;:!?–—]*[^\s.,;:!?–—]"
    return (
        re.compile(rf"(?<!\w)(?:{listed})(?:\s+{other}){{0,{left}}}\s*$", re.IGNORECASE),
        re.compile(rf"\s*(?:{other}\s+){{0,{right}}}(?:{listed})(?!\w)", re.IGNORECASE),
    )


def _shifted(written: date | None, days: int | None) -> date | None:
    if written is None or days is None:
        return None
    try:
        return written + timedelta(days=days)
    except OverflowError:
        return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@lru_cache(maxsize=64)
def _near_days(language: str) -> dict[str, int]:
    return {word: shift for shift, table in NEAR_DAYS.items() for word in table.get(language, "").split("|") if word}


@lru_cache(maxsize=64)
def _months(language: str) -> dict[str, int]:
    names = _locale(language).months
    named = {
        name.lower().rstrip("."): number
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in names[form][width].items()
        if not name[:1].isdigit()
    }
    return named | PRESS_MONTHS.get(language, {})


@lru_cache(maxsize=64)
def _weekdays(language: str) -> dict[str, int]:
    names = _locale(language).days
    named = {name.lower().rstrip("."): number for form in ("format", "stand-alone") for number, name in names[form]["wide"].items()}
    return named | INFLECTED.get(language, {})


@lru_cache(maxsize=64)
def _signs(language: str) -> frozenset[str] | None:
    """One of these stands among the `words` of every text with a name of a month, of a weekday or for a near day; None where words are not parted."""
    if language.startswith(CJK):
        return None
    names = [name for table in (_months, _weekdays, _near_days) for name in table(language)]
    return frozenset(word for name in names for form in (name, _key(name)) for word in words(form)[:1])


@lru_cache(maxsize=4096)
def _number(table: Callable[[str], dict[str, int]], language: str, matched: str) -> int | None:
    """What a name that the pattern matched stands for. The pattern minds no case, and so takes İ, ı and ſ, which `lower` does not lead back."""
    return next((number for name, number in table(language).items() if _key(name) == _key(matched)), None)


def _key(name: str) -> str:
    return fold(name).replace("ı", "i").rstrip(".")


@lru_cache(maxsize=64)
def _pattern(language: str) -> re.Pattern[str]:
    def one_of(names: dict[str, int]) -> str:
        return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"

    month, weekday, near = one_of(_months(language)), one_of(_weekdays(language)), one_of(_near_days(language))
    edge = "" if language.startswith(CJK) else r"\b"
    year = r"(?:\s*,?\s+(?:de\s+|del\s+)?(?P<{0}>(?:19|20)\d\d)\b)?"
    firsts = {initial for names in (_months, _weekdays, _near_days) for name in names(language) for initial in (name[0], name[0].upper())}
    # Looked for only where a word begins with a digit or with one of the names' initials: four times as fast.
    begins = "" if language.startswith(CJK) else rf"\b(?=[\d{re.escape(''.join(sorted(firsts)))}])"
    return re.compile(
        rf"{begins}(?:"
        r"\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"
        rf"|\b(?P<d1>\d\d?)(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(?P<m1>{month})\b\.?"
        + year.format("y1")
        + rf"|\b(?P<m2>{month})\b\.?\s+(?P<d2>\d\d?)(?:st|nd|rd|th)?\b(?!:\d)"
        + year.format("y2")
        + rf"|(?:(?P<y3>(?:19|20)\d\d)\s*年\s*)?(?P<m3>\d\d?)\s*月\s*(?P<d3>\d\d?)\s*日"
        rf"|{edge}(?P<near>{near}){edge}"
        rf"|{edge}(?P<weekday>{weekday}){edge})",
        re.IGNORECASE,
    )
