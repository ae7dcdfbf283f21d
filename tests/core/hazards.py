"""The made-up mails of `tests/mail/`, one a hazard, and the corpora beside the repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triage.core.mail.parse import parse
from triage.core.message import Message

MAIL = Path(__file__).parents[1] / "mail"
CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


def raw(name: str) -> bytes:
    """Return the bytes of one made-up mail."""
    return (MAIL / f"{name}.eml").read_bytes()


def hazard(name: str) -> Message:
    """Read one made-up mail."""
    return parse(raw(name))


def mail(body: str = "Hello", **headers: str) -> Message:
    """Make a mail of a few headers: `_` in a name stands for `-`."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "From" not in headers:
        lines.append("From: Ida Berg <ida@kunde.example>")
    return parse("\r\n".join([*lines, "", body]).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One file of the corpora with what its authors state."""

    path: str
    kind: str
    ack: str
    format: str
    expect: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return (CORPORA / self.path).read_bytes()


def samples() -> Iterator[Sample]:
    """Yield every file that the corpora list; none where they are absent."""
    manifest = CORPORA / "manifest.jsonl"
    if not manifest.exists():
        return
    with manifest.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Sample(
                path=row["path"],
                kind=row["kind"],
                ack=row["ack"],
                format=row["format"],
                expect=row["expect"],
            )
