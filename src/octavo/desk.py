"""The desk: carries a datum through all rooms and applies what they decide; the one place that knows the whole line.

Each step takes what waits for it in the store, works and marks it done, so a stop at any moment loses nothing and the next call goes on
where the last one ended. What waits for `annotate`, `compose` and `index` is read from the change log. Stories are decided in `octavo.grouping`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice

from octavo.annotate import Embedder, annotate_many, load_embedder
from octavo.annotate.embedder import Progress
from octavo.compose import count_reach
from octavo.composing import compose_stories, phase_of
from octavo.errors import InputError, OctavoError, SettingsError
from octavo.extract import Pool, merge
from octavo.extract.listing import links_of
from octavo.extract.template import PAGES, host_lines, without_repeats
from octavo.gather import Fetcher, Gathered, Proposal, discover, gather_page, gather_source, look_at_pages
from octavo.group import Weights
from octavo.grouping import Grouping
from octavo.looks import judge_page, keep_habits, keep_look, keep_page, keep_problem, origin_of, spread, wanted_texts
from octavo.model import Annotation, Article, Capture, Decision, DecisionKind, Deed, Extraction, FullText, Repair, Source, SourceKind, Wish
from octavo.publishers import known
from octavo.ruling import mark_by_rules
from octavo.searching import Searcher, keep_index
from octavo.settings import Settings
from octavo.store import Store, WantedPage
from octavo.upkeep import let_go_what_is_due

log = logging.getLogger(__name__)

BATCH = 200  # articles, pages or changes that are worked on at a time
CAPTURES = 32  # of which the bodies lie in memory at a time
DUE = 500  # sources looked at in one round
MOST_LINKS = 50  # not seen before, that one look at a list page may lead to
AGEING = timedelta(hours=1)  # between two looks at whether stories have cooled down
REPEATED_WITHIN = timedelta(days=30)  # in which articles are counted by how many others each outlet is repeated
MOST_AGEING = 5000  # stories in such a look, those that moved last
PAUSE_SECONDS = 15.0  # between two rounds; most find nothing due

_DEED = {DecisionKind.LINK: Deed.MERGE, DecisionKind.PART: Deed.APART}  # what the editors' log calls a wish


class Desk:
    """The line over one store. A context manager; `progress` is told how far building the model is.

    `working` is the live line: what the desk does at this moment, "" when it rests.
    """

    def __init__(self, settings: Settings, store: Store, progress: Progress | None = None) -> None:
        self.settings = settings
        self.store = store
        self.working = ""
        self._progress = progress
        self._grouping = Grouping(store)
        self._window = timedelta(days=Weights.load().limits.window_days)
        self._aged_at: datetime | None = None
        self._kept_at: datetime | None = None
        self._generation = store.generation()
        self._stopping = False  # the steps, which run in a thread, end after what they have in hand
        self._stack = ExitStack()

    @classmethod
    def open(cls, settings: Settings, progress: Progress | None = None) -> Desk:
        """The desk of an installation; makes its data folder and database on first use. Raises SettingsError and StoreError."""
        known()  # a faulty declaration is told here, not as a problem of every page
        try:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            what = f"The data folder cannot be made ({fault.strerror})"
            raise SettingsError(what, todo="Set OCTAVO_DATA to a folder that can be written", subject=str(settings.data)) from fault
        return cls(settings, Store.open(settings.database_address), progress)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self.store.close()

    @cached_property
    def embedder(self) -> Embedder:
        return load_embedder(self.settings.models_folder, self._progress)

    @cached_property
    def searcher(self) -> Searcher:
        return Searcher(self.store, lambda: self.embedder)

    @cached_property
    def _pool(self) -> Pool:
        return self._stack.enter_context(Pool(self.settings.extract_workers, self.settings.extract_seconds))

    def renew(self) -> bool:
        """Begin anew with what the database holds, if a backup was put in its place since the last look. Returns whether it was."""
        return self.follow(self.store.generation())

    def follow(self, generation: str | None) -> bool:
        """`renew` by a generation that was read already."""
        if generation == self._generation:
            return False
        self._grouping.forget()
        self._aged_at = None
        self.__dict__.pop("searcher", None)
        self.store.forget_known()
        self._generation = generation
        return True

    @contextmanager
    def _at(self, what: str) -> Iterator[None]:
        self.working = what
        try:
            yield
        finally:
            self.working = ""

    # ---- what comes in -------------------------------------------------------------------------------------------

    async def add(
        self,
        address: str,
        now: datetime,
        *,
        title: str | None = None,
        folders: Sequence[str] = (),
        home: str | None = None,
        full_text: FullText = FullText.SHORT,
        selector: str | None = None,
    ) -> Source:
        """Look at an address that a person gave and gather it from now on; with a `selector` it is a list page, and these are its links.

        Raises OctavoError when it cannot be had, InputError when the selector finds no link there.
        """
        if selector:
            if not await self.try_selector(address, selector, now):
                raise InputError(f"Nothing at {address} fits the selector {selector}", todo="Try another one")
            found = Proposal(SourceKind.PAGE, address)
        else:
            async with Fetcher(self.settings) as fetcher:
                found = await discover(address, fetcher, now)
        return await asyncio.to_thread(
            self.store.add_source,
            found.kind,
            found.address,
            now,
            title=title or found.title,
            folders=folders,
            home=home or found.home,
            full_text=full_text,
            selector=selector,
        )

    async def try_selector(self, address: str, selector: str, now: datetime) -> dict[str, str]:
        """The links that a CSS selector finds on a page now, with their texts, in page order. Raises OctavoError."""
        async with Fetcher(self.settings) as fetcher:
            page = await gather_page(address, fetcher, now)
        return await asyncio.to_thread(links_of, page, selector)

    async def gather(self, fetcher: Fetcher, now: datetime) -> tuple[Gathered, ...]:
        """One look at every source that is due: captures are kept, health and schedule written back; then the pages that they lead to."""
        due = await asyncio.to_thread(self.store.due_sources, now, DUE)
        base = timedelta(minutes=self.settings.interval_minutes)
        results: list[Gathered] = []
        with self._at(f"looking at {len(due)} sources"):
            for look in asyncio.as_completed([gather_source(source, fetcher, now) for source in due]):
                gathered = await look
                await asyncio.to_thread(keep_look, self.store, gathered, base)
                results.append(gathered)
        await asyncio.to_thread(self.extract, now)
        await self._fetch_pages(fetcher, now)
        return tuple(results)

    async def _fetch_pages(self, fetcher: Fetcher, now: datetime) -> None:
        """Fetch the pages of articles that their feed cut and those that list pages link to."""
        while wanted := spread(await asyncio.to_thread(self.store.wanted_pages, now, BATCH)):
            with self._at(f"fetching {len(wanted)} pages"):
                waiting = iter(wanted)
                async for look in look_at_pages([one.address for one in wanted], fetcher, now):
                    await asyncio.to_thread(keep_page, self.store, next(waiting), look, now)
            await asyncio.to_thread(self.extract, now)

    def take_in(self, captures: Iterable[Capture]) -> None:
        """Keep captures that came from somewhere else than a source (files given to `octavo read`)."""
        arriving = iter(captures)
        while some := list(islice(arriving, BATCH)):
            self.store.add_captures(some)

    # ---- the line ------------------------------------------------------------------------------------------------

    async def round(self, fetcher: Fetcher, now: datetime) -> tuple[Gathered, ...]:
        """Gather what is due and carry everything that waits through the line."""
        gathered = await self.gather(fetcher, now)
        await asyncio.to_thread(self.run, now)
        return gathered

    async def single_round(self, now: datetime) -> tuple[Gathered, ...]:
        """One round with a fetcher of its own."""
        async with Fetcher(self.settings) as fetcher:
            return await self.round(fetcher, now)

    def run(self, now: datetime) -> None:
        """Carry everything that waits through extraction, annotation, grouping, composing and into the index of search."""
        self.renew()
        self.extract(now)
        self.annotate()
        self.group(now)
        self.compose(now)
        mark_by_rules(self.store, now)
        self.index()

    def extract(self, now: datetime) -> None:
        """Captures → articles, new or revised, and the pages to fetch next."""
        while not self._stopping and (waiting := self.store.waiting_captures(CAPTURES)):
            published: set[int] = set()
            with self._at(f"extracting {len(waiting)} captures"):
                for capture, extraction in zip(waiting, self._pool.map(waiting), strict=True):
                    if self._stopping:
                        return
                    # What follows from it comes first: a stop before the end means that it follows twice, which changes nothing.
                    if source := origin_of(self.store, capture):
                        self.store.want_pages(wanted_texts(source, extraction), now)
                        self.store.want_pages([WantedPage(link, source.id) for link in extraction.links], now, MOST_LINKS)
                        if extraction.problem:
                            used = bool(extraction.articles or extraction.links)
                            keep_problem(self.store, source, extraction.problem, used, now)
                    merged = self._merged(capture, extraction)
                    judge_page(self.store, capture, merged)
                    if self.store.add_extraction(merged, now) and capture.source is not None:
                        published.add(capture.source)
            keep_habits(self.store, published)

    def extract_one(self, capture: Capture, now: datetime) -> Extraction:
        """Keep a capture that a person waits for and read it at once, beside what the desk has in hand. Returns what is kept of it."""
        self.take_in([capture])
        with Pool(1, self.settings.extract_seconds) as pool:  # of its own, because one pool does one thing at a time
            merged = self._merged(capture, next(pool.map([capture])))
        self.store.add_extraction(merged, now, asked=True)
        return merged

    def _merged(self, capture: Capture, extraction: Extraction) -> Extraction:
        """The extraction without what its articles' hosts repeat, each article merged into what the store has of it; a page fetched for an
        article becomes that article."""
        articles = extraction.articles
        if capture.article and articles:
            articles = (replace(articles[0], id=capture.article), *articles[1:])
        fresh = host_lines(articles)
        # Before the articles are stored: a stop between the two means that they are remembered again, in the place of themselves.
        self.store.remember_lines(fresh, PAGES)
        cleaned = without_repeats(replace(extraction, articles=articles), {host: self.store.host_lines(host) for host in fresh})
        known = self.store.articles([article.id for article in cleaned.articles])
        return replace(cleaned, articles=tuple(merge(known[a.id], a) if a.id in known else a for a in cleaned.articles))

    def annotate(self) -> None:
        """Articles that changed → annotations, in the order in which they came. Of those whose text was let go nothing is left to read."""
        while not self._stopping and (changes := self.store.changes("annotate", "article", BATCH)):
            ids = list(dict.fromkeys(change.id for change in changes))
            with self._at(f"reading {len(ids)} articles"):
                articles = self.store.articles(ids)
                self.store.add_annotations(self._annotated([article for article in articles.values() if not article.let_go_at]))
                self.store.done("annotate", changes[-1].seq)

    def _annotated(self, articles: Sequence[Article]) -> list[Annotation]:
        """The annotations of some articles. One that cannot be read is told and left out, so that the others go on."""
        try:
            return list(annotate_many(articles, self.embedder))
        except Exception:
            if len(articles) == 1:
                log.exception("Article %s (%s) cannot be read; it stays out of all stories", articles[0].id, articles[0].url)
                return []
            return [annotation for article in articles for annotation in self._annotated([article])]

    def group(self, now: datetime) -> None:
        """Annotated articles → decisions about stories. Does nothing while another process decides."""
        self._grouping.take_in(now, self._at, lambda: self._stopping)

    def wish(self, wish: Wish, editor: int, now: datetime) -> tuple[Decision, ...]:
        """What an editor (reader) says of two articles: that they belong in one story, or that they do not.

        It is obeyed for ever and stands in the editors' log. Returns its decision and what came of it. Raises InputError for ids that are
        not two articles in stories, StoreError when another process goes on deciding for too long.
        """
        story = self.store.stories_of([wish.a]).get(wish.a, "")
        return self._grouping.obey([wish], Repair(_DEED[wish.kind], story, editor, now))

    def repair(self, deed: Deed, story: str, wishes: Sequence[Wish], editor: int, now: datetime) -> None:
        """An editor (reader) repairs a story (id): the wishes are obeyed for ever, and the editors' log says what was done.

        Raises as `wish`.
        """
        self._grouping.obey(wishes, Repair(deed, story, editor, now))
        self.compose(now)

    def undo(self, number: int, editor: int, now: datetime) -> Repair:
        """An editor takes a repair back: what it wished is wished no more, what that overruled is wished again, and articles go home.

        Returns the repair. Raises InputError for one that is not there or was taken back before, else as `wish`.
        """
        repair = self.store.repair(number)
        if repair is None or repair.undone_at:
            raise InputError("This repair is not there, or was taken back before", todo="See the editors' log")
        undone = replace(repair, undone_at=now, undone_by=editor)
        if repair.deed is Deed.RENAME:
            self.store.retitle(undone)
            return undone
        self._grouping.take_back(undone, now)
        self.compose(now)
        return undone

    def compose(self, now: datetime) -> None:
        """Stories that changed, or whose articles were revised → headline, brief and phase, as lists show them.

        Once an hour also the phases of all that still move, and who repeats whom.
        """
        while not self._stopping and (changes := self.store.changes("compose", None, BATCH)):
            read = self.store.heads([change.id for change in changes if change.entity == "annotation"])
            ids = dict.fromkeys(change.id for change in changes if change.entity == "story" and change.kind != "described")  # that was us
            ids |= dict.fromkeys(self.store.stories_of([id for id, head in read.items() if head.revision > 1]).values())
            stories = [story for story in self.store.stories(list(ids)) if story.articles]
            with self._at(f"composing {len(stories)} stories"):
                compose_stories(self.store, stories, now, self.settings.language, self._window)
                self.store.done("compose", changes[-1].seq)
        if not self._stopping and (not self._aged_at or now - self._aged_at >= AGEING):
            self._aged_at = now  # first: what cannot be made keeps no other step of the rounds of an hour waiting
            moving = self.store.recent_stories(now - self._window - AGEING, MOST_AGEING)
            heads = self.store.heads([id for story in moving for id in story.articles])
            self.store.set_phases({story.id: phase_of(story, heads, now, self._window) for story in moving})
            self.store.keep_reach(count_reach(self.store.repeats(REPEATED_WITHIN)))

    def keep_within(self, now: datetime) -> None:
        """Once an hour: what is older or more than the owner keeps is let go."""
        if not self._kept_at or now - self._kept_at >= AGEING:
            with self._at("letting old texts go"):
                gone = let_go_what_is_due(self.store, now, lambda: self._stopping)
            if gone.articles:
                log.info("The texts of %d articles were let go", gone.articles)
            self._kept_at = now

    def index(self) -> None:
        """What was annotated since the last time → the index of search."""
        with self._at("indexing"):
            keep_index(self.store, lambda: self._stopping)

    async def keep_going(self) -> None:
        """Round after round until cancelled. An error in one round is told and the next goes on, even one that nobody foresaw."""
        self._stopping = False
        async with Fetcher(self.settings) as fetcher:  # one for all rounds: it knows robots.txt, crawl delays and who asked for a pause
            while True:
                try:
                    await self.round(fetcher, datetime.now(UTC))
                    await asyncio.to_thread(self.keep_within, datetime.now(UTC))
                except asyncio.CancelledError:
                    self._stopping = True
                    raise
                except OctavoError as fault:
                    log.error("A round of gathering failed: %s", fault)
                except Exception:
                    log.exception("A round of gathering failed; please report this")
                await asyncio.sleep(PAUSE_SECONDS)
