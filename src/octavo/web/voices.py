"""The pages of voices: who is quoted, and what one person or institution said across stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from octavo.compose import Across, Sighting, Statement, Wording, across, moment, statements
from octavo.model import Article, Citation, Spans, SpeakerKind
from octavo.publishers import known
from octavo.store import Followed, Quoted, Spot, Store, Utterance
from octavo.web.reading import current_reader, desk_of, read
from octavo.web.render import page

LISTED = 60  # names on a page
STORIES = 10  # of a voice on a page
SAID = 16  # quotes of a voice in a story; the story's own page has all
AROUND = 100  # quotes of everybody in a story, by which is told who is who
NEIGHBOURS = 16


@dataclass(frozen=True, slots=True)
class VoicesPage:
    kind: SpeakerKind
    voices: tuple[Quoted, ...]
    further: str | None  # the last name, where there are more


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which articles' quotes a reader wants to see; None lets all pass."""

    outlet: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a voice said in one story, in order of time. `story` None: in an article that stands in none yet."""

    story: str | None
    headline: str | None
    language: str | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class VoicePage:
    name: str
    kind: SpeakerKind | None
    offices: tuple[str, ...]  # as printed, the most printed first
    across: Across
    told: tuple[Told, ...]  # latest first
    by_id: Mapping[str, Article]  # heads of the articles that are cited
    outlets: tuple[tuple[str, int], ...]  # with the number of their articles that quote this voice, the most frequent first
    languages: tuple[tuple[str, int], ...]
    chosen: Chosen
    further: str | None  # the last story, where there are more


def voice(store: Store, name: str, chosen: Chosen, before: str | None) -> VoicePage | None:
    """The page of a voice, in a number of queries that does not grow with it; None where nobody is quoted under that name.

    Who else it is comes from the latest stories in which the name speaks. Raises InputError for an unknown `before`.
    """
    latest = store.quoted_in([name], STORIES + 1)
    own = store.utterances(latest, SAID, [name])
    if not own:
        return None
    kind = _kind(own)
    who = _across(name, (*own, *store.utterances(latest, AROUND)))
    names = (name, *who.forms) if kind is SpeakerKind.PERSON else (name,)
    counts = store.quoting(names)
    first = names == (name,) and before is None and chosen == Chosen()
    stories = latest if first else store.quoted_in(names, STORIES + 1, before, outlet=chosen.outlet, language=chosen.language)
    said = store.utterances(stories[:STORIES], SAID, names, outlet=chosen.outlet, language=chosen.language)
    heads = store.heads([one.article for one in said])
    return VoicePage(
        name=name,
        kind=kind,
        offices=tuple(office for office, _ in Counter(one.quote.office for one in said if one.quote.office).most_common()),
        across=who,
        told=_told(store, stories[:STORIES], said, heads),
        by_id=heads,
        outlets=_summed((outlet, count) for (outlet, _), count in counts.items()),
        languages=_summed((language, count) for (_, language), count in counts.items()),
        chosen=chosen,
        further=stories[STORIES - 1] if len(stories) > STORIES else None,
    )


def _kind(own: Sequence[Utterance]) -> SpeakerKind:
    """A person where one quote takes the name for one or nothing is known, else what most take it for."""
    kinds = Counter(one.quote.speaker_kind or SpeakerKind.PERSON for one in own)
    return SpeakerKind.PERSON if SpeakerKind.PERSON in kinds else kinds.most_common(1)[0][0]


def _across(name: str, around: Sequence[Utterance]) -> Across:
    offices: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], Utterance] = {}
    kinds: dict[str, list[Utterance]] = {}
    for one in around:
        called = one.quote.name or ""
        first.setdefault((one.article, called), one)
        kinds.setdefault(called, []).append(one)
        if one.quote.office:
            offices.setdefault((one.article, called), []).append(one.quote.office)
    people = {called for called, those in kinds.items() if _kind(those) is SpeakerKind.PERSON}
    sightings = [
        Sighting(article, called, one.language, tuple(dict.fromkeys(offices.get((article, called), ()))))
        for (article, called), one in first.items()
    ]
    return across(
        name,
        [sighting for sighting in sightings if sighting.name in people],
        [sighting for sighting in sightings if sighting.name not in people],
        {one.article: one.story for one in around},
    )


def _summed(counts: Iterable[tuple[str | None, int]]) -> tuple[tuple[str, int], ...]:
    total: Counter[str] = Counter()
    for key, count in counts:
        if key:
            total[key] += count
    return tuple(total.most_common())


def _told(store: Store, stories: Sequence[str], said: Sequence[Utterance], heads: Mapping[str, Article]) -> tuple[Told, ...]:
    spots = [(one.article, one.revision, *span) for one in said for span in (*one.quote.content, *one.quote.speaker)]
    pieces = store.pieces(spots)
    titles = store.titles(stories)
    by_story: dict[str, list[Wording]] = {story: [] for story in stories}
    for one in sorted(said, key=lambda one: moment(heads[one.article])):
        if one.quote.content:
            by_story[one.story].append(_wording(one, heads[one.article], pieces))
    found = []
    for story, wordings in by_story.items():
        headline, language = titles.get(story) or (heads[story].headline, heads[story].language)
        if wordings:
            found.append(Told(story if story in titles else None, headline, language, statements(wordings)))
    return tuple(found)


def _wording(one: Utterance, head: Article, pieces: Mapping[Spot, str]) -> Wording:
    def printed(spans: Spans) -> str:
        return " … ".join(" ".join(pieces.get((one.article, one.revision, *span), "").split()) for span in spans)

    content = one.quote.content
    return Wording(
        text=printed(content),
        quote=one.quote,
        citation=Citation(one.article, min(start for start, _ in content), max(end for _, end in content), one.revision),
        speaker=printed(one.quote.speaker),
        language=head.language,
        published=head.published,
        outlet=head.publisher,
    )


# ---- handlers ------------------------------------------------------------------------------------------------------


async def voices_page(request: Request) -> Response:
    store, asked, tongue = desk_of(request).store, request.query_params, desk_of(request).settings.language
    kind = SpeakerKind.INSTITUTION if asked.get("kind") == "institution" else SpeakerKind.PERSON
    found = await read(request, store.most_quoted, kind, LISTED + 1, asked.get("before"), language=tongue)
    further = found[LISTED - 1].name if len(found) > LISTED else None
    shown = tuple(voice for voice in found[:LISTED] if not known().of_name(voice.name))  # outlets have pages of their own
    return page(request, "voices.html", shown=VoicesPage(kind, shown, further))


async def voice_page(request: Request) -> Response:
    name, asked = request.path_params["name"].strip(), request.query_params
    chosen = Chosen(asked.get("outlet") or None, asked.get("language") or None)
    store, reader = desk_of(request).store, current_reader(request).id
    shown = await read(request, voice, store, name, chosen, asked.get("before"))
    if shown is None:
        raise HTTPException(404, f"Nobody is quoted under the name “{name[:80]}”.")
    followed = await read(request, store.is_followed, reader, Followed.VOICE, name)
    return page(request, "voice.html", shown=shown, neighbours=NEIGHBOURS, followed=followed)


GET = ("GET",)
ROUTES = (
    ("/voices", voices_page, GET, "voices"),
    ("/voices/{name:path}", voice_page, GET, "voice"),
)
