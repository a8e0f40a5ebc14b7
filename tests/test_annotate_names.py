"""Names: by capitals, kanji and katakana, repetition."""

from __future__ import annotations

from octavo.annotate.names import MOST, names
from octavo.annotate.sentences import sentences


def found(headline: str | None, text: str, language: str | None) -> tuple[str, ...]:
    return names(headline, text, language, sentences(text, language))


def test_english_names_without_titles_openers_and_possessives() -> None:
    text = (
        "Prime Minister Dana Holt met Erik van Maar in Oster on Monday. Holt's party, the Liberal Union, wants it. "
        "The Bank of Velden and the U.S. were silent. In Velden, people waited. Mr. J. K. Farrow left. “Nothing,” said Holt."
    )
    assert found(None, text, "en") == (
        "Dana Holt", "Erik van Maar", "Oster", "Liberal Union", "Bank of Velden", "U.S.", "Velden", "J. K. Farrow",
    )  # fmt: skip


def test_the_start_of_a_sentence_alone_shows_nothing() -> None:
    assert found(None, "Teachers went home. Rain fell. Nobody knew why.", "en") == ()
    assert found(None, "Nobody knew that Velden was dry. Velden slept.", "en") == ("Velden",)


def test_a_headline_in_title_case_or_capitals_shows_nothing() -> None:
    assert found("Holt Says She Will Never Leave Office Early", "", "en") == ()
    assert found("HOLT WILL NOT LEAVE VELDEN", "", "en") == ()
    assert found("Crowds greet Holt in Velden", "", "en") == ("Holt", "Velden")


def test_german_nouns_are_no_names() -> None:
    text = "Die Regierung will den Haushalt ändern. Bundeskanzlerin Dana Held sprach in Velden mit der SPU. Held sagte, der Weg sei weit. "
    text += "Den Alltag der Menschen kenne Jan von der Lahr."
    assert found(None, text, "de") == ("Dana Held", "Velden", "SPU", "Jan von der Lahr")


def test_elided_articles_are_no_part_of_a_name() -> None:
    assert found(None, "Hier, le chef de l'Assemblée a vu Jean d'Arcel à l'Odéon.", "fr") == ("Assemblée", "Jean d'Arcel", "Odéon")


def test_cyrillic() -> None:
    assert found(None, "Вчера мэр Анна Светлова была в Вельдене.", "ru") == ("Анна Светлова", "Вельдене")


def test_japanese_katakana_titles_and_repeated_kanji() -> None:
    text = "田村首相は、ヴェルデンでホルト氏と会談した。自由連合党は反対した。田村首相は自由連合党に説明する。"
    assert found(None, text, "ja") == ("田村", "自由連合党", "ヴェルデン", "ホルト")


def test_chinese_repeated_strings() -> None:
    assert found("韦尔登发生洪水", "韦尔登市长周日表示，洪水已经退去。在韦尔登，学校重新开放。", "zh") == ("韦尔登",)


def test_scripts_without_signs_give_none() -> None:
    assert found("فيضان في المدينة", "قال العمدة إن المياه تراجعت في المدينة.", "ar") == ()


def test_no_more_than_forty() -> None:
    text = " ".join(f"They saw Name{i}ville there." for i in range(60))
    assert len(found(None, text, "en")) == MOST == 40
