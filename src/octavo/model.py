"""The nouns of Octavo as frozen records: what stands on every arrow of the pipeline.

Imports nothing of ours. Every offset in here counts Unicode code points of one `(article, revision)` text, as
`[start, end)`. Dates that the press printed are ISO 8601 strings, only as precise as they are known ("2025-06-18", "2025-06",
"2025-06-18T09:30+09:00"); moments that Octavo itself took are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Span = tuple[int, int]
Spans = tuple[Span, ...]


# ---- who and where -------------------------------------------------------------------------------------------------


class PublisherKind(StrEnum):
    AGENCY = "agency"
    NEWSPAPER = "newspaper"
    BROADCASTER = "broadcaster"
    MAGAZINE = "magazine"
    ONLINE = "online"
    AGGREGATOR = "aggregator"
    GOVERNMENT = "government"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Publisher:
    """An outlet. `id` is a slug ("nhk"); `domains` are registrable names or hosts, the first one is its home."""

    id: str
    name: str
    kind: PublisherKind = PublisherKind.UNKNOWN
    domains: tuple[str, ...] = ()
    country: str | None = None  # ISO 3166-1 alpha-2
    languages: tuple[str, ...] = ()  # BCP 47
    owner: str | None = None
    aliases: tuple[str, ...] = ()  # other names under which texts speak of it
    support_url: str | None = None


class SourceKind(StrEnum):
    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"
    FOLDER = "folder"


class FullText(StrEnum):
    """When the page behind an entry is fetched for its whole text."""

    SHORT = "short"  # when the source gives only the beginning
    ALWAYS = "always"
    NEVER = "never"


class Obstacle(StrEnum):
    """What stands between us and a whole text."""

    PAY_WALL = "pay wall"
    BOT_WALL = "bot wall"  # the site wants proof that a person reads, or lets only browsers in
    COOKIE_WALL = "cookie wall"
    SCRIPTS = "scripts"  # the page is empty until its scripts have run
    ROBOTS = "robots.txt"
    MISSING = "missing"  # nothing stands at the address (any more)
    UNREACHABLE = "unreachable"  # the server, or the way to it, failed


@dataclass(frozen=True, slots=True)
class Source:
    """Where we gather. What a person said of it, its schedule and its health are plain columns: the next round is due at `due_at`."""

    id: int
    kind: SourceKind
    address: str  # URL, or an absolute path for FOLDER
    # what a person may say of it
    title: str | None = None
    publisher: str | None = None  # the outlet's name, where the source is one outlet's own
    folders: tuple[str, ...] = ()  # in which a person keeps it, each a path: "News/Asia"
    home: str | None = None  # a page of its site, where its feed is looked for when this one dies
    full_text: FullText = FullText.SHORT
    selector: str | None = None  # CSS: what are, or hold, the links to articles on a PAGE; None: Octavo's own judgement
    interval_seconds: float | None = None  # between two looks; None: by how often it publishes
    # schedule
    added_at: datetime | None = None
    due_at: datetime | None = None
    paused: bool = False
    ttl_seconds: float | None = None  # for how long the feed says that it stays as it is
    skip_hours: tuple[int, ...] = ()  # of the day in UTC, 0 to 23, at which the feed asks to be left alone
    skip_days: tuple[int, ...] = ()  # of the week, Monday is 0
    newest_at: datetime | None = None  # when its newest article was published
    usual_gap: float | None = None  # seconds between two of its latest articles, on average; None: too little is known
    longest_gap: float | None = None  # seconds between two of its latest articles, at most
    # what the server says
    etag: str | None = None  # verbatim, quotes included
    last_modified: str | None = None  # verbatim
    final_address: str | None = None  # the address that etag and last_modified belong to
    moved_to: str | None = None  # where permanent redirects lead
    moved_count: int = 0  # looks in a row that were sent there
    # how the publisher keeps its texts from AI: "robots.txt: GPTBot", "header: tdm-reservation", "meta: noai"
    reserved: tuple[str, ...] = ()
    # health
    last_tried_at: datetime | None = None
    last_success_at: datetime | None = None
    error_count: int = 0  # failures in a row
    last_error: str | None = None  # whose fault, what happened, what to do
    last_error_at: datetime | None = None
    bytes_in: int = 0  # over the wire, pages fetched for it included
    bytes_out: int = 0


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares. Articles are counted that came in since a moment which the asker chose."""

    source: Source
    articles: int = 0
    cut: int = 0  # of them, those of which only the beginning could be had
    obstacles: Mapping[Obstacle, int] = field(default_factory=dict)  # what stood before whole texts, most frequent first
    silent: bool = False  # longer without a new article than its habit explains


