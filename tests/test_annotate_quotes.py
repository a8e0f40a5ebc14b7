"""Who said what: direct, indirect and mixed speech, with speaker, cue, content and name."""

from __future__ import annotations

import pytest

from octavo.annotate.quotes import find_quotes
from octavo.annotate.sentences import sentences
from octavo.model import QuoteKind


def read(text, language="en"):
    """Each quote as (kind, name, speaker, cue, content) in the text's own words."""
    words = lambda spans: " … ".join(text[start:end] for start, end in spans)  # noqa: E731
    found = find_quotes(text, language, sentences(text, language))
    return [(q.kind.value, q.name, words(q.speaker), words(q.cue), words(q.content)) for q in found]


@pytest.mark.parametrize(
    ("text", "kind", "speaker", "cue", "content"),
    [
        ("“The bridge will hold,” Mara Lind said.", "direct", "Mara Lind", "said", "“The bridge will hold,”"),
        ('"The bridge will hold," said Mara Lind, the city engineer.', "direct", "Mara Lind, the city engineer", "said", '"The bridge will hold,"'),
        ("Mara Lind said: “The bridge will hold for years.”", "direct", "Mara Lind", "said", "“The bridge will hold for years.”"),
        ("Mara Lind told reporters on Monday that the bridge will hold.", "indirect", "Mara Lind", "told", "that the bridge will hold"),
        ("The bridge will hold for years, Mara Lind said.", "indirect", "Mara Lind", "said", "The bridge will hold for years"),
        ("According to Mara Lind, the bridge will hold.", "indirect", "Mara Lind", "According to", "the bridge will hold"),
        ("The bridge will hold, according to Mara Lind.", "indirect", "Mara Lind", "according to", "The bridge will hold"),
        ("Mara Lind said the bridge was “as strong as it ever was” and would stay.", "mixed", "Mara Lind", "said", "the bridge was “as strong as it ever was” and would stay"),
        ("“We checked it,” Mara Lind said. “It will hold.”", "direct", "Mara Lind", "said", "“We checked it,” … “It will hold.”"),
        ("Mara Lind, who built the bridge, promised to repair it.", "indirect", "Mara Lind, who built the bridge,", "promised", "to repair it"),
        ("A senior ministry official said that the bridge would close.", "indirect", "A senior ministry official", "said", "that the bridge would close"),
    ],
)  # fmt: skip
def test_english(text, kind, speaker, cue, content):
    assert [(k, s, c, t) for k, _, s, c, t in read(text)] == [(kind, speaker, cue, content)]


def test_a_participle_shares_the_subject_of_its_clause():
    quotes = read("Mayor Tom Reed defended the plan on Friday, saying that nobody would lose a home.")
    assert ("indirect", "Tom Reed", "Mayor Tom Reed", "saying", "that nobody would lose a home") in quotes


def test_what_she_says_that_he_thinks_is_her_statement():
    quotes = read("Mara Lind said that Tom Reed believes that the bridge is lost.")
    assert [(name, content) for _, name, _, _, content in quotes] == [("Mara Lind", "that Tom Reed believes that the bridge is lost")]


def test_a_clause_needs_no_that():
    quotes = read("Mara Lind said she hopes that the bridge will hold.")
    assert [(name, content) for _, name, _, _, content in quotes] == [("Mara Lind", "she hopes that the bridge will hold")]


@pytest.mark.parametrize(
    ("text", "speaker", "cue", "content"),
    [
        ("Mara Lind, in a long talk on Monday, said that the bridge will hold.", "Mara Lind", "said", "that the bridge will hold"),
        ("A woman who asked for help said that the bridge was closed.", "A woman who asked for help", "said", "that the bridge was closed"),
        ("''The bridge will hold,'' Mara Lind said.", "Mara Lind", "said", "''The bridge will hold,''"),
        ("Lind: Bridge will hold for years\n\nMara Lind came to the harbour.", "Lind", ":", "Bridge will hold for years"),
        ("As Mara Lind said, the bridge will hold.", "Mara Lind", "said", "the bridge will hold"),
        ("The tests went well.Mara Lind said that the bridge will hold.", "Mara Lind", "said", "that the bridge will hold"),
    ],
)  # fmt: skip
def test_english_forms(text, speaker, cue, content):
    assert (speaker, cue, content) in [(s, c, t) for _, _, s, c, t in read(text)]


def test_titles_and_scare_quotes_are_no_statements():
    assert read("The band played “Bridge Over the River” on a so-called “party boat” all night.") == []


def test_a_noun_is_no_verb():
    assert read("The report on the claims of the company was long.") == []


def test_who_is_told_does_not_speak():
    assert read("Residents were told to leave the valley at once.") == []


