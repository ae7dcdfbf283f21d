"""Vectors that travel with the package: they save time, and are never wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from triage.model.encoder import OnnxEncoder
from triage.model.reading import Text, parts
from triage.model.shipped import SHIPPED, ShippedVectors, write_shipped

pytestmark = pytest.mark.model

TEXTS = [f"Example number {n} is about chairs." for n in range(6)]
LATER = "This one was written after the file was made."


def test_known_texts_are_not_encoded_and_new_ones_are(encoder: OnnxEncoder, tmp_path: Path) -> None:
    path = tmp_path / "vectors.safetensors"
    assert write_shipped(encoder, [*TEXTS, *TEXTS], path) == len(TEXTS)
    shipped = ShippedVectors(encoder, path)
    assert shipped.missing([*TEXTS, LATER]) == 1
    found = shipped.encode([LATER, *TEXTS, LATER])
    truth = encoder.encode([LATER, *TEXTS, LATER])
    assert (found * truth).sum(axis=1).min() >= 0.9995
    assert np.array_equal(found[0], truth[0])


def test_the_same_texts_make_the_same_file(encoder: OnnxEncoder, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write_shipped(encoder, TEXTS, one)
    write_shipped(encoder, reversed(TEXTS), two)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"no tensors", None])
def test_a_missing_or_damaged_file_costs_only_time(
    encoder: OnnxEncoder, tmp_path: Path, damage: bytes | None
) -> None:
    path = tmp_path / "vectors.safetensors"
    if damage is not None:
        path.write_bytes(damage)
    shipped = ShippedVectors(encoder, path)
    assert len(shipped) == 0
    assert np.array_equal(shipped.encode(TEXTS), encoder.encode(TEXTS))


def test_vectors_of_another_encoder_are_not_taken(encoder: OnnxEncoder, tmp_path: Path) -> None:
    path = tmp_path / "vectors.safetensors"
    write_shipped(encoder, TEXTS, path)
    renamed = path.read_bytes().replace(encoder.id.encode(), b"0" * len(encoder.id))
    path.write_bytes(renamed)
    assert len(ShippedVectors(encoder, path)) == 0


def test_what_is_shipped_is_what_the_encoder_says(encoder: OnnxEncoder) -> None:
    shipped = ShippedVectors(encoder)
    assert len(shipped) > 500, f"make {SHIPPED.name} anew: python -m triage.training vectors"
    known = [text for text in shipped_sample() if not shipped.missing([text])]
    assert known, f"make {SHIPPED.name} anew: python -m triage.training vectors"
    cosines = (shipped.encode(known) * encoder.encode(known)).sum(axis=1)
    assert cosines.min() >= 0.99


def shipped_sample() -> list[str]:
    """Return the first examples of the shipped queues, read without the parser."""
    prompts = Path(__file__).parents[2] / "prompts" / "queues"
    lines = [
        line[2:].strip()
        for path in sorted(prompts.glob("*.md"))
        for line in path.read_text().partition("## Examples")[2].splitlines()[:12]
        if line.startswith("- ")
    ]
    return [parts(Text("", line)).whole for line in lines]
