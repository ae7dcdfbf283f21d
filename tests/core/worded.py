"""The labelled mails of `tests/mail/wording/`, which nothing but their words gives away.

`labels.jsonl` has one JSON object a line: `file`; `kind` and `acknowledge` ("must" or "never"),
which a person decided; `language`; and `note`, why the mail is hard. Who wrote the mails had not
seen what the model is taught, and no mail is ever changed to be judged right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from triage.core.mail.parse import parse
from triage.core.message import Message
from triage.core.ticket import Kind

WORDING = Path(__file__).parents[1] / "mail" / "wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """One mail with what a person says of it."""

    file: str
    kind: Kind
    acknowledge: str
    language: str
    note: str
    data: bytes
    message: Message


@cache
def worded() -> tuple[Worded, ...]:
    """Read every labelled mail, in the order of the labels."""
    rows = [json.loads(line) for line in (WORDING / "labels.jsonl").read_bytes().splitlines()]
    return tuple(
        Worded(
            file=row["file"],
            kind=Kind(row["kind"]),
            acknowledge=row["acknowledge"],
            language=row["language"],
            note=row["note"],
            data=(data := (WORDING / row["file"]).read_bytes()),
            message=parse(data),
        )
        for row in rows
    )
