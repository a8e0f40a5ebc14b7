"""Learn the weights by which quotes are judged (`octavo.annotate.quotes_judge`) from articles with their quotes marked.

    python bench/train_quotes.py LANGUAGE ARTICLES.jsonl.gz [--parts cue end mark] [--out FOLDER]

The rules read each article as they will later, only that every question of theirs is answered by the marked quotes; the questions'
features and the answers are what a logistic regression per part learns from. Its threshold is part of the weight "always", so that a sum
above zero is a yes. What is written holds cues, small words, and endings and classes of other words, and no text of the articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from octavo.annotate import quotes_judge
from octavo.annotate.quotes_judge import Judge, cue_features, end_features, mark_features
from octavo.annotate.quotes_lexicon import Lexicon, Weights, Word, judged, plain_lexicons
from octavo.annotate.quotes_marks import marked
from octavo.annotate.quotes_speakers import Phrase
from octavo.annotate.quotes_statements import statements
from octavo.annotate.quotes_words import Sentence, Words, read_sentences, read_words
from octavo.annotate.sentences import sentences

PARTS = ("cue", "end", "mark")
LEAST_SURE = {"cue": 0.22, "end": 0.65, "mark": 0.5}  # probability from which the answer is yes
WEIGHTS = Path(quotes_judge.__file__).parent / "lexicons" / "weights"
CUE_SHARE = 0.08  # of a word's occurrences that stand in a marked cue, from which it may be one
CUE_ARTICLES = 3  # in which it must stand so
SEEN = 6  # times a feature must have been seen
DECAY = 1.0  # the weight of the squares of weights
STEPS, RATE = 300, 0.1
SLIGHT = 0.1  # weights below are left out

_NO_CUE = (
    Word.STOPS | Word.PREPOSITIONS | Word.DETERMINERS | Word.PRONOUNS | Word.INTRODUCES | Word.AUXILIARIES | Word.CONJUNCTIONS
    | Word.ADVERBS | Word.TIMES | Word.SPEECH | Word.CLAUSAL | Word.POSITION | Word.SHARED
)  # fmt: skip

Row = dict[str, Any]
Seen = list[tuple[list[str], bool]]


class Teacher(Judge):
    """Answers by the marked quotes of one article, and keeps what it was asked."""

    def __init__(self, row: Row, seen: Mapping[str, Seen], whole: bool) -> None:
        super().__init__(Weights())
        self.generous = "cue" in seen
        self._seen = seen
        self._quote_of = {at: quote for quote in row["quotes"] for start, end in quote["cue"] for at in range(start, end)}
        self._own = [tuple(span) for quote in row["quotes"] if quote["kind"].lower() in ("direct", "mixed") for span in quote["content"]]
        self._whole = whole

    def is_cue(self, words: Words, sentence: Sentence, at: int, group: int, way: str, source: Phrase | None) -> bool:
        if "cue" not in self._seen:
            return True
        answer = words.start[at] in self._quote_of
        self._seen["cue"].append((cue_features(words, sentence, at, group, way, source), answer))
        return answer

    def end(self, words: Words, sentence: Sentence, cue: int, first: int, last: int) -> int:
        quote = self._quote_of.get(words.start[cue])
        if "end" not in self._seen or quote is None or not any(abs(start - words.start[first]) < 4 for start, _ in quote["content"]):
            return last
        stop = max(end for _, end in quote["content"])
        beyond = next((k for k in range(first, last) if words.start[k] >= stop), last)
        for at in range(first + 1, min(last, beyond + 1)):
            if words.flags[at] & Word.BREAKS:
                answer = all(words.flags[k] & Word.MARK for k in range(at, beyond))
                self._seen["end"].append((end_features(words, sentence, cue, first, at), answer))
                if answer:
                    break
        return beyond

    def is_own(self, words: Words, sentence: Sentence, at: int, place: str) -> bool:
        if "mark" not in self._seen:
            return super().is_own(words, sentence, at, place)
        start, end = words.start[at], words.end[at]
        answer = any(
            min(end, b) - max(start, a) >= 0.7 * (end - start) and (self._whole or end - start >= 0.5 * (b - a)) for a, b in self._own
        )
        self._seen["mark"].append((mark_features(words, sentence, at, place), answer))
        return answer


def cue_words(rows: Sequence[Row], lexicon: Lexicon) -> frozenset[str]:
    """Words beyond the lexicon's that stand in marked cues often enough to be offered to the judge."""
    inside, all_ = Counter[str](), Counter[str]()
    articles = defaultdict[str, set[str]](set)
    for row in rows:
        words = read_words(row["text"], [], lexicon)
        cue = {at for quote in row["quotes"] for start, end in quote["cue"] for at in range(start, end)}
        for word, start in zip(words.lower, words.start, strict=True):
            all_[word] += 1
            if start in cue:
                inside[word] += 1
                articles[word].add(row["id"])

    def offered(word: str) -> bool:
        flags = lexicon.words.get(word, 0) or (Word.ADVERBS if lexicon.adverb_endings and word.endswith(lexicon.adverb_endings) else 0)
        listed = flags & _NO_CUE or any(word in phrase for phrases in lexicon.before.values() for phrase in phrases)
        return not listed and word.replace("-", "").isalpha() and inside[word] >= CUE_SHARE * (all_[word] + 2)

    return frozenset(word for word, found in articles.items() if len(found) >= CUE_ARTICLES and offered(word))