# ---- what arrived --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capture:
    """One thing as it arrived. Never changed. `id` is the SHA-256 of address and body, so the same answer is kept once."""

    id: str
    address: str  # the final URL, or the file's path
    body: bytes
    captured_at: datetime  # when it was taken; for a saved file, what the user says, else unknown: see `dated`
    media_type: str  # "text/html", "text/plain", "application/rss+xml", ... without parameters
    charset: str | None = None  # as declared by the transport, unchecked
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names, only those worth keeping
    source: int | None = None
    article: str | None = None  # the article whose whole text was fetched with it
    selector: str | None = None  # CSS: a person said that this is a list page, and where the links on it are
    dated: bool = True  # False: captured_at is only when we read the file, and relative dates in it mean nothing


# ---- what was written ----------------------------------------------------------------------------------------------


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Block:
    """A range of an article's text and what it is. Blocks are in order, do not overlap and cover all text but the gaps."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Image:
    url: str | None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Where a field's value came from and how far to trust it."""

    signal: str  # "json-ld", "meta", "feed", "text", "relative", "url", "file", "guess" ...
    confidence: float  # 0 to 1
    precision: str | None = None  # for dates: "year", "month", "day", "minute" or "second"
    estimated: bool = False  # shown as an estimate to people


class NoteKind(StrEnum):
    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    EDITOR = "editor's note"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Note:
    """What an outlet says of its own text: that it was wrong, unclear, has changed."""

    kind: NoteKind
    text: str  # as printed: exactly the characters of `span`, where it has one
    span: Span | None = None  # in the article's text; None: it stands elsewhere on the page


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A sound, film, picture or file that a feed offers with an entry."""

    url: str
    media_type: str | None = None  # "audio/mpeg"
    length: int | None = None  # bytes, as the feed says


@dataclass(frozen=True, slots=True)
class Article:
    """One text of one outlet. `id` is 16 hex digits made from what identifies it (see `extract.identity`)."""

    id: str
    headline: str | None
    text: str  # paragraphs parted by one blank line; "" when only a headline is known
    url: str | None = None  # canonical address
    blocks: tuple[Block, ...] = ()
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None  # the outlet's name, as the table of publishers writes it where it knows the outlet
    aggregator: str | None = None  # who hosted the capture, when that is not the publisher
    agency: str | None = None  # whose copy it says it is
    language: str | None = None  # BCP 47, primary tag: "en", "ja"
    section: str | None = None
    image: Image | None = None
    revision: int = 1
    seen_at: datetime | None = None  # first seen by us
    cut: bool = False  # the text is a feed's excerpt, the whole stands at `url`
    keywords: tuple[str, ...] = ()  # what the outlet says that it is about, apart from the section
    free: bool | None = None  # anyone may read the whole of it at the outlet; None: it does not say
    dateline: str | None = None  # the place where it was written, as the text begins with it: "TOKYO"
    notes: tuple[Note, ...] = ()  # in order of the text, those that stand elsewhere last
    enclosures: tuple[Enclosure, ...] = ()
    live: bool = False  # a live ticker: one address, under which the text goes on growing
    let_go_at: datetime | None = None  # when its text was let go, because it is older than what is kept; "" since
    signals: Mapping[str, Signal] = field(default_factory=dict)


class PageKind(StrEnum):
    """What a capture turned out to be."""

    ARTICLE = "article"
    ARTICLES = "articles"  # several whole ones
    LIST = "list"  # leads to articles and is none itself: front pages, sections, results of a search
    LIVE = "live"  # a live ticker: one article of many posts
    GALLERY = "gallery"  # an article told by its pictures
    VIDEO = "video"  # one told by a film or a sound
    STUB = "stub"  # there should be an article, and its text is missing: empty, moved away, filled in by scripts
    WALL = "wall"  # what stands there instead of the text: a pay wall, a question about cookies, proof that a person reads
    FEED = "feed"
    SITEMAP = "sitemap"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one capture gave: its articles in page order, the main one first, or why there is none."""

    capture: str
    articles: tuple[Article, ...] = ()
    title: str | None = None  # of the feed or the page
    feeds: tuple[str, ...] = ()  # feed addresses that the page declares
    links: tuple[str, ...] = ()  # article-like links of a list page, absolute
    problem: str | None = None  # whose fault, what happened, what to do
    obstacle: Obstacle | None = None  # what stood before the text, where that is known
    kind: PageKind = PageKind.OTHER


