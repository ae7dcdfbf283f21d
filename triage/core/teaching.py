"""What the model is taught: labels with a description, examples and counter-examples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields


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
class Teaching:
    """Everything the model is taught, each group in the order of its names."""

    queues: tuple[Label, ...] = ()
    signals: tuple[Label, ...] = ()
    priorities: tuple[Label, ...] = ()
    kinds: tuple[Label, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of all of it, in hex: another one means the model has to be taught again."""
        parts = hashlib.sha256()
        for each in fields(self):
            for label in getattr(self, each.name):
                # The repr quotes, so that no two teachings run together into the same bytes.
                parts.update(f"{each.name} {label!r}\n".encode("utf-8", "backslashreplace"))
        return parts.hexdigest()

    def texts(self) -> Iterator[str]:
        """Yield every example and counter-example once, in order."""
        seen: set[str] = set()
        for each in fields(self):
            for label in getattr(self, each.name):
                for text in (*label.examples, *(c.text for c in label.counter_examples)):
                    if text not in seen:
                        seen.add(text)
                        yield text
