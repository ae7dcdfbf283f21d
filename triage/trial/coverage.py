"""Which rules the tests of a desk make fire, and to what end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.core.rules import Rule
from triage.trial.cases import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Rules that no test makes fire, and those that fire and are overruled each time."""

    rules: int
    untested: tuple[Rule, ...] = ()
    overruled: tuple[Rule, ...] = ()

    @property
    def share(self) -> float:
        """The share of rules that some test makes fire; 1 where there is no rule."""
        return 1 - len(self.untested) / self.rules if self.rules else 1.0


def coverage(rules: Sequence[Rule], report: Report) -> Coverage:
    """Say of every rule whether it fires in a test, and whether it then does anything at all.

    A rule that only ends the others (`stop`) does something.
    """
    firings = report.firings
    return Coverage(
        rules=len(rules),
        untested=tuple(rule for rule in rules if rule.id not in firings),
        overruled=tuple(
            rule
            for rule in rules
            if rule.id in firings
            and not rule.stop
            and all(fired.overruled and not fired.did for fired in firings[rule.id])
        ),
    )
