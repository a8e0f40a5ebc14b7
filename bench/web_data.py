"""Make a large invented database, so that pages can be measured on it: by default 200,000 articles in 40,000 stories of 120 days.

    python bench/web_data.py ADDRESS [--share S]

ADDRESS is that of a database without tables (`sqlite:///FILE`, `postgresql://USER@HOST/NAME`). Texts are paragraphs of the demonstration
press, read once by `annotate` and then mixed anew for each article; names, headlines and a sentence of each paragraph are made of invented
syllables, so that search has as many words as a press has. All goes through the store's doors, thousands of articles at a time, and
stands there as the desk would have left it.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from octavo.annotate import annotate
from octavo.annotate.fingerprint import fingerprint
from octavo.annotate.search_text import search_text
from octavo.compose import count_reach
from octavo.demo.outlets import OUTLETS
from octavo.demo.texts import pieces
from octavo.desk import REPEATED_WITHIN
from octavo.group.ids import story_id, thread_id
from octavo.model import (
    Annotation,
    Article,
    Block,
    BlockKind,
    Brief,
    BriefSentence,
    Capture,
    Citation,
    Decision,
    DecisionKind,
    Extraction,
    Image,
    Phase,
    Signal,
    SourceKind,
    Span,
    Spans,
)
from octavo.searching import keep_index
from octavo.store import Arrival, MarkKind, Store
from octavo.store.database import chunks
from octavo.store.tables import changes

SIZES = {500: 4, 200: 20, 100: 100, 40: 600, 20: 1500, 9: 5778, 5: 9000, 3: 5000, 1: 17998}  # articles of a story → how many such stories
DAYS = 120
FADING = 30.0  # hours in which the press goes on writing about a story, on average
OUTLET_COUNT = 800
SOURCES = 400  # two outlets to each; a look at one is a capture
COPIES = 0.1  # share of articles that carry another one's text
THREADED = 0.2  # share of stories that stand in threads, STEPS to each
STEPS = 5
VARIANTS = 8  # of each paragraph of the press, each with a sentence of its own
PARAGRAPHS = (3, 14)
SECTIONS = ("Politics", "World", "Economy", "Science", "Sport", "Culture", "Local")
LOOKED = 300  # of the latest stories, at which the owner has looked
BATCH = 2000  # articles
SYLLABLES = tuple(a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "or", "un"))
KANA = tuple("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロ")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph and what `annotate` read out of it, as if it were a text of its own."""

    text: str
    read: Annotation


@dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a story as it was first written: by which article, in which words."""

    article: str
    language: str
    headline: str
    parts: list[Passage]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a story is about: its names, the centre of its vectors, the texts written on it so far."""

    story: str
    name: str
    centre: NDArray[np.float32]
    texts: list[Text]


Made = tuple[Arrival, Annotation]


def words(draw: random.Random, language: str, count: int, capitals: bool = False) -> str:
    """Invented words, short ones more often than long ones."""
    if language == "ja":
        return "".join(draw.choice(KANA) for _ in range(3 * count))
    made = ("".join(draw.choice(SYLLABLES) for _ in range(min(4, 2 + int(draw.expovariate(2))))) for _ in range(count))
    return " ".join(word.title() if capitals else word for word in made)


def passages(draw: random.Random) -> dict[str, list[Passage]]:
    """Language → paragraphs in it."""
    spoken = {outlet.id: outlet.language for outlet in OUTLETS}
    texts = {(piece.language or spoken[piece.outlet], text) for piece in pieces().values() for text in piece.revisions[-1].paragraphs}
    found: dict[str, list[Passage]] = {}
    for language, text in sorted(texts):
        for _ in range(VARIANTS):
            end = "。" if language == "ja" else "."
            own = f"{words(draw, language, 2, capitals=True)} {words(draw, language, 7)} {draw.randint(2, 400)} {words(draw, language, 3)}{end}"
            whole = f"{text} {own}"
            read = annotate(Article("", None, whole, blocks=(Block(BlockKind.PARAGRAPH, 0, len(whole)),), language=language))
            found.setdefault(language, []).append(Passage(whole, read))
    return found


def shifted(spans: Iterable[Span], by: int) -> Spans:
    return tuple((start + by, end + by) for start, end in spans)


