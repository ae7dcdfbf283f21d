"""What the model is taught: labels with a description, examples and counter-examples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CounterExample:
    """A text that is not of a label; `label` names the one it belongs to, if it has one."""

    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One queue, signal, priority or kind, as the model is told of it."""

    name: str
    title: str
    description: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[CounterExample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledMail:
    """A whole mail, and what a person said of it; what nobody has said of it teaches nothing.

    `queue`, `priority` and `kind` are "" where they are not said; `signals` says of each signal
    that it names whether the mail has it.
    """

    subject: str
    body: str
    queue: str = ""
    priority: str = ""
    kind: str = ""
    signals: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """Everything the model is taught, each group in the order of its names.

    `mails` are whole mails with all that is said of them, by the name of their file.
    """

    queues: tuple[Label, ...] = ()
    signals: tuple[Label, ...] = ()
    priorities: tuple[Label, ...] = ()
    kinds: tuple[Label, ...] = ()
    mails: Mapping[str, tuple[LabelledMail, ...]] = field(default_factory=dict)

    @property
    def labelled(self) -> tuple[LabelledMail, ...]:
        """The labelled mails of all files."""
        return tuple(mail for several in self.mails.values() for mail in several)

    @property
    def groups(self) -> Mapping[str, tuple[Label, ...]]:
        """The labels of each group that is described label by label."""
        return {
            "queues": self.queues,
            "signals": self.signals,
            "priorities": self.priorities,
            "kinds": self.kinds,
        }

    @property
    def digest(self) -> str:
        """A hash of all of it, in hex: another one means the model has to be taught again."""
        parts = hashlib.sha256()
        groups = (*self.groups.items(), ("mails", self.labelled))
        for name, several in groups:
            for one in several:
                # The repr quotes, so that no two teachings run together into the same bytes.
                parts.update(f"{name} {one!r}\n".encode("utf-8", "backslashreplace"))
        return parts.hexdigest()

    def texts(self) -> Iterator[str]:
        """Yield every example and counter-example of a label once, in order."""
        seen: set[str] = set()
        for labels in self.groups.values():
            for label in labels:
                for text in (*label.examples, *(c.text for c in label.counter_examples)):
                    if text not in seen:
                        seen.add(text)
                        yield text
