"""`prompts/mails/*.jsonl`: whole mails with all that is right for them, one JSON object a line.

    {"subject": "Late again", "body": "Where is it?", "queue": "orders", "priority": "high",
     "signals": ["repeat_contact"]}

`body` has to be there. What is left out is not said: without `signals` the mail says nothing of
any signal, an empty list says that it has none of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triage.config.faults import Faults, near, read_text, shown
from triage.core.teaching import Label, LabelledMail
from triage.errors import ConfigError, Fault

_TEXTS = ("subject", "body", "queue", "priority", "kind", "language")
KEYS = (*_TEXTS, "signals")


def load_mails(
    folder: Path, groups: Mapping[str, tuple[Label, ...]], faults: Faults
) -> dict[str, tuple[LabelledMail, ...]]:
    """Read every file of labelled mails by its name; labels have to be taught in `groups`."""
    sorts = {"queue": "queues", "priority": "priorities", "kind": "kinds", "signal": "signals"}
    names = {sort: [label.name for label in groups[group]] for sort, group in sorts.items()}
    return {
        path.stem: tuple(mail for mail, _ in read_labelled(path, names, faults))
        for path in sorted(folder.glob("*.jsonl"))
    }


def read_labelled(
    path: Path, names: Mapping[str, list[str]], faults: Faults, *, more: bool = False
) -> list[tuple[LabelledMail, str]]:
    """Read one file of labelled mails, each with its language or "".

    `names` are the queues, priorities, kinds and signals (by the name of one) that may be said.
    With `more`, further keys are passed over; they are faults without it.
    """
    file, mails = shown(path), []
    try:
        lines = read_text(path).split("\n")
    except ConfigError as exc:
        faults.take(exc)
        return []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError as exc:
            column = getattr(exc, "colno", 1)
            text = "this line is no JSON object"
            faults.add(Fault(file, number, column, text, "one object a line, with no line break"))
            continue
        wrong = [Fault(file, number, 1, *each) for each in _wrong(given, names, more=more)]
        faults.add(*wrong)
        if not wrong:
            mails.append((_mail(given, names["signal"]), given.get("language", "")))
    return mails


def _wrong(given: Any, names: Mapping[str, list[str]], *, more: bool) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one mail, and the remedy."""
    if not isinstance(given, dict):
        yield "this line is no JSON object", 'write {"subject": …, "body": …, "queue": …}'
        return
    odd = () if more else [key for key in given if key not in KEYS]
    yield from ((f"unknown key '{key}'", near(key, KEYS)) for key in odd)
    texts = {key: given.get(key, "") for key in _TEXTS}
    for key, text in texts.items():
        if not isinstance(text, str):
            yield f"'{key}' should be text", "put it in quotation marks"
        elif key == "body" and not text.strip():
            yield "the mail has no 'body'", near("body", given) or "write what stands in it"
        elif text and key in names:
            yield from _unknown(key, [text], names[key])
    signals = given.get("signals", [])
    if isinstance(signals, list) and all(isinstance(name, str) for name in signals):
        yield from _unknown("signal", signals, names["signal"])
    else:
        yield "'signals' should be a list of names", 'write ["complaint"], or [] for none'


def _unknown(sort: str, given: list[str], known: list[str]) -> Iterator[tuple[str, str]]:
    for name in given:
        if name not in known:
            yield f"there is no {sort} '{name}'", near(name, known)


def _mail(given: Mapping[str, Any], signals: list[str]) -> LabelledMail:
    said = given.get("signals")
    return LabelledMail(
        subject=given.get("subject", ""),
        body=given["body"],
        queue=given.get("queue", ""),
        priority=given.get("priority", ""),
        kind=given.get("kind", ""),
        signals={} if said is None else {name: name in said for name in signals},
    )
