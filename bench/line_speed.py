"""Measure the whole line: how long a thousand articles of a feed take from the database to stories, and what share each step has.

    python bench/line_speed.py [--articles N] [--data FOLDER]

The feed is made of sentences of the demonstration press, mixed anew for each item (headline and lead), so no data is needed and nothing is
fetched. --data keeps the model between runs; it is built beforehand and not timed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from rich.console import Console
from rich.table import Table

from octavo.demo.texts import pieces
from octavo.desk import Desk
from octavo.model import Capture
from octavo.settings import load_settings

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)
ADDRESS = "https://wire.example/all.rss"
LEAD = 45  # words, about


def items(count: int) -> Iterator[str]:
    """So many items of an RSS feed."""
    draw = random.Random(1)
    texts = [piece.revisions[-1] for piece in pieces().values()]
    for number in range(count):
        text = draw.choice(texts)
        sentences = [
            sentence.strip() for paragraph in (text.lead, *text.paragraphs) for sentence in paragraph.split(". ") if sentence.strip()
        ]
        draw.shuffle(sentences)
        lead = ""
        while len(lead.split()) < LEAD and sentences:
            lead = f"{lead} {sentences.pop().rstrip('.')}.".strip()
        published = format_datetime(NOW - timedelta(minutes=count - number))
        headline = f"{text.headline} ({number})"
        yield (
            f"<item><title>{escape(headline)}</title><link>https://wire.example/{number}</link>"
            f"<description>{escape(lead)}</description><pubDate>{published}</pubDate></item>"
        )


def main() -> None:
    """Reads the command line, carries the feed through the line and shows the times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    feed = f'<rss version="2.0"><channel><title>Wire</title>{"".join(items(given.articles))}</channel></rss>'.encode()
    with TemporaryDirectory() as scratch:
        settings = load_settings()
        settings = settings.model_copy(update={"data": Path(scratch), "models": given.data or settings.models_folder, "database": None})
        with Desk.open(settings) as desk:
            desk.embedder.embed(["warm"])  # builds the model
            id = hashlib.sha256(feed).hexdigest()
            desk.store.add_captures([Capture(id, ADDRESS, feed, NOW, "application/rss+xml", "utf-8")])
            times = {}
            for step, work in (
                ("extract: capture to articles", lambda: desk.extract(NOW)),
                ("annotate: sentences, names, quotes, vectors", desk.annotate),
                ("group: stories", lambda: desk.group(NOW)),
                ("compose: headlines, briefs", lambda: desk.compose(NOW)),
            ):
                begun = time.perf_counter()
                work()
                times[step] = time.perf_counter() - begun
            stories = len(desk.store.recent_stories(NOW - timedelta(days=30), 1_000_000))
    whole = sum(times.values())
    table = Table("step", "seconds", "share", title=f"{given.articles:,} articles of a feed, {os.cpu_count()} cores, {stories:,} stories")
    for step, seconds in (*times.items(), ("whole line", whole)):
        table.add_row(step, f"{seconds:.1f}", f"{seconds / whole:.0%}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
