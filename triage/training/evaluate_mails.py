"""A file of labelled mails to measure on: as `prompts/mails/` holds them, with every fault at once.

Further keys are passed over. What is left out is not said, and does not count; a language that is
not said is detected.
"""

from __future__ import annotations

from pathlib import Path

from triage.config.faults import Faults, shown
from triage.config.mails import read_labelled
from triage.core.teaching import LabelledMail, Teaching
from triage.core.ticket import Kind, Priority
from triage.errors import Fault


def read_mails(path: Path, teaching: Teaching) -> list[tuple[LabelledMail, str]]:
    """Read mails, each with its language or ""; its labels have to be of the `teaching`.

    Raises:
        ConfigError: with every fault, its line and its remedy.
    """
    faults = Faults()
    names = {
        "queue": [label.name for label in teaching.queues],
        "priority": [str(level) for level in Priority],
        "kind": [str(kind) for kind in Kind],
        "signal": [label.name for label in teaching.signals],
    }
    mails = read_labelled(path, names, faults, more=True)
    if not mails and not len(faults):
        remedy = 'write {"subject": …, "body": …}'
        faults.add(Fault(shown(path), 0, 0, "there is no mail in it", remedy))
    faults.raise_any()
    return mails
