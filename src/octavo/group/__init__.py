"""Annotations → decisions about copies, stories and threads. Pure; takes `now`.

One article goes in at a time, in the order of arrival. `reading` takes from it what grouping looks at; `window` holds the last
articles as columns of numbers; `copies` finds the same text, `pairs` and `judge` say which story it belongs to, `threads` which
older stories a story continues; `phases` says how alive a story is. `Grouper` holds the state: `decide` looks and changes nothing,
`apply` takes the decisions in. `docs/grouping.md` explains the method and its numbers.
"""

from __future__ import annotations

from octavo.group.grouper import Grouper
from octavo.group.ids import story_id, thread_id
from octavo.group.phases import phase
from octavo.group.weights import Weights

__all__ = ["Grouper", "Weights", "phase", "story_id", "thread_id"]