def composed(article: Article, parts: Sequence[Passage], vector: bytes) -> tuple[Article, Annotation]:
    """The article with the text of its parts, and the annotation that these add up to."""
    blocks: list[Block] = []
    at = 0
    sentences: Spans = ()
    said, credited = [], []
    names: dict[str, None] = {}
    for part in parts:
        blocks.append(Block(BlockKind.PARAGRAPH, at, at + len(part.text)))
        sentences += shifted(part.read.sentences, at)
        names |= dict.fromkeys(part.read.names)
        for quote in part.read.quotes:
            content, speaker, cue = (shifted(spans, at) for spans in (quote.content, quote.speaker, quote.cue))
            said.append(replace(quote, content=content, speaker=speaker, cue=cue))
        for credit in part.read.credits:
            (sentence,) = shifted([credit.sentence], at)
            credited.append(replace(credit, source=shifted(credit.source, at), cue=shifted(credit.cue, at), sentence=sentence))
        at += len(part.text) + 2
    text = "\n\n".join(part.text for part in parts)
    found = " ".join([search_text(article.headline, ""), *(part.read.search_text for part in parts)])
    read = replace(
        parts[0].read,
        article=article.id,
        language=article.language,
        sentences=sentences,
        names=tuple(names),
        quotes=tuple(said),
        credits=tuple(credited),
        vector=vector,
        fingerprint=fingerprint(parts[0].text),
        search_text=found,
    )
    return replace(article, text=text, blocks=tuple(blocks)), read


def plan(draw: random.Random, share: float, now: datetime) -> list[tuple[datetime, int]]:
    """When each article arrives and the number of the story that it is on, in order of arrival."""
    sizes = [size for size, count in SIZES.items() for _ in range(max(1, round(count * share)))]
    found = []
    for story, size in enumerate(sizes):
        age = draw.uniform(0, DAYS * 24)
        hours = [age, *(max(0.0, age - draw.expovariate(1 / FADING)) for _ in range(size - 1))]
        found += [(now - timedelta(hours=hour, minutes=draw.uniform(0, 1)), story) for hour in hours]
    return sorted(found)


def stream(share: float, now: datetime) -> Iterator[Made]:
    """All articles in the order in which they arrive, with what is decided then; the same ones each time for the same `now`."""
    draw, numbers = random.Random(1), np.random.default_rng(1)
    pool = passages(draw)
    spoken = draw.choices(sorted(pool), [3 if language == "en" else 1 for language in sorted(pool)], k=OUTLET_COUNT)
    outlets = [Outlet(words(draw, "en", 2, capitals=True), language) for language in spoken]
    subjects: dict[int, Subject] = {}
    thread, steps = "", 0
    for number, (arrived, story) in enumerate(plan(draw, share, now), 1):
        outlet = draw.choice(outlets)
        id = blake2b(str(number).encode(), digest_size=8).hexdigest()
        decisions = []
        if story not in subjects:
            subject = Subject(
                story_id(id, arrived), words(draw, "en", 3, capitals=True), numbers.standard_normal(384, dtype=np.float32), []
            )
            subjects[story] = subject
            decisions.append(Decision(DecisionKind.OPEN, subject.story, id))
            if draw.random() < THREADED:
                thread = thread if steps % STEPS else thread_id(subject.story)
                steps += 1
                decisions.append(Decision(DecisionKind.THREAD, subject.story, other=thread))
        subject = subjects[story]
        same = [text for text in subject.texts if text.language == outlet.language]
        text = draw.choice(same) if same and draw.random() < COPIES else None
        copied = text.article if text else None
        if text is None:
            lead = f"{subject.name} {words(draw, outlet.language, 14)}."
            own = Annotation("", 1, "", outlet.language, ((0, len(lead)),), (subject.name,), search_text=search_text(None, lead))
            parts = [Passage(lead, own), *draw.sample(pool[outlet.language], draw.randint(*PARAGRAPHS))]
            text = Text(id, outlet.language, f"{subject.name} {words(draw, outlet.language, 5)}", parts)
            subject.texts.append(text)
        if not decisions:
            kind = DecisionKind.COPY if copied else DecisionKind.JOIN
            decisions.append(Decision(kind, subject.story, id, copied, 0.9, ("vector 0.71", "40 minutes apart")))
        vector = subject.centre + numbers.standard_normal(384, dtype=np.float32)
        published = arrived - timedelta(minutes=draw.expovariate(1 / 20))
        article = Article(
            id=id,
            headline=text.headline,
            text="",
            url=f"https://{outlet.name.replace(' ', '').lower()}.example/{number}",
            published=published.isoformat(timespec="minutes"),
            authors=(words(draw, "en", 2, capitals=True),),
            publisher=outlet.name,
            agency="Littoral News Agency" if copied else None,
            language=outlet.language,
            section=draw.choice(SECTIONS),
            image=Image(f"https://pictures.example/{number}.jpg", "A view of it", "Photo: Littoral"),
            seen_at=arrived,
            signals={"published": Signal("json-ld", 0.9, "minute")},
        )
        whole, read = composed(article, text.parts, (vector / np.linalg.norm(vector)).astype("<f2").tobytes())
        yield Arrival(arrived, tuple(decisions), whole), read


