"""Who speaks: office, kind of speaker, and who a later "she" or "the minister" is."""

from __future__ import annotations

import pytest

from octavo.annotate.quotes import find_quotes
from octavo.annotate.sentences import sentences
from octavo.model import SpeakerKind


def speakers(text, language="en"):
    """Each quote's (name, office, kind), in order."""
    found = find_quotes(text, language, sentences(text, language))
    return [(q.name, q.office, q.speaker_kind and q.speaker_kind.value) for q in found]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Norwegian Foreign Minister Mara Lind said that the bridge will hold.", ("Mara Lind", "Norwegian Foreign Minister", "person")),
        ("en", "The U.S. Secretary of State Mara Lind said that it will hold.", ("Mara Lind", "U.S. Secretary of State", "person")),
        ("en", "U.S. Ambassador to Norway Mara Lind said that it will hold.", ("Mara Lind", "U.S. Ambassador to Norway", "person")),
        ("en", "Mara Lind, the city engineer of Seafield, said that it will hold.", ("Mara Lind", "city engineer of Seafield", "person")),
        ("en", "The Seafield spokesman Tom Reed said that it will hold.", ("Tom Reed", "Seafield spokesman", "person")),
        ("en", "The ministry said that the bridge will hold.", (None, None, "institution")),
        ("en", "Critics said that the bridge was ugly.", (None, None, "group")),
        ("en", "Mara Lind and Tom Reed said that the bridge will hold.", (None, None, "group")),
        ("en", "A senior official said that the bridge was closed.", (None, "senior official", "unnamed")),
        ("en", "Sources familiar with the matter said that the bridge was closed.", (None, None, "unnamed")),
        ("en", "“The bridge was closed at noon,” a spokeswoman for the ministry said.", (None, "spokeswoman for the ministry", "unnamed")),
        ("de", "Der norwegische Außenminister Jan Otter sagte, die Brücke sei fest.", ("Jan Otter", "norwegische Außenminister", "person")),
        ("de", "Das Verkehrsministerium teilte mit, dass die Brücke gesperrt ist.", (None, None, "institution")),
        ("de", "Ein Sprecher der Feuerwehr sagte, die Brücke sei gesperrt.", (None, "Sprecher der Feuerwehr", "unnamed")),
        ("de", "Die Sprecherin der Feuerwehr sagte, die Brücke sei gesperrt.", (None, "Sprecherin der Feuerwehr", "person")),
        ("de", "Kritiker sagten, die Brücke sei zu teuer.", (None, None, "group")),
        ("es", "El ministro de Transportes, Luis Prado, dijo que es seguro.", ("Luis Prado", "ministro de Transportes", "person")),
        ("fr", "Le porte-parole du gouvernement, Paul Roux, a déclaré que le pont était sûr.", ("Paul Roux", "porte-parole du gouvernement", "person")),
        ("pt", "O primeiro-ministro Rui Prado disse que a ponte é segura.", ("Rui Prado", "primeiro-ministro", "person")),
        ("ru", "Министр транспорта Анна Котова заявила, что мост безопасен.", ("Анна Котова", "Министр транспорта", "person")),
        ("ru", "Источники сообщили, что мост закрыт.", (None, None, "unnamed")),
        ("ar", "قال وزير النقل الأردني سامي الحداد إن الجسر آمن.", ("سامي الحداد", "وزير النقل الأردني", "person")),
        ("ar", "وقالت وزارة النقل في بيان إن الجسر مغلق.", (None, None, "institution")),
        ("ja", "海野町の佐藤健一町長は4日、「橋は来年までに直す」と述べた。", ("佐藤健一", "海野町の町長", "person")),
        ("ja", "県の幹部は「予算が足りないのは確かだ」と語った。", (None, None, "unnamed")),
    ],
)  # fmt: skip
def test_office_and_kind(language, text, speaker):
    assert speakers(text, language) == [speaker]


def test_a_short_form_and_a_pronoun_keep_the_office():
    text = "Chief Engineer Mara Lind met the press on Friday. “It will hold for years,” Lind said. “We checked it twice,” she added."
    assert speakers(text) == [("Mara Lind", "Chief Engineer", "person")] * 2


def test_an_office_leads_to_the_one_person_who_holds_it():
    text = "Mara Lind, the city engineer of Seafield, said that the bridge will hold. The engineer warned that rain could come."
    assert [name for name, *_ in speakers(text)] == ["Mara Lind", "Mara Lind"]


def test_an_office_that_two_hold_leads_to_nobody():
    text = "Engineer Mara Lind and engineer Tom Reed came to the harbour. The engineer warned that rain could come."
    assert speakers(text)[-1][0] is None


def test_a_verb_alone_goes_on_with_the_last_speaker():
    text = "El ministro Luis Prado dijo que el puente es seguro. Añadió que las obras durarán dos años."
    assert [name for name, *_ in speakers(text, "es")] == ["Luis Prado", "Luis Prado"]


def test_cases_of_a_name_are_one_name():
    text = "Мэр Олег Рыбин сказал, что мост отремонтируют. По словам Рыбина, работы займут два года."
    assert [name for name, *_ in speakers(text, "ru")] == ["Олег Рыбин", "Олег Рыбин"]


def test_a_place_or_house_is_no_person():
    text = "Norway said that the bridge will hold. The Storting said that it will not."
    assert {kind for *_, kind in speakers(text)} == {SpeakerKind.INSTITUTION.value}


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("The Group of Seven said on Monday that the war must end.", "en", "Group of Seven"),
        ("The Bank of Norway warned that prices will rise.", "en", "Bank of Norway"),
        ("The U.S. Embassy in Oslo said that it will wait.", "en", "U.S. Embassy in Oslo"),
        ("The Prime Minister's Office said that it will wait.", "en", "Prime Minister's Office"),
        ("The mayor of New York said that the plan is bad.", "en", None),
        ("Leaders of the Group of Twenty agreed to meet.", "en", None),
        ("Die Präsidentin Ada von der Linden kam. Präsidentin von der Linden sagte: „Wir bauen die Brücke wieder auf.“", "de", "Ada von der Linden"),
        ("Der Bürgermeister von Berghausen Karl Lind sagte: „Wir bauen die Brücke wieder auf.“", "de", "Karl Lind"),
        ("Ein Sprecher von Bergbau sagte: „Wir bauen die Brücke wieder auf.“", "de", None),
    ],
)  # fmt: skip
def test_small_words_within_names_and_behind_offices(text, language, name):
    assert [quote.name for quote in find_quotes(text, language, sentences(text, language))] == [name]


def test_a_note_on_how_to_look_at_a_page_is_nobodys():
    assert find_quotes("Best viewed at 800 x 600 with a modern browser.", "en", ((0, 47),)) == ()


def test_the_official_who_goes_on_is_the_one_who_spoke():
    text = "The Norwegian spokesman Bo Reed said that it will hold. The Norwegian official added that it was cheap."
    assert [name for name, _, _ in speakers(text)] == ["Bo Reed", "Bo Reed"]
