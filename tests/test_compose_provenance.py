"""Who had a story first, who repeats whom with which evidence, and the picture of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from octavo.compose.first_reports import Doubt, first_reports
from octavo.compose.provenance import EdgeKind, Node, provenance
from octavo.compose.provenance_picture import MOST, PictureLabels, provenance_svg
from octavo.model import Annotation, Article, CopyGroup, Credit, CreditKind, Signal, Story

SEEN = datetime(2031, 5, 4, 20, tzinfo=UTC)
LABELS = PictureLabels(
    title="Who <repeats> whom",
    description="From top to bottom & back",
    kinds={kind: kind.value for kind in EdgeKind},
    name=lambda node: node.owner.name or "unnamed",
    when=lambda node: node.published.at or "" if node.published else "",
    more=lambda number: f"and {number} more",
    voice="voice",
    repeater="repeater",
    credited="credited",
)


def article(id, publisher, published=None, text="It rained.", seen=SEEN, **fields):
    return Article(id=id, headline=f"Headline of {id}", text=text, publisher=publisher, published=published, seen_at=seen, **fields)


def annotated(article, *credits):
    """An annotation whose credits are given as (words of the source, kind, name, words of the cue)."""
    text = article.text
    spans = tuple(m.span() for m in re.finditer(r"[^.\s][^.]*\.", text))

    def found(source, kind, name, cue):
        at = text.index(source)
        sentence = next(span for span in spans if span[0] <= at < span[1])
        cues = ((text.index(cue), text.index(cue) + len(cue)),) if cue else ()
        return Credit(((at, at + len(source)),), kind, cues, name, sentence)

    return Annotation(article.id, article.revision, "t", "en", sentences=spans, credits=tuple(found(*credit) for credit in credits))


def story(*articles, copies=()):
    return Story("s", tuple(a.id for a in articles), copies=copies)


def traced(*articles, copies=(), annotations=()):
    made = {a.id: annotated(a) for a in articles} | {a.article: a for a in annotations}
    return provenance(story(*articles, copies=copies), articles, made)


def steps(found):
    return [(edge.source, edge.target, edge.kind.value) for edge in found.edges]


# ---- who had it first ----------------------------------------------------------------------------------------------


def order(*articles, copies=()):
    found = first_reports(story(*articles, copies=copies), articles, {})
    return [[(r.owner.name, r.maybe_first, r.tied) for r in reports] for reports in (found.published, found.seen)]


def test_first_published_and_first_seen_are_two_orders():
    early = article("a", "Early", "2031-05-04T08:00Z", seen=SEEN)
    quick = article("b", "Quick", "2031-05-04T09:00Z", seen=SEEN.replace(hour=10))
    published, seen = order(quick, early)
    assert published == [("Early", True, False), ("Quick", False, False)]
    assert seen == [("Quick", True, False), ("Early", False, False)]


def test_on_the_same_day_without_clock_the_order_is_unknown():
    published, _ = order(
        article("a", "Clock", "2031-05-04T08:00Z"), article("b", "Day", "2031-05-04"), article("c", "Next", "2031-05-05T01:00Z", seen=None)
    )
    assert published == [("Clock", True, False), ("Day", True, True), ("Next", False, False)]


def test_a_day_begins_earlier_in_the_east():
    published, _ = order(article("a", "Clock", "2031-05-03T20:00Z"), article("b", "Day", "2031-05-04"))
    assert published == [("Clock", True, False), ("Day", True, True)]


def test_what_was_seen_is_older_than_that():
    day = article("a", "Day", "2031-05-04", seen=datetime(2031, 5, 4, 7, tzinfo=UTC))
    clock = article("b", "Clock", "2031-05-04T08:00Z")
    assert order(clock, day)[0] == [("Day", True, False), ("Clock", False, False)]


def test_within_one_round_of_looks_the_order_is_ours():
    one, two = article("a", "One", seen=SEEN), article("b", "Two", seen=SEEN.replace(minute=2))
    assert order(one, two)[1] == [("One", True, False), ("Two", True, True)]


@pytest.mark.parametrize(
    ("published", "fields", "doubts"),
    [
        ("2031-05-04T08:00Z", {}, ()),
        ("2031-05-04", {}, (Doubt.NO_CLOCK,)),
        ("2031-05-04T08:00", {}, (Doubt.NO_ZONE,)),
        ("2031-05-04T23:00Z", {}, (Doubt.AFTER_SEEN,)),
        ("2031-05-03", {"signals": {"published": Signal("relative", 0.6, "day", estimated=True)}}, (Doubt.NO_CLOCK, Doubt.ESTIMATED)),
        ("2031-05-04T08:00Z", {"aggregator": "Sheaf"}, (Doubt.HOSTED,)),
        (None, {}, (Doubt.UNDATED,)),
    ],
)  # fmt: skip
def test_how_sure_a_date_is(published, fields, doubts):
    one = article("a", "One", published, **fields)
    (report,) = first_reports(story(one), [one], {}).published
    assert report.when.doubts == doubts


def test_an_undated_report_stands_last_and_is_not_called_first():
    assert order(article("a", "Undated"), article("b", "Dated", "2031-05-04T08:00Z"))[0] == [
        ("Dated", True, False),
        ("Undated", False, True),
    ]


def test_an_agency_text_is_the_agencys_report_carried_by_an_outlet():
    carrier = article("a", "Courier", "2031-05-04T08:00Z", agency="Norpress")
    copy = article("b", "Gazette", "2031-05-04T07:00Z")
    copies = (CopyGroup("a", ("b", "a")),)
    (report,) = first_reports(story(carrier, copy, copies=copies), [carrier, copy], {}).published
    assert (report.owner.name, report.owner.kind, report.carrier, report.article) == ("Norpress", CreditKind.AGENCY, "Gazette", "b")


# ---- who repeats whom ----------------------------------------------------------------------------------------------


def test_a_credit_leads_from_the_outlet_to_its_source_with_the_sentence():
    one = article("a", "Courier", "2031-05-04", "It rained. The Tide reported a flood.")
    found = traced(one, annotations=[annotated(one, ("Tide", CreditKind.OUTLET, "The Tide", "reported"))])
    assert steps(found) == [("courier", "tide", "credit")]
    (evidence,) = found.edges[0].evidence
    assert evidence.text == "The Tide reported a flood."
    assert one.text[evidence.citation.start : evidence.citation.end] == evidence.text
    assert [(node.owner.name, bool(node.articles), node.independent) for node in found.nodes] == [
        ("The Tide", False, False),
        ("Courier", True, True),
    ]


@pytest.mark.parametrize(
    ("text", "cue", "kind"),
    [
        ("The mayor told the Tide of a flood.", "told", "told"),
        ("The mayor said so in an interview with the Tide.", "interview with", "told"),
        ("A flood, according to the Tide.", "according to", "credit"),
        ("More at https://Tide about the flood.", "https://", "link"),
    ],
)
def test_the_cue_says_how_it_repeats(text, cue, kind):
    one = article("a", "Courier", text=text)
    assert steps(traced(one, annotations=[annotated(one, ("Tide", CreditKind.OUTLET, "The Tide", cue))])) == [("courier", "tide", kind)]


def test_unnamed_sources_are_those_of_the_outlet_that_the_sentence_credits():
    one = article("a", "Courier", text="The Tide reported rain, citing unnamed officials. Sources told us of snow.")
    credits = [
        ("Tide", CreditKind.OUTLET, "The Tide", "reported"),
        ("unnamed officials", CreditKind.ANONYMOUS, None, "citing"),
        ("Sources", CreditKind.ANONYMOUS, None, "told"),
    ]
    found = traced(one, annotations=[annotated(one, *credits)])
    assert set(steps(found)) == {
        ("courier", "tide", "credit"),
        ("tide", "unnamed tide", "credit"),
        ("courier", "unnamed courier", "credit"),
    }
    keys = [node.owner.key for node in found.nodes]
    assert keys.index("unnamed tide") < keys.index("tide") < keys.index("courier")
    assert found.voices == 1


def test_a_copy_shows_how_much_it_shares_and_where():
    shared = "The old bridge over the Weldra is closed from Monday on because its pillars moved."
    one = article("a", "Courier", "2031-05-04T08:00Z", f"{shared} Nobody was hurt in the night.")
    two = article("b", "Gazette", "2031-05-04T09:00Z", f"Our readers should take the ferry until the autumn comes. {shared}")
    group = CopyGroup("a", ("a", "b"))
    found = traced(one, two, copies=(group,))
    (edge,) = found.edges
    assert (edge.source, edge.target, edge.kind, edge.group) == ("gazette", "courier", EdgeKind.COPY, group)
    assert edge.evidence[0].text == shared
    assert edge.share == pytest.approx(0.5, abs=0.1)
    assert found.voices == 1
    assert [node.carried for node in found.nodes] == [("b",), ()]


def test_two_outlets_with_one_agency_are_one_voice():
    one, two = (
        article("a", "Courier", "2031-05-04", agency="Norpress"),
        article("b", "Gazette", "2031-05-05", text="Other words.", agency="Norpress"),
    )
    found = traced(one, two)
    assert found.voices == 1
    assert steps(found) == [("courier", "norpress", "copy"), ("gazette", "norpress", "copy")]
    assert all(edge.share is None and edge.evidence[0].text == "Norpress" for edge in found.edges)


def test_a_copy_repeats_its_origin_not_what_the_origin_repeats():
    text = "It rained. The Tide reported a flood."
    one, two = article("a", "Courier", "2031-05-04T08:00Z", text), article("b", "Gazette", "2031-05-04T09:00Z", text)
    annotations = [annotated(a, ("Tide", CreditKind.OUTLET, "The Tide", "reported")) for a in (one, two)]
    found = traced(one, two, copies=(CopyGroup("a", ("a", "b")),), annotations=annotations)
    assert set(steps(found)) == {("gazette", "courier", "copy"), ("courier", "tide", "credit")}


def test_an_aggregator_repeats_whom_it_hosts_and_is_no_voice():
    found = traced(article("a", "Courier", "2031-05-04", aggregator="Sheaf"))
    assert steps(found) == [("sheaf", "courier", "copy")]
    assert found.voices == 1
    assert [(node.owner.name, node.independent) for node in found.nodes] == [("Courier", True), ("Sheaf", False)]


def test_the_note_of_a_copy_is_no_second_step():
    one = article("a", "Courier", text="It rained. (Norpress).", agency="Norpress")
    note = ("Norpress", CreditKind.AGENCY, "Norpress", None)
    found = traced(one, annotations=[annotated(one, note)])
    assert steps(found) == [("courier", "norpress", "copy")]
    assert found.edges[0].evidence[0].text == "(Norpress)."


def test_an_outlet_does_not_repeat_itself():
    one = article("a", "Courier", text="The Courier reported a flood.")
    assert not traced(one, annotations=[annotated(one, ("Courier", CreditKind.OUTLET, "Courier", "reported"))]).edges


def test_nothing_comes_of_nothing():
    found = provenance(story(), (), {})
    assert (found.nodes, found.edges, found.voices) == ((), (), 0)
    assert first_reports(story(), (), {}).published == ()


# ---- the picture ---------------------------------------------------------------------------------------------------


def many(number):
    """Outlets of which each but the first credits the first."""
    articles = [
        article(f"a{n}", f"Outlet {n:02} & <Sons>", f"2031-05-{n % 28 + 1:02}", "Outlet 00 reported a flood.") for n in range(number)
    ]
    credit = ("Outlet 00", CreditKind.OUTLET, articles[0].publisher, "reported")
    return traced(*articles, annotations=[annotated(a, credit) for a in articles[1:]])


def texts(svg, tag):
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}")]


def test_the_picture_is_sound_escaped_and_self_contained():
    svg = provenance_svg(many(4), LABELS)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert texts(svg, "title")[0] == "Who <repeats> whom"
    assert texts(svg, "desc") == ["From top to bottom & back"]
    assert any(title.endswith("credit. Outlet 00 reported a flood.") for title in texts(svg, "title")[1:])
    assert not re.search(r"(?:href|src)=|<script|@import", svg)
    assert "currentColor" in svg


@pytest.mark.parametrize("number", [1, MOST, MOST + 1, 3 * MOST])
def test_labels_do_not_overlap_and_what_is_too_much_is_folded(number):
    svg = provenance_svg(many(number), LABELS)
    root = ElementTree.fromstring(svg)
    labels = [e for e in root.iter("{http://www.w3.org/2000/svg}text") if e.get("font-size") == "14"]
    rows = [float(label.get("y")) for label in labels]
    assert len(rows) == min(number, MOST)
    assert all(below - above >= 30 for above, below in pairwise(rows))
    folded = [text for text in texts(svg, "text") if text.startswith("and ")]
    assert folded == ([] if number <= MOST else [f"and {number - MOST + 1} more"])


def test_long_names_end_within_the_picture():
    one = article("a", "海野新聞" * 20)
    (name, *_) = texts(provenance_svg(traced(one), LABELS), "text")
    assert name.endswith("…")
    assert len(name) < 25


def test_a_node_is_named_by_the_caller():
    def named(node: Node) -> str:
        return "ohne Namen" if node.owner.kind is CreditKind.ANONYMOUS else node.owner.name or ""

    one = article("a", "Courier", text="Sources told us of snow.")
    found = traced(one, annotations=[annotated(one, ("Sources", CreditKind.ANONYMOUS, None, "told"))])
    labels = PictureLabels(**{name: getattr(LABELS, name) for name in LABELS.__slots__} | {"name": named})
    assert "ohne Namen" in texts(provenance_svg(found, labels), "text")
