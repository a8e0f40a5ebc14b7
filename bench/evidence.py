"""Hold timelines and briefs beside what needs no thought: days counted by mentions, days by chance, each article's first sentence.

    python bench/evidence.py DATA [--scorer FILE]

DATA is the folder with the data sets, FILE the scorer (default: score/score.py beside DATA); neither is part of the project. Takes about
two minutes. Prints one line for each way, as the scorer measures it. Exit code 1 where briefs are no better than first sentences.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from octavo.annotate import VERSION, annotate
from octavo.annotate.sentences import sentences
from octavo.compose import brief, timeline
from octavo.compose.dates import day_of, mentions
from octavo.model import Annotation, Article, Story

Row = dict[str, Any]
LANGUAGE = "en"  # of both sets
TIMELINES, BRIEFS = "timelines/t17-open.jsonl.gz", "briefs/neus.jsonl.gz"
ROUGE = ("rouge1_f1", "rouge2_f1", "rougeL_f1")
SEED = 17


@dataclass(frozen=True, slots=True)
class Given:
    """One row of a set: its articles and what is read out of them."""

    row: Row
    articles: tuple[Article, ...]
    annotations: dict[str, Annotation]


def given(path: Path, read: Callable[[Article], Annotation]) -> Iterator[Given]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            articles = tuple(
                Article(str(a["id"]), a.get("headline"), a["text"], published=a.get("published"), language=LANGUAGE)
                for a in row["articles"]
                if a["text"]
            )
            yield Given(row, articles, {article.id: read(article) for article in articles})


def only_sentences(article: Article) -> Annotation:
    return Annotation(article.id, 1, VERSION, LANGUAGE, sentences(article.text, LANGUAGE))


def by_octavo(story: Given) -> list[tuple[str, str]]:
    made = timeline(story.row["topic"], story.articles, story.annotations, story.row["dates"])
    return [(entry.date, entry.text) for entry in made.entries]


def by_count(story: Given) -> list[tuple[str, str]]:
    """The days that most sentences name, each with the first sentence that names it."""
    named, first = Counter[str](), dict[str, str]()
    for article in story.articles:
        for start, end in story.annotations[article.id].sentences:
            text = article.text[start:end]
            for day in {mention.day.isoformat() for mention in mentions(text, LANGUAGE, day_of(article))}:
                named[day] += 1
                first.setdefault(day, text)
    return [(day, first[day]) for day, _ in named.most_common(story.row["dates"])]


def by_chance(story: Given) -> list[tuple[str, str]]:
    """Days of publication, each with a sentence of that day."""
    chance = random.Random(SEED)
    published: defaultdict[str, list[Article]] = defaultdict(list)
    for article in story.articles:
        if article.published:
            published[article.published[:10]].append(article)
    days = chance.sample(sorted(published), min(len(published), story.row["dates"]))
    found = []
    for day in days:
        article = chance.choice(published[day])
        start, end = chance.choice(story.annotations[article.id].sentences)
        found.append((day, article.text[start:end]))
    return found


def first_sentences(story: Given) -> list[Row]:
    spans = [(article, *story.annotations[article.id].sentences[0]) for article in story.articles]
    return [{"text": a.text[start:end], "article": a.id, "start": start, "end": end} for a, start, end in spans]


def briefly(story: Given) -> list[Row]:
    made = brief(Story("story", tuple(a.id for a in story.articles)), story.articles, story.annotations, 3)
    return [{"text": s.text, "article": s.citation.article, "start": s.citation.start, "end": s.citation.end} for s in made.sentences]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--scorer", type=Path)
    chosen = parser.parse_args(arguments)
    scorer = chosen.scorer or chosen.data.resolve().parent / "score" / "score.py"
    table = Table("measure", "way", "numbers")
    measures: dict[tuple[str, str], dict[str, float]] = {}
    with TemporaryDirectory() as scratch:

        def score(measure: str, gold: str, way: str, rows: Sequence[Row]) -> None:
            found = Path(scratch) / "found.jsonl"
            found.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
            done = subprocess.run([sys.executable, scorer, measure, chosen.data / gold, found], capture_output=True, check=True)
            measures[measure, way] = json.loads(done.stdout)
            table.add_row(measure, way, "  ".join(f"{name} {value}" for name, value in measures[measure, way].items()))

        stories = list(given(chosen.data / TIMELINES, only_sentences))
        for way, days in (("octavo", by_octavo), ("days counted by mentions", by_count), ("days by chance", by_chance)):
            score(
                "timelines",
                TIMELINES,
                way,
                [{"topic": s.row["topic"], "timeline": [{"date": day, "text": text} for day, text in days(s)]} for s in stories],
            )
        stories = list(given(chosen.data / BRIEFS, annotate))
        for way, cut in (("octavo", briefly), ("first sentences", first_sentences)):
            score("briefs", BRIEFS, way, [{"story": s.row["story"], "sentences": cut(s)} for s in stories])
    Console(width=180).print(table)
    behind = [name for name in ROUGE if measures["briefs", "octavo"][name] <= measures["briefs", "first sentences"][name]]
    for name in behind:
        print(f"briefs {name}: no better than the first sentences", file=sys.stderr)
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
