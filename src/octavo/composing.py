"""Composes what is shown of stories and keeps it.

For lists: headline, brief, phase, what is gone from its source, for whom there is something new. For the pages of stories: whole views, each
with a digest of what it was composed from, so that one that rests on anything else than what is there now is never shown.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import overload

from pydantic import TypeAdapter

from octavo import __version__
from octavo.compose import (
    Findings,
    Statement,
    StoryView,
    as_read,
    brief,
    disagreements,
    findings,
    headline,
    independent,
    moment,
    news,
    withdrawn,
)
from octavo.errors import OctavoError
from octavo.group import phase
from octavo.model import Annotation, Article, BriefSentence, Phase, Story
from octavo.publishers import PublisherTable, known
from octavo.store import KeptView, Look, Store, Withdrawn

log = logging.getLogger(__name__)

BRIEF_SENTENCES = 5
MOST_WITHDRAWN = 10  # sentences gone from their sources that a story's page keeps showing
VIEWS_KEPT = timedelta(days=30)  # of stories that moved since then
MOST_VIEWS = 20_000
BATCH = 1000  # changes
FORM = 3  # of views as they are kept; rises when `_written` writes what `_read` did not read before


def compose_stories(store: Store, stories: Sequence[Story], now: datetime, language: str | None, window: timedelta) -> None:
    """Keep what is shown of these stories as of `now`, headlines and briefs in `language` where a voice has it.

    `window`: how long a story lives without a new article.
    """
    ids = [id for story in stories for id in story.articles]
    articles, annotations = store.articles(ids), store.annotations(ids)
    members = {story.id: [articles[id] for id in story.articles] for story in stories}
    briefs = [brief(story, members[story.id], annotations, BRIEF_SENTENCES, language) for story in stories]
    gone = _gone(store, members)
    store.set_briefs(briefs, gone)
    store.set_headlines({story.id: headline(story, members[story.id], annotations, language) for story in stories})
    store.set_phases({story.id: phase_of(story, articles, now, window) for story in stories})
    store.set_thread_headlines({story.thread: _newest(store, story.thread) for story in stories if story.thread})
    by_id = {story.id: story for story in stories}
    for look in store.looks(list(by_id)):
        lost = [one.sentence for one in gone.get(look.story, ())]
        _tell(store, look, by_id[look.story], members[look.story], annotations, lost)


def phase_of(story: Story, articles: Mapping[str, Article], now: datetime, window: timedelta) -> Phase:
    """How alive a story is as of `now`, by its articles (id → head)."""
    members = [articles[id] for id in story.articles]
    return phase([moment(article) for article in members], len(independent(story, members)), now, window)


# ---- views ---------------------------------------------------------------------------------------------------------


def view_of(store: Store, story: Story, language: str | None) -> StoryView:
    """A story as it is read, headlines and brief in `language` where a voice has it: as it was kept where that is still true, else composed now."""
    kept = store.kept_view(story.id, story.articles)
    found = _read(kept.body) if kept.rests_on == _rests_on(story, kept, language) else _found(store, story, kept, language)
    return as_read(story, list(kept.articles.values()), found)


def keep_view(store: Store, story: Story, language: str | None, now: datetime) -> bool:
    """Compose a story's view and keep it, unless the one that is kept is still true. Returns whether it was composed."""
    kept = store.kept_view(story.id, story.articles)
    rests_on = _rests_on(story, kept, language)
    if kept.rests_on == rests_on:
        return False
    store.keep_view(story.id, rests_on, _written(_found(store, story, kept, language)), now)
    return True


def keep_views(store: Store, language: str | None, now: datetime) -> Iterator[Story]:
    """Keep the views of stories that something was noted of since the last call, and drop those that nobody is likely to ask for.

    Gives each story that was composed, before it goes on with the next one: the caller may rest there. The first call of an Octavo that gives
    views another form begins anew.
    """
    consumer = f"views {_form(known(), language).hex()}"
    while noted := store.changes(consumer, None, BATCH):
        changed = [change for change in noted if change.kind != "described"]
        articles = [change.id for change in changed if change.entity in ("article", "annotation")]
        ids = dict.fromkeys([*(change.id for change in changed if change.entity == "story"), *store.stories_of(articles).values()])
        moving = [one for one in store.stories(list(ids)) if one.articles and one.updated_at and now - one.updated_at <= VIEWS_KEPT]
        yield from (story for story in moving if _is_kept_anew(store, story, language, now))
        store.drop_views(ids.keys() - {story.id for story in moving}, now - VIEWS_KEPT, MOST_VIEWS)
        store.done(consumer, noted[-1].seq)


@contextmanager
def set_apart(story: Story) -> Iterator[None]:
    """Within, a story that cannot be composed is told and left out, so that the others go on."""
    try:
        yield
    except OctavoError:
        raise
    except Exception:
        log.exception("Story %s cannot be composed; please report this", story.id)


