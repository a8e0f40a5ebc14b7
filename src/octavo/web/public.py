"""What strangers see where an instance reads publicly: handlers of their own, so that a full text can never leave by mistake.

Headlines, short excerpts, briefs with their sources, and the way to each outlet; with a card for those who link to it (Open Graph, schema.org).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from octavo.addresses import without_trackers
from octavo.model import Article, BriefSentence, Story
from octavo.own_editions import Edition, edition
from octavo.store import Store
from octavo.web.contexts import Teaser, in_order, outlines, teasers
from octavo.web.excerpts import excerpt
from octavo.web.front import candidates, chosen_ones
from octavo.web.pages import story_asked_for
from octavo.web.reading import asked, desk_of
from octavo.web.render import page

Handler = Callable[[Request], Awaitable[Response]]

EXCERPT = 280  # characters of a text that may leave, if that is no more than a sixth of it
AT_ONCE, BRIEFLY = 6, 3  # a sixth of a text as its excerpt and a third as sentences of briefs: no more than half of it leaves
# Programs that gather texts to train models on, by the names under which they obey robots.txt.
TRAINERS = (
    "GPTBot",
    "ClaudeBot",
    "Google-Extended",
    "CCBot",
    "Applebot-Extended",
    "meta-externalagent",
    "Bytespider",
    "Amazonbot",
    "PerplexityBot",
)


@dataclass(frozen=True, slots=True)
class PublicStory:
    """A story without any of its texts."""

    teaser: Teaser
    sentences: tuple[tuple[BriefSentence, Article], ...]  # with the article that each stands in
    articles: tuple[Article, ...]  # heads, in order of time


@dataclass(frozen=True, slots=True)
class Card:
    """What another page or a messenger shows where somebody links here. `data`: schema.org, as JSON."""

    title: str
    description: str
    address: str
    data: Markup


def public_story(store: Store, found: Story, now: datetime) -> PublicStory:
    """What strangers see of a story."""
    heads = store.heads(found.articles)
    brief = store.briefs([found.id]).get(found.id)
    cited = [one for one in (brief.sentences if brief else ()) if one.citation.article in heads]
    shown = tuple((one, heads[one.citation.article]) for one in quotable(store, cited))
    ordered = sorted(heads.values(), key=lambda head: (head.published is None, head.published or "", head.id))
    return PublicStory(teasers(store, [found], now)[0], shown, tuple(ordered))


def quotable(store: Store, sentences: Sequence[BriefSentence]) -> tuple[BriefSentence, ...]:
    """Those of these sentences that may leave, in their order: of no article more than a third of its text."""
    left = {id: length // BRIEFLY for id, length in store.text_lengths({one.citation.article for one in sentences}).items()}
    shown = []
    for one in sentences:
        left[one.citation.article] = left.get(one.citation.article, 0) - len(one.text)
        if left[one.citation.article] >= 0:
            shown.append(one)
    return tuple(shown)


def chosen(store: Store, shown: Edition, now: datetime) -> tuple[Teaser, ...]:
    """The stories of an edition's front page, heaviest first, as nobody in particular sees them."""
    found = {story.id: story for story in candidates(store, now)}
    reach = store.reach()
    held, _ = chosen_ones(shown, outlines(store, list(found.values())).values(), {}, reach, now)
    leads = {id: brief.sentences[0] for id, brief in store.briefs(held).items() if brief.sentences}
    leaving = set(quotable(store, list(leads.values())))
    told = {id: lead.text for id, lead in leads.items() if lead in leaving}
    stories = in_order(teasers(store, [found[id] for id in held], now, reach=reach), held)
    return tuple(one if one.lead == told.get(one.story.id) else replace(one, lead=None) for one in stories)


# ---- handlers ------------------------------------------------------------------------------------------------------


async def front(request: Request) -> Response:
    asked_for = request.path_params.get("edition")
    shown = Edition() if asked_for is None else edition(asked_for)
    if shown is None:
        raise HTTPException(404, "There is no such edition.")
    stories = await run_in_threadpool(chosen, desk_of(request).store, shown, datetime.now(UTC))
    name = asked(request).instance.name
    data = {"@type": "WebSite", "name": name, "url": _address(request)}
    return _shown(request, "public_front.html", name, "", data, stories=stories)


