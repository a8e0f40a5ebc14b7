"""What follows from a look at a source or a page: what is kept of it, what is to be fetched next, and when it is asked for again.

Each of these is a step of the desk. All take the store that they write to; each write stands alone, in an order in which a stop between two
of them means that something is done twice, and never that it is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from urllib.parse import urlsplit

from octavo.errors import ExtractError, FetchError, InputError, OctavoError
from octavo.extract.feed import feed_facts
from octavo.gather import Gathered, HeldError, PageLook, fresh_for, habit_of, next_due
from octavo.gather.answers import OfflineError, WallError
from octavo.gather.capture import XML
from octavo.gather.schedule import LATEST
from octavo.model import Capture, Extraction, FullText, Obstacle, Source, SourceKind
from octavo.store import Store, WantedPage

PAGE_ATTEMPTS = 4  # for one page, as long as only the network or a busy server stands in the way
PAGE_WAIT = timedelta(minutes=10)  # before the second attempt, four times as long before each further one

_ONLY_BEGINNING = ExtractError(
    "The page shows only the beginning of the article", todo="Read the rest at the outlet", fault="nobody: it is the outlet's wish"
).sentence
_ENDED = FetchError("The feed says that it has ended", todo="Remove the source or give its new address").sentence


def keep_look(store: Store, gathered: Gathered, base: timedelta) -> None:
    """Keep what a look at a source gave, and the source as it is now. `base` is the usual time between two looks."""
    # Captures first: a stop between the two means one look too many, not a capture lost.
    id, fresh, source = gathered.source.id, store.add_captures(gathered.captures), heeding(gathered, base)
    if not store.update_source(source):
        what = f"It has moved to {gathered.source.address}, which is another of your sources"
        store.source_failed(id, InputError(what, todo="Remove this one").sentence, gathered.at)
        store.pause_source(id, True, gathered.at)
    store.charge_source(id, gathered.bytes_in, gathered.bytes_out, gathered.reserved)
    if gathered.captures and not fresh and (problem := store.capture_problem(gathered.captures[0].id)):
        # It will not be read again, and is as bad as it was.
        keep_problem(store, source, problem, store.gave_articles(gathered.captures[0].id), gathered.at)


def keep_problem(store: Store, source: Source, sentence: str, used: bool, now: datetime) -> None:
    """Keep what was wrong with what came from a source. What could be `used` all the same is told and is no failure. Its next answer is asked
    for in full."""
    if used:
        store.update_source(replace(source, last_error=sentence, last_error_at=now, etag=None, last_modified=None))
    else:
        store.source_failed(source.id, sentence, now)


def heeding(gathered: Gathered, base: timedelta) -> Source:
    """The source, with what its feed says of itself: its title, its site, and when it wants to be looked at."""
    source = gathered.source
    if source.kind is not SourceKind.FEED or not gathered.captures:
        return source
    feed = gathered.captures[0]
    facts = feed_facts(feed.body, feed.address, feed.charset)
    told = replace(
        source,
        title=source.title or facts.title,
        home=source.home or facts.home,
        ttl_seconds=facts.ttl.total_seconds() if facts.ttl else None,
        skip_hours=tuple(sorted(facts.skip_hours)),
        skip_days=tuple(sorted(facts.skip_days)),
    )
    if facts.expired:
        told = replace(told, paused=True, last_error=_ENDED, last_error_at=gathered.at)
    return replace(told, due_at=next_due(told, gathered.at, base, fresh_for(gathered.headers, gathered.at)))


def keep_page(store: Store, wanted: WantedPage, look: PageLook, now: datetime) -> None:
    """Keep what asking for a page gave, or why it gave nothing."""
    if isinstance(look.page, Capture):
        store.add_captures([replace(look.page, source=wanted.source, article=wanted.article)])
        store.page_tried(wanted.address, None)
    elif isinstance(look.page, HeldError | OfflineError):  # the page itself has not failed
        store.page_put_off(wanted.address, now + max(PAGE_WAIT, timedelta(seconds=look.page.retry_after or 0)))
    else:
        store.page_tried(wanted.address, look.page.sentence, again_at(look.page, wanted.attempts, now), look.obstacle)
    if wanted.source is not None:
        store.charge_source(wanted.source, look.bytes_in, look.bytes_out, look.reserved)


def again_at(error: OctavoError, attempts: int, now: datetime) -> datetime | None:
    """When to ask again for a page that could not be had after so many failed attempts; None when there is no point in it.

    What the network or a busy server did passes; what the server or its robots.txt says of the page itself stays.
    """
    passing = isinstance(error, FetchError) and (error.status is None or error.status == 429 or error.status >= 500)
    if not passing or isinstance(error, WallError) or attempts + 1 >= PAGE_ATTEMPTS:
        return None
    wait = PAGE_WAIT * (1 << 2 * attempts)
    asked = timedelta(seconds=error.retry_after or 0) if isinstance(error, FetchError) else timedelta()
    return now + max(wait, asked)


def origin_of(store: Store, capture: Capture) -> Source | None:
    """The source that a capture is the answer of; None for the pages that a source led to, which lead no further."""
    source = store.source(capture.source) if capture.source is not None and not capture.article else None
    if source and source.kind is SourceKind.SITEMAP and capture.media_type == XML:
        return source  # one of those that an index leads to
    return source if source and capture.address in (source.address, source.final_address) else None


def wanted_texts(source: Source, extraction: Extraction) -> list[WantedPage]:
    """The pages to fetch for the whole texts of a source's articles: of those that it cut, unless a person said always or never."""
    if source.full_text is FullText.NEVER:
        return []
    every = source.full_text is FullText.ALWAYS
    return [WantedPage(article.url, source.id, article.id) for article in extraction.articles if article.url and (every or article.cut)]


def judge_page(store: Store, capture: Capture, extraction: Extraction) -> None:
    """Keep why a page that was fetched for an article did not give its whole text, if it did not."""
    if not capture.article:
        return
    if extraction.problem:
        store.page_of_no_use(capture.article, extraction.problem, extraction.obstacle)
    elif extraction.articles and extraction.articles[0].cut:
        store.page_of_no_use(capture.article, _ONLY_BEGINNING, extraction.obstacle or Obstacle.PAY_WALL)


def keep_habits(store: Store, ids: Iterable[int]) -> None:
    """Read the habits of these sources anew."""
    for id in ids:
        habit = habit_of(store.publication_times(id, LATEST))
        store.set_habit(id, habit.newest_at, habit.usual_gap, habit.longest_gap)


def spread(wanted: Sequence[WantedPage]) -> list[WantedPage]:
    """Pages to fetch, host by host in turn, so that no host is asked for many at a time while others wait."""
    by_host: dict[str, list[WantedPage]] = {}
    for page in wanted:
        by_host.setdefault(urlsplit(page.address).netloc, []).append(page)
    return [page for page in chain.from_iterable(zip_longest(*by_host.values())) if page]
