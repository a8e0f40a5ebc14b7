"""Whom an article credits: outlets, agencies and sources without a name, each with its sentence."""

from __future__ import annotations

import pytest

from octavo.annotate.credits import find_credits
from octavo.annotate.quotes import find_quotes
from octavo.annotate.sentences import sentences
from octavo.model import CreditKind, Publisher, PublisherKind, Quote, QuoteKind
from octavo.publishers import PublisherTable

TABLE = PublisherTable(
    [
        Publisher("tide", "The Tide", PublisherKind.NEWSPAPER, aliases=("Tide",)),
        Publisher("norpress", "Norpress", PublisherKind.AGENCY, aliases=("NP", "北通信", "北")),
        Publisher("umi", "海野新聞", PublisherKind.NEWSPAPER),
    ]
)


def read(text, language="en", table=TABLE):
    """Each credit as (kind, name, source, cue) in the text's own words."""
    words = lambda spans: " … ".join(text[start:end] for start, end in spans)  # noqa: E731
    found = find_credits(text, language, sentences(text, language), table)
    return [(c.kind.value, c.name, words(c.source), words(c.cue)) for c in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The bridge will close, the Tide reported on Monday.", ("outlet", "The Tide", "Tide", "reported")),
        ("The Tide first reported the closure.", ("outlet", "The Tide", "The Tide", "reported")),
        ("The mayor told Norpress that the bridge will close.", ("agency", "Norpress", "Norpress", "told")),
        ("The bridge will close, according to the NP.", ("agency", "Norpress", "NP", "according to")),
        ("The story was first published by the Tide.", ("outlet", "The Tide", "Tide", "first published by")),
        ("A Tide report says the bridge will close.", ("outlet", "The Tide", "Tide", "says")),
        ("The bridge will close, the newspaper Harbour Herald reported.", ("outlet", "Harbour Herald", "Harbour Herald", "reported")),
        ("The news agency Westwire reported a fire.", ("agency", "Westwire", "Westwire", "reported")),
        ("The bridge will close, citing unnamed government sources.", ("anonymous", None, "unnamed government sources", "citing")),
        ("A senior ministry official said the bridge will close.", ("anonymous", None, "A senior ministry official", "said")),
        ("Two people familiar with the matter expect a fire.", ("anonymous", None, "Two people", "familiar with")),
        ("An adviser to the harbour spoke on condition of anonymity.", ("anonymous", None, "An adviser", "on condition of anonymity")),
        ("Sources told us that the bridge will close.", ("anonymous", None, "Sources", "told")),
        ("PORT HOLLOW (NP) - The bridge will close.", ("agency", "Norpress", "NP", "")),
        ("The bridge will close. (Norpress)", ("agency", "Norpress", "Norpress", "")),
    ],
)  # fmt: skip
def test_english(text, found):
    assert read(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "The tide reported no fish.",  # no name
        "The Tide moved to a new building.",  # no cue
        "Harbour Folk reported a fire.",  # unknown, and nothing says that it is an outlet
        "Officials closed the bridge.",
        "The harbour (Photo: Norpress) at night, and more of it below.",
    ],
)
def test_what_is_no_credit(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("de", "Die Brücke wird gesperrt, berichtete die „Tide“ am Montag.", ("outlet", "The Tide", "Tide", "berichtete")),
        ("de", "Das meldet Norpress unter Berufung auf die Stadt.", ("agency", "Norpress", "Norpress", "meldet")),
        ("de", "Otter sagte der NP, die Brücke werde gesperrt.", ("agency", "Norpress", "NP", "sagte der")),
        ("de", "Wie die Zeitung Seefelder Bote berichtet, brennt es.", ("outlet", "Seefelder Bote", "Seefelder Bote", "berichtet")),
        ("de", "Aus Regierungskreisen hieß es, die Brücke werde gesperrt.", ("anonymous", None, "Regierungskreisen", "Aus")),
        ("de", "SEEFELD (NP) - Die Brücke wird gesperrt.", ("agency", "Norpress", "NP", "")),
        ("de", "Das berichtet die Seefelder Rundschau am Montag.", ("outlet", "Seefelder Rundschau", "Seefelder Rundschau", "berichtet")),
        ("ja", "海辺タイムズは4日、橋が閉鎖されると報じた。", ("outlet", "海辺タイムズ", "海辺タイムズ", "報じ")),
        ("es", "El puente cerrará, según Norpress.", ("agency", "Norpress", "Norpress", "según")),
        ("es", "El diario La Marea informó de un incendio.", ("outlet", "La Marea", "La Marea", "informó")),
        ("es", "El puente cerrará, citando a fuentes anónimas.", ("anonymous", None, "fuentes anónimas", "citando a")),
        ("fr", "Le pont fermera, selon Norpress.", ("agency", "Norpress", "Norpress", "selon")),
        ("pt", "A ponte vai fechar, segundo a Norpress.", ("agency", "Norpress", "Norpress", "segundo a")),
        ("ja", "北通信によると、橋は閉鎖される。", ("agency", "Norpress", "北通信", "によると")),
        ("ja", "海野新聞は4日、橋が閉鎖されると報じた。", ("outlet", "海野新聞", "海野新聞", "報じ")),
        ("ja", "【港町北】橋は閉鎖される。", ("agency", "Norpress", "北", "")),
        ("ja", "橋は閉鎖される。―北通信", ("agency", "Norpress", "北通信", "")),
        ("ja", "政府高官によると、橋は閉鎖される。", ("anonymous", None, "政府高官", "によると")),
    ],
)
def test_other_languages(language, text, found):
    assert read(text, language) == [found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The bridge will close, according to a Tide/Norpress survey of 200 drivers.", ["The Tide", "Norpress"]),  # joint work
        ("A survey by the Tide and Norpress found 200 boats.", ["The Tide", "Norpress"]),
        ("It rained, the Seafield Herald reported.", ["Seafield Herald"]),  # a name that shows what it is
        ("The Seafield Herald moved house. The Herald reported rain.", ["Seafield Herald"]),  # a short form of it
        ("The Tide's harbour editor Ann Otter noted the rain.", ["The Tide"]),
        ("“It rained all night,” wrote the Tide.", ["The Tide"]),
        ("A Tide report that the bridge is closed was read out.", ["The Tide"]),
        ("More at https://www.tide.example/rain today.", ["The Tide"]),
        ("She was seen with the Tide editor as sources of light were tested.", []),
        ("A Tide report was read out.", []),
        ("A Tide survey of drivers begins.", []),  # no result
        ("“The Tide reported rain,” said Otter.", []),  # he credits it, not the article
        ("In The Rain The Old Post reported sick.", []),
        ("Mr. Tide reported a fire.", []),
    ],
)
def test_outlets_in_english_sentences(text, names):
    table = PublisherTable(
        [*(p for p in TABLE if p.id != "tide"), Publisher("tide", "The Tide", domains=("tide.example",), aliases=("Tide",))]
    )
    spans = sentences(text, "en")
    assert [c.name for c in find_credits(text, "en", spans, table, quotes=find_quotes(text, "en", spans))] == names


