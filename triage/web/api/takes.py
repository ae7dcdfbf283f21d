"""What is posted to a way of the API: its fields, in the words of JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Of(StrEnum):
    """What a field holds, in the words of JSON Schema."""

    TEXT = "string"
    NUMBER = "integer"
    TRUTH = "boolean"
    TEXTS = "array"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One member of what is posted. `among` are the only values it may have, where there are."""

    text: str
    of: Of = Of.TEXT
    needed: bool = False
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """What one way is for, and what is posted; `path` is below the version, "" as the page's."""

    summary: str
    path: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    example: Mapping[str, object] = field(default_factory=dict)