def fitted(seen: Seen, least_sure: float) -> dict[str, float]:
    """Logistic regression by Adam (Kingma & Ba 2015) over features that were seen often enough; the heaviest weights first."""
    counts = Counter(feature for features, _ in seen for feature in features)
    index = {feature: k for k, feature in enumerate(sorted(f for f, n in counts.items() if n >= SEEN))}
    pairs = [(row, index[feature]) for row, (features, _) in enumerate(seen) for feature in features if feature in index]
    row, column = np.array(pairs).T
    answers = np.array([answer for _, answer in seen], np.float64)
    weights, mean, square = (np.zeros(len(index)) for _ in range(3))
    decay = np.full(len(index), DECAY)
    decay[index["always"]] = 0.0
    for step in range(1, STEPS + 1):
        sure = 1 / (1 + np.exp(-np.bincount(row, weights[column], len(seen))))
        slope = (np.bincount(column, (sure - answers)[row], len(index)) + decay * weights) / len(seen)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        rate = RATE * (1 - step / (STEPS + 1))
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
    weights[index["always"]] -= np.log(least_sure / (1 - least_sure))
    kept = {feature: round(float(weights[k]), 2) for feature, k in index.items() if abs(weights[k]) >= SLIGHT}
    return dict(sorted(kept.items(), key=lambda item: (-abs(item[1]), item[0])))


def learned(rows: Sequence[Row], language: str, parts: Sequence[str]) -> tuple[Weights, dict[str, Seen]]:
    """The weights of the parts, and what they were learned from."""
    plain = plain_lexicons()[language]
    cues = cue_words(rows, plain) if "cue" in parts else frozenset[str]()
    lexicon = judged(plain, Weights(cues))
    seen: dict[str, Seen] = {part: [] for part in parts}
    for row in rows:
        words = read_words(row["text"], marked(row["text"]), lexicon)
        parted = read_sentences(words, sentences(row["text"], language))
        statements(words, parted, Teacher(row, seen, whole=not lexicon.apart))
    return Weights(cues, **{part: fitted(seen[part], LEAST_SURE[part]) for part in parts}), seen


def written(weights: Weights) -> str:
    """The weights as TOML."""
    lines = ["# Learned by bench/train_quotes.py; what the numbers mean: quotes_judge.py.", "cues = '''"]
    line = ""
    for word in sorted(weights.cues):
        if len(line) + len(word) > 130:
            lines.append(line.strip())
            line = ""
        line += f" {word}"
    lines += [line.strip(), "'''"]
    for part in PARTS:
        lines += ["", f"[{part}]", *(f"{json.dumps(feature, ensure_ascii=False)} = {w}" for feature, w in getattr(weights, part).items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Reads the command line, learns and writes the language's file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("language")
    parser.add_argument("articles", type=Path)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    with gzip.open(given.articles, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    weights, seen = learned(rows, given.language, given.parts)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / f"{given.language}.toml").write_text(written(weights), "utf-8")
    for part in given.parts:
        print(f"{part}: {len(seen[part])} questions, {sum(a for _, a in seen[part])} yes, {len(getattr(weights, part))} weights")


if __name__ == "__main__":
    main()