async def story(request: Request) -> Response:
    found = await run_in_threadpool(story_asked_for, request)
    if isinstance(found, Response):
        return found
    if not found.articles:
        raise HTTPException(404, "There is no such story.")
    shown = await run_in_threadpool(public_story, desk_of(request).store, found, datetime.now(UTC))
    headline = shown.teaser.headline
    lead = excerpt(shown.sentences[0][0].text, EXCERPT) if shown.sentences else ""
    data = {
        "@type": "CollectionPage",
        "headline": headline,
        "description": lead,
        "url": _address(request),
        "dateModified": found.updated_at and found.updated_at.isoformat(),
        "hasPart": [_news_article(article) for article in shown.articles],
    }
    return _shown(request, "public_story.html", headline, lead, data, shown=shown)


async def article(request: Request) -> Response:
    store, id = desk_of(request).store, request.path_params["id"]
    found = await run_in_threadpool(store.article, id)
    if found is None:
        raise HTTPException(404, "There is no such article.")
    own = await run_in_threadpool(store.story_of, id)
    lead = excerpt(found.text, min(EXCERPT, len(found.text) // AT_ONCE))
    data = _news_article(found) | {"abstract": lead}
    return _shown(request, "public_article.html", found.headline or found.publisher or "", lead, data, article=found, lead=lead, story=own)


async def robots(request: Request) -> Response:
    """What programs may read (RFC 9309), and what for: nothing of a private instance."""
    set_so = asked(request).instance
    if not set_so.public_reading:
        return _plain("User-agent: *\nDisallow: /\n")
    pages = "Allow: /$\nAllow: /e/\nAllow: /stories/\nAllow: /articles/\nAllow: /static/\nAllow: /llms.txt\nDisallow: /\n"
    signal = f"Content-Signal: search=yes, ai-input=yes, ai-train={'yes' if set_so.training else 'no'}\n"
    closed = "" if set_so.training else "".join(f"User-agent: {name}\n" for name in TRAINERS) + "Disallow: /\n\n"
    return _plain(f"{closed}User-agent: *\n{signal}{pages}")


async def llms(request: Request) -> Response:
    """What this place is, for programs that read it for somebody (llmstxt.org). Only where strangers may read."""
    set_so = asked(request).instance
    if not set_so.public_reading:
        raise HTTPException(404, "There is nothing here for strangers.")
    home = str(request.base_url).rstrip("/")
    may = "may" if set_so.training else "may not"
    return _plain(
        f"# {set_so.name}\n\n"
        "> News of many outlets grouped into stories. Every sentence of a brief is quoted word for word, with the outlet it stands in.\n\n"
        f"Texts belong to their outlets: quote them with the outlet's name and link to its page, not to this one. Texts {may} be used to train models.\n\n"
        f"## Pages\n\n- [Front page]({home}/): the stories of these days\n- Stories: {home}/stories/ID, a brief and the articles it rests on\n"
        f"- Articles: {home}/articles/ID, headline, excerpt and the outlet's own page\n"
    )


# Name of a route → what answers it for strangers.
PUBLIC: Mapping[str, Handler] = {"front": front, "every_edition": front, "edition": front, "story": story, "article": article}
ROUTES = (
    ("/robots.txt", robots, ("GET",), "robots"),
    ("/llms.txt", llms, ("GET",), "llms"),
)


def _shown(request: Request, template: str, title: str, description: str, data: Mapping[str, object], **context: object) -> Response:
    told = {"@context": "https://schema.org", **{name: value for name, value in data.items() if value}}
    script = json.dumps(told, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    card = Card(title, description, _address(request), Markup(script))  # noqa: S704  (nothing in it can end the element that it stands in)
    answer = page(request, template, 200, card=card, **context)
    if not asked(request).instance.training:
        answer.headers["TDM-Reservation"] = "1"  # W3C TDMRep: rights to mining are reserved
    return answer


def _news_article(found: Article) -> dict[str, object]:
    told = {
        "@type": "NewsArticle",
        "headline": found.headline,
        "url": found.url and without_trackers(found.url),
        "datePublished": found.published,
        "inLanguage": found.language,
        "isAccessibleForFree": found.free,
        "publisher": {"@type": "NewsMediaOrganization", "name": found.publisher} if found.publisher else None,
        "author": [{"@type": "Person", "name": name} for name in found.authors],
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def _plain(text: str) -> Response:
    return PlainTextResponse(text, headers={"Cache-Control": "no-cache"})


def _address(request: Request) -> str:
    home = desk_of(request).settings.address or str(request.base_url).rstrip("/")
    return f"{home}{request.url.path}"