# ---- what a machine read out of it ---------------------------------------------------------------------------------


class QuoteKind(StrEnum):
    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class SpeakerKind(StrEnum):
    """What kind of speaker a quote has."""

    PERSON = "person"  # one person, known by name
    GROUP = "group"  # several people: "critics", "the two ministers"
    INSTITUTION = "institution"  # a house, a state, a document: "the ministry", "the report"
    UNNAMED = "unnamed"  # one person or some people whose name the article keeps back: "a senior official"


@dataclass(frozen=True, slots=True)
class Quote:
    """Who said what: spans of speaker, cue and content in the article's text."""

    content: Spans
    kind: QuoteKind
    speaker: Spans = ()
    cue: Spans = ()
    name: str | None = None  # the speaker in full, resolved within the article; None when unnamed
    office: str | None = None  # the speaker's office and country, as the article prints them: "Chief Cabinet Secretary"
    speaker_kind: SpeakerKind | None = None  # None where nothing is known of the speaker


class CreditKind(StrEnum):
    OUTLET = "outlet"
    AGENCY = "agency"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Credit:
    """This article says that it has this from there. `sentence` is the evidence."""

    source: Spans
    kind: CreditKind
    cue: Spans = ()
    name: str | None = None  # the publisher's name where known, else as printed; None for anonymous sources
    sentence: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What was read out of one revision of one article by one version of the annotator."""

    article: str
    revision: int
    version: str
    language: str | None
    sentences: Spans = ()
    names: tuple[str, ...] = ()  # names of people, places, organisations as printed, most frequent first
    quotes: tuple[Quote, ...] = ()
    credits: tuple[Credit, ...] = ()
    vector: bytes = b""  # 384 little-endian float16, length 1; b"" where no embedder ran
    fingerprint: bytes = b""  # MinHash of the text, 128 little-endian uint64 as rensa gives them; b"" for too short a text
    search_text: str = ""  # folded words, CJK as bigrams


# ---- what belongs together -----------------------------------------------------------------------------------------


class DecisionKind(StrEnum):
    COPY = "copy"  # `article` is a copy of article `other` and joins its story
    OPEN = "open"  # `article` opens `story`
    JOIN = "join"  # `article` joins `story`
    MERGE = "merge"  # `story` takes in story `other`, which is replaced by it
    SPLIT = "split"  # `article` leaves story `other` and opens `story`, or opens it again if another story had replaced it
    MOVE = "move"  # `article` leaves story `other` for `story`
    THREAD = "thread"  # `story` continues thread `other`
    UNTHREAD = "unthread"  # `story` leaves thread `other`
    REVIEW = "review"  # what came in since the last review was looked at again; what came of it follows; `story` is ""
    LINK = "link"  # a person: `article`, which stands in `story`, and article `other` belong in one story
    PART = "part"  # a person: `article`, which stands in `story`, and article `other` do not belong in one story
    FREE = "free"  # a person takes back what was wished about `article`, which stands in `story`, and article `other`


@dataclass(frozen=True, slots=True)
class Decision:
    """One grouping decision with its reasons. The journal of these is the truth about stories."""

    kind: DecisionKind
    story: str
    article: str | None = None
    other: str | None = None
    score: float | None = None
    reasons: tuple[str, ...] = ()  # in words, with numbers: "vector 0.71", "40 minutes apart"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of two articles: that they belong in one story (`LINK`), that they do not (`PART`), or neither any more (`FREE`)."""

    kind: DecisionKind
    a: str
    b: str


