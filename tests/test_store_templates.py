"""What is remembered of each host's last articles."""

from __future__ import annotations

import pytest

from octavo.store import Store, templates


def test_the_last_articles_of_each_host_are_kept_in_order(store: Store) -> None:
    assert store.host_lines("gull.example") == {}
    store.remember_lines({"gull.example": {"a": b"1", "b": b"2"}, "tern.example": {"a": b"9"}, "wren.example": {}}, 3)
    store.remember_lines({}, 3)
    store.remember_lines({"gull.example": {"c": b"3"}}, 3)
    assert list(store.host_lines("gull.example").items()) == [("a", b"1"), ("b", b"2"), ("c", b"3")]
    store.remember_lines({"gull.example": {"a": b"4", "d": b"5"}}, 3)
    assert list(store.host_lines("gull.example").items()) == [("c", b"3"), ("a", b"4"), ("d", b"5")], "the same article once, anew"
    assert store.host_lines("tern.example") == {"a": b"9"}
    assert store.host_lines("wren.example") == {}


def test_hosts_that_were_not_met_for_long_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_MOST", 4)
    store.remember_lines({"gull.example": {"a": b"1", "b": b"2"}}, 3)
    store.remember_lines({"tern.example": {"c": b"3", "d": b"4", "e": b"5"}}, 3)
    assert store.host_lines("gull.example") == {"b": b"2"}
    assert len(store.host_lines("tern.example")) == 3
