"""The part of the store by which corrections become labels, and labels become heads.

A label is a mail and what a person said of it. Its vectors are computed once, by whoever has the
encoder, and kept with it as float16.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from triage.core.overruled import Placed


class Outcome(StrEnum):
    """What became of a set of heads. Of those that are `LIVE` the last one judges."""

    LIVE = "live"
    WAITING = "waiting"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Packed:
    """Vectors of a mail as float16: the whole, its sentences, and both of the writer's own words.

    `own` is empty where all words are their own; else its first vector is that of their whole.
    """

    whole: bytes
    sentences: bytes
    own: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLabel:
    """A mail of which a person said what it is.

    `says` has what was set right: "queue", "priority", "kind" and "signals" (`{name: bool}`).
    `vectors` are None where the encoder that was asked for has not read it.
    """

    number: int
    at: datetime
    person: str
    subject: str
    text: str
    says: Mapping[str, object]
    vectors: Packed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """One set of heads: of which encoder, teaching and labels, how good, and what became of it.

    It was taught `labels` labels, of those up to the number `through`. `figures` say how good
    heads were before and after, on mails that neither had seen; `after` is the number of those
    before, 0 for none. `number` 0: not kept yet.
    """

    number: int = 0
    at: datetime
    heads: str
    encoder: str
    teaching: str
    through: int
    labels: int
    figures: Mapping[str, object] = field(default_factory=dict)
    outcome: Outcome
    why: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is to learn: whether corrections wait to become labels, or labels for teaching.

    `last` is the set of heads that was taught last, `live` the one that judges; None before one.
    `through` is the number of the last label, `tried` that up to which labels were taught, or gone
    back from, and are left in peace. `withdrawn` counts those that were taken back since the live
    heads were taught them, `dropped` since those were that wait.
    """

    ripe: bool
    through: int
    tried: int
    withdrawn: int
    dropped: int
    unread: bool
    last: Taught | None
    live: Taught | None


class Learning(Protocol):
    """What is learnt from corrections."""

    def standing(self, before: datetime, encoder: str) -> Standing:
        """Say what there is to learn of corrections that were made up to `before`."""

    def ripen(self, before: datetime, now: datetime) -> tuple[KeptLabel, ...]:
        """Make labels of corrections that were made up to `before`, and return the new ones.

        One that was undone by then teaches nothing; the label of one that was undone since is
        withdrawn.
        """

    def unread(self, encoder: str, limit: int) -> tuple[KeptLabel, ...]:
        """Return labels whose vectors are not this encoder's, the newest first."""

    def keep_vectors(self, encoder: str, vectors: Mapping[int, Packed]) -> None:
        """Keep the vectors of labels, by their number."""

    def labels(self, encoder: str, through: int) -> tuple[KeptLabel, ...]:
        """Return the labels up to a number that this encoder has read, in their order."""

    def taught(self, limit: int) -> tuple[Taught, ...]:
        """Return the sets of heads, the newest first."""

    def keep_taught(self, taught: Taught) -> Taught:
        """Keep a set of heads, and return it with its number.

        One that was to judge waits where by now others judge than it came `after`: somebody went
        back, or taught, in the meantime.
        """

    def roll_back(self, number: int, by: str, now: datetime) -> tuple[Taught, ...]:
        """Let an earlier set judge again, and return those that were taken back for it.

        0: the one before the live one. Raises: NotPossible.
        """

    def approve_heads(self, number: int, by: str, now: datetime) -> Taught:
        """Let the heads judge that were taught last and wait, and return them.

        Raises: NotPossible (no others wait, or not these).
        """

    def reject_heads(self, number: int, by: str, now: datetime) -> Taught:
        """Take back the heads that were taught last and wait; what they learnt is left in peace.

        It is taught again with the next new correction. Raises: NotPossible, as above.
        """

    def placed_by_model(self, since: datetime) -> tuple[Placed, ...]:
        """Return what the model alone put into a queue, of tickets that opened from `since` on."""