def test_last_name_leads_to_the_full_name():
    text = "Chief Engineer Mara Lind met the press.\n\n“It will hold,” Lind said."
    assert read(text) == [("direct", "Mara Lind", "Lind", "said", "“It will hold,”")]


def test_a_last_name_that_two_people_share_stays_as_printed():
    text = "Mara Lind and her rival Ole Lind met the press. “It will hold,” Lind said."
    assert read(text)[-1][1] == "Lind"


def test_pronoun_is_the_last_speaker_unless_another_person_came_between():
    plain = "Engineer Mara Lind said that the bridge was safe. “We checked it twice,” she added."
    assert [name for _, name, *_ in read(plain)] == ["Mara Lind", "Mara Lind"]
    crowded = "Engineer Mara Lind said that the bridge was safe. Mayor Eva Reed came later. “We checked it twice,” she said."
    assert [name for _, name, *_ in read(crowded)] == ["Mara Lind", None]


def test_pronoun_is_the_only_person_of_the_sentence_before():
    text = "Cabinet Secretary Mara Lind came to the harbour on Friday. “We will look into it further,” she said."
    assert read(text) == [("direct", "Mara Lind", "she", "said", "“We will look into it further,”")]


def test_a_role_that_goes_on_is_the_last_speaker():
    text = "“It will hold,” Mara Lind said on Monday.\n\n“We are proud of it,” the city official added."
    assert [name for _, name, *_ in read(text)] == ["Mara Lind", "Mara Lind"]


def test_unnamed_and_joint_speakers_have_no_name():
    assert read("A senior ministry official said that the bridge would close.")[0][1] is None
    assert read("Prime Minister Eva Reed and President Ole Lind agreed to build a bridge.")[0][1] is None


def test_the_name_may_follow_the_role():
    text = "The mayor of Port Hollow, Eva Reed, said that the bridge was safe."
    assert read(text)[0][1] == "Eva Reed"


def test_a_quotation_goes_on_over_paragraphs():
    text = "“It will hold,” Mara Lind said. “We checked it.\n\n“And we will check it again next year.”"
    quotes = read(text)
    assert [name for _, name, *_ in quotes] == ["Mara Lind"]
    assert quotes[0][4].endswith("“And we will check it again next year.”")


def test_an_open_mark_ends_with_its_paragraph():
    text = "“It will hold for many years, Mara Lind thought.\n\nThe mayor left."
    assert all("\n" not in content for *_, content in read(text))


@pytest.mark.parametrize(
    ("text", "kind", "name", "speaker", "content"),
    [
        ("„Die Brücke hält noch lange“, sagte Bürgermeister Jan Otter am Montag.", "direct", "Jan Otter", "Bürgermeister Jan Otter", "„Die Brücke hält noch lange“"),
        ("»Die Brücke hält noch lange«, so Otter.", "direct", "Otter", "Otter", "»Die Brücke hält noch lange«"),
        ("Jan Otter sagte, die Brücke halte noch lange.", "indirect", "Jan Otter", "Jan Otter", "die Brücke halte noch lange"),
        ("Am Montag teilte Jan Otter mit, dass die Brücke gesperrt wird.", "indirect", "Jan Otter", "Jan Otter", "dass die Brücke gesperrt wird"),
        ("Die Brücke wird gesperrt, wie Jan Otter mitteilte.", "indirect", "Jan Otter", "Jan Otter", "Die Brücke wird gesperrt"),
        ("Laut Jan Otter wird die Brücke gesperrt.", "indirect", "Jan Otter", "Jan Otter", "wird die Brücke gesperrt"),
        ("Jan Otter hat gestern in Seefeld angekündigt, die Brücke zu sperren.", "indirect", "Jan Otter", "Jan Otter", "die Brücke zu sperren"),
        ("Den Plan nannte Jan Otter „einen großen Fehler der Stadt“.", "direct", "Jan Otter", "Jan Otter", "„einen großen Fehler der Stadt“"),
        ("Wie Jan Otter mitteilte, wird die Brücke gesperrt.", "indirect", "Jan Otter", "Jan Otter", "wird die Brücke gesperrt"),
        ("Der Stadt zufolge wird die Brücke bald gesperrt.", "indirect", None, "Der Stadt", "wird die Brücke bald gesperrt"),
    ],
)  # fmt: skip
def test_german(text, kind, name, speaker, content):
    assert [(k, n, s, t) for k, n, s, _, t in read(text, "de")] == [(kind, name, speaker, content)]