def _is_kept_anew(store: Store, story: Story, language: str | None, now: datetime) -> bool:
    with set_apart(story):
        return keep_view(store, story, language, now)
    return False


def _found(store: Store, story: Story, kept: KeptView, language: str | None) -> Findings:
    read = store.annotations(story.articles, light=True)  # read after the articles, one of which may have been revised meanwhile
    fitting = {id: read[id] for id, article in kept.articles.items() if id in read and read[id].revision == article.revision}
    return findings(story, list(kept.articles.values()), fitting, language, BRIEF_SENTENCES)


def _rests_on(story: Story, kept: KeptView, language: str | None) -> bytes:
    """A digest of all that a view is composed from: a revision stands for its text."""
    heads = [replace(article, text="", blocks=(), notes=()) for article in kept.articles.values()]
    return _digest(_form(known(), language), story.id, story.articles, story.copies, heads, kept.annotated)


@lru_cache(maxsize=8)
def _form(publishers: PublisherTable, language: str | None) -> bytes:
    """A digest of what gives all views their form: this Octavo, the fields of its records, the outlets that it knows, the language."""
    return _digest(__version__, FORM, json.dumps(_adapter().json_schema()), list(publishers), language)


def _digest(*parts: object) -> bytes:
    return blake2b(repr(parts).encode("utf-8", "replace"), digest_size=16).digest()


class _Kept(Sequence[Statement]):
    """Statements as they are kept, a line each: read when they are asked for, because a page shows a few of them."""

    __slots__ = ("_lines", "_read")

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines
        self._read: dict[int, Statement] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> Statement: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Statement, ...]: ...

    def __getitem__(self, place: int | slice) -> Statement | tuple[Statement, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        at = range(len(self))[place]
        if at not in self._read:
            self._read[at] = _statement_adapter().validate_json(self._lines[at])
        return self._read[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def _written(found: Findings) -> bytes:
    """Findings as they are kept: a line of JSON in which the voices say nothing, one with how many statements each made, and a line for each of these."""
    bare = replace(found, voices=tuple(replace(voice, statements=()) for voice in found.voices))
    counts = [len(voice.statements) for voice in found.voices]
    said = (_statement_adapter().dump_json(statement) for voice in found.voices for statement in voice.statements)
    return b"\n".join((_adapter().dump_json(bare), json.dumps(counts).encode(), *said))


def _read(kept: bytes) -> Findings:
    """What `_written` wrote."""
    first, counts, *lines = kept.split(b"\n")
    bare, ends = _adapter().validate_json(first), list(accumulate(json.loads(counts)))
    said = (_Kept(lines[begin:end]) for begin, end in pairwise((0, *ends)))
    return replace(bare, voices=tuple(replace(voice, statements=those) for voice, those in zip(bare.voices, said, strict=True)))


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Findings]:
    """What writes findings as JSON and reads them; made when first needed, because that takes a while."""
    return TypeAdapter(Findings)


@lru_cache(maxsize=1)
def _statement_adapter() -> TypeAdapter[Statement]:
    return TypeAdapter(Statement)


# ---- lists ---------------------------------------------------------------------------------------------------------


def _gone(store: Store, members: Mapping[str, Sequence[Article]]) -> dict[str, list[Withdrawn]]:
    """Story id → what stood in its briefs and its source, still one of its articles, no longer carries, the latest few."""
    found: dict[str, list[Withdrawn]] = {}
    before = store.withdrawn(list(members))
    for id, earlier in store.briefs(list(members)).items():
        articles = {article.id: article for article in members[id]}
        still = [one for one in before.get(id, ()) if _is_gone(one.sentence, articles)]
        lost = [sentence for sentence in earlier.sentences if _is_gone(sentence, articles)]
        since = {article: store.revisions(article)[-1].made_at for article in {one.citation.article for one in lost}}
        found[id] = [*still, *(Withdrawn(one, since[one.citation.article]) for one in lost)][-MOST_WITHDRAWN:]
    return found


def _tell(
    store: Store,
    look: Look,
    story: Story,
    members: Sequence[Article],
    annotations: Mapping[str, Annotation],
    gone: Sequence[BriefSentence],
) -> None:
    """A story that a reader has looked at is unread again when something is new in it, not when it merely changed."""
    if look.fresh:
        return
    seen = store.as_shown(look.shown, {article.id: article for article in members})
    if news(story, seen, members, annotations, disagreements(members, annotations), gone):
        store.refresh_look(look)


def _newest(store: Store, thread: str) -> str | None:
    """A thread is headed by its newest story."""
    found = store.thread(thread)
    newest = store.story(found.stories[-1]) if found and found.stories else None
    return newest.headline if newest else None


def _is_gone(sentence: BriefSentence, articles: Mapping[str, Article]) -> bool:
    source = articles.get(sentence.citation.article)
    return source is not None and withdrawn(sentence, source)
