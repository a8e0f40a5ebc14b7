"""What every list of stories shows of each, filled from the store, so that templates only set type."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from octavo.compose import Reach, Standing, independent, moment, newest, placed, standing, topic_of, weight
from octavo.model import Article, Brief, Placement, Story
from octavo.store import Glance, MarkKind, Store

OUTLINES = 3000  # stories of which the outlines are kept
PICTURES = 4  # among which one is chosen
LOOK_BACK = timedelta(days=14)  # stories that moved since then can stand on the front page


@dataclass(frozen=True, slots=True)
class Teaser:
    """A story as a list shows it. `lead` is the first sentence of its brief, None before there is one."""

    story: Story
    headline: str
    language: str | None
    lead: str | None
    lead_language: str | None
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    articles: int
    voices: int
    topic: str | None  # IPTC code
    newest: datetime | None  # None: no article of it has a date
    published: str | None  # the date of that article, as it is printed
    placement: Placement
    new_since: datetime | None = None  # when the reader last looked, where something is new since then
    pictured: tuple[Article, ...] = ()  # whose pictures may stand with it, the first that can be had
    read: bool = False  # the reader has read it, and nothing came since that is new
    saved: bool = False
    words: tuple[str, ...] = ()  # by which the reader's rules highlight it


def teasers(store: Store, stories: Sequence[Story], now: datetime, reader: int | None = None, reach: Reach | None = None) -> list[Teaser]:
    """Stories as a list shows them, heaviest first; with a `reader`, marked where something is new to him or her. `reach`: if it is at hand."""
    ids = [found.id for found in stories]
    looks = {} if reader is None else store.glances(reader, ids)
    marks = {} if reader is None else store.marks(reader, "story", ids)
    briefs, known, reached = store.briefs(ids), outlines(store, stories), store.reach() if reach is None else reach
    return [
        _teaser(one, briefs.get(id := one.story.id), placed(id, one.standing, now, reached), looks.get(id), marks.get(id, {}))
        for one in weighed(known.values(), reached, now)
    ]


def weighed(stories: Iterable[Outline], reach: Reach, now: datetime, factor: Callable[[Outline], float] = lambda _: 1.0) -> list[Outline]:
    """Stories by weight, the heaviest first, equal ones by id; `factor` is what the reader makes of a story's weight."""
    return sorted(stories, key=lambda one: (-factor(one) * weight(one.standing, now, reach), one.story.id))


def in_order(shown: Sequence[Teaser], ids: Sequence[str]) -> tuple[Teaser, ...]:
    """Those of these stories that are there, in the order of `ids`."""
    by_id = {teaser.story.id: teaser for teaser in shown}
    return tuple(by_id[id] for id in ids if id in by_id)


def is_read(found: Story, look: Glance | None, marks: Mapping[MarkKind, datetime]) -> bool:
    """Whether a story marked as read still is: what it showed at the reader's look, or when the mark was set, holds all that is new."""
    at = marks.get(MarkKind.READ)
    return at is not None and (not look.fresh if look else found.updated_at is None or found.updated_at <= at)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a teaser has of a story and its articles alone: kept, because most lists are of the same stories as before."""

    story: Story
    standing: Standing
    headline: str
    spoken: Mapping[str, str | None]  # article → language
    language: str | None  # of the headline
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    topic: str | None
    newest: datetime | None
    published: str | None
    pictured: tuple[Article, ...]


_KEPT: OrderedDict[str, Outline] = OrderedDict()
_LOCK = Lock()


def outlines(store: Store, stories: Sequence[Story]) -> dict[str, Outline]:
    """Story id → outline, for stories that have articles.

    The store hands out the same record of a story until something is noted of it or of its articles, so that record is all they rest on.
    """
    with _LOCK:
        found = {one.id: kept for one in stories if (kept := _KEPT.get(one.id)) and kept.story is one}
    lacking = [one for one in stories if one.id not in found]
    heads = store.heads([id for one in lacking for id in one.articles])
    for one in lacking:
        if members := [heads[id] for id in one.articles if id in heads]:
            found[one.id] = _outline(one, members)
    with _LOCK:
        for id, outline in found.items():
            _KEPT[id] = outline
            _KEPT.move_to_end(id)
        while len(_KEPT) > OUTLINES:
            _KEPT.popitem(last=False)
    return found


def _outline(found: Story, members: Sequence[Article]) -> Outline:
    voices, dated = independent(found, members), [a for a in members if a.published]
    headline = found.headline or next((a.headline for a in members if a.headline), None) or "…"
    return Outline(
        story=found,
        standing=standing(voices, members),
        headline=headline,
        spoken={a.id: a.language for a in members},
        language=next((a.language for a in members if a.headline == headline), None),
        outlets=tuple(dict.fromkeys(a.publisher for a in members if a.publisher)),
        languages=tuple(sorted({a.language for a in members if a.language})),
        topic=topic_of(voices),
        newest=newest(members) if dated else None,
        published=max(dated, key=moment).published if dated else None,
        pictured=tuple(a for a in voices if a.image and a.image.url)[:PICTURES],
    )


def _teaser(outline: Outline, brief: Brief | None, place: Placement, look: Glance | None, marks: Mapping[MarkKind, datetime]) -> Teaser:
    first = brief.sentences[0] if brief and brief.sentences else None
    return Teaser(
        story=outline.story,
        headline=outline.headline,
        language=outline.language,
        lead=first.text if first else None,
        lead_language=outline.spoken.get(first.citation.article) if first else None,
        outlets=outline.outlets,
        languages=outline.languages,
        articles=len(outline.spoken),
        voices=len(outline.standing.voices),
        topic=outline.topic,
        newest=outline.newest,
        published=outline.published,
        placement=place,
        new_since=look.looked_at if look and look.fresh else None,
        pictured=outline.pictured,
        read=is_read(outline.story, look, marks),
        saved=MarkKind.SAVED in marks,
    )
