"""What is out of the ordinary, for the status line and the page: each trouble by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triage.inforce.force import InForce
from triage.learning.task import Learning
from triage.pipeline.hour import Hour
from triage.pipeline.outlets import Outlets
from triage.pipeline.receive import Watcher
from triage.pipeline.triage import Triage
from triage.web.team.condition import Condition, FolderHealth


def troubles(
    hour: Hour, send: Outlets, triage: Triage, force: InForce, learning: Learning
) -> Mapping[str, str]:
    """Name what people should know of a daemon that runs; "" where a trouble is none."""
    return {
        **hour.in_words(),
        "SENDING PAUSED": send.paused,
        "REFUSED AS SENDER": ", ".join(send.paused_senders),
        "MODEL BROKEN": "nothing is triaged" if triage.model_failures else "",
        "RULES PENDING": "" if (held := force.draft) is None else held.reason,
        "LEARNING WAITS": learning.waiting,
        "RESTART NEEDED": f"for {len(force.notes)} settings" if force.notes else "",
    }


def condition(
    watchers: Sequence[Watcher], send: Outlets, force: InForce, said: Mapping[str, str]
) -> Condition:
    """Say how the service is, for the page; `said` are its troubles."""
    model = force.model
    return Condition(
        folders=tuple(map(_folder, watchers)),
        paused=send.paused,
        refused=dict(send.paused_senders),
        last_sent=send.last_sent,
        rejected=force.faults,
        troubles={name: what for name, what in said.items() if what},
        model="" if model is None else model.id,
        coverage=0.0 if model is None else model.coverage,
    )


def _folder(watcher: Watcher) -> FolderHealth:
    state = watcher.state
    return FolderHealth(
        mailbox=watcher.watch.mailbox.name,
        role=watcher.watch.role,
        path=state.path,
        connected=state.connected,
        absent=state.absent,
        last_sync=state.last_sync,
        error=state.last_error,
    )
