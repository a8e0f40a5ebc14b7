"""Learn the weights by which quotes are judged (`octavo.annotate.quotes_judge`) from articles with their quotes marked.

    python bench/train_quotes.py LANGUAGE=ARTICLES.jsonl.gz ... [--parts cue end mark] [--out FOLDER]
    python bench/train_quotes.py LANGUAGE=ARTICLES.jsonl.gz ... --parts source [--out FOLDER]

The rules read each article as they will later, only that every question of theirs is answered by the marked quotes; the questions'
features and the answers are what a logistic regression per part learns from. Its threshold is part of the weight "always", so that a sum
above zero is a yes. Who says a quotation is one choice among phrases, learned for all languages from all articles together, with the
other weights as they stand in the package. What is written holds cues, small words, and endings and classes of other words, and no text
of the articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from octavo.annotate import quotes_judge
from octavo.annotate.quotes_judge import Judge, cue_features, end_features, mark_features
from octavo.annotate.quotes_lexicon import Lexicon, Weights, Word, judged, lexicons, plain_lexicons
from octavo.annotate.quotes_marks import marked
from octavo.annotate.quotes_sources import candidates
from octavo.annotate.quotes_speakers import Phrase
from octavo.annotate.quotes_statements import spoke, statements
from octavo.annotate.quotes_words import Sentence, Words, read_sentences, read_words
from octavo.annotate.sentences import sentences
from octavo.model import QuoteKind

PARTS = ("cue", "end", "mark")
HEAD = "# Learned by bench/train_quotes.py; what the numbers mean: quotes_judge.py."
LEAST_SURE = {"cue": 0.22, "end": 0.65, "mark": 0.4}  # probability from which the answer is yes
SEEN = {"cue": 6, "end": 6, "mark": 3, "source": 3}  # times a feature must have been seen
DECAY = {"cue": 1.0, "end": 1.0, "mark": 3.0, "source": 3.0}  # the weight of the squares of weights
WEIGHTS = Path(quotes_judge.__file__).parent / "lexicons" / "weights"
CUE_SHARE = 0.08  # of a word's occurrences that stand in a marked cue, from which it may be one
CUE_ARTICLES = 3  # in which it must stand so
STEPS, RATE = 300, 0.1
SLIGHT = 0.1  # weights below are left out

_NO_CUE = (
    Word.STOPS | Word.PREPOSITIONS | Word.DETERMINERS | Word.PRONOUNS | Word.INTRODUCES | Word.AUXILIARIES | Word.CONJUNCTIONS
    | Word.ADVERBS | Word.TIMES | Word.SPEECH | Word.CLAUSAL | Word.POSITION | Word.SHARED
)  # fmt: skip

Floats = NDArray[np.float64]
Row = dict[str, Any]
Seen = list[tuple[list[str], bool]]  # questions, or the candidates of one question, by their features, with the answers


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


def fitted(seen: Seen, part: str) -> dict[str, float]:
    """Logistic regression over features that were seen often enough; the heaviest weights first."""
    index = indexed([features for features, _ in seen], SEEN[part])
    row, column = pairs([features for features, _ in seen], index)
    answers = np.array([answer for _, answer in seen], np.float64)
    decay = np.full(len(index), DECAY[part])
    decay[index["always"]] = 0.0

    def slope(weights: Floats) -> Floats:
        sure = 1 / (1 + np.exp(-np.bincount(row, weights[column], len(seen))))
        return np.bincount(column, (sure - answers)[row], len(index)) + decay * weights

    weights = descended(slope, len(index), len(seen))
    weights[index["always"]] -= np.log(LEAST_SURE[part] / (1 - LEAST_SURE[part]))
    return kept(weights, index)


def indexed(lists: Sequence[Sequence[str]], least: int) -> dict[str, int]:
    """The features that were seen so often, with a number each."""
    counts = Counter(feature for features in lists for feature in features)
    return {feature: k for k, feature in enumerate(sorted(f for f, n in counts.items() if n >= least))}


def pairs(lists: Sequence[Sequence[str]], index: Mapping[str, int]) -> NDArray[np.int64]:
    """Which list holds which feature: two rows of numbers."""
    return np.array([(k, index[feature]) for k, features in enumerate(lists) for feature in features if feature in index]).T


def descended(slope: Callable[[Floats], Floats], size: int, count: int) -> Floats:
    """The weights at which the slope, a sum over so many examples, is zero: by Adam (Kingma & Ba 2015)."""
    weights, mean, square = (np.zeros(size) for _ in range(3))
    for step in range(1, STEPS + 1):
        now = slope(weights) / count
        mean = 0.9 * mean + 0.1 * now
        square = 0.99 * square + 0.01 * now**2
        rate = RATE * (1 - step / (STEPS + 1))
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
    return weights


def kept(weights: Floats, index: Mapping[str, int]) -> dict[str, float]:
    """The weights that are not slight, the heaviest first."""
    found = {feature: round(float(weights[k]), 2) for feature, k in index.items() if abs(weights[k]) >= SLIGHT}
    return dict(sorted(found.items(), key=lambda item: (-abs(item[1]), item[0])))


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
    return Weights(cues, **{part: fitted(seen[part], part) for part in parts}), seen


def choices(rows: Sequence[Row], language: str) -> list[Seen]:
    """Who says each quotation that no cue claims."""
    lexicon = lexicons()[language]
    found: list[Seen] = []
    for row in rows:
        words = read_words(row["text"], marked(row["text"]), lexicon)
        parted = read_sentences(words, sentences(row["text"], language))
        read = statements(words, parted, Judge(lexicon.weights))
        for number, statement in enumerate(read):
            if statement.kind is QuoteKind.INDIRECT or statement.cue or not statement.quoted:
                continue
            start, end = words.span(statement.quoted[0], statement.quoted[0] + 1)
            share = {k: sum(_shared((start, end), part) for part in quote["content"]) for k, quote in enumerate(row["quotes"])}
            gold = row["quotes"][max(share, key=share.__getitem__)] if share else None
            if gold is None or max(share.values()) < 0.7 * (end - start):
                continue
            offered, nobody = candidates(words, parted, statement.sentence, statement.quoted[0], spoke(read[:number]))
            answers = [(features, _same(words.span(*phrase), gold["speaker"])) for phrase, features in offered]
            answers.append((nobody, not gold["speaker"]))
            if any(answer for _, answer in answers):
                found.append(answers)
    return found


def _shared(a: Sequence[int], b: Sequence[int]) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _same(span: Sequence[int], gold: Sequence[Sequence[int]]) -> bool:
    """Whether a speaker's span and the marked ones share half of the longer."""
    return 2 * sum(_shared(span, part) for part in gold) >= max(span[1] - span[0], sum(end - start for start, end in gold), 1)


