"""Composes what lists show of stories and keeps it: headline, brief, phase, what is gone from its source, for whom there is something new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from octavo.compose import brief, disagreements, headline, independent, moment, news, withdrawn
from octavo.group import phase
from octavo.model import Annotation, Article, BriefSentence, Phase, Story
from octavo.store import Look, Store, Withdrawn

BRIEF_SENTENCES = 5
MOST_WITHDRAWN = 10  # sentences gone from their sources that a story's page keeps showing


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
