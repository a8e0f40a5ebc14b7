"""What a host repeats is taken out of its articles, and nothing that an article says itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavo.extract import extract, template
from octavo.extract.blocks import Piece, composed
from octavo.extract.template import PAGES, Memory, host_lines, without_repeats
from octavo.model import Article, BlockKind, Capture, Extraction, Note, NoteKind, Signal
from store_samples import NOW

P, H, LIST = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST
MATTERS = (
    "Harbour dredging begins", "Choir wins prize abroad", "Teachers vote for strike", "Orchard harvest doubles", "Bridge closed until spring",
    "Museum finds lost painting", "Swimmer crosses strait", "Council raises parking fees", "Brewery opens second site", "Lynx seen near quarry",
    "Ferry timetable shrinks", "Hospital hires forty nurses",
)  # fmt: skip
SHORT = "Get the Sandpiper on your phone every morning."
LONG = (
    "The Sandpiper is made by its readers: since 1911 it has belonged to the people of the three islands, and every household that joins the "
    "society has one vote at its yearly meeting in the old net loft."
)


def article(number: int, *pieces: tuple[BlockKind, str] | str, headline: str | None = None, signal: str = "page") -> Article:
    """An article of one host with three paragraphs of its own before `pieces`."""
    own = [f"Nobody had foreseen sentence {part} of matter {number}, which the reporter wrote down with care." for part in "abc"]
    text, blocks = composed(Piece(P, piece) if isinstance(piece, str) else Piece(*piece) for piece in (*own, *pieces))
    title = headline if headline is not None else MATTERS[number % len(MATTERS)]
    url = f"https://sandpiper.example/{number}"
    return Article(f"{number:016x}", title, text, url, blocks, signals={"text": Signal(signal, 0.9)})


def after(others: list[Article], last: Article) -> Article:
    """The last article, cleaned by what is remembered of the others."""
    memory = Memory()
    for n, other in enumerate(others):
        memory.cleaned(Extraction(str(n), (other,)))
    return memory.cleaned(Extraction("last", (last,))).articles[0]


@pytest.mark.parametrize(("line", "needed"), [(SHORT, 3), (LONG, 6)])
def test_a_line_that_stands_in_enough_others_is_the_hosts(line: str, needed: int) -> None:
    others = [article(n, line) for n in range(needed)]
    last = article(11, line)
    assert after(others[:-1], last) == last, "one too few"
    cleaned = after(others, last)
    assert line not in cleaned.text
    assert cleaned == replace(article(11), text=cleaned.text, blocks=cleaned.blocks)
    assert [cleaned.text[block.start : block.end] for block in cleaned.blocks] == cleaned.text.split("\n\n")
    assert len(cleaned.blocks) == 3


def test_where_a_line_stands_does_not_matter_but_what_stands_around_it_stays() -> None:
    others = [article(n, SHORT) for n in range(5)]
    last = article(11, SHORT, (H, "What comes now"), "The council meets again in June to hear both sides of it.")
    assert after(others, last).text == article(11, (H, "What comes now"), "The council meets again in June to hear both sides of it.").text


def test_the_same_article_again_is_no_other_article() -> None:
    once = article(1, SHORT)
    assert after([once, once, once, once], once) == once


def test_copies_and_other_looks_at_the_same_matter_do_not_count() -> None:
    background = "The two villages have quarrelled over the well for years."
    last = article(11, background, headline="Villages quarrel over well again")
    series = [article(n, background, headline=f"Quarrel of villages, day {n}") for n in range(8)]
    assert after(series, last) == last, "one matter"
    same = [replace(last, id=f"{n:016x}", headline=MATTERS[n]) for n in range(8)]
    assert after(same, last) == last, "the same text"
    assert after([replace(series[n], headline=MATTERS[n]) for n in range(8)], last) != last


def test_articles_with_one_headline_are_one_matter() -> None:
    others = [article(n, SHORT, headline="Letters to the editor") for n in range(8)]
    assert after(others, article(11, SHORT)) == article(11, SHORT)


@pytest.mark.parametrize("piece", [(H, "What we know"), "What is your greatest fear?", "THE MAYOR:", "How it began"])
def test_what_introduces_a_text_of_its_own_stays(piece: tuple[BlockKind, str] | str) -> None:
    others = [article(n, piece, f"Answer number {n} is long enough to be told from all the others.") for n in range(8)]
    last = article(11, piece, "Nothing of this has been said before by anybody in this house.")
    assert after(others, last) == last


def test_what_introduces_only_what_is_taken_out_goes_with_it() -> None:
    others = [article(n, (H, "About us"), SHORT) for n in range(4)]
    assert after(others, article(11, (H, "About us"), SHORT)).text == article(11).text
    assert after(others, article(11, (H, "About the Sandpiper"), SHORT)).text == article(11).text


def test_the_place_where_a_text_was_written_stays() -> None:
    def from_port(number: int) -> Article:
        own = article(number)
        text, blocks = composed([Piece(P, "Port Ellery"), *(Piece(P, part) for part in own.text.split("\n\n"))])
        return replace(own, text=text, blocks=blocks)

    assert after([from_port(n) for n in range(9)], from_port(11)) == from_port(11)


def test_lists_go_as_a_whole_and_paragraphs_by_line() -> None:
    given = (LIST, "Ferries\nWeather"), f"A line of its own that only stands here\n{SHORT}"
    others = [article(n, "Ferries", "Weather", SHORT) for n in range(3)]
    cleaned = after(others, article(11, *given))
    assert cleaned.text == article(11, "A line of its own that only stands here").text
    half = article(11, (LIST, "Ferries\nTides"))
    assert after(others, half) == half


def test_a_text_that_would_lose_most_of_itself_stays_as_it_is() -> None:
    last = replace(article(11, SHORT, LONG), id="f" * 16)
    text, blocks = composed([Piece(P, "Closed today."), Piece(P, SHORT), Piece(P, LONG)])
    others = [article(n, SHORT, LONG) for n in range(9)]
    short = replace(last, text=text, blocks=blocks)
    assert after(others, short) == short
    assert after(others, last) != last


def test_notes_move_with_the_text() -> None:
    note = "Correction: the bridge is 80 metres long."
    last = article(11, SHORT, note)
    start = last.text.index(note)
    last = replace(
        last, notes=(Note(NoteKind.CORRECTION, note, (start, start + len(note))), Note(NoteKind.UPDATE, "It stands beside the text."))
    )
    cleaned = after([article(n, SHORT) for n in range(3)], last)
    (moved, beside) = cleaned.notes
    assert moved.span is not None
    assert moved.span[0] < start
    assert cleaned.text[slice(*moved.span)] == note
    assert beside == last.notes[1]


def test_entries_of_one_feed_show_what_they_repeat_at_once() -> None:
    entries = tuple(article(n, SHORT, signal="feed") for n in range(4))
    cleaned = Memory().cleaned(Extraction("feed", entries)).articles
    assert [entry.text for entry in cleaned] == [article(n).text for n in range(4)]
    assert Memory().cleaned(Extraction("feed", entries[:3])).articles == entries[:3]


def test_hosts_are_told_apart_and_texts_that_came_alone_are_left_alone() -> None:
    others = [article(n, SHORT) for n in range(6)]
    elsewhere = replace(article(11, SHORT), url="https://curlew.example/11")
    assert after(others, elsewhere) == elsewhere
    assert after([replace(other, url=None, publisher="The Sandpiper") for other in others], elsewhere) == elsewhere
    given = article(11, SHORT, signal="lines")
    assert after(others, given) == given
    assert host_lines([given, replace(elsewhere, url=None)]) == {}


def test_what_is_remembered_is_bounded() -> None:
    many = [article(n, *(f"Line {n} {line} of a very long page" for line in range(2000))) for n in range(PAGES + 20)]
    (lines,) = host_lines(many).values()
    assert list(lines) == [one.id for one in many[-PAGES:]]
    assert max(map(len, lines.values())) < 2000
    elsewhere = [replace(one, url=f"https://host{n}.example/") for n, one in enumerate(many)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template, "_HOSTS", 5)
        memory = Memory()
        memory.cleaned(Extraction("feed", tuple(elsewhere)))
        assert list(memory._hosts) == [f"host{n}.example" for n in range(len(many) - 5, len(many))]
    assert host_lines([replace(article(1), text="Only the beginning of it …")]) == {"sandpiper.example": {}}, "nothing to learn from"


def test_the_same_articles_in_the_same_order_give_the_same() -> None:
    def run() -> list[Extraction]:
        memory = Memory()
        return [memory.cleaned(Extraction(str(n), (article(n, SHORT, LONG),))) for n in range(12)]

    assert run() == run()
    assert [SHORT in one.articles[0].text for one in run()] == [True] * 3 + [False] * 9
    assert [LONG in one.articles[0].text for one in run()] == [True] * 6 + [False] * 6


def page(number: int) -> Capture:
    """A page of a host that sets its call and its notice like its paragraphs, in the middle and at the end."""
    own = [f"The {word} of matter {number} was told to reporters on the quay, who had waited for it since {5 + at} in the morning."
           for at, word in enumerate(("beginning", "reason", "cost", "dispute", "end"))]  # fmt: skip
    body = "".join(f"<p>{line}</p>" for line in (*own[:2], SHORT, *own[2:], LONG))
    title = MATTERS[number]
    html = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
    return Capture(f"{number:064x}", f"https://sandpiper.example/{number}.html", html.encode(), NOW, "text/html", "utf-8")


def test_twelve_pages_of_a_host_give_away_its_boxes() -> None:
    read = [extract(page(number)) for number in range(12)]
    assert all(SHORT in one.articles[0].text and LONG in one.articles[0].text for one in read), "one page alone shows nothing"
    lines = {id: digests for one in read for id, digests in host_lines(one.articles)["sandpiper.example"].items()}
    for number, one in enumerate(read):
        text = without_repeats(one, {"sandpiper.example": lines}).articles[0].text
        assert SHORT not in text
        assert LONG not in text
        assert text.count(f"of matter {number} was told") == 5
