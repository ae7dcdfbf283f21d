"""What a test names, checked against the desk that it is a test of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from triage.config.case import Pins
from triage.config.caseshape import NONE, CaseFile
from triage.config.faults import Document, Loc, near
from triage.config.load import Policy
from triage.core.acknowledge import Reason
from triage.core.ticket import UNSURE, Kind
from triage.errors import Fault

_NAMED: Mapping[str, str] = {
    "queue": "queue",
    "owner": "agent",
    "assign": "agent",
    "rules": "rule",
    "fires": "rule",
    "not_rules": "rule",
    "flags": "flag",
    "not_flags": "flag",
    "signals": "signal",
    "not_signals": "signal",
    "facts": "fact",
    "ask": "fact",
    "refer": "referral",
    "macro": "macro",
    "ack_reason": "reason",
}
"""What the keys of `expect` name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that a test can name, by what it is the name of."""

    known: Mapping[str, Collection[str] | None]

    def missing(self, sort: str, name: str, loc: Loc, document: Document) -> Iterator[Fault]:
        """Yield a fault where there is nothing of that name, or it is not known what there is."""
        known = self.known[sort]
        if known is not None and name not in known:
            remedy = near(name, known)
            yield document.fault(loc, f"there is no {sort} '{name}'", remedy)


def names_in(policy: Policy, *, shipped: bool = False) -> Names:
    """Return the names of a desk. Tests that are `shipped` do not know which mailboxes it has."""
    signals = {label.name for label in policy.teaching.signals}
    facts = {*policy.service.fact_patterns, *policy.service.fact_words}
    return Names(
        {
            "queue": {*policy.queues, UNSURE},
            "agent": {agent.id for agent in policy.roster.agents},
            "rule": {rule.id for rule in policy.rules},
            "flag": {*signals, *(flag for rule in policy.rules for flag in rule.then.flags)},
            "signal": signals,
            "fact": facts,
            "mailbox": None if shipped else {box.name for box in policy.settings.mailboxes},
            "reason": {*Reason, *Kind},
            "referral": policy.referrals.keys(),
            "macro": policy.replies.names,
        }
    )


def unknown(
    case: CaseFile,
    expected: Mapping[str, object],
    pins: Pins,
    loc: Loc,
    document: Document,
    names: Names,
) -> Iterator[Fault]:
    """Find every name in a test that the desk does not know."""
    if case.mailbox:
        yield from names.missing("mailbox", case.mailbox, (*loc, "mailbox"), document)
    for queue in pins.queues:
        here = (*loc, "model", "queue", queue)
        yield from names.missing("queue", queue, here, document)
    for signal in pins.signals:
        here = (*loc, "model", signal)
        known = names.known["signal"] or ()
        if signal not in known:
            choices = {*known, "queue", "sure", "priority", "kind"}
            text = f"the model has no signal '{signal}'"
            yield document.fault(here, text, near(signal, choices), key=True)
    for key, value in expected.items():
        sort, here = _NAMED.get(key), (*loc, "expect", key)
        if sort is not None and value is not None and value not in (NONE, (NONE,)):
            for name, at in _each(value, here):
                yield from names.missing(sort, name, at, document)


def _each(value: object, loc: Loc) -> Iterator[tuple[str, Loc]]:
    """Go through the names in one value, with the place of each."""
    if isinstance(value, tuple):
        yield from ((name, (*loc, at)) for at, name in enumerate(value))
    elif isinstance(value, Mapping):
        yield from ((name, (*loc, name)) for name in value)
    else:
        yield str(value), loc
