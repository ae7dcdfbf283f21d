"""A teaching → the rows that the heads are fitted on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from triage.core.teaching import Label, Teaching
from triage.core.ticket import Kind

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

    `kinds` are those but people's, and `kind` has the texts of these; every other text is of
    people. Texts from the index `beyond` on were taught as kinds alone: they say nothing of
    queues, priorities and signals.
    """

    texts: tuple[str, ...]
    queues: tuple[str, ...]
    priorities: tuple[str, ...]
    queue: Mapping[int, str] = field(default_factory=dict)
    priority: Mapping[int, str] = field(default_factory=dict)
    signals: Mapping[str, SignalRows] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    kind: Mapping[int, str] = field(default_factory=dict)
    beyond: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the labels, without the texts: the worker has their vectors."""
        return {
            "queues": self.queues,
            "priorities": self.priorities,
            "kinds": self.kinds,
            "beyond": self.beyond,
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


def lesson(teaching: Teaching) -> Lesson:
    """Return what a teaching says of each of its texts.

    A counter-example that names a label is an example of that label. Of a
    signal, only its own counter-examples are said not to have it: the examples
    of queues and of other signals may well have it too (a return is often a
    complaint), so they count as unsaid, and training decides what to make of
    them. A text that stands for two labels of one group belongs to the first. Of kinds, whatever
    is no example of one is taught as written by people: so are all examples of the other groups.
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
    everything = range(len(texts.known))
    kind = texts.of_kinds(teaching.kinds)
    return Lesson(
        texts=tuple(texts.known),
        queues=tuple(label.name for label in teaching.queues),
        priorities=tuple(label.name for label in teaching.priorities),
        kinds=tuple(label.name for label in teaching.kinds if label.name != Kind.HUMAN),
        beyond=len(everything),
        kind=kind,
        queue=queue,
        priority=priority,
        signals={
            name: SignalRows(
                positives=has,
                negatives=tuple(i for i in has_not if i not in has),
                unsaid=tuple(i for i in everything if i not in has and i not in has_not),
            )
            for name, (has, has_not) in said.items()
        },
    )


class _Texts:
    """Numbers texts as they come, each once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def indexes(self, texts: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._index(text) for text in texts))

    def labelled(self, labels: Iterable[Label]) -> dict[int, str]:
        rows: dict[int, str] = {}
        labels = tuple(labels)
        names = {label.name for label in labels}
        for label in labels:
            for text in _examples(label):
                rows.setdefault(self._index(text), label.name)
        for label in labels:
            for counter in label.counter_examples:
                if counter.label in names:
                    rows.setdefault(self._index(counter.text), str(counter.label))
        return rows

    def of_kinds(self, labels: Iterable[Label]) -> dict[int, str]:
        """Return the kind of each text that people did not write; the others are numbered only."""
        rows: dict[int, str] = {}
        for label in labels:
            examples = self.indexes(_examples(label))
            self.indexes(counter.text for counter in label.counter_examples)
            if label.name != Kind.HUMAN:
                rows |= {index: label.name for index in examples if index not in rows}
        return rows

    def _index(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known))


def _examples(label: Label) -> tuple[str, ...]:
    """Return a label's examples, and its description where there are too few."""
    if len(label.examples) >= FEW:
        return label.examples
    return (*label.examples, f"{label.title}: {label.description}")
