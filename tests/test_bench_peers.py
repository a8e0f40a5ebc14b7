"""The other ways to group that Octavo is measured against, and the table and picture made of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

import group_table
import peers
import picture
from group_sets import Row
from octavo.model import Annotation, Article

# Two events told by three outlets each, and one article on nothing else; the events lie ten days apart.
TOLD = (
    ("Ferry runs aground near Halvik harbour", "a", "2031-03-01T08:00:00Z", 0),
    ("Passenger ferry runs aground outside Halvik harbour", "b", "2031-03-01T10:00:00Z", 0),
    ("Halvik: passenger ferry runs aground, nobody hurt", "c", "2031-03-01T11:00:00Z", 0),
    ("Orchard museum opens doors in Belmora", "a", "2031-03-11T08:00:00Z", 1),
    ("Belmora orchard museum opens its doors today", "b", "2031-03-11T09:00:00Z", 1),
    ("Orchard museum in Belmora opens doors at last", "c", "2031-03-11T12:00:00Z", 1),
    ("Chess grandmaster retires", "a", "2031-03-11T12:00:00Z", 2),
)
EVENTS = [event for _, _, _, event in TOLD]


def told(dated: bool = True) -> list[Row]:
    """The rows of `TOLD`; vectors of one event lie close together."""
    random = np.random.default_rng(7)
    means = random.standard_normal((3, 16))
    rows = []
    for number, (headline, outlet, published, event) in enumerate(TOLD):
        article = Article(str(number), headline, "", published=published if dated else None, publisher=outlet, language="en")
        vector = means[event] + 0.3 * random.standard_normal(16)
        annotation = Annotation(
            article=article.id,
            revision=1,
            version="test",
            language="en",
            vector=vector.astype("<f2").tobytes(),
            search_text=headline.lower(),
        )
        rows.append(Row(article, annotation, f"event {event}"))
    return rows


def scorer(gold: list[dict[str, str]], found: list[dict[str, str]], without: str | None) -> dict[str, float]:
    """Stands in for the scorer: the share of pairs judged rightly, under the names that the harness reads."""
    story = {one["id"]: one["story"] for one in found}
    right = [
        (a["story"] == b["story"]) == (story[a["id"]] == story[b["id"]])
        for a, b in combinations([one for one in gold if one["story"] != without], 2)
    ]
    share = 100 * sum(right) / len(right)
    return {
        "pairwise_f1": share,
        "bcubed_f1": share,
        "bcubed_precision": share,
        "found_stories": len(set(story.values())),
        "gold_stories": len({one["story"] for one in gold}),
    }


def same(labels: Sequence[int], events: Sequence[int]) -> bool:
    """Whether both part the articles alike."""
    return all((labels[a] == labels[b]) == (events[a] == events[b]) for a, b in combinations(range(len(events)), 2))


@pytest.mark.parametrize("peer", peers.PEERS, ids=lambda peer: peer.name)
@pytest.mark.parametrize("dated", [True, False])
def test_each_method_finds_plain_events_at_some_setting(peer: peers.Peer, dated: bool) -> None:
    group = peer.method(peers.given(told(dated)))
    assert any(same(group(setting).tolist(), EVENTS) for setting in peer.settings)


@pytest.mark.parametrize(
    ("method", "setting"),
    [
        (peers.title_words, (0.5,)),
        (peers.vector_and_headline, (0.4,)),
        (peers.tightened_linkage, (0.6,)),
        (peers.words_and_time, (0.2, 0.9)),
    ],
)
def test_equal_headlines_ten_days_apart_are_two_events_where_time_counts(
    method: Callable[[peers.Given], peers.Grouping], setting: peers.Setting
) -> None:
    first, other, _, later = told()[:4]
    again = other._replace(article=Article("again", first.article.headline, "", published=later.article.published, publisher="d"))
    rest = told()[4:]
    labels = method(peers.given([first, again, *rest]))(setting)
    assert labels[0] != labels[1]
    undated = [
        row._replace(article=Article(row.article.id, row.article.headline, "", publisher=f"{n}"))
        for n, row in enumerate([first, again, *rest])
    ]
    labels = method(peers.given(undated))(setting)
    assert labels[0] == labels[1]


def test_one_outlet_is_not_grouped_with_itself_by_titles_and_by_tightened_linkage() -> None:
    rows = [row._replace(article=Article(row.article.id, row.article.headline, "", publisher="a")) for row in told()]
    assert len(set(peers.title_words(peers.given(rows))((0.3,)).tolist())) == len(rows)
    assert len(set(peers.tightened_linkage(peers.given(rows))((0.9,)).tolist())) == len(rows)


def test_a_group_of_titles_holds_ten_articles_at_most() -> None:
    one = told()[0]
    rows = [one._replace(article=Article(str(n), one.article.headline, "", publisher=str(n))) for n in range(25)]
    labels = peers.title_words(peers.given(rows))((0.5,))
    assert max(np.unique(labels, return_counts=True)[1]) == 10


def test_average_linkage_is_that_of_the_plain_search() -> None:
    points = np.random.default_rng(3).standard_normal((30, 4)).astype(np.float32)
    distances = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    for limit in (0.5, 1.5, 2.5):
        clusters = [[row] for row in range(len(points))]
        while len(clusters) > 1:
            height, one, two = min(
                (float(distances[np.ix_(clusters[a], clusters[b])].mean()), a, b) for a, b in combinations(range(len(clusters)), 2)
            )
            if height > limit:
                break
            clusters[one] += clusters.pop(two)
        expected = [next(n for n, cluster in enumerate(clusters) if row in cluster) for row in range(len(points))]
        found = peers.cut(peers.average_linkage(distances.copy()), lambda size, limit=limit: limit)
        assert same(found.tolist(), expected)


def test_a_cut_that_tightens_with_size_keeps_the_tight_parts() -> None:
    merges = [peers.Merge(0, 1, 0.2, 2), peers.Merge(2, 3, 0.2, 2), peers.Merge(0, 2, 0.4, 4)]
    assert len(set(peers.cut(merges, lambda size: 0.5).tolist())) == 1
    assert same(peers.cut(merges, lambda size: 0.5 if size < 3 else 0.3).tolist(), [0, 0, 1, 1])


def test_products_are_those_of_dense_vectors() -> None:
    texts = [{"x": 2.0, "y": 1.0}, {"y": 3.0}, {}, {"z": 1.0, "x": -1.0}]
    dense = np.array([[text.get(word, 0) for word in "xyz"] for text in texts])
    assert np.allclose(peers.products(texts), dense @ dense.T)


def test_a_word_in_all_texts_weighs_nothing() -> None:
    likeness = peers.tf_idf([["common", "ferry"], ["common", "ferry"], ["common", "museum"], ["common"]])
    assert likeness[0, 1] == pytest.approx(1)
    assert likeness[0, 2] == 0
    assert likeness[3, 3] == 0


def test_a_peer_is_measured_with_the_one_setting_that_is_best_over_all_sets() -> None:
    def method(known: peers.Given) -> peers.Grouping:
        right = EVENTS if np.isfinite(known.hours).any() else [0] * len(EVENTS)
        answers = {(1.0,): right, (2.0,): [0] * len(EVENTS), (3.0,): EVENTS}
        return lambda setting: np.array(answers[setting])

    peer = peers.Peer("Made up", method, ((1.0,), (2.0,), (3.0,)))
    measured = group_table.measure_peer(peer, {"dated": told(), "undated": told(dated=False)}, scorer)
    assert [one.set for one in measured] == ["dated", "undated"]
    assert {one.setting for one in measured} == {(3.0,)}
    assert [one.quality for one in measured] == [100, 100]
    assert all(one.scores["found_ratio"] == one.scores["largest_ratio"] == 1 for one in measured)


def test_what_each_set_alone_would_reach_stands_beside() -> None:
    def method(known: peers.Given) -> peers.Grouping:
        dated = bool(np.isfinite(known.hours).any())
        return lambda setting: np.array(EVENTS if (setting == (1.0,)) == dated else [0] * len(EVENTS))

    measured = group_table.measure_peer(
        peers.Peer("Made up", method, ((1.0,), (2.0,))), {"dated": told(), "undated": told(dated=False)}, scorer
    )
    assert sorted(one.quality for one in measured)[0] < 100
    assert [group_table.quality(one.alone) for one in measured] == [100, 100]


def test_a_story_left_out_counts_for_no_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(group_table.WITHOUT, "made up", "event 0")
    rows = told()
    found = {row.article.id: "big" if row.story != "event 1" else row.article.id for row in rows}
    scores = group_table.scored(scorer, "made up", rows, found)
    assert scores["largest_ratio"] == pytest.approx(1 / 3, abs=1e-3)


def results() -> list[list[group_table.Measured]]:
    scores = {"pairwise_f1": 60.0, "bcubed_f1": 70.0, "bcubed_precision": 91.0, "found_stories": 3, "gold_stories": 3, "largest_ratio": 1.2}
    return [
        [group_table.Measured(name, "made up", 100, seconds, (), scores, scores)]
        for name, seconds in ((group_table.OURS, 0.1), ("A <slow> one", 2.0))
    ]


def test_the_tables_name_every_method_and_number() -> None:
    text = "".join(group_table.as_markdown(shown) for shown in (group_table.summary(results()), group_table.details(results())))
    assert "| Octavo | 60.0 / 70.0 | 65.0 |  | 1,000 |" in text
    assert "| made up | A <slow> one | 60.0 | 70.0 | 91.0 |  | 3 / 3 | 1.20 | 50 |" in text


def test_the_data_hold_the_numbers_that_are_pinned() -> None:
    data = json.loads(json.dumps(group_table.as_data(results())))
    assert data[0]["method"] == group_table.OURS
    assert data[0]["sets"][0]["scores"]["bcubed_precision"] == 91.0
    assert data[0]["sets"][0]["scores"]["largest_ratio"] == 1.2


def test_the_picture_holds_a_point_and_a_label_for_every_method() -> None:
    root = ElementTree.fromstring(group_table.as_picture(results()))
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}circle")) == 2
    texts = [text.text for text in root.findall(f"{space}text")]
    assert {"Octavo · 65", "A <slow> one · 65"} <= set(texts)
    assert "50 articles a second" in (root.findtext(f"{space}desc") or "")


def test_labels_of_close_points_stand_clear_of_each_other_and_of_all_points() -> None:
    taken: list[picture.Box] = [picture.Box(295, 195, 305, 205)]
    for _ in range(6):
        box = picture.free_box(300, 200, 180, taken)
        assert not any(box.meets(other) for other in taken)
        taken.append(box)
