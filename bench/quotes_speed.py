"""Measure how many whole articles a second quotes and credits are read from, on one core, sentences being given.

    python bench/quotes_speed.py ARTICLES.jsonl.gz [--language en] [--rounds 7]

Runs what the annotation of an article runs: credits are found with the article's quotes and its outlet (here one that no text names).
Process time, so that other work on the machine counts as little as can be; the median of some rounds over all articles, and the best one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from pathlib import Path
from statistics import median

from octavo.annotate.credits import find_credits
from octavo.annotate.quotes import find_quotes
from octavo.annotate.sentences import sentences

_OWN = "Harbour Gazette"


def main() -> None:
    """Reads the command line, measures and prints the speeds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with gzip.open(given.articles, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    read = [(text, sentences(text, given.language)) for text in texts]
    find_credits("", given.language, ())  # reads lexicons and publishers before the clock runs
    taken: dict[str, list[float]] = {"quotes": [], "credits": [], "both": []}
    for _ in range(given.rounds):
        begun = time.process_time()
        quotes = [find_quotes(text, given.language, spans) for text, spans in read]
        between = time.process_time()
        for (text, spans), found in zip(read, quotes, strict=True):
            find_credits(text, given.language, spans, own=_OWN, quotes=found)
        ended = time.process_time()
        for name, seconds in (("quotes", between - begun), ("credits", ended - between), ("both", ended - begun)):
            taken[name].append(seconds)
    characters = sum(map(len, texts)) // len(texts)
    print(f"{len(texts)} articles of {characters} characters")
    for name, all_ in taken.items():
        print(f"{name}: {len(texts) / median(all_):.0f} articles/s (best round {len(texts) / min(all_):.0f})")


if __name__ == "__main__":
    main()
