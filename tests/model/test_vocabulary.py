"""Which pieces of the vocabulary are kept: by script, whole."""

from __future__ import annotations

import pytest

from triage.model.vocabulary import kept_ids
from triage.model.weights import Piece

SPECIAL = [Piece(text, 0.0) for text in ("<s>", "<pad>", "</s>", "<unk>")]


@pytest.mark.parametrize(
    "piece",
    [
        "▁order",
        "ß",
        "ą",
        "ř",
        "ğ",
        "ø",
        "ά",
        "щ",
        "注文",
        "ひ",
        "カ",
        "ー",
        "ش",
        "ש",
        "7",
        "€",
        "😡",
    ],
)
def test_scripts_that_a_desk_reads_are_kept(piece: str) -> None:
    assert kept_ids([*SPECIAL, Piece(piece, -1.0)]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("piece", ["ไทย", "हिन्दी", "한국", "ქართ", "abไ", "<mask>"])
def test_scripts_that_no_shipped_language_uses_are_left_out(piece: str) -> None:
    assert kept_ids([*SPECIAL, Piece(piece, -1.0)]) == [0, 1, 2, 3]
