"""What an admin's rules make of a message, and which rule said what.

The first rule to set queue, priority, assignee or kind wins; boosts add up; flags unite; `stop`
ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triage.core.matchers import Matcher
from triage.core.subject import Reading, Subject
from triage.core.ticket import Kind, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What a rule does. Empty text and None: nothing of that sort.

    `boost` is in minutes. `signals` are those of its flags that bear a signal's name.
    `withhold` says why there is no acknowledgement; a rule can never cause one.
    """

    queue: str = ""
    priority: Priority | None = None
    boost: int = 0
    flags: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    withhold: str = ""
    assign: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, and where it stands."""

    id: str
    why: str
    when: Matcher
    then: Then
    stop: bool = False
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule that matched: what hit, what it did, and what an earlier rule had settled before it.

    `did` and `overruled` are lines such as `queue care`.
    """

    rule: str
    file: str
    line: int
    why: str
    evidence: tuple[str, ...] = ()
    did: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the rules say together.

    `by` names the rule that set `queue`, `priority`, `assign`, `kind` and `withhold`. `signals`
    holds the rule behind each signal. `stopped` is the rule that ended it, or "".
    """

    queue: str = ""
    priority: Priority | None = None
    assign: str = ""
    kind: Kind | None = None
    boost: int = 0
    flags: tuple[str, ...] = ()
    signals: Mapping[str, Fired] = field(default_factory=dict)
    withhold: str = ""
    by: Mapping[str, str] = field(default_factory=dict)
    fired: tuple[Fired, ...] = ()
    stopped: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that fired, in order."""
        return tuple(fired.rule for fired in self.fired)


def apply(rules: Sequence[Rule], subject: Subject) -> Outcome:
    """Run `rules` in their order over `subject`."""
    reading, tally = Reading(subject), _Tally()
    for rule in rules:
        evidence = rule.when.found(reading)
        if evidence is None:
            continue
        tally.fire(rule, tuple(dict.fromkeys(evidence)))
        reading.flags.update(rule.then.flags)
        if rule.stop:
            break
    return tally.outcome()


class _Tally:
    """Adds up what the rules do."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, str]] = {}
        self._boost = 0
        self._flags: dict[str, None] = {}
        self._signals: dict[str, Fired] = {}
        self._fired: list[Fired] = []
        self._stopped = ""

    def fire(self, rule: Rule, evidence: tuple[str, ...]) -> None:
        """Count `rule` in."""
        then = rule.then
        did: list[str] = []
        overruled: list[str] = []
        for action, value in (
            ("queue", then.queue),
            ("priority", then.priority or ""),
            ("assign", then.assign),
            ("kind", then.kind or ""),
        ):
            if not value:
                continue
            settled, first = self._first.setdefault(action, (str(value), rule.id))
            if settled == value:
                did.append(f"{action} {value}")
            else:
                overruled.append(f"{action} {value}: '{first}' had set {settled}")
        if then.withhold:
            self._first.setdefault("withhold", (then.withhold, rule.id))
            did.append(f"no acknowledgement: {then.withhold}")
        if then.boost:
            did.append(f"boost {then.boost:+d}")
        did += [f"flag {flag}" for flag in then.flags]
        fired = Fired(
            rule=rule.id,
            file=rule.file,
            line=rule.line,
            why=rule.why,
            evidence=evidence,
            did=tuple(did),
            overruled=tuple(overruled),
        )
        self._boost += then.boost
        self._flags |= dict.fromkeys(then.flags)
        for signal in then.signals:
            self._signals.setdefault(signal, fired)
        self._fired.append(fired)
        self._stopped = rule.id if rule.stop else ""

    def outcome(self) -> Outcome:
        """Return what it came to."""
        first = {action: value for action, (value, _) in self._first.items()}
        return Outcome(
            queue=first.get("queue", ""),
            priority=Priority(first["priority"]) if "priority" in first else None,
            assign=first.get("assign", ""),
            kind=Kind(first["kind"]) if "kind" in first else None,
            boost=self._boost,
            flags=tuple(self._flags),
            signals=self._signals,
            withhold=first.get("withhold", ""),
            by={action: rule for action, (_, rule) in self._first.items()},
            fired=tuple(self._fired),
            stopped=self._stopped,
        )
