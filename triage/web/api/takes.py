"""What is posted to a way of the API: its fields, in the words of JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

FILE = "file"
"""What the part of a form is called that holds a file."""


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
    """What one way is for, and what is posted; `path` is below the version, "" as the page's.

    `files` says what goes along as files, each a part `FILE` of a form; "": none do. `gives` names
    the schema of what is answered.
    """

    summary: str
    path: str = ""
    files: str = ""
    gives: str = "told"
    fields: Mapping[str, Field] = field(default_factory=dict)
    example: Mapping[str, object] = field(default_factory=dict)


REVISION = Field(
    text="The revision of the ticket that was seen: if it has another one by then, nothing is done"
    " and the answer is 409, which says who did what meanwhile.",
    of=Of.NUMBER,
    needed=True,
)
SEEN: Mapping[str, Field] = {"revision": REVISION}
"""The one field of most deeds on a ticket."""

MOMENT = "A moment, as people type it: 17:00, tomorrow 09:00, friday, 2026-11-30 12:00, 2h."
UNTIL = Field(text=f"Until when. {MOMENT}")
CHECK_BACK = Field(
    text="When the requester is asked whether all is well: once, while the desk is open, and not"
    f" where they wrote meanwhile. Default: never. {MOMENT}"
)
