"""What a store promises to whoever tunes the rules and the model: what they did of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RuleHits:
    """How often a rule fired.

    `overruled` times an earlier rule had settled something that it would have set; `moved` counts
    the tickets whose queue it set, and people changed.
    """

    rule: str
    hits: int
    overruled: int
    moved: int


@dataclass(frozen=True, slots=True)
class LabelCount:
    """What people said of one label: a queue (`signal` False) or a signal.

    `yes` and `no` count all that stands, `lately` what was said since a moment; of a queue nobody
    says no.
    """

    name: str
    signal: bool
    yes: int
    no: int
    lately: int


@dataclass(frozen=True, slots=True)
class Moved:
    """How many tickets people moved from one queue to another."""

    began: str
    ended: str
    tickets: int


class Tuning(Protocol):
    """The part of `Store` that says how rules and model did."""

    def rule_hits(self, since: datetime) -> tuple[RuleHits, ...]:
        """Count what rules did to mail that arrived from `since` on, the busiest rule first.

        It is counted where it lies, in what is kept of each mail, along an index of arrival: some
        ten microseconds a mail.
        """

    def label_counts(self, since: datetime) -> tuple[LabelCount, ...]:
        """Count what people said of queues and signals, by name; `lately` is from `since` on."""

    def moved_by_people(self, since: datetime) -> tuple[Moved, ...]:
        """Count the corrections of queues from `since` on, the most frequent first."""
