"""What was expected of a mail beside what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.config.case import Case, Expected
from triage.config.caseshape import Ack
from triage.trial.came import Came


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came otherwise than `expected`; both as people write them in the file."""

    key: str
    expected: str
    got: str
    line: int
    column: int


def differences(case: Case, came: Came) -> tuple[Difference, ...]:
    """Compare everything that `case` expects, and nothing else."""
    return tuple(
        Difference(one.key, in_words(one.value), in_words(got), one.line, one.column)
        for one in case.expected
        if not _holds(one, got := _got(one.key, came))
    )


def _got(key: str, came: Came) -> object:
    match key:
        case "ack":
            return Ack.SENT if came.acknowledged else Ack.WITHHELD
        case "rules" | "fires" | "not_rules":
            return came.rules
        case "not_flags":
            return came.flags
        case "not_signals":
            return came.signals
        case _:
            return getattr(came, key)


def _holds(expected: Expected, got: object) -> bool:
    """Say whether what came is as expected: the same, among others, or not among them."""
    value = expected.value
    if isinstance(value, Mapping) and isinstance(got, Mapping):
        return all(got.get(name) == one for name, one in value.items())
    if not isinstance(value, tuple) or not isinstance(got, tuple):
        return value == got or (not value and not got)
    match expected.key:
        case "flags" | "signals" | "fires":
            return set(value) <= set(got)
        case "not_flags" | "not_signals" | "not_rules":
            return not set(value) & set(got)
        case "ask":
            return set(value) == set(got)
        case _:
            return value == got


def in_words(value: object) -> str:
    """Write a value as it stands in a file of tests."""
    match value:
        case None:
            return "none"
        case datetime():
            return value.isoformat(timespec="minutes")
        case tuple():
            return f"[{', '.join(map(str, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{name}: {one}' for name, one in value.items())}}}"
        case _:
            return str(value)
