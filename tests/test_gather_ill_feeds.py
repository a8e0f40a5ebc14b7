"""A small version of the round over 500 feeds (`bench/gather_round.py`): what must come of every kind of feed, ill or well."""

from __future__ import annotations

from pathlib import Path

import gather_round
from ill_feeds import KINDS


async def test_every_kind_of_feed_fares_as_it_must(tmp_path: Path) -> None:
    report = await gather_round.run(60, tmp_path)
    assert {line.kind: line.wrong for line in report.lines} == {kind.name: () for kind in KINDS}
    assert report.forbidden_asked == 0
    assert sum(kind.share for kind in KINDS) == 500
    bombs = [line for line in report.lines if "bomb" in line.kind]
    assert all(line.bytes_in < 1_000_000 * line.feeds for line in bombs), "a bomb is noticed while it is unpacked"
