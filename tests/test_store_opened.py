"""How many stories were opened since a place in the change log."""

from __future__ import annotations

from octavo.model import Decision, DecisionKind
from octavo.store import Store
from store_samples import NOW, put_many


def test_stories_are_counted_from_one_place_to_another(store: Store) -> None:
    assert store.last_change() == (0, 0)
    harbour, bridge, court = put_many(store, ["harbour", "bridge", "court"])
    begin = store.last_change()
    store.record_decisions([Decision(DecisionKind.OPEN, "S1", harbour)], NOW)
    first = store.last_change()
    store.set_headlines({"S1": "The harbour reopens"})
    store.record_decisions([Decision(DecisionKind.OPEN, "S2", bridge)], NOW)
    store.record_decisions([Decision(DecisionKind.JOIN, "S2", court)], NOW)
    end = store.last_change()
    assert begin < first < end
    assert [store.stories_opened(*between) for between in ((begin, first), (first, end), (begin, end), (end, end))] == [1, 1, 2, 0]
    store.record_decisions([Decision(DecisionKind.MERGE, "S1", other="S2")], NOW)
    assert store.stories_opened(begin, store.last_change()) == 1
