"""Measure the credits that Octavo finds against those of a corpus of attributions (PolNeAR: who said what in English news).

    python bench/credits.py DATA [--set polnear-dev] [--show]

DATA is the folder with the data sets, which is no part of the project. The gold list is derived: attributions whose source names an
outlet or agency that is not the article's own, as (sentence, outlet). An outlet is one of the publishers' table, or what its name shows to
be one ("... Tribune"); a short form ("The Post") is the outlet of the article, or one named in it, that ends so. The corpus does not list to whom
somebody spoke ("told ..."), whose copy a text is ("(...) -") and what it links to: credits of these kinds are counted and left out of the
precision.
Prints recall and precision in percent; with --show also the places of misses and false finds. Exit code 1 when a floor of floors.toml is
broken.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from octavo.annotate.credits import find_credits
from octavo.annotate.quotes import find_quotes
from octavo.annotate.sentences import sentences
from octavo.compose.provenance import told
from octavo.model import CreditKind, Spans
from octavo.publishers import folded, known

HERE = Path(__file__).parent
PINNED = "polnear-dev"  # the set that floors.toml speaks of
# What ends the names of papers and news houses in English.
_SIGNS = (
    "Times|Post|Journal|News|Herald|Tribune|Gazette|Chronicle|Press|Globe|Telegraph|Observer|Magazine|Review|Examiner|Register|Inquirer"
    "|Dispatch|Sentinel|Courier|Mail|Star|Sun"
)
_FIRST_NAME = re.compile(r"(?:[a-z,:”] (?!The |[A-Z][a-z]+day )[A-Z][a-z]+ |\b(?:Mr|Mrs|Ms|Sen|Rep)\.? )(?:[A-Z]\. )?$")
_NOUNS = "newspaper|magazine|broadcaster|(?:news|tech) (?:site|website|outlet|agency|channel)|(?:TV|radio) station"
_SIGNED = re.compile(
    rf"(?:[A-Z][\w.&'’]*[^\S\n]){{1,4}}(?:{_SIGNS})\b|(?:{_NOUNS})[^\S\n](?P<name>[A-Z][\w.&'’]*(?:[^\S\n](?:[A-Z][\w.&'’]*|de|della|of|the))*)"
)
_LEADING = re.compile(r"(?:(?:An?|The|Both|As|But|And|In|Follow)\s)*")
# The outlets of the corpus, as its rows call them.
_OWN = {
    "breitbart": "Breitbart News",
    "huff-post": "HuffPost",
    "nyt": "The New York Times",
    "politico": "Politico",
    "usa-today": "USA Today",
    "wash-post": "The Washington Post",
    "west-journal": "Western Journal",
}
_Found = tuple[int, str]  # number of the sentence, folded name of the outlet


def names_in(text: str, own: str) -> list[tuple[int, int, str]]:
    """Where a text names outlets: begin, end and the folded name, short forms in full. Case counts."""
    found = [(m.start(), m.end(), _folded(m[0])) for m in _known().finditer(text) if not _is_last_name(text, m)]
    headline = text.find("\n")  # where all words may be capitals
    for m in _SIGNED.finditer(text, max(headline, 0)):
        first, last = m.span("name" if m["name"] else 0)
        first += len(_LEADING.match(text, first, last)[0])  # type: ignore[index]  # matches anywhere
        if not any(begin < last and first < end for begin, end, _ in found):
            found.append((first, last, _folded(text[first:last])))
    found.sort()
    full = [_folded(own), *(name for _, _, name in found)]
    return [(begin, end, next((f for f in full if f.endswith(" " + folded(text[begin:end]))), name)) for begin, end, name in found]


def gold_of(row: dict[str, Any], spans: Spans) -> set[_Found]:
    """The outlets that sources of the row's attributions name, without the article's own."""
    own = _OWN[row["publisher"]]
    begins = [begin for begin, _ in spans]
    speakers = [span for quote in row["quotes"] for span in quote["speaker"]]
    return {
        (bisect_right(begins, begin), name)
        for begin, _, name in names_in(row["text"], own)
        if name != _folded(own) and any(first <= begin < last for first, last in speakers)
    }


def found_of(row: dict[str, Any], spans: Spans) -> tuple[set[_Found], int]:
    """The outlets that Octavo finds credited, in the same form, and how many credits are of a kind that the corpus does not list."""
    text, own = row["text"], _OWN[row["publisher"]]
    found: set[_Found] = set()
    unlisted = 0
    begins = [begin for begin, _ in spans]
    for credit in find_credits(text, row["language"], spans, own=own, quotes=find_quotes(text, row["language"], spans)):
        if credit.kind is CreditKind.ANONYMOUS or credit.name is None:
            continue
        if not credit.cue or text.startswith("http", credit.cue[0][0]) or told(text, credit):
            unlisted += 1
        else:
            found.add((bisect_right(begins, credit.sentence[0]), _folded(credit.name)))
    return found, unlisted


@lru_cache(maxsize=1)
def _known() -> re.Pattern[str]:
    names = sorted({name for publisher in known() for name in (publisher.name, *publisher.aliases)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")


def _is_last_name(text: str, m: re.Match[str]) -> bool:
    """Whether a name of one word stands behind a first name, in mid-sentence: "..., said Ann Stern"."""
    return m[0].isalpha() and not m[0].isupper() and bool(_FIRST_NAME.search(text[max(m.start() - 30, 0) : m.start()]))


def _folded(name: str) -> str:
    publisher = known().of_name(name)
    return folded(publisher.name if publisher else name)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", default=PINNED, metavar="NAME")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args(arguments)
    path = given.data / "quotes" / f"{given.set}.jsonl.gz"
    if not path.exists():
        parser.error(f"{path} is not there")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    listed = right = returned = unlisted = 0
    for number, row in enumerate(rows):
        spans = sentences(row["text"], row["language"])
        gold = gold_of(row, spans)
        found, others = found_of(row, spans)
        listed, right, returned, unlisted = listed + len(gold), right + len(gold & found), returned + len(found), unlisted + others
        if given.show:
            for mark, those in (("missed", gold - found), ("false", found - gold)):
                for sentence, name in sorted(those):
                    print(f"row {number}, sentence {sentence}: {mark} {name}", file=sys.stderr)
    shares = {"recall": round(_percent(right, listed), 1), "precision": round(_percent(right, returned), 1)}
    print(json.dumps({"gold": listed, "found": returned, "unlisted": unlisted, **shares}))
    floors = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))["credits"] if given.set == PINNED else {}
    broken = [f"credits {name}: {shares[name]} is under {floor}" for name, floor in floors.items() if shares[name] < floor]
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
