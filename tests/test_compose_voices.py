"""One person is one speaker, one statement is told once, and what was said stands in order of time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.compose.offices import country_of, organisation_of, posts_of
from octavo.compose.sounds import sound_alike, sounds
from octavo.compose.voices import Voice, choices, credited, filtered, independent, quoted
from octavo.model import Annotation, Article, CopyGroup, Credit, CreditKind, Quote, QuoteKind, SpeakerKind, Story

Said = tuple[Article, Annotation]


def said(
    id: str,
    *quotes: tuple[str | None, str] | tuple[str | None, str, str],
    language: str = "en",
    day: str = "2026-03-09",
    text: str = "",
    names: tuple[str, ...] = (),
    kind: QuoteKind = QuoteKind.DIRECT,
    speaker_kind: SpeakerKind | None = SpeakerKind.PERSON,
) -> Said:
    """An article in which each (name, content, office) is quoted."""
    found = []
    for name, content, *office in quotes:
        start = len(text) + 1
        text += f" {content}"
        found.append(
            Quote(
                ((start, len(text)),),
                kind,
                name=name,
                office=office[0] if office else None,
                speaker_kind=speaker_kind if name else None,
            )
        )
    article = Article(id=id, headline=id, text=text, publisher=f"The {id}", language=language, published=day)
    return article, Annotation(id, 1, "test", language, names=names, quotes=tuple(found))


def voices(*articles: Said) -> tuple[Voice, ...]:
    return quoted([article for article, _ in articles], {article.id: annotation for article, annotation in articles})


def named(*articles: Said) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(voice.name, voice.forms) for voice in voices(*articles)}


# ---- who speaks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full", "other", "language"),
    [
        ("Mara Lindqvist", "Lindqvist", "en"),
        ("Mara Lindqvist", "M. Lindqvist", "en"),
        ("Mara Lindqvist", "Lindqvist Mara", "en"),
        ("Mara Lindqvist", "Mara Sofia Lindqvist", "en"),
        ("Mara Lindqvist", "MARA LINDQVIST", "en"),
        ("Volodymyr Zhurenko", "Wolodymyr Schurenko", "de"),
        ("Volodymyr Zhurenko", "Володимир Журенко", "uk"),
        ("Tamar Benadir", "تامار بنادير", "ar"),
        ("Kevin Stormer", "ケビン・ストーマー", "ja"),
        ("Marta Kuroda", "クロダ", "ja"),
        ("Pak Min-jun", "박민준", "ko"),
        ("高瀬健一", "高瀬", "ja"),
    ],
)
def test_forms_of_one_name_are_one_speaker(full: str, other: str, language: str) -> None:
    found = named(said("Echo", (full, "We will rebuild the dam.")), said("Bote", (other, "Nobody knew of it."), language=language))
    assert found == {(full, (other,))}


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Jan Lindqvist", "Jana Lindqvist", "en"),
        ("Jan Lindqvist", "Jana Lindqvist", "de"),
        ("Karin Moyer", "Karen Meyer", "en"),
        ("Mara Lindqvist", "Ole Brandt", "de"),
        ("高瀬健一", "高瀬真理", "ja"),
    ],
)
def test_two_people_with_like_names_stay_two(one: str, other: str, language: str) -> None:
    found = named(said("Echo", (one, "We will rebuild the dam.")), said("Bote", (other, "Nobody knew of it."), language=language))
    assert found == {(one, ()), (other, ())}


def test_what_one_article_has_as_two_people_is_never_one() -> None:
    both = said("Echo", ("Christine Varga", "We will rebuild the dam."), names=("Christine Varga", "Christina Varga"))
    found = named(both, said("Bote", ("Christina Varga", "Wir wussten es nicht."), language="de"))
    assert {name for name, _ in found} == {"Christine Varga", "Christina Varga"}


def test_a_surname_that_fits_two_people_stays_apart() -> None:
    first = said("Echo", ("Ada Brill", "We will rebuild the dam."))
    second = said("Post", ("Otto Brill", "It rained all night."))
    assert named(first, second, said("Bote", ("Brill", "Nobody knew of it."))) == {("Ada Brill", ()), ("Otto Brill", ()), ("Brill", ())}


def test_a_surname_that_may_be_a_person_who_is_only_named_stays_apart() -> None:
    first = said("Echo", ("Ada Brill", "We will rebuild the dam."), names=("Ada Brill", "Otto Brill"))
    assert ("Brill", ()) in named(first, said("Bote", ("Brill", "Nobody knew of it.")))


def test_the_office_tells_two_people_of_one_surname_apart() -> None:
    first = said("Echo", ("Ada Brill", "We will rebuild the dam.", "Mayor of Halm"))
    second = said("Post", ("Otto Brill", "It rained all night.", "Finance Minister"))
    third = said("Bote", ("Brill", "Wir haben kein Geld.", "Finanzminister"), language="de")
    assert named(first, second, third) == {("Ada Brill", ()), ("Otto Brill", ("Brill",))}


def test_a_first_word_is_a_surname_only_with_the_same_office() -> None:
    full = said("Echo", ("Pak Min-jun", "We will rebuild the dam.", "President"))
    with_office, without = ("Pak", "Nobody knew of it.", "President"), ("Pak", "Nobody knew of it.")
    assert [len(voices(full, said("Post", quote))) for quote in (with_office, without)] == [1, 2]


def test_a_house_is_not_the_people_who_serve_in_it() -> None:
    first = said("Echo", ("Harbour Guard", "We will rebuild the dam."), ("Harbour Guard Captain Ada Brill", "It rained."))
    second = said("Post", ("Harbour Guard Captain Otto Haas", "Nobody knew of it."))
    assert len(voices(first, second)) == 3


def test_a_surname_with_another_office_is_somebody_else() -> None:
    first = said("Echo", ("Ada Brill", "We will rebuild the dam.", "Mayor of Halm"))
    second = said("Post", ("Brill", "There is no money for it.", "Finance Minister"))
    assert named(first, second) == {("Ada Brill", ()), ("Brill", ())}


def test_the_same_words_tell_two_people_of_one_surname_apart() -> None:
    words = "Everybody knew that the dam was old."
    first = said("Echo", ("Ada Brill", words))
    second = said("Post", ("Otto Brill", "It rained all night."))
    assert named(first, second, said("Bote", ("Brill", words))) == {("Ada Brill", ("Brill",)), ("Otto Brill", ())}


@pytest.mark.parametrize("text", ["高瀬健一官房長官（Kenichi Takase）は", "The secretary, Kenichi Takase (高瀬健一), spoke."])
def test_an_article_that_prints_both_forms_joins_two_scripts(text: str) -> None:
    first = said("Echo", ("Kenichi Takase", "We will rebuild the dam."))
    second = said("Shimbun", ("高瀬健一", "「知らなかった」"), language="ja")
    assert len(named(first, second)) == 2
    assert len(named(first, second, said("Third", text=text))) == 1


def test_the_same_office_and_the_same_figures_on_one_day_join_two_scripts() -> None:
    first = said("Echo", ("Kenichi Takase", "We will give 4,300 families 250 thousand each.", "Chief Cabinet Secretary"))
    same = said("Shimbun", ("高瀬健一", "「4300世帯に250ずつ支給する」", "官房長官"), language="ja")
    other_day = said("Asa", ("高瀬健一", "「4300世帯に250ずつ支給する」", "官房長官"), language="ja", day="2026-04-09")
    other_office = said("Yu", ("高瀬健一", "「4300世帯に250ずつ支給する」", "市長"), language="ja")
    assert [len(voices(first, second)) for second in (same, other_day, other_office)] == [1, 2, 2]


def test_institutions_and_the_unnamed_are_told_apart() -> None:
    house = said("Echo", ("Harbour Board", "The port stays shut."), speaker_kind=SpeakerKind.INSTITUTION)
    again = said("Post", ("harbour board", "Two ships wait."), speaker_kind=SpeakerKind.INSTITUTION)
    nobody = said("Bote", (None, "It was loud."))
    text = "A senior official spoke. "
    hidden = Quote(((25, 42),), QuoteKind.DIRECT, speaker=((0, 17),), speaker_kind=SpeakerKind.UNNAMED)
    secret = (
        Article("Kurier", "h", text + "Nobody was asked.", publisher="Kurier", language="en", published="2026-03-09"),
        Annotation("Kurier", 1, "test", "en", quotes=(hidden,)),
    )
    found = voices(nobody, secret, house, again)
    assert [(voice.name, voice.kind) for voice in found] == [
        ("Harbour Board", SpeakerKind.INSTITUTION),
        (None, SpeakerKind.UNNAMED),
        (None, None),
    ]
    assert found[0].organisation == "Harbour Board"
    assert found[1].statements[0].main.speaker == "A senior official"


NAMES = st.text(alphabet="AbBrilL aM.-' 林芳正ルビオРуمд‏・’", min_size=1, max_size=14)


@given(st.lists(st.tuples(NAMES, st.sampled_from(["en", "ja", None]), st.sampled_from(list(SpeakerKind))), max_size=8))
@settings(max_examples=150, deadline=None)
def test_whatever_a_name_is_every_quote_has_one_voice(names: list[tuple[str, str | None, SpeakerKind]]) -> None:
    articles = [
        said(f"{i}", (name, f"Sentence number {i} of all."), language=language or "", speaker_kind=kind)
        for i, (name, language, kind) in enumerate(names)
    ]
    found = voices(*articles)
    assert sorted(outlet for voice in found for outlet in voice.outlets) == sorted(f"The {i}" for i in range(len(names)))


# ---- what was said ---------------------------------------------------------------------------------------------------

DAM = "The old dam above Halm must be rebuilt before the next winter comes."


def test_one_statement_in_several_wordings_is_told_once() -> None:
    parts = [
        said("Echo", ("Ada Brill", DAM), day="2026-03-09T08:00Z"),
        said("Post", ("Ada Brill", "must be rebuilt before the next winter"), day="2026-03-09T09:00Z"),
        said("Bote", ("Brill", "the old dam above Halm must be rebuilt before next winter comes"), day="2026-03-10T09:00Z"),
        said("Copy", ("Ada Brill", DAM), day="2026-03-09T10:00Z"),
    ]
    (voice,) = voices(*parts)
    (statement,) = voice.statements
    assert [wording.citation.article for wording in statement.wordings] == ["Echo", "Post", "Bote"]
    assert statement.outlets == ("The Echo", "The Post", "The Copy", "The Bote")
    assert (statement.text, statement.published) == (DAM, "2026-03-09T08:00Z")


def test_what_is_said_again_later_or_otherwise_is_another_statement() -> None:
    parts = [
        said("Echo", ("Ada Brill", DAM), day="2026-03-09"),
        said("Post", ("Ada Brill", "must be rebuilt before the next winter"), day="2026-05-09"),
        said("Bote", ("Ada Brill", "The old dam will not be rebuilt at all, and winter has nothing to do with it."), day="2026-03-09"),
    ]
    (voice,) = voices(*parts)
    assert [statement.published for statement in voice.statements] == ["2026-03-09", "2026-03-09", "2026-05-09"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The old dam above Halm will be rebuilt before winter.", "The old dam above Halm will not be rebuilt before winter."),
        ("At least 12 people of the old town are dead tonight.", "At least 15 people of the old town are dead tonight."),
    ],
)
def test_a_statement_and_its_contrary_are_two(one: str, other: str) -> None:
    (voice,) = voices(said("Echo", ("Ada Brill", one)), said("Post", ("Ada Brill", other)))
    assert len(voice.statements) == 2


def test_small_words_alone_are_no_repetition() -> None:
    long = "She said that he was in the army and that the people of the town had to stay in the houses of the old port."
    (voice,) = voices(
        said("Echo", ("Ada Brill", long), kind=QuoteKind.INDIRECT), said("Post", ("Ada Brill", "in the army"), kind=QuoteKind.INDIRECT)
    )
    assert len(voice.statements) == 2


def test_two_languages_with_the_same_figures_and_names_are_one_statement() -> None:
    english = said("Echo", ("Ada Brill", "The people of Halm will get 1,200 boats and 45 pumps."))
    german = said("Bote", ("Ada Brill", "Die Leute von Halm bekommen 1.200 Boote und 45 Pumpen."), language="de")
    other = said("Blatt", ("Ada Brill", "Die Leute von Halm bekommen kein Boot."), language="de")
    (voice,) = voices(english, german, other)
    assert [[w.language for w in statement.wordings] for statement in voice.statements] == [["en", "de"], ["de"]]


def test_a_phrase_within_a_quote_of_the_same_article_is_not_told_twice() -> None:
    article, annotation = said("Echo", ("Ada Brill", "that the dam was “old and brittle” for years"), kind=QuoteKind.MIXED)
    (outer,) = annotation.quotes
    start = article.text.index("“")
    inner = Quote(((start, start + 17),), QuoteKind.DIRECT, name="Ada Brill", speaker_kind=SpeakerKind.PERSON)
    both = Annotation("Echo", 1, "test", "en", quotes=(outer, inner))
    (voice,) = quoted((article,), {"Echo": both})
    assert [len(statement.wordings) for statement in voice.statements] == [1]


def test_a_quote_that_is_given_to_nobody_belongs_to_who_is_quoted_with_it() -> None:
    (voice,) = voices(said("Echo", ("Ada Brill", DAM)), said("Post", (None, DAM)))
    assert voice.outlets == ("The Echo", "The Post")
    disputed = voices(said("Echo", ("Ada Brill", DAM)), said("Post", ("Otto Haas", DAM)), said("Bote", (None, DAM)))
    assert [voice.name for voice in disputed][-1] is None


def test_statements_stand_in_order_of_time_and_speakers_by_how_many_outlets_quote_them() -> None:
    found = voices(
        said("Late", ("Ada Brill", "Now there is no doubt about it."), day="2026-03-12"),
        said("Early", ("Ada Brill", "It is too early to say anything."), day="2026-03-02"),
        said("Post", ("Otto Haas", "First it rained."), ("Otto Haas", "Then the dam broke."), ("Otto Haas", "We all ran.")),
    )
    assert [voice.name for voice in found] == ["Ada Brill", "Otto Haas"]
    assert [statement.published for statement in found[0].statements] == ["2026-03-02", "2026-03-12"]


# ---- offices, countries, organisations -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "posts", "country", "organisation"),
    [
        ("Japanese Foreign Minister", {"foreign_minister"}, "JP", None),
        ("米国務長官", {"foreign_minister"}, "US", None),
        ("U.S. Secretary of State", {"foreign_minister"}, "US", None),
        ("deutsche Außenministerin", {"foreign_minister"}, "DE", None),
        ("ministre de l’Intérieur", {"interior_minister"}, None, None),
        ("министр иностранных дел России", {"foreign_minister"}, "RU", None),
        ("وزير الخارجية الأمريكي", {"foreign_minister"}, "US", None),
        ("U.S. Ambassador to Japan", {"ambassador"}, "US", None),
        ("leader of the Island Forum", set(), None, "Island Forum"),
        ("Deputy Prime Minister", set(), None, None),
        ("president of Kenya", {"head_of_state"}, "KE", None),
        ("president of the Halm Port Authority", set(), None, "Halm Port Authority"),
        ("UN envoy", set(), None, "UN"),
        ("CEO of Corvane", set(), None, "Corvane"),
        ("analyst with Lind & Brill", set(), None, "Lind & Brill"),
        ("a neighbour", set(), None, None),
    ],
)
def test_what_an_office_says(office: str, posts: set[str], country: str | None, organisation: str | None) -> None:
    assert (posts_of(office), country_of(office), organisation_of(office)) == (posts, country, organisation)


def test_voices_are_filtered_by_country_and_organisation() -> None:
    found = voices(
        said("Echo", ("Ada Brill", "We will rebuild the dam.", "Norwegian Foreign Minister")),
        said("Post", ("Otto Haas", "It rained all night.", "director of the Harbour Board")),
        said("Bote", ("Lise Kvam", "We knew nothing.", "Norwegian Defence Minister")),
    )
    house = voices(said("Blatt", ("Fishing Union", "It rained."), speaker_kind=SpeakerKind.INSTITUTION))
    assert house[0].organisation == "Fishing Union"
    assert choices(house).organisations == ()
    assert choices(found).countries == (("NO", 2),)
    assert choices(found).organisations == (("Harbour Board", 1),)
    assert [voice.name for voice in filtered(found, country="NO")] == ["Ada Brill", "Lise Kvam"]
    assert [voice.name for voice in filtered(found, organisation="harbour board")] == ["Otto Haas"]
    assert filtered(found, country="NO", organisation="Harbour Board") == ()
    assert filtered(found) == found


def test_the_country_may_stand_before_the_name_only() -> None:
    text = "The Norwegian historian Lise Kvam, who once lived in Brazil, said: Nobody knew."
    start = text.index("Nobody")
    quote = Quote(
        ((start, len(text)),),
        QuoteKind.DIRECT,
        speaker=((0, text.index(" said")),),
        name="Lise Kvam",
        speaker_kind=SpeakerKind.PERSON,
    )
    article = Article("Echo", "h", text, publisher="The Echo", language="en", published="2026-03-09")
    (voice,) = quoted((article,), {"Echo": Annotation("Echo", 1, "test", "en", quotes=(quote,))})
    assert voice.country == "NO"


def test_a_name_that_some_take_for_a_house_is_one_voice() -> None:
    person = said("Echo", ("Ada Brill", "We will rebuild the dam."), ("Ada Brill", "It rained."))
    house = said("Post", ("Ada Brill", "Nobody knew of it."), speaker_kind=SpeakerKind.INSTITUTION)
    assert [(voice.name, voice.kind) for voice in voices(person, house)] == [("Ada Brill", SpeakerKind.PERSON)]


def test_a_bare_surname_is_not_taken_for_a_house() -> None:
    full = said("Echo", ("Ada Brill", "We will rebuild the dam."))
    bare = said("Post", ("Brill", "Nobody knew of it."), speaker_kind=SpeakerKind.INSTITUTION)
    assert named(full, bare) == {("Ada Brill", ("Brill",))}


@pytest.mark.parametrize(("one", "other"), [("Brandt", "Брандт"), ("Kuroda", "クロダ"), ("Stormer", "ストーマー"), ("Benadir", "بنادير")])
def test_a_name_sounds_alike_in_every_script(one: str, other: str) -> None:
    assert sound_alike(one, other, 3)


@pytest.mark.parametrize(("one", "other"), [("Mansour", "Mourners"), ("March", "メルツ"), ("Burton", "プーチン")])
def test_the_same_consonants_alone_are_not_the_same_name(one: str, other: str) -> None:
    assert sounds(one) & sounds(other)
    assert not sound_alike(one, other, 3)


@pytest.mark.parametrize("name", ["高瀬健一", "ハルム通信", "42"])
def test_what_cannot_be_read_aloud_has_no_sound(name: str) -> None:
    assert sounds(name) == frozenset()


# ---- independent voices and credits ----------------------------------------------------------------------------------


def test_independent_voices_are_neither_copies_nor_one_outlet_twice() -> None:
    def report(id: str, day: str, publisher: str) -> Article:
        return Article(id, id, "The river flooded the old town.", publisher=publisher, language="en", published=day)

    articles = (
        report("Echo", "2026-03-09", "The Echo"),
        report("Post", "2026-03-09", "The Post"),
        report("Copy", "2026-03-09", "The Copy"),
        report("Echo2", "2026-03-10", "The Echo"),
    )
    story = Story("S", tuple(article.id for article in articles), copies=(CopyGroup("Echo", ("Echo", "Copy")),))
    assert [article.id for article in independent(story, articles)] == ["Echo", "Post"]


def test_credits_come_with_their_evidence() -> None:
    text = "The dam must be rebuilt. The Post reported it first, citing two officials."
    start = text.index("The Post")
    credit = Credit(((start, start + 8),), CreditKind.OUTLET, name="The Post", sentence=(start, len(text)))
    article = Article("Echo", "h", text, publisher="The Echo", language="en", published="2026-03-09")
    (source,) = credited((article,), {"Echo": Annotation("Echo", 1, "test", "en", credits=(credit,))})
    assert source.name == "The Post"
    assert source.evidence[0].text == "The Post reported it first, citing two officials."


def test_an_agency_that_two_outlets_carry_is_one_voice() -> None:
    carriers = [
        Article(
            id=id, headline=f"Flood in Halm {id}", text=f"Water stood in {id} streets.", publisher=f"The {id}", agency="Associated Press"
        )
        for id in ("Gull", "Tern")
    ]
    own = Article(id="Wren", headline="Halm under water", text="We walked through Halm.", publisher="The Wren")
    story = Story("S1", ("Gull", "Tern", "Wren"))
    assert [article.id for article in independent(story, [*carriers, own])] == ["Gull", "Wren"]
