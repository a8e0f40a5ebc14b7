"""Search: what a reader typed → articles or stories, best first, each with the sentence that answers. And what keeps the index.

Three lists are made: articles with just the words, articles with these words in other forms, articles whose meaning is near, in whatever
language. They are merged by reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). What stands in quotation marks, fields and dates must
be so of every article found, near in meaning or not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from octavo.annotate import Embedder
from octavo.annotate.scripts import UNSPACED
from octavo.annotate.search_text import search_text
from octavo.errors import InputError, ModelError
from octavo.model import Annotation, Article
from octavo.passages import Passage, Patterns, marked, passage, patterns
from octavo.publishers import known
from octavo.query import FACTS, ONE_OF, Clause, Field, Term, parse_query
from octavo.store import EVERY, SEARCH, Indexed, SearchEntry, Store, Wanted, fact
from octavo.vectors import Vectors
from octavo.word_forms import word_forms

BATCH = 200  # articles indexed in one transaction
MOST = 500  # articles of each list: of what more articles hold, the newest
MOST_NEAR = 50  # articles found by meaning
MOST_AMONG = 20_000  # articles, newest first, among which meaning looks where fields narrow the search
NEAR = 0.75  # of what chance alone does: how far an article must stand out to be near; e5 tells no better, so few are taken
AT_ONCE = 4  # searches whose meaning is compared while the database looks for their words
MOST_VECTORS = 200_000  # of the newest articles, kept in memory
DIMENSIONS = 384
VECTORS = 2_000  # read at a time
PIECE = 6000  # characters of a text that are read for its sentence
_RRF = 60  # of reciprocal rank fusion, as its paper has it

_ALONE = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: a story by its best article, or an article by the best of those that carry its text. `article` has no text here."""

    article: Article
    story: str | None  # None: it stands in no story (yet)
    headline: Passage
    passage: Passage
    articles: int = 1  # of the story, or with this text, that were found
    near: bool = False  # by meaning alone


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found."""

    hits: tuple[Hit, ...] = ()
    count: int = 0  # of all pages
    more: bool = False  # there is more than was counted
    trouble: str | None = None  # why only words were compared; None: meaning was, too, where there were words
    next: str | None = None  # what `search` takes as `after` for the next page; None: this is the last one


class Searcher:
    """Searches one store. Keeps the vectors of articles in memory once something was searched by meaning. Safe to use from several threads.

    `embedder` is called when a query first needs one.
    """

    def __init__(self, store: Store, embedder: Callable[[], Embedder]) -> None:
        self.store = store
        self._embedder = embedder
        self._vectors = Vectors(DIMENSIONS)
        self._lock = Lock()
        self._beside = ThreadPoolExecutor(AT_ONCE, "meaning")
        self._vector = lru_cache(maxsize=256)(self._embedded)  # the pages of one search ask for the same

    def search(self, typed: str, reader: int, *, stories: bool, limit: int, after: str | None = None) -> Found:
        """One page of what was found for `typed`, best first: stories, or articles.

        `reader` is whose marks `is:` means; `after` is `Found.next` of the page before. Raises InputError for a query that cannot be meant
        and an `after` that is not known.
        """
        query = parse_query(typed)
        plain = [term for term in query.terms if _is_plain(term)]
        fixed = _clauses([term for term in query.terms if not _is_plain(term)])
        typed_so, any_form = _clauses(plain), _clauses(plain, forms=True)
        if query.terms and not (fixed or typed_so):
            raise InputError("There is no word in the query", todo="Give at least one word, or a field such as outlet:")
        wanted = Wanted(fixed, query.after, query.before, reader, query.unread, query.saved)
        meant = self._beside.submit(self._near, " ".join(term.text for term in plain), wanted) if typed_so else None
        found = [self.store.matches(replace(wanted, clauses=fixed + typed_so), MOST)]
        if any_form != typed_so and len(found[0]) < MOST:
            found.append(self.store.matches(replace(wanted, clauses=fixed + any_form), MOST))
        there = self.store.indexed({row for scores in found for row in scores})
        by_words = sorted(there.values(), key=attrgetter("time", "row"), reverse=True)
        lists = [sorted((hit for hit in by_words if hit.row in scores), key=lambda hit: -scores[hit.row]) for scores in found]
        near, trouble = meant.result() if meant else ((), None)
        there |= self.store.indexed([row for row in near if row not in there])
        ranked = _merged([*lists, by_words, [there[row] for row in near if row in there]])
        sought = patterns(clause for clause in fixed + any_form if clause.field is Field.TEXT and not clause.excluded)
        page = self._page(ranked, sought, {hit.article for hit in by_words}, limit, after, stories=stories)
        return replace(page, more=any(len(scores) == MOST for scores in found), trouble=trouble)

    def warm(self) -> None:
        """Read what came in since the last search into memory, so that nobody has to wait for it."""
        with self._lock:
            self._catch_up()

    def _near(self, text: str, wanted: Wanted) -> tuple[Sequence[int], str | None]:
        """The rows of articles whose meaning is near to a text, nearest first; and why none could be looked for."""
        try:
            vector = self._vector(text)
        except ModelError as fault:
            return (), fault.sentence
        narrowed = wanted != Wanted(reader=wanted.reader)
        among = self.store.matching_rows(wanted, MOST_AMONG) if narrowed else None
        with self._lock:
            self._catch_up()
            return [row for row, _ in self._vectors.nearest(vector, MOST_NEAR, NEAR * self._vectors.chance(), among)], None

    def _embedded(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._embedder().embed([text])[0]
        return row

    def _catch_up(self) -> None:
        while some := self.store.search_vectors(self._vectors.last, VECTORS, MOST_VECTORS):
            for row, language, vector in some:
                self._vectors.add(row, language, vector)

    def _page(
        self, ranked: Sequence[Indexed], sought: Patterns, by_words: Collection[str], limit: int, after: str | None, *, stories: bool
    ) -> Found:
        """The part of `ranked` that stands on a page."""
        groups: dict[str, list[Indexed]] = {}
        for one in ranked:
            groups.setdefault((one.story or one.article) if stories else one.text, []).append(one)
        keys = list(groups)
        if after is not None and after not in groups:
            raise InputError("These results have changed", todo="Start from the first page")
        start = 0 if after is None else keys.index(after) + 1
        shown = {key: groups[key][0] for key in keys[start : start + limit]}
        ids = [one.article for one in shown.values()]
        heads, beginnings = self.store.heads(ids), self.store.beginnings(ids, PIECE)
        hits = tuple(
            Hit(
                heads[one.article],
                one.story,
                marked(heads[one.article].headline or "", sought),
                passage(beginnings[one.article].text, beginnings[one.article].sentences, sought),
                len(groups[key]),
                near=one.article not in by_words,
            )
            for key, one in shown.items()
        )
        return Found(hits=hits, count=len(keys), next=list(shown)[-1] if shown and start + limit < len(keys) else None)


def _is_plain(term: Term) -> bool:
    """Whether a term is a word or two that may also stand in other forms, or be meant without being said."""
    return term.field is Field.TEXT and not (term.exact or term.start or term.excluded)


def _clauses(terms: Iterable[Term], *, forms: bool = False) -> tuple[Clause, ...]:
    """Terms as the index knows them, folded; those that are alternatives as one."""
    made: list[Clause] = []
    choices: dict[Field, Clause] = {}
    for term in terms:
        words = tuple(search_text(None, term.text).split())
        if term.field in FACTS:
            words = (fact(term.field, term.text),)
        if not words:
            continue
        phrases = tuple((form,) for form in word_forms(words[0])) if forms and len(words) == 1 else (words,)
        # A single letter of a script without spaces is only the beginning of words in the index.
        clause = Clause(term.field, phrases, term.start or bool(_ALONE.fullmatch(words[-1])), term.excluded)
        if term.field in ONE_OF and not term.excluded:
            known_ones = choices.get(term.field, replace(clause, phrases=()))
            choices[term.field] = replace(clause, phrases=known_ones.phrases + phrases)
        else:
            made.append(clause)
    return (*made, *choices.values())


def _merged(lists: Iterable[Sequence[Indexed]]) -> list[Indexed]:
    """The articles of ranked lists in one order, by reciprocal rank fusion; of two that stand alike the newer one first."""
    scores: defaultdict[str, float] = defaultdict(float)
    hits: dict[str, Indexed] = {}
    for found in lists:
        for rank, hit in enumerate(found, 1):
            scores[hit.article] += 1 / (_RRF + rank)
            hits[hit.article] = hit
    return sorted(hits.values(), key=lambda hit: (scores[hit.article], hit.time, hit.article), reverse=True)


# ---- what keeps the index ------------------------------------------------------------------------------------------


def keep_index(store: Store, stopping: Callable[[], bool] = lambda: False) -> int:
    """Take into the index what changed since the last time, until all is in or `stopping` says so. Returns how many articles were looked at."""
    looked_at = 0
    while not stopping() and (changes := store.changes(SEARCH, None, BATCH)):
        ids = list(dict.fromkeys(change.id for change in changes if change.entity in ("article", "annotation")))
        annotations, heads = store.annotations(ids), store.heads(ids)
        store.index([search_entry(heads[id], annotation) for id, annotation in annotations.items()])
        store.done(SEARCH, changes[-1].seq)
        looked_at += len(annotations)
    return looked_at


def search_entry(head: Article, annotation: Annotation) -> SearchEntry:
    """An article as it is indexed. Pure but for the table of publishers."""
    outlet = known().of_name(head.publisher) if head.publisher else None
    names = (head.publisher or "", *(outlet.aliases + outlet.domains if outlet else ()))
    language = annotation.language or head.language
    headline = search_text(head.headline, "")
    facts = [EVERY]
    if language:
        facts.append(fact(Field.LANGUAGE, language))
    if outlet and outlet.country:
        facts.append(fact(Field.COUNTRY, outlet.country))
    return SearchEntry(
        article=head.id,
        language=language,
        headline=headline,
        body=annotation.search_text.removeprefix(headline).strip(),
        outlet=search_text(None, " ".join(names)),
        author=search_text(None, " ".join(head.authors)),
        speaker=search_text(None, " ".join(dict.fromkeys(quote.name for quote in annotation.quotes if quote.name))),
        facts=" ".join(facts),
        vector=annotation.vector,
    )
