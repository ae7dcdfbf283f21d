"""Tells the service manager how the daemon is: ready, alive, reloading, stopping.

Source: sd_notify(3) and sd_watchdog_enabled(3) of systemd. Nothing here is an error
outside systemd: without `NOTIFY_SOCKET` nobody asked, and nothing is sent.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from datetime import timedelta

READY = "READY=1"
"""Start-up, or a reload, is over."""

WATCHDOG = "WATCHDOG=1"
"""Every part that is watched has moved since the last one."""

STOPPING = "STOPPING=1"
"""The daemon has begun to end."""

SEND_TIMEOUT = 1.0
"""Seconds to wait for a manager whose queue is full; no more, for the event loop waits too."""


def status(text: str) -> str:
    """Return the assignment that `systemctl status` shows as one line, its breaks made spaces."""
    return f"STATUS={' '.join(text.split())}"


def reloading() -> str:
    """Return the assignments that begin a reload; `READY` ends it.

    The instant lets the manager tell this reload from an earlier one's late word.
    """
    return f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"


def extend_timeout(span: timedelta) -> str:
    """Return the assignment that grants the current start or stop at least `span` from now."""
    return f"EXTEND_TIMEOUT_USEC={span // timedelta(microseconds=1)}"


def sd_notify(*assignments: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send the assignments in one datagram; say whether a manager took them.

    False without a manager, and where it could not be reached in `SEND_TIMEOUT`: that is
    no reason to stop serving, and a word that must arrive (`WATCHDOG`) is said again anyway.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):  # the abstract namespace: no file, a leading NUL
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        manager.settimeout(SEND_TIMEOUT)
        try:
            manager.connect(address)
            manager.sendall("\n".join(assignments).encode())
        except OSError:
            return False
    return True


def watchdog_interval(
    environment: Mapping[str, str] = os.environ, pid: int | None = None
) -> timedelta | None:
    """Return how long the manager waits between two `WATCHDOG`s, or None if it does not.

    The caller sends one at least twice as often. None, too, where the variables were
    inherited and mean another process. `pid` is this process unless it is given.
    """
    microseconds = environment.get("WATCHDOG_USEC", "")
    if not (microseconds.isascii() and microseconds.isdigit()) or int(microseconds) == 0:
        return None
    meant = environment.get("WATCHDOG_PID", "")
    if meant and meant != str(os.getpid() if pid is None else pid):
        return None
    return timedelta(microseconds=int(microseconds))