def test_german_marked_words_stand_apart():
    quotes = read("Jan Otter sagte, die Brücke sei „so fest wie nie“ und bleibe.", "de")
    assert [(kind, content) for kind, *_, content in quotes] == [
        ("indirect", "die Brücke sei „so fest wie nie“ und bleibe"),
        ("direct", "„so fest wie nie“"),
    ]


def test_german_subjunctive_goes_on_with_the_last_speaker():
    quotes = read("Jan Otter sagte, die Brücke sei fest. Man werde sie im Herbst wieder prüfen.", "de")
    assert quotes[-1][:3] == ("indirect", "Jan Otter", "Jan Otter")
    assert quotes[-1][4] == "Man werde sie im Herbst wieder prüfen"


@pytest.mark.parametrize(
    ("language", "text", "name", "content"),
    [
        ("es", "«Vamos a reparar el puente», afirmó la alcaldesa Marta Solís.", "Marta Solís", "«Vamos a reparar el puente»"),
        ("es", "Marta Solís aseguró que el puente es seguro.", "Marta Solís", "que el puente es seguro"),
        ("es", "Según Marta Solís, las obras durarán dos años.", "Marta Solís", "las obras durarán dos años"),
        ("fr", "« Le pont sera réparé », a déclaré la maire Anne Roux.", "Anne Roux", "« Le pont sera réparé »"),
        ("fr", "Anne Roux a expliqué que le pont était sûr.", "Anne Roux", "que le pont était sûr"),
        ("pt", "“Vamos consertar a ponte”, disse a prefeita Rita Prado.", "Rita Prado", "“Vamos consertar a ponte”"),
        ("pt", "Rita Prado afirmou que a ponte é segura.", "Rita Prado", "que a ponte é segura"),
        ("ru", "«Мост будет отремонтирован», — сказал мэр Олег Рыбин.", "Олег Рыбин", "«Мост будет отремонтирован»"),
        ("ru", "Олег Рыбин заявил, что мост безопасен.", "Олег Рыбин", "что мост безопасен"),
        ("ru", "По словам мэра Олега Рыбина, работы займут два года.", "Олега Рыбина", "работы займут два года"),
        ("ru", "Как сообщил директор порта Иван Лосев, мост закрыт.", "Иван Лосев", "мост закрыт"),
        ("ar", "قال وزير النقل سامي الحداد إن الجسر آمن.", "سامي الحداد", "إن الجسر آمن"),
        ("ar", "«سنصلح الجسر قريبا جدا»، قال سامي الحداد.", "سامي الحداد", "«سنصلح الجسر قريبا جدا»"),
        ("ja", "海野町の佐藤健一町長は4日、「橋は来年までに直す」と述べた。", "佐藤健一", "「橋は来年までに直す」"),
        ("ja", "「橋は来年までに直す」と、佐藤健一町長は話した。", "佐藤健一", "「橋は来年までに直す」"),
        ("ja", "佐藤健一町長は、予算を増やす必要があると説明した。", "佐藤健一", "予算を増やす必要がある"),
        ("ja", "佐藤健一町長によると、橋は来年までに直るという。", "佐藤健一", "橋は来年までに直る"),
    ],
)
def test_other_languages(language, text, name, content):
    assert [(n, t) for _, n, _, _, t in read(text, language)] == [(name, content)]


def test_japanese_names_and_unnamed_sources():
    text = (
        "佐藤健一町長は4日、「橋は来年までに直す」と述べた。佐藤氏は「遅れは許されない」と強調した。県の幹部は「予算が足りない」と語った。"
    )
    assert [name for _, name, *_ in read(text, "ja")] == ["佐藤健一", "佐藤健一", None]


def test_a_language_without_lexicon_gives_direct_speech_by_its_marks():
    text = "Borgmesteren sagde: „Broen holder i mange år endnu.“ Den hedder „Storebro“."
    assert read(text, "da") == [("direct", None, "", "", "„Broen holder i mange år endnu.“")]
    assert read(text, None) == read(text, "da")


@pytest.mark.parametrize("text", ["", "\n\n", "“", "'", "」", "said", "Said that.", "according to", "“”", ", said ,", "。", "と述べた"])
@pytest.mark.parametrize("language", ["en", "de", "ja", "fr", "es", "ar", "ru", None])
def test_fragments_do_no_harm(text, language):
    for quote in find_quotes(text, language, ((0, len(text)),)):
        assert all(0 <= start < end <= len(text) for start, end in (*quote.content, *quote.speaker, *quote.cue))


def test_offsets_count_code_points():
    text = "𝕏 🙂 “It will hold,” Mara Lind wrote."
    quote = find_quotes(text, "en", ((0, len(text)),))[0]
    assert quote.kind is QuoteKind.DIRECT
    assert [text[start:end] for start, end in quote.content] == ["“It will hold,”"]
