"""Asking the running daemon to read its files again, and waiting for what it says."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from datetime import timedelta
from pathlib import Path

from triage.cli.ending import Finding
from triage.cli.output import say
from triage.store.running import running_daemon
from triage.store.sqlite import open_store

PATIENCE = timedelta(seconds=80)
"""How long a verdict may take: the model may have to be taught anew. systemd waits 90 s."""

_LOOK = 0.1


def ask_to_reload(store: Path) -> None:
    """Signal the daemon of `store` and say its verdict. Raises: Finding if the old set goes on."""
    daemon = running_daemon(store)
    if daemon is None:
        raise Finding(f"no daemon works on {store}")
    if daemon.host != socket.gethostname():
        raise Finding(f"the daemon of {store} runs on {daemon.host}: reload it there")
    verdicts = open_store(store, read_only=True)
    try:
        before = verdicts.setting("reload")
        try:
            os.kill(daemon.pid, signal.SIGHUP)
        except (ProcessLookupError, PermissionError) as exc:
            reason = (exc.strerror or "it cannot be reached").lower()
            raise Finding(f"daemon {daemon.pid} of {store}: {reason}") from exc
        patience, pause = int(PATIENCE.total_seconds() / _LOOK), threading.Event()
        for _ in range(patience):
            verdict = verdicts.setting("reload")
            if verdict != before and verdict is not None:
                _tell(verdict)
                return
            pause.wait(_LOOK)
    finally:
        verdicts.close()
    raise Finding(f"daemon {daemon.pid} has not said in {PATIENCE.seconds} s what it makes of it")


def _tell(verdict: str) -> None:
    said = json.loads(verdict)
    for fault in said["faults"]:
        say(fault)
    if said["faults"]:
        raise Finding(f"the files have faults; {said['policy']} goes on")
    for note in said.get("notes", ()):
        say(f"note: {note}")
    say(f"applied: {said['policy']}")
