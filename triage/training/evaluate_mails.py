"""A file of labelled mails to measure on, one JSON object a line, with every fault at once.

    {"subject": "Late again", "body": "Where is it?", "queue": "orders", "priority": "high",
     "signals": ["repeat_contact"], "language": "en"}

It is what `prompts/mails/` holds, and further keys are passed over. What is left out is not said,
and does not count; a language that is not said is detected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from triage.config.faults import Faults, near, read_text, shown
from triage.core.teaching import LabelledMail, Teaching
from triage.core.ticket import Priority
from triage.errors import Fault

_TEXTS = ("subject", "body", "queue", "priority", "language")


def read_mails(path: Path, teaching: Teaching) -> list[tuple[LabelledMail, str]]:
    """Read mails, each with its language or ""; its labels have to be of the `teaching`.

    Raises:
        ConfigError: with every fault, its line and its remedy.
    """
    text, file, faults = read_text(path), shown(path), Faults()
    known = {
        "queue": [label.name for label in teaching.queues],
        "priority": [str(level) for level in Priority],
        "signal": [label.name for label in teaching.signals],
    }
    mails: list[tuple[LabelledMail, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError as exc:
            column = getattr(exc, "colno", 1)
            remedy = "one object a line, with no line break in it"
            faults.add(Fault(file, number, column, "this line is no JSON object", remedy))
            continue
        wrong = [Fault(file, number, 1, *each) for each in _wrong(given, known)]
        faults.add(*wrong)
        if not wrong:
            mails.append(_mail(given, known["signal"]))
    if not mails and not len(faults):
        faults.add(Fault(file, 0, 0, "there is no mail in it", 'write {"subject": …, "body": …}'))
    faults.raise_any()
    return mails


def _wrong(given: object, known: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    if not isinstance(given, dict):
        yield "this line is no JSON object", 'write {"subject": …, "body": …, "queue": …}'
        return
    texts = {key: given.get(key) or "" for key in _TEXTS}
    for key, value in texts.items():
        if not isinstance(value, str):
            yield f"'{key}' should be text", "put it in quotation marks"
        elif key == "body" and not value.strip():
            yield "the mail has no 'body'", near("body", given) or "write what stands in it"
        elif value and key in known and value not in known[key]:
            yield f"there is no {key} '{value}'", near(value, known[key])
    signals = given.get("signals") or []
    if not isinstance(signals, list) or not all(isinstance(name, str) for name in signals):
        yield "'signals' should be a list of names", 'write ["complaint"], or [] for none'
        return
    for name in signals:
        if name not in known["signal"]:
            yield f"there is no signal '{name}'", near(name, known["signal"])


def _mail(given: Mapping[str, str], signals: list[str]) -> tuple[LabelledMail, str]:
    said = given.get("signals")
    mail = LabelledMail(
        subject=given.get("subject") or "",
        body=given["body"],
        queue=given.get("queue") or "",
        priority=given.get("priority") or "",
        signals={} if said is None else {name: name in said for name in signals},
    )
    return mail, given.get("language") or ""
