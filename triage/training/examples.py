"""A teaching → the rows that the heads are fitted on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from triage.core.teaching import Label, LabelledMail, Teaching
from triage.core.ticket import Kind
from triage.model.adapter import key_of, seen_texts
from triage.model.reading import Text, parts

NEUTRAL = (
    "Hello,",
    "Hi there,",
    "Dear Sir or Madam,",
    "Good morning,",
    "Kind regards",
    "Best wishes",
    "Many thanks in advance.",
    "Thank you and have a nice day.",
    "I look forward to hearing from you.",
    "My order number is 123456.",
    "You can reach me by phone after five.",
    "Sent from my phone",
    "Guten Tag,",
    "Mit freundlichen Grüßen",
    "Vielen Dank im Voraus.",
    "Bonjour,",
    "Cordialement",
    "Merci d'avance pour votre réponse.",
    "Buenos días,",
    "Un cordial saludo",
    "Buongiorno,",
    "Cordiali saluti",
    "Met vriendelijke groet",
    "Dzień dobry,",
    "Z poważaniem",
    "Med vänliga hälsningar",
    "Com os melhores cumprimentos",
)
"""What stands in any mail and says nothing: no signal, so that none hides in a greeting."""

FEW = 3
"""Examples of a label below which its description is taught as one more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRows:
    """Texts (by index) that have a signal, that have it not, and of which nobody has said."""

    positives: tuple[int, ...]
    negatives: tuple[int, ...]
    unsaid: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Every text once, and what it is an example of: label by index of text, for each group.

    `kinds` are those but people's, and `kind` has the texts of these, and the mails of which
    somebody has said that people wrote them; every other text is of people. Texts from the index
    `beyond` on were taught as kinds alone: they say nothing of queues, priorities and signals.
    `mails` are the texts that are whole mails, each with the name of the file it stands in ("": in
    none); the rest are examples of a line or so. The encoder was trained on those in `seen`: what
    it makes of them flatters whoever measures.
    """

    texts: tuple[Text, ...]
    queues: tuple[str, ...]
    priorities: tuple[str, ...]
    queue: Mapping[int, str] = field(default_factory=dict)
    priority: Mapping[int, str] = field(default_factory=dict)
    signals: Mapping[str, SignalRows] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    kind: Mapping[int, str] = field(default_factory=dict)
    beyond: int = 0
    mails: Mapping[int, str] = field(default_factory=dict)
    seen: frozenset[int] = frozenset()

    def of_kinds(self, count: int) -> tuple[int, ...]:
        """Return which of `count` texts teach kinds: all but mails of which nobody has said whose.

        These are of one trade, and so many that people's other words would be forgotten.
        """
        return tuple(row for row in range(count) if row in self.kind or row not in self.mails)

    def as_json(self) -> dict[str, Any]:
        """Return the labels, without the texts: the worker has their vectors."""
        return {
            "queues": self.queues,
            "priorities": self.priorities,
            "kinds": self.kinds,
            "beyond": self.beyond,
            "mails": list(self.mails.items()),
            "seen": sorted(self.seen),
            "kind": list(self.kind.items()),
            "queue": list(self.queue.items()),
            "priority": list(self.priority.items()),
            "signals": {
                name: [rows.positives, rows.negatives, rows.unsaid]
                for name, rows in self.signals.items()
            },
        }

    @staticmethod
    def from_json(given: Mapping[str, Any]) -> Lesson:
        """Return the labels that `as_json` wrote; the texts stay away."""
        return Lesson(
            texts=(),
            queues=tuple(given["queues"]),
            priorities=tuple(given["priorities"]),
            kinds=tuple(given["kinds"]),
            beyond=given["beyond"],
            mails=dict(given["mails"]),
            seen=frozenset(given["seen"]),
            kind=dict(given["kind"]),
            queue=dict(given["queue"]),
            priority=dict(given["priority"]),
            signals={
                name: SignalRows(
                    positives=tuple(rows[0]), negatives=tuple(rows[1]), unsaid=tuple(rows[2])
                )
                for name, rows in given["signals"].items()
            },
        )


def lesson(teaching: Teaching, seen: Collection[int] | None = None) -> Lesson:
    """Return what a teaching says of each of its texts.

    A counter-example that names a label is an example of that label. Of a
    signal, only its own counter-examples are said not to have it: the examples
    of queues and of other signals may well have it too (a return is often a
    complaint), so they count as unsaid, and training decides what to make of
    them. A text that stands for two labels of one group belongs to the first. Of kinds, whatever
    is no example of one is taught as written by people: so are all examples of the other groups.
    A labelled mail says what it says, and nothing of what it leaves out.

    `seen` are the keys of texts that the encoder was trained on; None: those of its adapter.
    """
    texts = _Texts()
    queue = texts.labelled(teaching.queues)
    priority = texts.labelled(teaching.priorities)
    said = {
        label.name: (
            texts.indexes(_examples(label)),
            texts.indexes((*(c.text for c in label.counter_examples), *NEUTRAL)),
        )
        for label in teaching.signals
    }
    mails = texts.mails(teaching)
    rows = {row: mail for row, (_, mail) in mails.items()}
    count = len(texts.known)
    return Lesson(
        queues=tuple(label.name for label in teaching.queues),
        priorities=tuple(label.name for label in teaching.priorities),
        kinds=tuple(label.name for label in teaching.kinds if label.name != Kind.HUMAN),
        beyond=count,
        kind=texts.of_kinds(teaching.kinds, teaching.labelled),
        queue=queue | {row: mail.queue for row, mail in rows.items() if mail.queue},
        priority=priority | {row: mail.priority for row, mail in rows.items() if mail.priority},
        signals={
            name: _signal(name, has, has_not, rows, count) for name, (has, has_not) in said.items()
        },
        mails={row: file for row, (file, _) in mails.items()},
        texts=tuple(texts.known),
        seen=_seen(texts.known, seen_texts() if seen is None else seen),
    )


def _signal(
    name: str,
    has: Iterable[int],
    has_not: Iterable[int],
    mails: Mapping[int, LabelledMail],
    count: int,
) -> SignalRows:
    """Return which of `count` texts have a signal, by its examples and by what mails say."""
    told = {row: mail.signals[name] for row, mail in mails.items() if name in mail.signals}
    told = told | dict.fromkeys(has_not, False) | dict.fromkeys(has, True)
    return SignalRows(
        positives=tuple(row for row, yes in sorted(told.items()) if yes),
        negatives=tuple(row for row, yes in sorted(told.items()) if not yes),
        unsaid=tuple(row for row in range(count) if row not in told),
    )


def _seen(texts: Mapping[Text, int], seen: Collection[int]) -> frozenset[int]:
    """Return the texts whose keys are in `seen`."""
    if not seen:
        return frozenset()
    return frozenset(row for text, row in texts.items() if key_of(parts(text).whole) in seen)


class _Texts:
    """Numbers texts as they come, each once."""

    def __init__(self) -> None:
        self.known: dict[Text, int] = {}

    def indexes(self, texts: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._line(text) for text in texts))

    def labelled(self, labels: Iterable[Label]) -> dict[int, str]:
        rows: dict[int, str] = {}
        labels = tuple(labels)
        names = {label.name for label in labels}
        for label in labels:
            for text in _examples(label):
                rows.setdefault(self._line(text), label.name)
        for label in labels:
            for counter in label.counter_examples:
                if counter.label in names:
                    rows.setdefault(self._line(counter.text), str(counter.label))
        return rows

    def mails(self, teaching: Teaching) -> dict[int, tuple[str, LabelledMail]]:
        """Return the labelled mails that people wrote, each with its file."""
        rows: dict[int, tuple[str, LabelledMail]] = {}
        for file, several in teaching.mails.items():
            for mail in several:
                if mail.kind in {"", Kind.HUMAN}:
                    rows.setdefault(self._index(Text(mail.subject, mail.body)), (file, mail))
        return rows

    def of_kinds(self, labels: Iterable[Label], mails: Iterable[LabelledMail]) -> dict[int, str]:
        """Return the kind of each text that people did not write; the others are numbered only."""
        rows: dict[int, str] = {}
        names = set()
        for label in labels:
            names.add(label.name)
            examples = self.indexes(_examples(label))
            self.indexes(counter.text for counter in label.counter_examples)
            if label.name != Kind.HUMAN:
                rows |= {index: label.name for index in examples if index not in rows}
        for mail in mails:
            if mail.kind in names - {Kind.HUMAN}:
                rows.setdefault(self._index(Text(mail.subject, mail.body)), mail.kind)
        return rows

    def _line(self, text: str) -> int:
        return self._index(Text("", text))

    def _index(self, text: Text) -> int:
        return self.known.setdefault(text, len(self.known))


def _examples(label: Label) -> tuple[str, ...]:
    """Return a label's examples, and its description where there are too few."""
    if len(label.examples) >= FEW:
        return label.examples
    return (*label.examples, f"{label.title}: {label.description}")
