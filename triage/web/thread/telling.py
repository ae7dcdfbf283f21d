"""The sentences of a mail that decided something, with what each speaks for and its score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triage.report.words import signed
from triage.web.lists.rows import signal_word
from triage.web.render import Reader
from triage.web.thread.passages import Note, Telling


def telling(
    explained: Mapping[str, Any], titles: Mapping[str, str], read: Reader
) -> tuple[Telling, ...]:
    """Return the telling sentences of a mail: of signals first, then for and against its queue."""
    return tuple(_telling(explained, titles, read))


def _telling(
    explained: Mapping[str, Any], titles: Mapping[str, str], read: Reader
) -> Iterator[Telling]:
    for name, signal in (explained.get("signals") or {}).items():
        text = f"{read.say(signal_word(str(name)))} {float(signal.get('score', 0)):.2f}"
        yield Telling(str(signal.get("sentence", "")), Note("signal", text))
    for reason in explained.get("reasons") or ():
        yield Telling(str(reason.get("sentence", "")), weighed(reason, titles))


def weighed(reason: Mapping[str, Any], titles: Mapping[str, str]) -> Note:
    """Return what a sentence weighs for or against a queue, with a true minus sign."""
    weight, queue = float(reason.get("weight", 0)), str(reason.get("queue", ""))
    text = f"{titles.get(queue, queue)} {signed(weight)}"
    return Note("for" if weight > 0 else "against", text)
