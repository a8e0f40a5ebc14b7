"""Lists of subscriptions in OPML 2.0, read and written: how sources come from another feed reader and go to one.

Pure. What is read comes from outside and is often broken: attribute names in any case, stray ampersands, wrong charsets, outlines that
are never closed. No entity is expanded and no DTD is read; size, depth and number of outlines are limited.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from lxml import etree

from octavo.errors import InputError
from octavo.model import FullText, Source, SourceKind

LARGEST = 5_000_000  # bytes
MOST_SOURCES = 20_000
DEEPEST = 12  # folders within folders; what lies deeper is taken into the deepest one
MOST_FOLDERS = 20  # that one source lies in
LONGEST_NAME = 200  # characters of a title or a folder's name
MOST_FAULTS = 50  # of the XML itself that are told

NAMESPACE = "urn:octavo:opml"  # for what OPML has no attribute for
KIND, PUBLISHER, FULL_TEXT, SELECTOR = (f"{{{NAMESPACE}}}{name}" for name in ("kind", "publisher", "fullText", "selector"))
FEED_TYPES = frozenset({"rss", "atom", "feed", "pie", "jsonfeed"})  # pie: what Atom was called while it was made

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.I)
_NO_CHARSETS = re.compile("idna|punycode|escape|utf-?_?7|undefined", re.I)  # codecs of Python's own; some take quadratic time
_ENTITY = re.compile("&(#[0-9]{1,7};|#x[0-9a-f]{1,6};|[a-z][a-z0-9]{1,30};)?", re.I)
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_FEED_SCHEME = re.compile("^(?:feed:(?://)?(?=https?:)|feed(?=://))", re.I)  # "feed:https://..." and "feed://..."
_UNFIT = re.compile(r"[\s<>\x00-\x1f\x7f]")  # in an address
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # characters that XML cannot hold


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be used. `line` counts from 1; `where` is the outline with the folders that it lies in, "" for a fault of the file."""

    line: int
    what: str
    where: str = ""

    def __str__(self) -> str:
        return f"line {self.line}" + (f", “{self.where}”" if self.where else "") + f": {self.what}"


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """A list as it was read: each source once, in the list's order, not kept yet (its id is 0)."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]  # in the order of their lines
    repeated: int  # outlines whose source the list had named before


def read_opml(body: bytes) -> Subscriptions:
    """The sources in an OPML file of any version, with what could not be used and why.

    One feed in two folders is one source that lies in both. Raises InputError for what is no OPML file at all or is too large.
    """
    if len(body) > LARGEST:
        raise InputError(f"The list has more than {LARGEST // 1_000_000} MB", todo="Split it")
    text = _decoded(body)
    if "<!entity" in text.lower():
        raise InputError("The list declares XML entities, which an honest list has no need of", todo="Take them out of it")
    parser = etree.XMLParser(encoding="utf-8", recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_ENTITY.sub(_tamed, text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or not any(_name(element) in ("opml", "outline") for element in root.iter(etree.Element)):
        raise InputError("This is no OPML file", todo="Let the other reader export its subscriptions as OPML")
    found: dict[str, Source] = {}
    problems, repeated = [Problem(line, f"the XML is broken ({what})") for line, what in _faults(parser).items()], 0
    for line, path, given in _outlines(root):
        source = _source(given, path)
        if isinstance(source, str):
            problems.append(Problem(line, source, "/".join((*path, _title(given) or "…"))))
        elif known := found.get(source.address):
            folders = dict.fromkeys(known.folders + source.folders)
            found[source.address] = replace(known, folders=tuple(folders)[:MOST_FOLDERS])
            repeated += 1
        elif len(found) == MOST_SOURCES:
            problems.append(Problem(line, f"the list has more than {MOST_SOURCES:,} sources; the rest is left out"))
            break
        else:
            found[source.address] = source
    return Subscriptions(tuple(found.values()), tuple(sorted(problems, key=lambda problem: problem.line)), repeated)


def write_opml(sources: Sequence[Source], title: str, now: datetime) -> bytes:
    """Sources as an OPML 2.0 file that other readers take too. One that lies in several folders stands in each of them.

    Feeds are outlines of the type `rss`. Pages and sitemaps, which other readers do not gather, are of the type `link`, with what Octavo
    knows of them in its own namespace. A folder on this machine means nothing elsewhere and is left out.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"octavo": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _UNWRITABLE.sub("\ufffd", title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    folders: dict[tuple[str, ...], etree._Element] = {(): etree.SubElement(root, "body")}
    for source in sources:
        if source.kind is SourceKind.FOLDER:
            continue
        for path in [tuple(folder.split("/")) for folder in source.folders] or [()]:
            for depth in range(1, len(path) + 1):
                if path[:depth] not in folders:
                    name = _UNWRITABLE.sub("\ufffd", path[depth - 1])
                    folders[path[:depth]] = etree.SubElement(folders[path[: depth - 1]], "outline", {"text": name, "title": name})
            etree.SubElement(folders[path], "outline", _attributes(source))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


# ---- reading -------------------------------------------------------------------------------------------------------


def _decoded(body: bytes) -> str:
    """The characters of a list: by its byte order mark, else as declared, else UTF-8, else as Windows writes western languages."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    declared = _DECLARED.match(body[:400])
    names = ["utf-8", "cp1252"]
    if declared and not _NO_CHARSETS.search(name := declared[1].decode("ascii", "replace")):
        names.insert(0, name)
    for name in names:
        try:
            return body.decode(name)
        except (LookupError, ValueError):
            continue
    return body.decode("utf-8", "replace")


def _tamed(entity: re.Match[str]) -> str:
    """An entity as one of XML's own, or as plain characters: HTML's, and the bare ampersands of addresses ("?a=1&b=2")."""
    if not entity[1]:
        return "&amp;"
    return entity[0] if entity[1] in _XML_ENTITIES else html.escape(html.unescape(entity[0]))


def _faults(parser: etree.XMLParser) -> dict[int, str]:
    """The first fault of each broken line of the XML; unknown namespaces, on which nothing depends, left aside."""
    faults: dict[int, str] = {}
    for fault in parser.error_log:
        if fault.domain_name != "NAMESPACE" and len(faults) < MOST_FAULTS:
            faults.setdefault(fault.line, fault.message)
    return faults


def _outlines(root: etree._Element) -> Iterator[tuple[int, tuple[str, ...], dict[str, str]]]:
    """Every outline that means to be a source: its line, the names of the folders that it lies in, its attributes by lower-case name.

    One that names a feed is no folder, even with outlines in it: it comes from a writer that closes none.
    """
    path: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if _name(element) != "outline":
            continue
        given = {_attribute(str(name)): str(value).strip() for name, value in element.attrib.items()}
        is_folder = not given.get("xmlurl") and any(_name(child) == "outline" for child in element)
        if not is_folder and event == "start" and (given.get("type") or any(given.get(name) for name in ("xmlurl", "url", "htmlurl"))):
            yield element.sourceline or 0, tuple(path[:DEEPEST]), given
        elif is_folder and event == "start":
            path.append((_title(given) or "…").replace("/", "∕"))
        elif is_folder:
            path.pop()


def _name(element: etree._Element) -> str:
    """An element's name without namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].lower()


def _attribute(name: str) -> str:
    """An attribute's name, in lower case and without namespace where that is not ours."""
    return name if name in (KIND, PUBLISHER, FULL_TEXT, SELECTOR) else name.rpartition("}")[2].lower()


def _title(given: Mapping[str, str]) -> str | None:
    return " ".join((given.get("title") or given.get("text") or "").split())[:LONGEST_NAME] or None


def _source(given: Mapping[str, str], path: tuple[str, ...]) -> Source | str:
    """The source that an outline names, or why it names none."""
    kind, type = given.get(KIND, SourceKind.FEED.value), given.get("type", "").lower()
    named = given.get("xmlurl") or (given.get("url") if type in FEED_TYPES or KIND in given else None)
    if not named:
        if type == "include" or given.get("url", "").lower().endswith(".opml"):
            return "it takes in another list; import that one's file too"
        return "it names no feed (it has no xmlUrl); `octavo add` may find one"
    address = _FEED_SCHEME.sub(lambda scheme: "https" if scheme[0].lower() == "feed" else "", named, count=1)
    if not _fetchable(address):
        return f"{address[:100]!r} is no address that can be fetched"
    if kind not in (SourceKind.FEED, SourceKind.PAGE, SourceKind.SITEMAP):
        return f"Octavo knows no sources of the kind {kind[:40]!r}"
    full_text = given.get(FULL_TEXT)
    categories = [tuple(filter(None, category.strip().split("/"))) for category in given.get("category", "").split(",")[:MOST_FOLDERS]]
    return Source(
        id=0,
        kind=SourceKind(kind),
        address=address,
        title=_title(given),
        publisher=given.get(PUBLISHER) or None,
        folders=tuple(
            dict.fromkeys("/".join(name[:LONGEST_NAME] for name in folder[:DEEPEST]) for folder in (path, *categories) if folder)
        ),
        home=given.get("htmlurl") or None,
        full_text=FullText(full_text) if full_text in tuple(FullText) else FullText.SHORT,
        selector=given.get(SELECTOR) or None,
    )


def _fetchable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not _UNFIT.search(address)
    except ValueError:  # a port or an IPv6 address that is none
        return False


# ---- writing -------------------------------------------------------------------------------------------------------


def _attributes(source: Source) -> dict[str, str]:
    """An outline's attributes for a source; those that hold nothing are left out."""
    feed = source.kind is SourceKind.FEED
    title = source.title or source.address
    given = {
        "type": "rss" if feed else "link",
        "text": title,
        "title": title,
        "xmlUrl" if feed else "url": source.address,
        "htmlUrl": source.home,
        KIND: None if feed else source.kind.value,
        PUBLISHER: source.publisher,
        FULL_TEXT: None if source.full_text is FullText.SHORT else source.full_text.value,
        SELECTOR: source.selector,
    }
    return {name: _UNWRITABLE.sub("\ufffd", value) for name, value in given.items() if value}
