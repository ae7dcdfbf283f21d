"""The tests of a desk's rules, run as the daemon would triage the mail: nothing is stored or sent.

No model is loaded: the test says what it says. The moment stands still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from triage.config.case import Case
from triage.config.load import Policy
from triage.config.settings import Mode
from triage.core.rules import Fired
from triage.core.terms import Terms
from triage.pipeline.terms import terms_of
from triage.trial.came import Came, came_of
from triage.trial.compared import Difference, differences

SERVER = "mx.test.invalid"
"""Our mail exchanger in tests of a mailbox that trusts none. Source: RFC 6761 section 6.4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one test. `broken` says why there is nothing to compare, or is ""."""

    case: Case
    came: Came | None
    differences: tuple[Difference, ...] = ()
    broken: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything that was expected came."""
        return not self.differences and not self.broken

    @property
    def fired(self) -> tuple[Fired, ...]:
        """The rules that fired, in order."""
        return self.came.fired if self.came else ()


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all tests, in the order of the files."""

    results: tuple[Result, ...] = field(default=())

    @property
    def failed(self) -> tuple[Result, ...]:
        """The tests that failed."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        """Whether every test passed; so it is where there is none."""
        return not self.failed

    @property
    def firings(self) -> Mapping[str, tuple[Fired, ...]]:
        """Every firing of every rule that fired in a test, failed or not."""
        found: dict[str, tuple[Fired, ...]] = {}
        for result in self.results:
            for fired in result.fired:
                found[fired.rule] = (*found.get(fired.rule, ()), fired)
        return found


def run_cases(policy: Policy, cases: Sequence[Case]) -> Report:
    """Run `cases` by `policy`, as if it were live. One that breaks fails by itself."""
    terms = _tried(terms_of(policy, "trial"))
    return Report(tuple(_run(case, terms) for case in cases))


def _tried(terms: Terms) -> Terms:
    """Return the terms as if live; every mailbox believes a mail exchanger, so that tests can."""
    inboxes = {
        name: inbox if inbox.authserv_id is not None else replace(inbox, authserv_id=SERVER)
        for name, inbox in terms.inboxes.items()
    }
    return replace(terms, mode=Mode.LIVE, inboxes=inboxes)


def _run(case: Case, terms: Terms) -> Result:
    try:
        came = came_of(case, terms)
    except Exception as exc:  # noqa: BLE001 - one bad mail must not hold up the rest
        return Result(case=case, came=None, broken=f"triage failed on it: {type(exc).__name__}")
    return Result(case=case, came=came, differences=differences(case, came))
