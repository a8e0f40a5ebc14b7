"""`octavo sources check`: one look at each source, and which of them are dead."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from octavo.desk import Desk
from octavo.errors import ExtractError, FetchError, OctavoError
from octavo.extract import Pool
from octavo.gather import Fetcher, Gathered, HeldError, gather_source
from octavo.looks import keep_look
from octavo.model import Extraction, Source, SourceKind
from octavo.moments import instant

OLD = timedelta(days=30)  # a source without anything newer is silent


class Verdict(StrEnum):
    """What a look says of a source."""

    WELL = "well"
    SILENT = "silent"  # it can be had, and nothing new has been in it for long
    BUSY = "no answer now"  # it may be well at another time
    DEAD = "dead"
    UNCHECKED = "not yet checked"  # nobody could be asked


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one source found."""

    source: Source  # with its health as it is now
    verdict: Verdict
    sentence: str = ""  # of the error
    entries: int | None = None  # articles or links in it; None: nothing came, or nothing new
    newest: datetime | None = None  # when the newest of its articles was published


async def check(sources: Sequence[Source], desk: Desk, now: datetime) -> list[Finding]:
    """One look at each of `sources`, in their order. What it gave is kept for those that stand in the store (id above 0).

    When no server at all can be reached, the fault probably lies with this machine's network: such looks are not kept and say nothing.
    """
    async with Fetcher(desk.settings) as fetcher:
        looks = await asyncio.gather(*(gather_source(source, fetcher, now) for source in sources))
    offline = not any(_answered(look) for look in looks)
    findings: list[Finding] = []
    with Pool(desk.settings.extract_workers, desk.settings.extract_seconds) as pool:
        for before, look in zip(sources, looks, strict=True):
            if offline and _unreached(look.error):
                findings.append(Finding(before, Verdict.UNCHECKED, look.source.last_error or ""))
                continue
            if before.id:
                keep_look(desk.store, look, timedelta(minutes=desk.settings.interval_minutes))
            findings.append(judged(look, list(pool.map(look.captures)), now))
    return findings


def judged(look: Gathered, extractions: Sequence[Extraction], now: datetime) -> Finding:
    """What a look at a source and what was read out of its answer say of it."""
    source, error = look.source, look.error
    if isinstance(error, HeldError):
        return Finding(source, Verdict.UNCHECKED, error.sentence)
    if error and not look.captures:
        return Finding(source, Verdict.BUSY if _passing(error) else Verdict.DEAD, error.sentence)
    if look.not_modified or not extractions:
        silent = source.newest_at is not None and now - source.newest_at > OLD
        return Finding(source, Verdict.SILENT if silent else Verdict.WELL, newest=source.newest_at)
    if problem := next((extraction.problem for extraction in extractions if extraction.problem), None):
        return Finding(source, Verdict.DEAD, problem)
    dates = [date for extraction in extractions for article in extraction.articles if (date := instant(article.published))]
    newest = max(dates, default=None)
    entries = sum(len(extraction.articles) + len(extraction.links) for extraction in extractions)
    silent = source.kind is not SourceKind.FOLDER and (not entries or (newest is not None and now - newest > OLD))
    return Finding(source, Verdict.SILENT if silent else Verdict.WELL, entries=entries, newest=newest)


def counted(findings: Sequence[Finding]) -> str:
    """How many of each verdict: "12 sources: 10 well, 2 dead"."""
    counts = Counter(finding.verdict for finding in findings)
    return f"{len(findings)} sources: " + ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict])


def _answered(look: Gathered) -> bool:
    """Whether a server said anything at all, be it a refusal."""
    told = look.error is None or (isinstance(look.error, FetchError | ExtractError) and not _unreached(look.error))
    return told and look.source.kind is not SourceKind.FOLDER


def _unreached(error: OctavoError | None) -> bool:
    """Whether the network did not lead to a server that speaks."""
    return isinstance(error, FetchError) and error.status is None and isinstance(error.__cause__, Exception)


def _passing(error: OctavoError) -> bool:
    """Whether a busy server or a slow network is to blame, which says nothing of the source."""
    if not isinstance(error, FetchError):
        return False
    return error.status == 429 or (error.status or 0) >= 500 or isinstance(error.__cause__, TimeoutError)
