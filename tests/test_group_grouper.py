"""The door of grouping as a whole: what it decides for a mixed stream in several languages, and what holds at every moment of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from octavo.annotate import Embedder, annotate, annotate_many, vector_of
from octavo.group import Grouper, Weights, story_id, thread_id
from octavo.group.reading import Reading
from octavo.model import Annotation, Article, Decision, DecisionKind

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PLACES = {DecisionKind.COPY, DecisionKind.OPEN, DecisionKind.JOIN}

Read = tuple[Article, Annotation]

DAM = (
    "The earthen dam above Quellbach gave way shortly before dawn on Monday and sent a wave of mud through the village of Niederau. "
    "Nineteen houses were swept away and two people are missing, the fire chief Ottmar Brandl said. Helicopters lifted forty "
    "residents from roofs. The state of Ruhnland had ordered repairs of the dam last autumn, but the work had never begun. "
    "A school in the next valley takes in those who lost their homes, and soldiers are laying a bridge over the stream."
)
DAM_OTHER = (
    "Mud from a burst dam at Quellbach has destroyed nineteen houses in Niederau. Two villagers are missing since early Monday. "
    "Fire chief Ottmar Brandl spoke of the worst flood in a century; army helicopters rescued forty people from their roofs."
)
DAM_GERMAN = (
    "Nach dem Bruch des Staudamms bei Quellbach hat eine Schlammlawine im Dorf Niederau neunzehn Häuser zerstört. Zwei Menschen werden "
    "seit Montagmorgen vermisst, sagte Feuerwehrchef Ottmar Brandl. Hubschrauber retteten vierzig Bewohner von den Dächern."
)
DAM_FRENCH = (
    "La rupture du barrage de Quellbach a emporté dix-neuf maisons à Niederau lundi avant l'aube. Deux personnes sont portées disparues, "
    "selon le chef des pompiers Ottmar Brandl, et quarante habitants ont été évacués des toits par hélicoptère."
)
DAM_JAPANESE = (
    "月曜日の未明、クヴェルバッハの土のダムが決壊し、ニーダーアウ村で住宅19棟が泥流に流された。消防によると2人が行方不明になっている。"
    "ヘリコプターが屋根の上から住民40人を救助した。"
)
DAM_TRIAL = (
    "Prosecutors have charged the engineer who was responsible for the dam at Quellbach with negligence. The dam burst in March and "
    "mud destroyed nineteen houses in Niederau. Fire chief Ottmar Brandl will be heard as a witness about the wave and the missing."
)
VIOLIN = (
    "Seventeen-year-old Ayumi Terrow won the violin contest of Port Lessing on Sunday evening with a sonata that she had written "
    "herself. The jury praised her calm bow and her courage. The prize of thirty thousand guilders comes with a year of lessons."
)
TUNNEL_SPANISH = (
    "El túnel ferroviario de Monteclaro abrirá en mayo, tres años más tarde de lo previsto, anunció el ministro de Transportes. "
    "El viaje entre las dos costas durará cincuenta minutos y costará doce coronas."
)
CHIPS = (
    "The chip maker Veltronic will close its plant in Osterhaven and cut eleven hundred jobs, the company told its staff on Tuesday. "
    "Demand for its sensors has fallen by a third. The union called for talks and for a social plan before the summer."
)


def article(id: str, headline: str | None, text: str = "", **fields: object) -> Article:
    given = {"language": "en", "seen_at": NOW, "published": "2026-03-09T07:30Z", "publisher": f"The {id} Gazette"}
    return Article(id=id, headline=headline, text=text, **(given | fields))  # type: ignore[arg-type]


ARTICLES = (
    article("dam", "Dam bursts above Niederau", DAM),
    article("violin", "Teenager wins violin contest", VIOLIN),
    article("dam-2", "Two missing after dam burst at Quellbach", DAM_OTHER, published="2026-03-09T10:00Z"),
    article("tunnel", "El túnel de Monteclaro abrirá en mayo", TUNNEL_SPANISH, language="es"),
    article("dam-copy", "Wave of mud", DAM, published="2026-03-09T08:00Z"),
    article("dam-de", "Dammbruch: Zwei Vermisste in Niederau", DAM_GERMAN, language="de", published="2026-03-09T11:00Z"),
    article("chips", "Veltronic to close plant", CHIPS, published=None),
    article("dam-fr", "Rupture d'un barrage à Quellbach", DAM_FRENCH, language="fr", published="2026-03-09T12:00Z"),
    article("dam-ja", "ダム決壊で2人不明", DAM_JAPANESE, language="ja", published="2026-03-09"),
    article("chips-2", "Veltronic cuts 1,100 jobs in Osterhaven", CHIPS[:240], published="2026-03"),
    article("dam-trial", "Engineer charged over Quellbach dam", DAM_TRIAL, published="2026-08-20", seen_at=NOW + timedelta(days=164)),
    article("violin-2", "Ayumi Terrow plays in Osterhaven", VIOLIN[60:], published="2026-08-21", seen_at=NOW + timedelta(days=165)),
)


@pytest.fixture(scope="module")
def stream(embedder: Embedder) -> list[Read]:
    return list(zip(ARTICLES, annotate_many(ARTICLES, embedder), strict=True))


def plain(*articles: Article) -> list[Read]:
    return [(one, annotate(one)) for one in articles]


def arrival(one: Article) -> datetime:
    return one.seen_at or NOW


def carry(read: Sequence[Read], grouper: Grouper) -> list[tuple[Decision, ...]]:
    """Decides and applies in order, each article at its arrival."""
    journal = []
    for one, annotation in read:
        decisions = grouper.decide(one, annotation, arrival(one))
        grouper.apply(one, annotation, decisions, arrival(one))
        journal.append(decisions)
    return journal


def home(grouper: Grouper, id: str) -> str:
    return next(story.id for story in grouper.stories() if id in story.articles)


# ---- what is said beforehand ---------------------------------------------------------------------------------------


def test_what_is_expected_is_decided_as_if_it_were_not(embedder: Embedder) -> None:
    given = list(zip(ARTICLES, annotate_many(ARTICLES, embedder), strict=True))
    told, untold = Grouper(), Grouper()
    for batch in (given[:7], given[7:]):
        told.expect([*batch, *given])  # also what comes later, or came before
        assert carry(batch, told) == carry(batch, untold)
    assert told.stories() == untold.stories()


def test_what_is_read_beforehand_is_read_again_when_something_changed() -> None:
    later = NOW + timedelta(days=3)
    first = article("first", "Ferry runs aground")
    dated = article("dated", "Ferry runs aground again", published="2026-03-13T12:00Z")
    unseen = article("unseen", "Ferry runs aground once more", seen_at=None)
    noted = article("noted", "Ferry runs aground for good")
    grouper = Grouper()
    grouper.expect((one, annotate(one)) for one in (first, dated, unseen, noted))
    assert seen_of(grouper, first, grouper._coming["first"][1], NOW).moment is not None
    read = {id: annotation for id, (annotation, _) in grouper._read.items()}
    assert set(read) == {"dated", "unseen", "noted"}, "at once"
    assert seen_of(grouper, dated, read["dated"], later).moment is not None, "a date that was in the future then"
    assert seen_of(grouper, unseen, read["unseen"], later).arrived == later
    assert "dam" in seen_of(grouper, noted, annotate(replace(noted, headline="Dam bursts")), NOW).words.values()


def seen_of(grouper: Grouper, one: Article, annotation: Annotation, now: datetime) -> Reading:
    grouper.decide(one, annotation, now)
    assert grouper._look is not None
    return grouper._look.reading


# ---- what holds at every moment ------------------------------------------------------------------------------------


def test_to_decide_twice_gives_the_same_and_changes_nothing_at_any_moment(stream: list[Read]) -> None:
    grouper = Grouper()
    for one, annotation in stream:
        before = grouper.stories(), grouper.threads()
        first = grouper.decide(one, annotation, arrival(one))
        grouper.decide(*stream[0], arrival(one))
        grouper.decide(*stream[-1], arrival(one))
        assert grouper.decide(one, annotation, arrival(one)) == first
        assert (grouper.stories(), grouper.threads()) == before
        grouper.apply(one, annotation, first, arrival(one))


def test_every_article_gets_one_place_and_every_decision_says_why_in_words(stream: list[Read]) -> None:
    grouper = Grouper()
    for (one, _), decisions in zip(stream, carry(stream, grouper), strict=True):
        assert [d.kind in PLACES for d in decisions] == [True] + [False] * (len(decisions) - 1)
        assert decisions[0].article == one.id
        for decision in decisions:
            assert decision.reasons
            assert all(any(c.isalpha() for c in reason) for reason in decision.reasons)
            assert decision.score is None or 0 <= decision.score <= 1
    placed = [id for story in grouper.stories() for id in story.articles]
    assert sorted(placed) == sorted(one.id for one in ARTICLES)


def test_a_stream_and_its_journal_taken_up_anywhere_give_the_same(stream: list[Read]) -> None:
    whole = Grouper()
    journal = carry(stream, whole)
    assert carry(stream, Grouper()) == journal
    for stop in random.Random(7).sample(range(1, len(stream)), 4):
        again = Grouper()
        for (one, annotation), decisions in zip(stream[:stop], journal, strict=False):
            again.apply(one, annotation, decisions, arrival(one))
        assert carry(stream[stop:], again) == journal[stop:]
        assert (again.stories(), again.threads()) == (whole.stories(), whole.threads())


def test_the_journal_with_a_persons_repairs_in_it_gives_the_same(stream: list[Read]) -> None:
    whole, again = Grouper(), Grouper()
    journal = carry(stream[:9], whole)
    repairs = (
        Decision(DecisionKind.MERGE, home(whole, "violin"), other=home(whole, "tunnel")),
        Decision(DecisionKind.SPLIT, story_id("dam-2", NOW), "dam-2", other=home(whole, "dam-2")),
        Decision(DecisionKind.MOVE, home(whole, "chips"), "dam-copy", other=home(whole, "dam-copy")),
    )
    whole.apply(None, None, repairs, NOW)
    for (one, annotation), decisions in zip(stream[:9], journal, strict=True):
        again.apply(one, annotation, decisions, arrival(one))
    again.apply(None, None, repairs, NOW)
    assert carry(stream[9:], again) == carry(stream[9:], whole)
    assert again.stories() == whole.stories()


# ---- ids -----------------------------------------------------------------------------------------------------------


def test_the_time_in_an_id_is_the_arrival_of_the_opening_article() -> None:
    for moment in (NOW, datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 3, 10, 12, 0, 1, 250_000, tzinfo=UTC)):
        found = ULID.from_str(story_id("a", moment))
        assert abs(found.datetime - moment) <= timedelta(milliseconds=1)
        assert ULID.from_str(thread_id(str(found))).milliseconds == found.milliseconds
    assert story_id("a", NOW) == story_id("a", NOW) != story_id("b", NOW)
    assert thread_id(story_id("a", NOW)) not in {story_id("a", NOW), thread_id(story_id("b", NOW))}


def test_stories_carry_the_arrival_not_the_date_of_the_press() -> None:
    grouper = Grouper()
    old, unseen = article("old", "Dam", DAM, published="1931-05-02"), article("unseen", "Contest", VIOLIN, seen_at=None)
    carry(plain(old, unseen), grouper)
    assert [story.id for story in grouper.stories()] == [story_id("old", NOW), story_id("unseen", NOW)]
    assert [story.opened_at for story in grouper.stories()] == [NOW, NOW]


# ---- copies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        article("other", "Dam bursts above Niederau", DAM),
        article("other", "A village under mud", DAM),
        article("other", None, DAM),
        article("other", "Dam bursts above Niederau", DAM[: int(len(DAM) * 0.7)]),
        article(
            "other", "Dam bursts above Niederau", DAM + "\n\nThe minister of the interior is expected in the valley on Tuesday morning."
        ),
        article("other", "Dam bursts above Niederau", DAM, published=None),
    ],
    ids=["exact", "another headline", "no headline", "cut at the end", "a paragraph added", "undated"],
)
def test_a_text_that_comes_again_is_a_copy(other: Article) -> None:
    grouper = Grouper()
    journal = carry(plain(ARTICLES[0], ARTICLES[1], other), grouper)
    assert [(d.kind, d.other) for d in journal[2]] == [(DecisionKind.COPY, "dam")]
    story = next(story for story in grouper.stories() if "other" in story.articles)
    assert [set(group.articles) for group in story.copies] == [{"dam", "other"}]


def test_one_outlet_that_posts_one_page_fifty_times_is_one_voice(embedder: Embedder) -> None:
    posts = [article(f"post-{k}", "Dam bursts", DAM, publisher="Ruhn Echo", url=f"https://echo.example/{k}") for k in range(50)]
    grouper = Grouper()
    journal = carry(list(zip(posts, annotate_many(posts, embedder), strict=True)), grouper)
    assert [[d.kind for d in decisions] for decisions in journal[1:]] == [[DecisionKind.COPY]] * 49
    assert {decisions[0].other for decisions in journal[1:]} == {"post-0"}
    (story,) = grouper.stories()
    assert [(group.origin, len(group.articles)) for group in story.copies] == [("post-0", 50)]
    assert len(grouper.state.window) == 1


def test_different_short_texts_are_no_copies(embedder: Embedder) -> None:
    short = [
        article("a", "Trains late", "Trains run late today."),
        article("b", "Trains late", "Buses run late today."),
        article("c", None, "OK"),
        article("d", None, "No"),
    ]
    journal = carry(list(zip(short, annotate_many(short, embedder), strict=True)), Grouper())
    assert DecisionKind.COPY not in {decisions[0].kind for decisions in journal}


# ---- stories -------------------------------------------------------------------------------------------------------


def test_reports_of_one_event_come_together_and_others_stay_apart(stream: list[Read]) -> None:
    grouper = Grouper()
    carry(stream[:10], grouper)
    assert home(grouper, "dam") == home(grouper, "dam-2") == home(grouper, "dam-copy")
    assert home(grouper, "chips") == home(grouper, "chips-2")
    assert len({home(grouper, id) for id in ("dam", "violin", "tunnel", "chips")}) == 4


@pytest.mark.parametrize("id", ["dam-de", "dam-fr", "dam-ja"])
def test_a_report_in_another_language_is_nearer_to_its_event_than_to_any_other(stream: list[Read], id: str) -> None:
    grouper, read = Grouper(), {one.id: (one, annotation) for one, annotation in stream}
    carry([read["dam"], read["violin"], read["tunnel"], read["chips"]], grouper)
    one, annotation = read[id]
    (decision, *_) = grouper.decide(one, annotation, arrival(one))
    assert decision.kind is DecisionKind.OPEN or decision.story == home(grouper, "dam")
    centre, mine = grouper.state.centre, str(one.language)
    vectors = {
        other: centre.centred(vector_of(read[other][1].vector), str(read[other][0].language))
        for other in ("dam", "violin", "tunnel", "chips")
    }
    vector = centre.centred(vector_of(annotation.vector), mine)
    assert max(vectors, key=lambda other: float(vectors[other] @ vector)) == "dam"


@pytest.mark.parametrize(
    "published", [None, "2026", "2026-03", "2026-03-09", "2126-01-01", "1931-05-02", "9999-12-31", "0001-01-01", "soon", ""]
)
def test_no_date_stops_anything(stream: list[Read], published: str | None) -> None:
    grouper = Grouper()
    carry(stream[:3], grouper)
    odd = replace(ARTICLES[2], id="odd", published=published)
    bare = replace(ARTICLES[6], id="bare", published=published)
    read = [(odd, replace(stream[2][1], article="odd")), (bare, replace(stream[6][1], article="bare", vector=b""))]
    journal = carry([*read, *stream[3:6]], grouper)
    assert all(decisions[0].kind in PLACES for decisions in journal)
    assert home(grouper, "dam-copy") == home(grouper, "dam")
    if published is None or published.startswith(("2026", "2126")):
        assert home(grouper, "odd") == home(grouper, "dam")


def test_articles_that_lack_something_neither_crash_nor_draw_others_together() -> None:
    poor = plain(
        article("headline", "Dam bursts above Niederau"),
        article("text", None, VIOLIN),
        article("nothing", None),
        article("nothing-2", None, language=None, publisher=None, published=None, seen_at=None),
        article("signs", "!!!", "…"),
        article("dam", "Dam bursts above Niederau", DAM),
    )
    grouper = Grouper()
    assert all(decisions[0].kind in PLACES for decisions in carry(poor, grouper))
    assert len({home(grouper, id) for id in ("headline", "text", "nothing", "nothing-2", "signs")}) == 5


def test_articles_with_and_without_vectors_stand_side_by_side(stream: list[Read]) -> None:
    grouper = Grouper()
    mixed = [(one, replace(annotation, vector=b"") if k % 2 else annotation) for k, (one, annotation) in enumerate(stream)]
    carry(mixed, grouper)
    assert home(grouper, "dam") == home(grouper, "dam-copy")
    assert len({home(grouper, id) for id in ("dam", "violin", "tunnel", "chips")}) == 4


# ---- threads and repairs -------------------------------------------------------------------------------------------


def linked(stream: list[Read]) -> tuple[Grouper, tuple[Decision, ...]]:
    grouper = Grouper()
    carry([stream[k] for k in (0, 1, 2, 6, 10)], grouper)
    decisions = grouper.settle(NOW + timedelta(days=164))
    grouper.apply(None, None, decisions, NOW + timedelta(days=164))
    return grouper, tuple(decision for decision in decisions if decision.kind is DecisionKind.THREAD)


def test_a_later_story_on_the_same_matter_is_linked_and_says_why(stream: list[Read]) -> None:
    grouper, links = linked(stream)
    first, later = home(grouper, "dam"), home(grouper, "dam-trial")
    assert first != later
    assert [thread.stories for thread in grouper.threads()] == [(first, later)]
    assert grouper.threads()[0].id == thread_id(first)
    assert {link.story for link in links} == {first, later}
    for link in links:
        (partner,) = {first, later} - {link.story}
        assert any(partner in reason for reason in link.reasons)


def test_what_a_person_takes_out_of_a_thread_stays_out(stream: list[Read], embedder: Embedder) -> None:
    grouper, _ = linked(stream)
    (thread,) = grouper.threads()
    later = home(grouper, "dam-trial")
    grouper.apply(None, None, [Decision(DecisionKind.UNTHREAD, later, other=thread.id)], NOW + timedelta(days=165))
    assert grouper.threads() == ()
    again = article(
        "dam-trial-2", "Dam engineer of Quellbach faces court", DAM_TRIAL[:140], published="2026-08-21", seen_at=NOW + timedelta(days=165)
    )
    carry(list(zip([again], annotate_many([again], embedder), strict=True)), grouper)
    grouper.apply(None, None, grouper.settle(NOW + timedelta(days=166)), NOW + timedelta(days=166))
    assert (later, thread.id) not in {(story.id, story.thread) for story in grouper.stories()}


def test_a_story_stands_in_one_thread_the_last_one_it_was_linked_to(stream: list[Read]) -> None:
    grouper, _ = linked(stream)
    (thread,) = grouper.threads()
    later, violin = home(grouper, "dam-trial"), home(grouper, "violin")
    other = thread_id(violin)
    grouper.apply(None, None, [Decision(DecisionKind.THREAD, story, other=other) for story in (violin, later)], NOW)
    assert [(found.id, set(found.stories)) for found in grouper.threads()] == [(other, {violin, later})]
    assert other != thread.id


def test_merge_replaces_the_other_story(stream: list[Read]) -> None:
    grouper = Grouper()
    carry(stream[:10], grouper)
    into, gone = home(grouper, "violin"), home(grouper, "dam")
    united = {id for story in grouper.stories() if story.id in {into, gone} for id in story.articles}
    grouper.apply(None, None, [Decision(DecisionKind.MERGE, into, other=gone)], NOW)
    story = next(story for story in grouper.stories() if story.id == into)
    assert gone not in {story.id for story in grouper.stories()}
    assert story.articles == tuple(one.id for one in ARTICLES if one.id in united)
    assert [set(group.articles) for group in story.copies] == [{"dam", "dam-copy"}]
    copy = replace(ARTICLES[0], id="late")
    assert grouper.decide(copy, replace(stream[0][1], article="late"), NOW)[0].story == into


def test_split_and_move_take_an_article_out_of_its_story(stream: list[Read]) -> None:
    grouper = Grouper()
    carry(stream[:10], grouper)
    dam, chips, new = home(grouper, "dam"), home(grouper, "chips"), story_id("dam-2", NOW)
    split = Decision(DecisionKind.SPLIT, new, "dam-2", other=dam)
    grouper.apply(None, None, [split, Decision(DecisionKind.MOVE, chips, "violin", other=home(grouper, "violin"))], NOW)
    stories = {story.id: story.articles for story in grouper.stories()}
    assert stories[new] == ("dam-2",)
    assert "dam-2" not in stories[dam]
    assert stories[chips] == ("violin", "chips", "chips-2")
    assert sorted(id for articles in stories.values() for id in articles) == sorted(one.id for one in ARTICLES[:10])


def test_a_story_split_of_its_only_article_is_replaced(stream: list[Read]) -> None:
    grouper = Grouper()
    carry(stream[:10], grouper)
    old, new = home(grouper, "violin"), story_id("violin-again", NOW)
    grouper.apply(None, None, [Decision(DecisionKind.THREAD, old, other=thread_id(old))], NOW)
    grouper.apply(None, None, [Decision(DecisionKind.SPLIT, new, "violin", other=old)], NOW)
    assert {story.id: story.articles for story in grouper.stories()}[new] == ("violin",)
    assert old not in [story.id for story in grouper.stories()]
    assert old not in [story for thread in grouper.threads() for story in thread.stories]


# ---- what stays small ----------------------------------------------------------------------------------------------


def test_the_live_part_does_not_grow_with_the_archive() -> None:
    weights = Weights.load()
    small = replace(weights, limits=replace(weights.limits, window_articles=20, stories=10))
    rng, grouper = random.Random(3), Grouper(small)
    for k in range(160):
        text = " ".join("".join(rng.choices("bcdfglmnrstaeiou", k=7)) for _ in range(40))
        carry(plain(article(f"n{k}", text[:30], text, publisher="One", seen_at=NOW + timedelta(minutes=k))), grouper)
        state = grouper.state
        assert len(state.window) == len(state.window.ids) <= 21
        assert [id for id in state.articles if state.row(id) is not None] == list(state.window.ids)
        assert len(state.cards) <= 10
    assert len(grouper.stories()) == 160
    assert len(state.window._postings._back) <= 21
    assert len(state.copies._rows) <= 21 * 17


def test_what_is_older_than_the_window_is_forgotten() -> None:
    grouper = Grouper()
    carry(plain(ARTICLES[0]), grouper)
    days = Weights.load().limits.window_days
    carry(plain(article("new", "Contest", VIOLIN, published=None, seen_at=NOW + timedelta(days=days + 1))), grouper)
    again = article("again", "Dam bursts above Niederau", DAM, published=None, seen_at=NOW + timedelta(days=days + 1))
    assert carry(plain(again), grouper)[0][0].kind is DecisionKind.OPEN
