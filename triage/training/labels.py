"""What people set right → rows of the lesson: the word of whoever spoke last counts.

The vectors of a label were computed once and are kept with it, so that a correction teaches
without anything being read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.core.teaching import LabelledMail, Teaching
from triage.core.ticket import Kind
from triage.core.wave import same_words
from triage.model.reading import Reading, Text
from triage.training.examples import Lesson, SignalRows


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A mail of which a person said what it is: its vectors and words, and when they said so.

    One that is `held_out` teaches nothing: heads are only judged by it.
    """

    mail: LabelledMail
    reading: Reading
    at: datetime
    held_out: bool = False


def united(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return one label for each text, with all that was said of it; of two words the later counts.

    Texts are the same that differ in names, digits and case alone: a wave that was corrected as
    one counts once, and is never on both sides where something is held out.
    """
    found: dict[bytes, Label] = {}
    for label in sorted(labels, key=lambda each: each.at):
        key = same_words(label.mail.subject, label.mail.body)
        before = found.pop(key, None)
        found[key] = label if before is None else replace(label, mail=_both(before, label))
    return tuple(found.values())


def _both(before: Label, after: Label) -> LabelledMail:
    was, now = before.mail, after.mail
    if now.kind not in {"", Kind.HUMAN}:
        return now  # what is nobody's words has neither queue nor priority
    return replace(
        now,
        queue=now.queue or was.queue,
        priority=now.priority or was.priority,
        kind=now.kind or was.kind,
        signals={**was.signals, **now.signals},
    )


def labels_digest(labels: Sequence[Label]) -> str:
    """Return a hash of what labels say of which texts, in hex; "" where there are none."""
    said = sorted(repr(each.mail) for each in labels if not each.held_out)
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest() if said else ""


def with_labels(
    lesson: Lesson, readings: Sequence[Reading], labels: Sequence[Label]
) -> tuple[Lesson, list[Reading]]:
    """Return a lesson, and the vectors of its texts, with labels as further rows of it.

    They follow its common texts, in order; those that are said to be nobody's own words, which
    say nothing of queues, come last. What names a label that is not taught is left out.
    """
    people, others = taught_rows(lesson, labels)
    before, after = lesson.beyond, lesson.beyond + len(people)
    rows = {before + at: each.mail for at, each in enumerate(people)}
    shift = {row: row + len(people) for row in range(before, len(readings))}
    kind = {shift.get(row, row): name for row, name in lesson.kind.items()}
    kind |= {row: Kind.HUMAN.value for row, mail in rows.items() if mail.kind}
    first_other = len(readings) + len(people)
    kind |= {first_other + at: each.mail.kind for at, each in enumerate(others)}
    merged = replace(
        lesson,
        texts=(
            *lesson.texts[:before],
            *(Text(each.mail.subject, each.mail.body) for each in people),
            *lesson.texts[before:],
            *(Text(each.mail.subject, each.mail.body) for each in others),
        ),
        queue={**lesson.queue, **_said(rows, "queue", lesson.queues)},
        priority={**lesson.priority, **_said(rows, "priority", lesson.priorities)},
        signals={name: _signal(name, told, rows) for name, told in lesson.signals.items()},
        kind=kind,
        beyond=after,
        mails={**lesson.mails, **dict.fromkeys(rows, "")},
        seen=frozenset(shift.get(row, row) for row in lesson.seen),
    )
    vectors = [
        *readings[:before],
        *(each.reading for each in people),
        *readings[before:],
        *(each.reading for each in others),
    ]
    return merged, vectors


def taught_rows(
    lesson: Lesson, labels: Iterable[Label]
) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """Return the labels that teach something: those of people's words, and those of others'."""
    kinds, signals = frozenset(lesson.kinds), frozenset(lesson.signals)
    names = _Names(frozenset(lesson.queues), frozenset(lesson.priorities), kinds, signals)
    taught = [each for each in labels if not each.held_out and names.teach(each.mail)]
    people = tuple(each for each in taught if each.mail.kind in {"", Kind.HUMAN})
    return people, tuple(each for each in taught if each.mail.kind not in {"", Kind.HUMAN})


def teachable(labels: Iterable[Label], teaching: Teaching) -> tuple[Label, ...]:
    """Return the labels that say something which a teaching has a name for."""
    groups = {
        group: frozenset(label.name for label in several)
        for group, several in teaching.groups.items()
    }
    names = _Names(groups["queues"], groups["priorities"], groups["kinds"], groups["signals"])
    return tuple(each for each in labels if names.teach(each.mail))


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of what is taught."""

    queues: frozenset[str]
    priorities: frozenset[str]
    kinds: frozenset[str]
    signals: frozenset[str]

    def teach(self, mail: LabelledMail) -> bool:
        """Say whether anything of what is said of a mail is taught at all."""
        if mail.kind not in {"", Kind.HUMAN}:
            return mail.kind in self.kinds
        named = mail.queue in self.queues or mail.priority in self.priorities
        human = mail.kind == Kind.HUMAN and bool(self.kinds)
        return named or human or not self.signals.isdisjoint(mail.signals)


def _said(rows: Mapping[int, LabelledMail], field: str, names: Sequence[str]) -> dict[int, str]:
    return {row: name for row, mail in rows.items() if (name := getattr(mail, field)) in names}


def _signal(name: str, told: SignalRows, rows: Mapping[int, LabelledMail]) -> SignalRows:
    said = {row: mail.signals[name] for row, mail in rows.items() if name in mail.signals}
    return SignalRows(
        positives=(*told.positives, *(row for row, has in said.items() if has)),
        negatives=(*told.negatives, *(row for row, has in said.items() if not has)),
        unsaid=(*told.unsaid, *(row for row in rows if row not in said)),
    )