def test_a_speaker_of_a_quote_is_credited():
    text = "It rained, the Tide and others said."
    speaker, cue = ((text.index("the Tide"), text.index(" said")),), ((text.index("said"), len(text) - 1),)
    quote = Quote(((0, 9),), QuoteKind.INDIRECT, speaker, cue)
    (credit,) = find_credits(text, "en", sentences(text, "en"), TABLE, quotes=[quote])
    assert (credit.name, credit.cue) == ("The Tide", cue)


def test_an_outlet_does_not_credit_itself():
    text = "The Tide reported rain, and Norpress reported sun."
    assert [c.name for c in find_credits(text, "en", sentences(text, "en"), TABLE, own="The Tide")] == ["Norpress"]


def test_the_sentence_is_the_evidence_and_a_source_counts_once_in_it():
    text = "It rained. The Tide reported that the Tide reported rain. The NP reported sun."
    spans = sentences(text, "en")
    found = find_credits(text, "en", spans, TABLE)
    assert [(c.name, c.sentence) for c in found] == [("The Tide", spans[1]), ("Norpress", spans[2])]


def test_a_language_without_lexicon_gives_agency_notes_only():
    assert read("HAVN (NP) - Broen lukker, skrev Tide.", "da") == [("agency", "Norpress", "NP", "")]


def test_the_package_knows_the_world_press():
    text = "Kyodo reported the news, citing unnamed officials, and Politico reported more."
    found = find_credits(text, "en", ((0, len(text)),))
    assert [(c.kind, c.name) for c in found] == [
        (CreditKind.AGENCY, "Kyodo News"),
        (CreditKind.ANONYMOUS, None),
        (CreditKind.OUTLET, "Politico"),
    ]


@pytest.mark.parametrize("text", ["", "(", "()", "【】", "―", "(NP", "NP", "reported", "according to"])
@pytest.mark.parametrize("language", ["en", "ja", None])
def test_fragments_do_no_harm(text, language):
    assert find_credits(text, language, ((0, len(text)),), TABLE) == ()
