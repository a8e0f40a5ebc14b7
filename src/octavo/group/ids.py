"""Lasting ids of stories and threads: the same stream gives the same ids."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from ulid import ULID

_TIME = 6  # bytes of a ULID that are its time; the other ten are its random part


def story_id(article: str, seen_at: datetime, again: int = 0) -> str:
    """The id of the story that article `article` opens: a ULID of the moment it arrived (1970 at the earliest) and a digest of its id.

    `again` tells the stories apart that one article opens one after another.
    """
    moment = max(0, int(seen_at.timestamp() * 1000)).to_bytes(_TIME, "big")
    name = f"story:{article}" + (f":{again}" if again else "")
    return str(ULID(moment + blake2b(name.encode(), digest_size=10).digest()))


def thread_id(story: str) -> str:
    """The id of the thread that begins with story `story`: that story's time and a digest of its id."""
    return str(ULID(ULID.from_str(story).bytes[:_TIME] + blake2b(b"thread:" + story.encode(), digest_size=10).digest()))
