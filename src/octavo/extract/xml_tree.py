"""XML from outside → a tree: nothing declared or fetched by it, bounded in size, and what can be read of it when it is broken."""

from __future__ import annotations

import html.entities
import re
from typing import NamedTuple

from lxml import etree

from octavo.extract.bounds import head_of
from octavo.extract.decode import decoded

MOST_BYTES = 16 << 20  # of a feed or sitemap that are read; the largest honest ones have a tenth of it
_TYPE = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+(<!DOCTYPE\b)", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(rb"\A<\?xml\b.*?\?>\s*", re.DOTALL)
_TYPE_END = re.compile(rb"\]\s*>")
_TYPE_BEGIN = re.compile(rb"[\[>]")
_CONTROLS = bytes(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D))
# What stops or misleads a parser: "&" that begins no reference, HTML's names for characters, "<" that begins no tag.
_BARE = re.compile(
    rb"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)(?:([A-Za-z]\w{1,30});)?|<(?![\w/!?])",
    re.DOTALL,
)
# Half a character, written as a number: the parser lets it through, and nothing can read what comes of it.
_HALF = re.compile(rb"&#(?:x0*d[89a-f][\da-f]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));", re.IGNORECASE)
_CUT_OFF = frozenset(
    {"ERR_TAG_NOT_FINISHED", "ERR_CDATA_NOT_FINISHED", "ERR_COMMENT_NOT_FINISHED", "ERR_GT_REQUIRED", "ERR_RESOURCE_LIMIT"}
)


class Tree(NamedTuple):
    """What was read. `sound` is False where it had to be repaired, `whole` where its end is missing or was given up."""

    root: etree._Element
    sound: bool
    whole: bool


def xml_tree(body: bytes, charset: str | None = None) -> Tree | None:
    """The tree of an XML document in any encoding, without comments; None when not one element can be read.

    Its document type is taken out unread, so no entity can be declared and no other document is named; HTML's names for characters
    mean what they mean in HTML. Elements nested deeper than 256 levels and texts of over 10 MB end the reading.
    """
    data = prepared(body, charset)
    root, faults = _read(data)
    if faults:
        root, faults = _read(_repaired(data))
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    return Tree(root, not faults, len(body) <= MOST_BYTES and not faults & _CUT_OFF)


def prepared(body: bytes, charset: str | None = None) -> bytes:
    """The first MOST_BYTES of a document as UTF-8, without its XML declaration and its document type; b"" where the type never ends."""
    data = _DECLARATION.sub(b"", decoded(head_of(body, MOST_BYTES), charset).lstrip("\ufeff \t\r\n").encode("utf-8", "replace"))
    match = _TYPE.match(data)
    if match is None:
        return data
    begin = _TYPE_BEGIN.search(data, match.end())
    end = _TYPE_END.search(data, begin.end()) if begin and begin[0] == b"[" else begin
    return data[: match.start(1)] + data[end.end() :] if end else b""


def _read(data: bytes) -> tuple[etree._Element | None, frozenset[str]]:
    """The root element and the names of what is not well-formed."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root: etree._Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None, frozenset({"ERR_DOCUMENT_EMPTY"})
    return root, frozenset(fault.type_name for fault in parser.error_log if fault.level_name == "FATAL")


def _repaired(data: bytes) -> bytes:
    data = _HALF.sub(b"&#xFFFD;", data.translate(None, _CONTROLS))
    return _BARE.sub(_escaped, data[max(0, data.find(b"<")) :])


def _escaped(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return match[1]
    if match[0] == b"<":
        return b"&lt;"
    characters = html.entities.html5.get(match[2].decode("ascii", "replace") + ";") if match[2] else None
    return b"".join(b"&#%d;" % ord(c) for c in characters) if characters else b"&amp;" + match[0][1:]
