"""What an admin's rules make of a message, and which rule said what.

The first rule to set queue, priority, assignee, kind, referral or macro wins; boosts add up;
flags, and facts to be asked for, unite; `stop` ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from triage.core.match.ontime import past
from triage.core.matchers import Later, Matcher, asks
from triage.core.subject import Reading, Subject
from triage.core.ticket import Kind, Priority
from triage.core.worded import worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What a rule does. Empty text and None: nothing of that sort.

    `boost` is in minutes. `signals` are those of its flags that bear a signal's name.
    `withhold` says why there is no acknowledgement; a rule can never cause one. `refer` names
    where the requester may be sent instead, `macro` a reply that is proposed to the agent.
    `ask` are facts that are asked for where the mail does not state them.
    """

    queue: str = ""
    priority: Priority | None = None
    boost: int = 0
    flags: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    withhold: str = ""
    assign: str = ""
    kind: Kind | None = None
    refer: str = ""
    macro: str = ""
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, and where it stands.

    `until` is the last day, by the desk's clock, on which mail that comes is matched. `asks` is
    what it asks that may not be settled while a mail's kind is judged.
    """

    id: str
    why: str
    when: Matcher
    then: Then
    stop: bool = False
    until: date | None = None
    file: str = ""
    line: int = 0
    asks: frozenset[Later] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Look once through what is matched, not once a mail."""
        object.__setattr__(self, "asks", asks(self.when))


Evidence: TypeAlias = tuple[str, ...]
Found: TypeAlias = Mapping[str, Evidence | None]
"""What rules, by their ids, are known to have found; None: nothing."""

NOTHING: Found = MappingProxyType({})


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

    @property
    def told(self) -> str:
        """Which rule it is, and what it found, in the admin's own words."""
        hits = f" ({', '.join(self.evidence)})" if self.evidence else ""
        return worded(
            "rule %(rule)s (%(place)s): %(said)s",
            rule=self.rule,
            place=f"{self.file}:{self.line}",
            said=f"{self.why}{hits}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the rules say together.

    `by` names the rule that set `queue`, `priority`, `assign`, `kind`, `refer`, `macro` and
    `withhold`. `signals` holds the rule behind each signal. `asks` are the facts to be asked for,
    those alone that the mail does not state. `stopped` is the rule that ended it, or "".
    `looked` is what every rule found that was asked.
    """

    queue: str = ""
    priority: Priority | None = None
    assign: str = ""
    kind: Kind | None = None
    boost: int = 0
    flags: tuple[str, ...] = ()
    signals: Mapping[str, Fired] = field(default_factory=dict)
    withhold: str = ""
    refer: str = ""
    macro: str = ""
    asks: tuple[str, ...] = ()
    by: Mapping[str, str] = field(default_factory=dict)
    fired: tuple[Fired, ...] = ()
    stopped: str = ""
    looked: Found = field(default_factory=dict)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that fired, in order."""
        return tuple(fired.rule for fired in self.fired)


def apply(rules: Sequence[Rule], subject: Subject, found: Found = NOTHING) -> Outcome:
    """Run `rules` in their order over `subject`; those in `found` are not asked again."""
    reading = Reading(subject)
    tally = _Tally(subject.facts)
    for rule in rules:
        evidence = found[rule.id] if rule.id in found else _look(rule, reading)
        tally.looked[rule.id] = evidence
        if evidence is None:
            continue
        tally.fire(rule, evidence)
        reading.flags.update(rule.then.flags)
        if rule.stop:
            break
    return tally.outcome()


def _look(rule: Rule, reading: Reading) -> Evidence | None:
    """Return what a rule finds, each piece of evidence once; None where it does not match."""
    evidence = None if past(rule.until, reading.local) else rule.when.found(reading)
    return None if evidence is None else tuple(dict.fromkeys(evidence))


class _Tally:
    """Adds up what the rules do."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.looked: dict[str, Evidence | None] = {}
        self._facts = facts
        self._first: dict[str, tuple[str, str]] = {}
        self._boost = 0
        self._flags: dict[str, None] = {}
        self._asks: dict[str, None] = {}
        self._signals: dict[str, Fired] = {}
        self._fired: list[Fired] = []
        self._stopped = ""

    def fire(self, rule: Rule, evidence: Evidence) -> None:
        """Count `rule` in."""
        then = rule.then
        did: list[str] = []
        overruled: list[str] = []
        for action, value in _firsts(then):
            settled, first = self._first.setdefault(action, (value, rule.id))
            if settled == value:
                did.append(_does(action, value))
            else:
                overruled.append(
                    worded(
                        "%(why)s: '%(rule)s' had set %(value)s",
                        why=_does(action, value),
                        rule=first,
                        value=settled,
                    )
                )
        if then.withhold:
            self._first.setdefault("withhold", (then.withhold, rule.id))
            did.append(worded("no acknowledgement: %(said)s", said=then.withhold))
        if then.boost:
            did.append(worded("boost %(minutes)s", minutes=f"{then.boost:+d}"))
        did += [worded("flag %(flag)s", flag=flag) for flag in then.flags]
        missing = [fact for fact in then.ask if fact not in self._facts]
        did += [worded("ask %(fact)s", fact=fact) for fact in missing]
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
        self._asks |= dict.fromkeys(missing)
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
            refer=first.get("refer", ""),
            macro=first.get("macro", ""),
            asks=tuple(self._asks),
            by={action: rule for action, (_, rule) in self._first.items()},
            fired=tuple(self._fired),
            stopped=self._stopped,
            looked=self.looked,
        )


def _does(action: str, value: str) -> str:
    """Say what a rule sets, by the name of that in its file."""
    match action:
        case "queue":
            return worded("queue %(queue)s", queue=value)
        case "priority":
            return worded("priority %(priority)s", priority=value)
        case "kind":
            return worded("kind %(kind)s", kind=value)
        case "assign":
            return worded("assign %(agent)s", agent=value)
        case "refer":
            return worded("refer %(to)s", to=value)
        case _:
            return worded("macro %(macro)s", macro=value)


def _firsts(then: Then) -> Iterator[tuple[str, str]]:
    """Go through what a rule sets, and the first rule alone can set."""
    for action, value in (
        ("queue", then.queue),
        ("priority", then.priority),
        ("assign", then.assign),
        ("kind", then.kind),
        ("refer", then.refer),
        ("macro", then.macro),
    ):
        if value:
            yield action, str(value)
