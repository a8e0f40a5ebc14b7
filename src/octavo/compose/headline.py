"""The headline of a story: the one of its members that stands nearest to its centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from octavo.compose.voices import independent
from octavo.model import Annotation, Article, Story


def headline(story: Story, articles: Sequence[Article], annotations: Mapping[str, Annotation], language: str | None = None) -> str | None:
    """The headline nearest to the centre of the independent voices' vectors, in `language` where one of them has it.

    Without vectors the earliest voice's headline; None when no article has one.
    """
    voices = [a for a in independent(story, articles) if a.headline] or [a for a in articles if a.headline]
    if not voices:
        return None
    vectors = [annotations[a.id].vector if a.id in annotations else b"" for a in voices]
    near = np.zeros(len(voices))
    if all(vectors):
        matrix = np.stack([np.frombuffer(v, "<f2").astype(np.float32) for v in vectors])
        near = matrix @ matrix.mean(axis=0)
    spoken = [a.language == language for a in voices]
    best = max(range(len(voices)), key=lambda i: (spoken[i], near[i], -i))
    return voices[best].headline
