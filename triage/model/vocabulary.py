"""Which pieces of a vocabulary a desk can meet, and the tokenizer made of them.

The vocabulary is most of the encoder's memory. Pieces of scripts that no
shipped language uses are left out; text in such a script becomes `<unk>`, which
the encoder counts, so that a desk that does meet it can see it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from triage.model.weights import Piece

START, PAD, END, UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"
SPECIAL = (START, PAD, END, UNKNOWN)

SCRIPTS = frozenset(
    {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA"}
    | {"KATAKANA-HIRAGANA", "IDEOGRAPHIC", "COMBINING", "MODIFIER", "MASCULINE", "FEMININE"}
    | {"MICRO", "FULLWIDTH", "HALFWIDTH", "VARIATION", "DIGIT", "CARON"}
)
"""The first word of the Unicode name of every letter, mark and digit that is kept."""


@cache
def _kept(character: str) -> bool:
    """Whether a character belongs to a script we read; punctuation, symbols and emoji all do."""
    category = unicodedata.category(character)
    if category[0] in "LM" or category == "Nd":
        return unicodedata.name(character, "?").partition(" ")[0] in SCRIPTS
    return True


def kept_ids(pieces: Sequence[Piece]) -> list[int]:
    """Return the ids of the pieces that a desk can meet, ascending; special ones come first."""
    return [
        id_
        for id_, piece in enumerate(pieces)
        if id_ < len(SPECIAL) or (piece.text != "<mask>" and all(map(_kept, piece.text)))
    ]


def tokenizer_json(pieces: Sequence[Piece]) -> str:
    """Return a `tokenizer.json` of a Unigram vocabulary: NMT and NFKC, then Metaspace.

    The first four pieces are `<s>`, `<pad>`, `</s>` and `<unk>`.
    """
    added = [
        {
            "id": id_,
            "content": text,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for id_, text in enumerate(SPECIAL)
    ]
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    tokenizer: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Nmt"},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": metaspace,
        "post_processor": _frame(),
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": SPECIAL.index(UNKNOWN),
            "vocab": [[piece.text, piece.score] for piece in pieces],
            "byte_fallback": False,
        },
    }
    return json.dumps(tokenizer, ensure_ascii=False)


def _frame() -> dict[str, Any]:
    """Return the step that puts `<s>` before and `</s>` after a text."""
    start, end = ({"SpecialToken": {"id": token, "type_id": 0}} for token in (START, END))
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    return {
        "type": "TemplateProcessing",
        "single": [start, first, end],
        "pair": [start, first, end, end, second, end],
        "special_tokens": {
            token: {"id": token, "ids": [SPECIAL.index(token)], "tokens": [token]}
            for token in (START, END)
        },
    }
