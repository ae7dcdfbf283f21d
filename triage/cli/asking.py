"""A word with the running daemon: it is signalled, and says what it makes of the files."""

from __future__ import annotations

import os
import signal
import socket
import threading
from datetime import timedelta
from pathlib import Path

from triage.cli.ending import Finding
from triage.store.instance import Daemon
from triage.store.running import boot, running_daemon
from triage.store.sqlite import open_store
from triage.store.verdicts import VERDICT, Order, Said, read_said

PATIENCE = timedelta(seconds=80)
"""How long a verdict may take: the model may have to be taught anew. systemd waits 90 s."""

_LOOK = 0.1


def working(store: Path) -> Daemon | None:
    """Return the daemon that works on `store` here and now; None: none does.

    Raises: Finding where one on another machine may.
    """
    daemon = _taken(store)
    if daemon is None or daemon.boot != boot():
        return None
    try:
        os.kill(daemon.pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return daemon


def _taken(store: Path) -> Daemon | None:
    """Return the daemon that has taken `store`, alive or not."""
    daemon = running_daemon(store)
    if daemon is not None and daemon.host != socket.gethostname():
        raise Finding(f"the daemon of {store} runs on {daemon.host}: reload it there")
    return daemon


def ask(store: Path, order: Order | None = None) -> Said:
    """Have the daemon of `store` read its files again, and return its verdict.

    Raises: Finding where no daemon is there, or it does not answer in `PATIENCE`; also where
        another order is not carried out yet: there is one at a time, so that each has its answer.
    """
    daemon = _taken(store)
    if daemon is None:
        raise Finding(f"no daemon works on {store}")
    place = open_store(store, read_only=order is None)
    try:
        before = place.setting(VERDICT)
        if order is not None and (other := place.put_order(order)) is not None:
            _signal(daemon, store)  # who gave it may have died before they did
            raise Finding(f"{other.person}'s '{other.how}' is not carried out yet: try again then")
        _signal(daemon, store)
        patience, pause = int(PATIENCE.total_seconds() / _LOOK), threading.Event()
        for _ in range(patience):
            text = place.setting(VERDICT)
            said = None if text == before else read_said(text)
            if said is not None and (order is None or said.order == order.id):
                return said
            pause.wait(_LOOK)
    finally:
        place.close()
    raise Finding(f"daemon {daemon.pid} has not said in {PATIENCE.seconds} s what it makes of it")


def _signal(daemon: Daemon, store: Path) -> None:
    try:
        os.kill(daemon.pid, signal.SIGHUP)
    except (ProcessLookupError, PermissionError) as exc:
        reason = (exc.strerror or "it cannot be reached").lower()
        raise Finding(f"daemon {daemon.pid} of {store}: {reason}") from exc
