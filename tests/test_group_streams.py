"""Streams as the press makes them, through the real annotator and the shipped weights: what must come together and what must not."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from group_samples import NOW, Read, article, carry, days, homes, read, together
from octavo.annotate import Embedder
from octavo.desk import Desk
from octavo.group import Grouper
from octavo.model import Article, Capture, Decision, DecisionKind, Extraction
from octavo.settings import Settings
from octavo.store import Store

K = DecisionKind

# Eight events, each told three times.
EVENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "ferry": (
        (
            "Ferry Maren runs aground off Torvik",
            "The ferry Maren struck a sandbank off Torvik in thick fog; all 214 passengers were taken ashore.",
        ),
        (
            "214 passengers rescued from ferry near Torvik",
            "Lifeboats took 214 people off the ferry Maren after it ran onto a sandbank at Torvik.",
        ),
        (
            "Captain blames fog after Maren grounding",
            "The captain of the ferry Maren said dense fog hid the sandbank off Torvik on which it ran aground.",
        ),
    ),
    "bank": (
        ("Lorvania raises key rate to 4.5 percent", "The central bank of Lorvania raised its key rate to 4.5 percent to slow inflation."),
        (
            "Third rate rise this year in Lorvania",
            "Lorvania's central bank lifted its interest rate to 4.5 percent, the third increase of the year.",
        ),
        (
            "Lorvanian borrowers brace for dearer loans",
            "Loans will cost more after the central bank of Lorvania raised interest rates to 4.5 percent.",
        ),
    ),
    "dam": (
        ("Dam bursts above Niederau", "The earthen dam above Quellbach gave way and mud swept nineteen houses away in Niederau."),
        (
            "Two missing after Quellbach dam burst",
            "Two people are missing and nineteen houses are gone after the dam of Quellbach burst above Niederau.",
        ),
        (
            "Helicopters lift forty from roofs in Niederau",
            "Helicopters rescued forty people in Niederau after the Quellbach dam had burst.",
        ),
    ),
    "violin": (
        (
            "Teenager wins violin contest of Port Lessing",
            "Ayumi Terrow, seventeen, won the violin contest of Port Lessing with a sonata of her own.",
        ),
        (
            "Ayumi Terrow takes Port Lessing violin prize",
            "The violin prize of Port Lessing goes to Ayumi Terrow, aged seventeen, who played her own sonata.",
        ),
        (
            "Jury praises seventeen-year-old violinist",
            "The jury of the Port Lessing violin contest praised the winner, seventeen-year-old Ayumi Terrow.",
        ),
    ),
    "chips": (
        (
            "Veltronic to close plant in Osterhaven",
            "The chip maker Veltronic will close its plant in Osterhaven and cut eleven hundred jobs.",
        ),
        ("Veltronic cuts 1,100 jobs", "Eleven hundred workers lose their jobs as chip maker Veltronic shuts its Osterhaven plant."),
        (
            "Union wants talks over Osterhaven chip plant",
            "The union asked Veltronic for talks about the closing of the Osterhaven chip plant and its 1,100 jobs.",
        ),
    ),
    "tunnel": (
        (
            "Monteclaro rail tunnel to open in May",
            "The railway tunnel of Monteclaro will open in May, three years late, the transport minister said.",
        ),
        (
            "Three years late, Monteclaro tunnel opens in May",
            "Trains will run through the Monteclaro tunnel from May, three years after the planned date.",
        ),
        (
            "Fifty minutes from coast to coast by tunnel",
            "The Monteclaro rail tunnel, which opens in May, shortens the trip between the coasts to fifty minutes.",
        ),
    ),
    "wolf": (
        ("Wolf pack kills forty sheep near Brannock", "A pack of wolves killed forty sheep on two farms near Brannock in the night."),
        (
            "Farmers of Brannock lose forty sheep to wolves",
            "Forty sheep lay dead near Brannock after wolves had come to two farms overnight.",
        ),
        (
            "Brannock shepherds call for wolf fences",
            "After wolves killed forty sheep near Brannock, shepherds want the county to pay for fences.",
        ),
    ),
    "comet": (
        (
            "Comet Aldine seen with the naked eye",
            "Stargazers in the south could see the comet Aldine with the naked eye for the first time.",
        ),
        (
            "Aldine, the comet of the year, grows brighter",
            "The comet Aldine has become bright enough to be seen without a telescope in the southern sky.",
        ),
        ("Crowds gather on hills for comet Aldine", "Thousands climbed hills in the south to see the comet Aldine without a telescope."),
    ),
}


def told(dates: Iterable[str | None] | None = None, **fields: object) -> list[Article]:
    """All takes of all events, one event after another; `dates` are given out in turn."""
    when = iter(dates) if dates is not None else iter([None] * 100)
    return [
        article(f"{event}-{k}", headline, text, published=next(when), publisher=f"The {event[0]}{k} Post", **fields)
        for event, takes in EVENTS.items()
        for k, (headline, text) in enumerate(takes)
    ]


def amid_other_news(series: Sequence[Article]) -> list[Article]:
    """The articles, and all along, from three days before the first one, other news."""
    moments = [one.seen_at or NOW for one in series]
    first, last = min(moments) - timedelta(days=3), max(moments)
    others = []
    for k, one in enumerate(told()):
        when = first + (last - first) * (k // 3) / len(EVENTS) + timedelta(hours=2 * (k % 3))
        others.append(replace(one, published=f"{when:%Y-%m-%dT%H:%MZ}", seen_at=when))
    return sorted([*others, *series], key=lambda one: one.seen_at or NOW)


@pytest.fixture(scope="module")
def undated(embedder: Embedder) -> list[Read]:
    return read(told(), embedder)


def event(id: str) -> str:
    return id.rpartition("-")[0]


def pairs(grouper: Grouper) -> set[tuple[str, str]]:
    """Pairs of articles that stand in one story."""
    return {pair for story in grouper.stories() for pair in combinations(sorted(story.articles), 2)}


def wrong(grouper: Grouper, among: Sequence[Article] | None = None) -> set[tuple[str, str]]:
    """Pairs (of those articles, if given) that stand in one story and are not about one event."""
    ids = None if among is None else {one.id for one in among}
    return {(a, b) for a, b in pairs(grouper) if event(a) != event(b) and (ids is None or {a, b} <= ids)}


def grouped(articles: Iterable[Read], every: int = 100) -> Grouper:
    grouper = Grouper()
    carry(articles, grouper, every)
    return grouper


# ---- dates ---------------------------------------------------------------------------------------------------------


def test_undated_articles_come_together_by_what_they_say(undated: list[Read]) -> None:
    grouper = grouped(undated)
    assert not wrong(grouper)
    assert len(pairs(grouper)) >= 16, together(grouper)  # of 24


@pytest.mark.parametrize("date", ["2031-05-20T09:00Z", "2126-01-01", "9999-12-31T23:59Z"])
def test_right_and_future_dates_stop_nothing(embedder: Embedder, date: str) -> None:
    grouper = grouped(read(told([date] * 24), embedder))
    assert not wrong(grouper)
    assert len(pairs(grouper)) >= 16, together(grouper)


def test_one_wrong_date_in_the_future_does_not_part_an_article_from_its_story(embedder: Embedder) -> None:
    stream = told(["2031-05-20T09:00Z", "2041-05-20T09:00Z", "2031-05-20T10:00Z"] * 8)
    grouper = grouped(read(stream, embedder))
    assert homes(grouper)["ferry-1"] == homes(grouper)["ferry-0"]


# ---- order ---------------------------------------------------------------------------------------------------------


def test_shuffles_of_an_undated_set_give_nearly_the_same_stories(undated: list[Read]) -> None:
    found = []
    for seed in range(3):
        shuffled = undated.copy()
        random.Random(seed).shuffle(shuffled)
        found.append(pairs(grouped(shuffled)))
    for one, other in combinations(found, 2):
        assert len(one & other) >= 0.8 * max(len(one), len(other))


def test_the_same_stream_twice_gives_identical_decisions(undated: list[Read]) -> None:
    one, other = Grouper(), Grouper()
    journal = carry(undated, one, every=5)
    assert {decision.kind for decision in journal} >= {K.OPEN, K.JOIN, K.REVIEW}
    assert carry(undated, other, every=5) == journal
    assert (one.stories(), one.threads()) == (other.stories(), other.threads())


@pytest.mark.parametrize("stop", [3, 9, 10, 11, 24, 30])
def test_a_replay_to_any_point_of_the_journal_gives_the_same(undated: list[Read], stop: int) -> None:
    whole, again = Grouper(), Grouper()
    journal: list[tuple[Read | None, tuple[Decision, ...]]] = []
    for number, one in enumerate(undated, 1):
        journal.append((one, whole.decide(*one, NOW)))
        whole.apply(*one, journal[-1][1], NOW)
        if number % 3 == 0:
            journal.append((None, whole.settle(NOW)))
            whole.apply(None, None, journal[-1][1], NOW)
    for one, decisions in journal[:stop]:
        again.apply(*(one or (None, None)), decisions, NOW)
    for one, decisions in journal[stop:]:
        assert (again.decide(*one, NOW) if one else again.settle(NOW)) == decisions
        again.apply(*(one or (None, None)), decisions, NOW)
    assert (again.stories(), again.threads()) == (whole.stories(), whole.threads())


# ---- what the press repeats ----------------------------------------------------------------------------------------


def test_one_outlet_that_posts_a_page_fifty_times_is_one_voice_in_one_story(embedder: Embedder) -> None:
    headline, text = EVENTS["ferry"][0]
    posts = [
        article(
            f"post-{k}",
            headline,
            text,
            publisher="Torvik Post",
            published=f"2031-05-20T{8 + k // 15:02}:{k % 15:02}Z",
            url=f"https://post.example/{k}",
        )
        for k in range(50)
    ]
    grouper = grouped(read([*told()[:3], *posts, *told()[3:6]], embedder))
    (story,) = (story for story in grouper.stories() if "post-0" in story.articles)
    assert {"ferry-0", "ferry-1", *(post.id for post in posts)} <= set(story.articles)
    assert max(len(copies.articles) for copies in story.copies) == 51
    assert len(grouper.state.window) == 6
    assert homes(grouper)["bank-0"] != story.id


CLAIMS = (
    (
        "Jobless claims in Lorvania fall to {0},000",
        "New claims for jobless benefits in Lorvania fell to {0},000 last week, the labour office said on Thursday.",
    ),
    (
        "Lorvania: weekly jobless claims at {0},000",
        "The number of Lorvanians who filed for jobless benefits was {0},000 in the week, the labour office reported.",
    ),
)


def test_a_weekly_series_is_another_story_each_week(embedder: Embedder) -> None:
    start = datetime(2031, 4, 24, 8, 30, tzinfo=NOW.tzinfo)
    stream = [
        article(
            f"week{week}-{k}",
            headline.format(count),
            text.format(count),
            publisher=f"Outlet {k}",
            published=f"{start + timedelta(days=7 * week, hours=k):%Y-%m-%dT%H:%MZ}",
            seen_at=start + timedelta(days=7 * week, hours=k),
        )
        for week, count in enumerate((214, 209, 231, 222))
        for k, (headline, text) in enumerate(CLAIMS)
    ]
    grouper = grouped(read(amid_other_news(stream), embedder))
    assert not wrong(grouper, stream)
    assert len({homes(grouper)[f"week{week}-0"] for week in range(4)}) == 4


def test_equal_words_on_another_day_are_another_story(embedder: Embedder) -> None:
    headline, text = (
        "Shares close higher in Ostermark",
        "Shares in Ostermark closed higher on Monday, led by banks and by makers of ships.",
    )
    stream = [
        article(f"day{day}-{outlet}", headline, text, publisher=outlet, published=f"{days(7 * day):%Y-%m-%d}", seen_at=days(7 * day))
        for day in range(3)
        for outlet in ("Exchange", "Courier")
    ]
    grouper = grouped(read(amid_other_news(stream), embedder))
    assert [story for story in together(grouper) if "day" in str(story)] == [
        {f"day{day}-Exchange", f"day{day}-Courier"} for day in range(3)
    ]


MATCHES = (
    ("Karlby", "Edsholm", "2-1", "Dorn Avery", "Piet Lund", "73rd"),
    ("Pontavel", "Rusk", "3-0", "Milo Ferrant", "Sven Oake", "12th"),
    ("Grimsund", "Ovenden", "1-1", "Jan Weiler", "Cal Rudd", "88th"),
    ("Maravel", "Tynecross", "4-2", "Rui Castel", "Tom Hale", "40th"),
)
RESULTS = (
    ("{0} {2} {1}", "{0} and {1} met in the league on Sunday and the match ended {2}, with goals by {3} and, in the {5} minute, {4}."),
    (
        "{3} scores for {0} against {1}",
        "The league match of {0} and {1} ended {2} on Sunday. {3} and {4} scored, the latter in the {5} minute.",
    ),
)


def test_matches_of_one_day_told_in_the_same_words_stay_apart(embedder: Embedder) -> None:
    stream = [
        article(f"{match[0]}-{k}", headline.format(*match), text.format(*match), publisher=f"Sport {k}", published="2031-05-20T10:00Z")
        for k, (headline, text) in enumerate(RESULTS)
        for match in MATCHES
    ]
    grouper = grouped(read(amid_other_news(stream), embedder))
    assert not wrong(grouper, stream)


def test_a_round_up_bridges_no_two_stories(embedder: Embedder) -> None:
    takes = [one for one in told(["2031-05-20T09:00Z"] * 24) if event(one.id) in ("ferry", "bank")]
    round_up = article(
        "round-up",
        "Morning briefing: ferry Maren aground off Torvik, Lorvania raises key rate",
        "The ferry Maren struck a sandbank off Torvik and 214 passengers were taken ashore. The central bank of Lorvania raised its key rate to "
        "4.5 percent. Here is what else you need to know today.",
        publisher="Briefing",
        published="2031-05-20T10:00Z",
    )
    for place in (0, 2, len(takes)):
        grouper = grouped(read([*takes[:place], round_up, *takes[place:]], embedder), every=2)
        assert not {(a, b) for a, b in wrong(grouper) if "round-up" not in (a, b)}, place


def test_texts_without_a_word_are_not_alike(embedder: Embedder) -> None:
    signs = ("!!!", "…", "???", "— — —", "***", "+++")
    stream = [article(f"sign-{k}", sign, publisher=f"Outlet {k}", published="2031-05-20") for k, sign in enumerate(signs)]
    grouper = grouped(read(stream, embedder))
    assert not pairs(grouper)


# ---- live tickers --------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(sqlite_address: str, embedder: Embedder) -> Iterator[Desk]:
    with Desk(Settings(), Store.open(sqlite_address)) as desk:
        desk.embedder = embedder
        yield desk


def arrive(desk: Desk, name: str, articles: Sequence[Article], now: datetime) -> None:
    """One answer of a source comes through the line."""
    capture = Capture(name, f"https://post.example/{name}", b"", now, "text/html")
    desk.store.add_captures([capture])
    desk.store.add_extraction(desk._merged(capture, Extraction(name, tuple(articles))), now)
    desk.annotate()
    desk.group(now)


def test_a_live_ticker_stays_one_article_in_one_story(desk: Desk) -> None:
    lines = [f"{8 + k}:00 Boat number {k} brings {10 + 9 * k} people of the ferry Maren ashore at Torvik." for k in range(6)]
    ids = [one.id.encode().hex()[:16].rjust(16, "0") for one in told()[:6]]
    first = [
        Article(**{**{name: getattr(one, name) for name in Article.__slots__}, "id": id}) for one, id in zip(told()[:6], ids, strict=True)
    ]
    arrive(desk, "front", first, NOW)
    seen = set()
    for k in range(1, 7):
        ticker = article(
            "00000000000000ff", "Live: the grounding of the ferry Maren", "\n\n".join(reversed(lines[:k])), url="https://post.example/live"
        )
        arrive(desk, f"look-{k}", [ticker], NOW + timedelta(minutes=20 * k))
        seen.add(desk.store.stories_of([ticker.id])[ticker.id])
    revised = desk.store.articles([ticker.id])[ticker.id]
    assert revised.revision == 6
    assert lines[5] in revised.text
    placed = [decision for _, _, decision in desk.store.journal() if decision.article == ticker.id]
    assert [decision.kind in (K.OPEN, K.JOIN) for decision in placed] == [True]
    assert len(seen) == 1
    assert desk.store.counts()["articles"] == 7