def make(store: Store, share: float, now: datetime) -> None:
    """Fill an empty store."""
    sources = [store.add_source(SourceKind.FEED, f"https://feed{n}.example/rss", now, f"Feed {n}") for n in range(SOURCES)]
    source_of: dict[str | None, int] = {}
    last: dict[str, datetime] = {}
    openings: dict[str, tuple[str | None, Brief]] = {}
    for some in chunks(stream(share, now), BATCH):
        arrivals = [arrival for arrival, _ in some]
        given = [arrival.article for arrival in arrivals if arrival.article]
        looks: dict[int, list[Article]] = {}
        for article in given:
            looks.setdefault(source_of.setdefault(article.publisher, len(source_of) % SOURCES), []).append(article)
        for number, found in looks.items():
            body, source = found[0].id.encode(), sources[number]
            capture = Capture(sha256(body).hexdigest(), source.address, body, arrivals[-1].at, "application/rss+xml", source=source.id)
            store.add_captures([capture])
            store.add_extraction(Extraction(capture.id, tuple(found)), arrivals[-1].at)
        store.add_annotations([read for _, read in some])
        store.record_arrivals(arrivals)
        for article, (arrival, read) in zip(given, some, strict=True):
            story = arrival.decisions[0].story
            last[story] = arrival.at
            if story not in openings:
                openings[story] = article.headline, brief_of(story, article, read)
    for part in chunks(openings, BATCH):
        store.set_headlines({story: openings[story][0] for story in part})
        store.set_phases({story: Phase.ACTIVE if now - last[story] < timedelta(days=1) else Phase.COOLING for story in part})
        store.set_briefs([openings[story][1] for story in part])
    for source in sources:
        store.update_source(replace(source, last_tried_at=now, last_success_at=now))
        store.set_habit(source.id, now, 3600.0, 86400.0)
        store.charge_source(source.id, 1_000_000, 100_000)
    recent, owner = store.recent_stories(None, LOOKED), store.owner().id
    for found in recent:
        store.look(owner, found.id, dict.fromkeys(found.articles, 1), now)
    for found in recent[::3]:
        store.mark(owner, "story", found.id, MarkKind.READ, now)
    store.set_thread_headlines({found.thread: found.headline for found in store.stories(list(openings)) if found.thread})
    with store.database.reading() as connection:
        final = connection.execute(select(func.max(changes.c.seq))).scalar_one()
    for consumer in ("annotate", "compose"):
        store.done(consumer, final)
    store.keep_reach(count_reach(store.repeats(REPEATED_WITHIN)))
    keep_index(store)


def brief_of(story: str, article: Article, read: Annotation) -> Brief:
    cited = [Citation(article.id, start, end) for start, end in read.sentences[:5]]
    return Brief(story, tuple(BriefSentence(article.text[one.start : one.end], one) for one in cited))


def main() -> None:
    """Reads the command line and makes the database."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("address", help="SQLAlchemy address of a database without tables")
    parser.add_argument("--share", type=float, default=1.0, help="of the 40,000 stories that are made")
    given = parser.parse_args()
    begun = time.perf_counter()
    with Store.open(given.address) as store:
        make(store, given.share, datetime.now(UTC))
        counts = store.counts()
    print(f"{counts['articles']:,} articles in {counts['stories']:,} stories, made in {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
