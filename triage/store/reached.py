"""What the store knows of programs and of whoever looks after the desk."""

from __future__ import annotations

from typing import Protocol

from triage.store.auditing import Auditing
from triage.store.oneself import Oneself
from triage.store.stream import Stream
from triage.store.tokens import Tokens
from triage.store.trying import Trying


class Reached(Auditing, Oneself, Stream, Tokens, Trying, Protocol):
    """The part of `Store` that is for programs, and for who looks into the audit."""
