"""The dateline that a text begins with: the place where it was written and the agency named beside it, in the forms that the press has."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from octavo.model import PublisherKind
from octavo.publishers import known

_HEAD = 150  # characters in which a dateline stands
_WORDS = 4  # that a place's name may have
_CAPITALS = 3  # letters from which a word in capitals may be a place
# What stands in capitals, or between brackets, before a text and is no place.
_LABELS = frozenset((
    "analysis", "breaking", "breaking news", "comment", "correction", "editorial", "exclusive", "explainer", "fact check", "feature", "gallery",
    "interview", "just in", "live", "news", "note", "opinion", "photos", "podcast", "poll", "profile", "read", "review", "sponsored", "update",
    "updated", "video", "warning", "watch", "aktualisiert", "eilmeldung", "exklusiv", "kommentar", "live-ticker", "liveticker", "meinung",
    "direct", "en direct", "exclusif", "reportage", "tribune", "vidéo", "análisis", "exclusivo", "opinión", "última hora", "vídeo", "diretta",
    "esclusiva", "foto", "fotos", "видео", "мнение", "обновлено", "срочно", "фото", "эксклюзив", "動画", "写真", "速報", "独自", "解説", "社説", "特集", "更新",
    "訂正", "図解", "インタビュー", "視点", "视频", "快讯", "独家", "评论", "觀點", "속보", "단독", "영상", "사진", "인터뷰",
))  # fmt: skip
_DASH = r"(?:\s*\.?\s*(?:[-–—―－|]|--|:-)\s*)"
_LONG_DASHES = ("—", "–", "―", "--")
_DATE = r"(?:[,.]?\s*\(?\d[^()\n–—-]{0,24}|,?\s+[^\W\d_]{3,10}\.?\s+\d{1,2}(?:,?\s+\d{4})?)"
_NAME = r"[^\W\d_][\w.'’/ -]{1,40}?"
# How far a text must be read to see whether it can have one: up to the first bracket or dash, before which stand few words.
_OPENING = re.compile(r"[^\n]{0,60}?(?=[(（\[［【/|–—―－]|\s-|--|[电電讯訊])")
_BEFORE = 8  # words before that
_BARE = frozenset(" -|–—―－")  # what follows a place without an agency
# Places that stand alone in such brackets, where as often a word of praise or a rubric stands: from where the press of East Asia writes most.
_PLACES = (
    "東京|大阪|京都|名古屋|札幌|仙台|横浜|広島|福岡|那覇|沖縄|神戸|金沢|長崎|北京|上海|香港|台北|広州|ソウル|平壌|ワシントン|ニューヨーク|ロサンゼルス|サンフランシスコ|シカゴ|ロンドン|パリ|"
    "ベルリン|ブリュッセル|ジュネーブ|ウィーン|ローマ|マドリード|モスクワ|キーウ|キエフ|ワルシャワ|イスタンブール|アンカラ|カイロ|エルサレム|ドバイ|テヘラン|バグダッド|ベイルート|ニューデリー|"
    "ムンバイ|イスラマバード|カブール|バンコク|ハノイ|ジャカルタ|マニラ|シンガポール|クアラルンプール|ヤンゴン|プノンペン|シドニー|キャンベラ|ナイロビ|ヨハネスブルク|サンパウロ|リオデジャネイロ|"
    "ブエノスアイレス|メキシコ市|オタワ|华盛顿|華盛頓|纽约|紐約|伦敦|倫敦|巴黎|东京|首尔|首爾|莫斯科"
)
# The forms, each with a place, an agency or both. Of scripts without blanks:
_DENSE_FORMS = (
    r"[(\[［（](?P<place>[가-힣]{2,10})\s?=\s?(?P<agency>[가-힣A-Za-z0-9]{2,12})[)\]］）]",
    r"[\[［（(](?P<place>[^\W\d_]{2,12})\s*\d{1,2}日\s*(?P<agency>[^\W\d_]{2,10})[\]］）)]",
    r"【(?P<place>[^\W\d_]{2,14}?)(?:(?P<agency>共同|時事|AFP(?:＝?時事)?|AP|ロイター|CNN|新華社)(?:[・=＝][^】\n]{1,24})?|[・=＝][^】\n]{1,24})】(?=\S)",
    rf"【(?P<place>{_PLACES})】(?=\S)",
    r"[（(]?(?P<agency>新华社|新華社|中新社|中新网|中央社|本报|本報|人民网)(?:记者|記者)?(?P<place>[\u4e00-\u9fff]{2,6}?)\d{1,2}月\d{1,2}日[电電讯訊]",
)
# Of all others, that which only one part of the press has first:
_SPACED_FORMS = (
    rf"[(（](?P<agency>[^()\n]{{2,30}})[)）]{_DASH}(?:(?P<place>{_NAME}){_DATE}?{_DASH})?(?=\S)",
    rf"(?P<place>{_NAME}){_DATE}[.,]?\s*(?:/(?P<agency>[^/\n]{{2,30}})/\.?|{_DASH}(?P<after>[^.\n]{{2,20}})\.)\s",
    rf"(?P<place>{_NAME})(?:,\s*(?P<region>[^\W\d_][^\d()\n,–—-]{{1,24}}?))?(?P<date>{_DATE})?\s*[(（](?P<agency>[^()\n]{{2,30}})[)）](?P<dash>{_DASH})?",
    rf"(?P<place>{_NAME})(?:,\s*(?P<region>[^\W\d_][^\d()\n,–—-]{{1,24}}?))?(?P<date>{_DATE})?(?P<dash>{_DASH})(?=\S)",
)
_DENSE = re.compile(r"[(\[［（【]?[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FORMS = {True: tuple(map(re.compile, _DENSE_FORMS)), False: tuple(map(re.compile, _SPACED_FORMS))}  # by whether it is of such a script


class Dateline(NamedTuple):
    """What a dateline says: the place as printed, and the agency as the table of publishers writes it."""

    place: str | None
    agency: str | None


_NONE = Dateline(None, None)


def dateline_of(text: str) -> Dateline:
    """The dateline at the beginning of a text; neither where there is none. Rather none than a wrong one."""
    return _of_head(text[:_HEAD].lstrip().partition("\n")[0])


@lru_cache(maxsize=256)  # who looks for the agency asks first, who looks for the place a moment later
def _of_head(head: str) -> Dateline:
    opening = _OPENING.match(head)
    if not opening or head[0].islower() or len(opening[0].split()) > _BEFORE:
        return _NONE
    if head[opening.end()] in _BARE and not opening[0].partition(" ")[0].isupper():
        return _NONE
    for form in _FORMS[bool(_DENSE.match(head))]:
        if (match := form.match(head)) and (line := _judged(match, head)) != _NONE:
            return line
    return _NONE


def agency(name: str) -> str | None:
    """The news agency that goes by this name, as the table of publishers writes it; None for none."""
    outlet = known().of_name(name.strip())
    return outlet.name if outlet and outlet.kind is PublisherKind.AGENCY else None


def _judged(match: re.Match[str], head: str) -> Dateline:
    """What a form that fits means. Sure are an agency that is known, and the capitals in which the press sets nothing else before a dash."""
    said = match.groupdict()
    place, date, dash = (said["place"] or "").strip(" .,"), said.get("date") or "", said.get("dash")
    region = said.get("region") if date[:1] in ("", ",", ".") else None  # "May" of "May 3" is none
    if region and (dash or "").lstrip().startswith("."):
        region += "."  # of an abbreviation: "Mich. —"
    named = agency(said.get("agency") or said.get("after") or "")
    if named is None and agency(place):
        return Dateline(None, agency(place))
    if _DENSE.match(place) or named:
        return Dateline(_place(place, region), named)
    capitals = place.isupper() and sum(map(str.isalpha, place)) >= _CAPITALS and not head[match.end() :].isupper()
    if not capitals or dash is None or (said.get("agency") and not said["agency"].isupper()):
        return _NONE
    # A hyphen stands behind other words in capitals too: "CROSSWORD - ...", "RISC-V ...".
    marked = date or region or said.get("agency") or any(sign in dash for sign in _LONG_DASHES)
    return Dateline(_place(place, region), None) if marked else _NONE


def _place(place: str, region: str | None) -> str | None:
    if not place or place[0].islower() or place.casefold() in _LABELS or len(place.split()) > _WORDS or known().of_name(place):
        return None
    return f"{place}, {region.strip()}" if region and region[0].isupper() else place
