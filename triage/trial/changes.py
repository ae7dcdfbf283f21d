"""What a draft would change, counted: the summary that is shown, kept, and decided by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.store.versions import SetRight
from triage.trial.rejudge import Outcome


@dataclass(frozen=True, slots=True)
class Compared:
    """One mail under both sets, named by its ticket's reference or by its handle."""

    name: str
    before: Outcome
    after: Outcome

    @property
    def judged_alike(self) -> bool:
        """Whether queue (or kind) and priority are the same."""
        before, after = self.before, self.after
        return before.place == after.place and before.priority == after.priority

    @property
    def changes(self) -> bool:
        """Whether queue, priority, acknowledgement or deadline differ."""
        return not self.judged_alike or self.graver or self.before.deadline != self.after.deadline

    @property
    def graver(self) -> bool:
        """Whether more than queue or priority differs: what is sent, promised, or a ticket at all.

        A deadline that follows from another queue or priority is no matter of its own.
        """
        before, after = self.before, self.after
        return (
            before.acknowledge != after.acknowledge
            or bool(before.queue) != bool(after.queue)
            or (self.judged_alike and before.deadline != after.deadline)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Mails that change alike: `care→safety`, and which they are, newest first."""

    before: str
    after: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.before}→{self.after} {len(self.names)}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `said` things that people set right, how many either set says as they did."""

    said: int = 0
    before: int = 0
    after: int = 0


def groups(mails: Iterable[Compared], what: str) -> tuple[Group, ...]:
    """Return the groups of what changes in `what`, the largest first.

    `what` is "queue", "priority", "acknowledgement" or "deadline".
    """
    found: dict[tuple[str, str], list[str]] = {}
    for mail in mails:
        before, after = _told(mail, what)
        if before != after:
            found.setdefault((before, after), []).append(mail.name)
    made = (Group(before, after, tuple(names)) for (before, after), names in found.items())
    return tuple(sorted(made, key=lambda one: (-len(one.names), one.before, one.after)))


def _told(mail: Compared, what: str) -> tuple[str, str]:
    before, after = mail.before, mail.after
    match what:
        case "queue":
            return before.place, after.place
        case "priority":
            both = before.priority is not None and after.priority is not None
            return (str(before.priority), str(after.priority)) if both else ("", "")
        case "acknowledgement":
            alike = before.acknowledge == after.acknowledge
            return ("", "") if alike else (_sent(before), _sent(after))
        case _:
            return _moved(before.deadline, after.deadline)


def _sent(outcome: Outcome) -> str:
    return "sent" if outcome.acknowledge else f"withheld ({outcome.reason})"


def _moved(before: datetime | None, after: datetime | None) -> tuple[str, str]:
    if before == after:
        return "", ""
    if before is None or after is None:
        return ("none", "due") if before is None else ("due", "none")
    return "due", "sooner" if after < before else "later"


def agreement(pairs: Iterable[tuple[Compared, SetRight]]) -> Agreement:
    """Count each queue, priority, kind and signal that people set right, and who says it too."""
    said = before = after = 0
    for mail, right in pairs:
        for was, now in _agree(mail, right):
            said, before, after = said + 1, before + was, after + now
    return Agreement(said, before, after)


def _agree(mail: Compared, right: SetRight) -> Iterator[tuple[bool, bool]]:
    both = mail.before, mail.after
    words: Mapping[str, str | None] = {
        "queue": right.queue,
        "priority": right.priority,
        "kind": right.kind,
    }
    for name, word in words.items():
        if word is not None:
            was, now = (getattr(one, name) == word for one in both)
            yield was, now
    for name, has in right.signals.items():
        was, now = ((name in one.flags) is has for one in both)
        yield was, now
