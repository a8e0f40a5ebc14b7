"""OPML: what other readers write is read, broken or not; what Octavo writes comes back the same; nothing in a file can do harm."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.errors import InputError
from octavo.model import FullText, Source, SourceKind
from octavo.opml import DEEPEST, LARGEST, MOST_FAULTS, Subscriptions, read_opml, write_opml

NOW = datetime(2031, 5, 19, 12, tzinfo=UTC)


def listed(body: str) -> Subscriptions:
    return read_opml(f"<opml version='2.0'><body>\n{body}\n</body></opml>".encode())


def addresses(body: str) -> list[str]:
    return [source.address for source in listed(body).sources]


def test_what_another_reader_exports_is_read_with_its_folders() -> None:
    body = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="News" title="News">
    <outline text="Asia">
      <outline type="rss" text="Harbour" title="Harbour Herald" xmlUrl="https://harbour.example/feed" htmlUrl="https://harbour.example/"/>
    </outline>
  </outline>
  <outline type="rss" text="Loose &amp; free" xmlUrl="https://loose.example/rss?a=1&amp;b=2"/>
</body></opml>"""
    harbour, loose = read_opml(body.encode()).sources
    assert harbour == Source(
        0,
        SourceKind.FEED,
        "https://harbour.example/feed",
        title="Harbour Herald",
        folders=("News/Asia",),
        home="https://harbour.example/",
    )
    assert loose == Source(0, SourceKind.FEED, "https://loose.example/rss?a=1&b=2", title="Loose & free")


@pytest.mark.parametrize(
    "outline",
    [
        '<outline xmlUrl="https://a.example/feed"/>',
        '<outline XMLURL="https://a.example/feed" TYPE="RSS"/>',
        '<OUTLINE xmlurl="https://a.example/feed" type=""/>',
        '<outline type="atom" xmlUrl=" https://a.example/feed "/>',
        '<outline type="pie" url="https://a.example/feed"/>',
        '<outline type="rss" url="https://a.example/feed"/>',
        '<outline type="link" xmlUrl="https://a.example/feed"/>',
        '<outline xmlUrl="feed://a.example/feed"/>',
        '<outline xmlUrl="feed:https://a.example/feed"/>',
        '<o:outline xmlns:o="urn:x" o:xmlUrl="https://a.example/feed"/>',
        '<outline xmlUrl="https://a.example/feed" frss:opacity="1"/>',
    ],
)
def test_variants_of_one_outline(outline: str) -> None:
    assert addresses(outline) == ["https://a.example/feed"]


def test_addresses_with_bare_ampersands_stay_whole() -> None:
    assert addresses('<outline xmlUrl="https://a.example/?feed=rss&section=x&copy=2&amp;n=3"/>') == [
        "https://a.example/?feed=rss&section=x&copy=2&n=3"
    ]
    assert [s.title for s in listed('<outline text="Caf&eacute; &#8211; &#x42;" xmlUrl="https://a.example/"/>').sources] == ["Café – B"]


def test_one_feed_in_two_folders_is_one_source_in_both() -> None:
    read = listed(
        '<outline text="A"><outline xmlUrl="https://a.example/feed" category="/X/Y, Z"/></outline>'
        '<outline text="B"><outline xmlUrl="https://a.example/feed"/></outline>'
    )
    assert [source.folders for source in read.sources] == [("A", "X/Y", "Z", "B")]
    assert (read.repeated, read.problems) == (1, ())


def test_each_line_that_cannot_be_used_says_why() -> None:
    read = listed(
        """<outline text="Page" type="link" url="https://a.example/"/>
<outline text="Other" type="include" url="https://a.example/more.opml"/>
<outline text="F"><outline text="Old" type="rss" htmlUrl="https://a.example/"/></outline>
<outline text="Local" xmlUrl="file:///etc/passwd"/>
<outline text="Broken" xmlUrl="http://[::1"/>
<outline text="Blank" xmlUrl="https://a.example/a b"/>
<outline text="Empty folder"/>
<outline text="Good" xmlUrl="https://a.example/feed"/>"""
    )
    assert [source.title for source in read.sources] == ["Good"]
    told = [str(problem) for problem in read.problems]
    assert [line.split(":")[0] for line in told] == [
        "line 2, “Page”",
        "line 3, “Other”",
        "line 4, “F/Old”",
        "line 5, “Local”",
        "line 6, “Broken”",
        "line 7, “Blank”",
    ]
    assert "names no feed" in told[0]
    assert "another list" in told[1]
    assert "file:///etc/passwd" in told[3]


def test_broken_xml_gives_what_can_be_read_and_names_the_line() -> None:
    read = read_opml(
        b"""<opml><body>
<outline text="a" xmlUrl="https://a.example/feed">
<outline text="5 < 6" xmlUrl="https://b.example/feed"/>
</body></opml>"""
    )
    assert [(source.address, source.folders) for source in read.sources] == [("https://a.example/feed", ()), ("https://b.example/feed", ())]
    assert [problem.line for problem in read.problems] == [3, 4]
    assert all("the XML is broken" in problem.what for problem in read.problems)


