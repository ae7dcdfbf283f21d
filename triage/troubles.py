"""What is out of the ordinary, for the status line: each trouble by name, "" where it is none."""

from __future__ import annotations

from collections.abc import Mapping

from triage.inforce.force import InForce
from triage.learning.task import Learning
from triage.pipeline.hour import Hour
from triage.pipeline.outlets import Outlets
from triage.pipeline.triage import Triage


def troubles(
    hour: Hour, send: Outlets, triage: Triage, force: InForce, learning: Learning
) -> Mapping[str, str]:
    """Name what people should know of a daemon that runs."""
    return {
        **hour.in_words(),
        "SENDING PAUSED": send.paused,
        "REFUSED AS SENDER": ", ".join(send.paused_senders),
        "MODEL BROKEN": "nothing is triaged" if triage.model_failures else "",
        "RULES PENDING": "" if (held := force.draft) is None else held.reason,
        "LEARNING WAITS": learning.waiting,
        "RESTART NEEDED": f"for {len(force.notes)} settings" if force.notes else "",
    }