def chosen(asked: Sequence[Seen]) -> dict[str, float]:
    """Weights by which the right candidate of each choice is likeliest (softmax), fitted like the others."""
    offered = [(number, features, answer) for number, answers in enumerate(asked) for features, answer in answers]
    index = indexed([features for _, features, _ in offered], SEEN["source"])
    row, column = pairs([features for _, features, _ in offered], index)
    choice = np.array([number for number, _, _ in offered])
    right = np.array([answer for _, _, answer in offered], np.float64)

    def slope(weights: Floats) -> Floats:
        odds = np.exp(np.bincount(row, weights[column], len(offered)))
        sure = odds / np.bincount(choice, odds)[choice]
        wanted = odds * right / np.bincount(choice, odds * right)[choice]
        return np.bincount(column, (sure - wanted)[row], len(index)) + DECAY["source"] * weights

    return kept(descended(slope, len(index), len(asked)), index)


def written(weights: Weights) -> str:
    """The weights as TOML."""
    lines = [HEAD, "cues = '''"]
    line = ""
    for word in sorted(weights.cues):
        if len(line) + len(word) > 130:
            lines.append(line.strip())
            line = ""
        line += f" {word}"
    lines += [line.strip(), "'''"]
    for part in PARTS:
        lines += ["", *table(part, getattr(weights, part))]
    return "\n".join(lines) + "\n"


def table(part: str, weights: Mapping[str, float]) -> list[str]:
    """The lines of one table of weights."""
    return [f"[{part}]", *(f"{json.dumps(feature, ensure_ascii=False)} = {weight}" for feature, weight in weights.items())]


def main() -> None:
    """Reads the command line, learns and writes each language's file, or the one for all languages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("articles", nargs="+", metavar="LANGUAGE=ARTICLES", type=lambda given: given.split("=", 1))
    parser.add_argument("--parts", nargs="+", choices=(*PARTS, "source"), default=PARTS)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    sets = {language: read_rows(Path(path)) for language, path in given.articles}
    if "source" in given.parts:
        asked = [choice for language, rows in sets.items() for choice in choices(rows, language)]
        source = chosen(asked)
        (given.out / "any.toml").write_text("\n".join([HEAD, *table("source", source)]) + "\n", "utf-8")
        print(f"source: {len(asked)} questions, {len(source)} weights")
        return
    for language, rows in sets.items():
        weights, seen = learned(rows, language, given.parts)
        (given.out / f"{language}.toml").write_text(written(weights), "utf-8")
        for part in given.parts:
            yes = sum(answer for _, answer in seen[part])
            print(f"{language} {part}: {len(seen[part])} questions, {yes} yes, {len(getattr(weights, part))} weights")


def read_rows(path: Path) -> list[Row]:
    """The articles of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