@pytest.mark.parametrize(
    "encoded",
    [
        "<?xml version='1.0' encoding='{}'?>{}".format(charset, '<opml><outline text="Küste" xmlUrl="https://a.example/"/></opml>').encode(
            charset
        )
        for charset in ("utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252")
    ]
    + [
        '<?xml version="1.0"?><opml><outline text="Küste" xmlUrl="https://a.example/"/></opml>'.encode("utf-16-le"),
        '<opml><outline text="Küste" xmlUrl="https://a.example/"/></opml>'.encode("cp1252"),
        '<?xml version="1.0" encoding="no-such"?><opml><outline text="Küste" xmlUrl="https://a.example/"/></opml>'.encode(),
        '\n <?xml version="1.0" encoding="punycode"?><opml><outline text="Küste" xmlUrl="https://a.example/"/></opml>'.encode(),
    ],
)
def test_encodings(encoded: bytes) -> None:
    assert [source.title for source in read_opml(encoded).sources] == ["Küste"]


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"no markup", b"<html><body><p>A page</p></body></html>", b"<rss><channel/></rss>", b"\x00\xff\xfe"]
)
def test_what_is_no_opml_is_refused(body: bytes) -> None:
    with pytest.raises(InputError, match="no OPML file"):
        read_opml(body)


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "{}"><!ENTITY b "{}">]><opml><outline text="&b;" xmlUrl="https://a.example/"/></opml>'.format(
        "a" * 1000, "&a;" * 1000
    )
    with pytest.raises(InputError, match="entities"):
        read_opml(bomb.encode())
    outside = '<!DOCTYPE opml SYSTEM "file:///etc/hostname"><opml><outline text="&x;" xmlUrl="https://a.example/"/></opml>'
    assert [source.title for source in read_opml(outside.encode()).sources] == ["&x;"]


def test_a_file_larger_than_any_list_is_refused() -> None:
    with pytest.raises(InputError, match="more than"):
        read_opml(b" " * (LARGEST + 1))


@pytest.mark.parametrize(
    "hostile",
    [
        "<outline text='d'>" * 100_000,
        "<outline text='d'>" * 200 + "<outline xmlUrl='https://a.example/'/>" + "</outline>" * 200,
        "<outline xmlUrl='https://a.example/' text='" + "x" * 1_000_000 + "'/>",
        "<a/>" * 500_000,
        "<!DOCTYPE[" * 100_000,
        "&" * 1_000_000,
        "<!--" * 200_000,
        "".join(f"<outline text='{n}'><outline xmlUrl='https://a.example/'/></outline>" for n in range(20_000)),
    ],
    ids=["never closed", "too deep", "long title", "many elements", "doctypes", "ampersands", "comments", "one in many folders"],
)
def test_hostile_files_cost_little(hostile: str) -> None:
    begun = time.process_time()
    read = listed("<outline xmlUrl='https://first.example/'/>" + hostile)
    assert time.process_time() - begun < 5
    assert read.sources[0].address == "https://first.example/"
    assert len(read.problems) <= MOST_FAULTS
    assert all(len(folder.split("/")) <= DEEPEST for source in read.sources for folder in source.folders)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=20).filter(
    lambda text: text == " ".join(text.split())
)
names = words.filter(lambda name: "/" not in name)
sources = st.builds(
    Source,
    id=st.just(0),
    kind=st.sampled_from([SourceKind.FEED, SourceKind.PAGE, SourceKind.SITEMAP]),
    address=st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z0-9?&=;%.-]{0,20}", fullmatch=True),
    title=words,
    publisher=st.none() | words,
    folders=st.lists(st.lists(names, min_size=1, max_size=4).map("/".join), max_size=3, unique=True).map(tuple),
    home=st.none() | st.just("https://home.example/"),
    full_text=st.sampled_from(FullText),
    selector=st.none() | st.just('main > a[href^="/news"]'),
)


def _in_order(sources: Iterable[Source]) -> list[Source]:
    """By address, each with its folders by name: a source lies in several, and a tree has an order of its own for them."""
    return sorted((replace(one, folders=tuple(sorted(one.folders))) for one in sources), key=lambda source: source.address)


@settings(max_examples=25)
@given(st.lists(sources, max_size=8, unique_by=lambda source: source.address), words)
def test_what_is_written_is_read_back_the_same(kept: list[Source], title: str) -> None:
    read = read_opml(write_opml(kept, title, NOW))
    assert read.problems == ()
    assert _in_order(read.sources) == _in_order(kept)


def test_what_cannot_be_written_in_xml_is_replaced_and_folders_of_this_machine_are_left_out() -> None:
    kept = [
        Source(1, SourceKind.FEED, "https://a.example/", title="A\x00\ud800B", folders=("C\x1b",)),
        Source(2, SourceKind.FOLDER, "/home/me/pages"),
    ]
    (read,) = read_opml(write_opml(kept, "\x07", NOW)).sources
    assert (read.title, read.folders) == ("A\ufffd\ufffdB", ("C\ufffd",))


FRAGMENTS = """<opml> <body> <outline xmlUrl="https://a.example/ text=" " ' > /> </outline> <!DOCTYPE [ ]> <![CDATA[ <!-- --> &amp; &#0; &lt <?xml ?> é
category="/a/b,c" type="include\""""
pieces = st.lists(st.sampled_from([*FRAGMENTS.split(), " ", "\n", "\x00"]), max_size=60)


@settings(max_examples=200)
@given(st.binary(max_size=200) | pieces.map(lambda some: ("<opml>" + "".join(some)).encode()))
def test_no_file_is_a_crash(body: bytes) -> None:
    try:
        read = read_opml(body)
    except InputError:
        return
    assert all(source.address.startswith(("http://", "https://")) for source in read.sources)
    assert all(str(problem) for problem in read.problems)
