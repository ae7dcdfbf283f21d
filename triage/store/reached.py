"""What the store knows of programs and of whoever looks after the desk."""

from __future__ import annotations

from typing import Protocol

from triage.store.auditing import Auditing
from triage.store.stream import Stream
from triage.store.tokens import Tokens


class Reached(Auditing, Stream, Tokens, Protocol):
    """The part of `Store` that is for programs, and for who looks into the audit."""
