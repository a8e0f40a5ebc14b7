"""What outlets' sections, addresses and keywords say of an article's topic."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from octavo.compose import topic_of, topics
from octavo.compose.topics import topic_of_article
from store_samples import article

POLITICS, SPORT, SCIENCE, ECONOMY, ENVIRONMENT = "11000000", "15000000", "13000000", "04000000", "06000000"


def filed(section: str | None = None, url: str = "https://gull.example/a", keywords: tuple[str, ...] = ()) -> str | None:
    return topic_of_article(article(section=section, url=url, keywords=keywords))


@pytest.mark.parametrize(
    ("section", "topic"),
    [
        ("Politics", POLITICS),
        ("POLÍTICA", POLITICS),
        ("Innenpolitik", POLITICS),
        ("スポーツ", SPORT),
        ("اقتصاد", ECONOMY),
        ("News > Science", SCIENCE),
        ("Sport/Tennis", SPORT),
        ("science-and-technology", SCIENCE),
        ("Halm Politics and Government", POLITICS),  # by the longest of the words in it
        ("最新経済ニュース", ECONOMY),  # no spaces part its words
        ("Health, Sport", "07000000"),
        ("World", None),
        ("日本", None),
        ("Software Architecture", None),  # its words do not agree
        ("", None),
        ("Politics " * 20, None),
    ],
)
def test_a_section_says_the_topic_in_many_languages(section: str, topic: str | None) -> None:
    assert filed(section) == topic


def test_an_address_and_keywords_say_it_where_the_section_does_not() -> None:
    assert filed("World", "https://gull.example/en/sport/2031/boat-race") == SPORT
    assert filed(None, "https://gull.example/politics") is None  # the last step names the article
    assert filed(None, "https://[gull.example/politics/a") is None
    assert filed("Halm", keywords=("Ida Brandt", "Elections", "Parliament", "Football")) == POLITICS
    assert filed("Sport", "https://gull.example/politics/a", ("Elections",)) == SPORT


def test_a_story_has_the_topic_of_most_articles_that_have_one() -> None:
    sport, politics, unknown = article(section="Sport"), article(section="Politik"), article(section="Local")
    assert topic_of([politics, unknown, unknown, sport, sport]) == SPORT
    assert topic_of([unknown, politics, sport]) == POLITICS
    assert topic_of([unknown]) is None
    assert topic_of([]) is None


def test_the_table_holds_every_topic_and_no_word_twice() -> None:
    table = tomllib.loads(files("octavo.compose").joinpath("topics.toml").read_text("utf-8"))
    assert topics() == tuple(sorted(table)) == tuple(f"{number:02}000000" for number in range(1, 18))
    assert len({tuple(sorted(tongues)) for tongues in table.values()}) == 1  # every topic in every language
    said = Counter(word for tongues in table.values() for word in {w for words in tongues.values() for w in words.split(", ")})
    assert [word for word, times in said.items() if times > 1] == []