class Deed(StrEnum):
    """What an editor did to a story."""

    MERGE = "merge"  # another story was taken in
    SPLIT = "split"  # some articles became a story of their own
    MOVE = "move"  # some articles went to another story
    APART = "apart"  # some articles were said not to be of this story
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class Repair:
    """A line of the editors' log, with what it takes to undo it. `editor` and `undone_by` are readers."""

    deed: Deed
    story: str
    editor: int | None  # None: the account was deleted
    at: datetime
    number: int | None = None  # None before it is kept
    wished: tuple[Wish, ...] = ()
    overruled: tuple[Wish, ...] = ()  # wishes that these ones took back
    homes: Mapping[str, str] = field(default_factory=dict)  # article → the story that it was taken out of
    before: str | None = None  # the title that a RENAME took away; None: the headline of an article
    after: str | None = None  # the title that it gave; None: the headline of an article again
    undone_at: datetime | None = None
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Articles that carry the same text: one voice. `origin` is the one that most probably had it first."""

    origin: str
    articles: tuple[str, ...]  # in order of time, origin included


class Phase(StrEnum):
    EMERGING = "emerging"  # one voice so far
    ACTIVE = "active"  # several, and something came in the last day
    COOLING = "cooling"  # nothing for a day
    CLOSED = "closed"  # nothing for the live window; nothing will join any more


@dataclass(frozen=True, slots=True)
class Story:
    """The articles on one event. `id` is lasting (a ULID); after a merge `replaced_by` names the story that took it in."""

    id: str
    articles: tuple[str, ...]  # ids, in order of arrival
    headline: str | None = None
    copies: tuple[CopyGroup, ...] = ()
    thread: str | None = None
    phase: Phase = Phase.EMERGING
    opened_at: datetime | None = None  # when we opened it
    updated_at: datetime | None = None  # when the last article came in
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """Stories that continue one another: the story so far."""

    id: str
    stories: tuple[str, ...]  # in order of time
    headline: str | None = None


# ---- what a person reads -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """The characters [start, end) of one revision of one article."""

    article: str
    start: int
    end: int
    revision: int = 1


@dataclass(frozen=True, slots=True)
class BriefSentence:
    text: str  # exactly the cited characters
    citation: Citation
    outlets: int = 1  # independent voices that say it, its own included


@dataclass(frozen=True, slots=True)
class Brief:
    """Sentences, each one tied to the source sentence that it rests on, in the order to be read."""

    story: str
    sentences: tuple[BriefSentence, ...] = ()
    single: bool = False  # only one independent voice has the story


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    date: str  # ISO day
    text: str  # exactly the cited characters, one or two sentences with a space between
    sources: tuple[Citation, ...]
    estimated: bool = False  # the date was worked out, not printed


@dataclass(frozen=True, slots=True)
class Timeline:
    topic: str
    entries: tuple[TimelineEntry, ...] = ()  # in order of date


@dataclass(frozen=True, slots=True)
class Placement:
    """A story's place on the front page and why it stands there."""

    story: str
    weight: float
    reasons: tuple[str, ...] = ()
    widest: tuple[str, int] | None = None  # which of its outlets most others repeat, and how many; None: none is repeated


class Role(StrEnum):
    """What a reader may do; each one may also do what those before it may."""

    READER = "reader"
    EDITOR = "editor"  # sees to the sources
    OWNER = "owner"  # sees to the readers and to the instance itself


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who reads here. The owner exists from the first day."""

    id: int
    name: str
    role: Role = Role.OWNER
    created_at: datetime | None = None
