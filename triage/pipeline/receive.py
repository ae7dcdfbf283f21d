"""Receive: one thread a watched folder, so that no mailbox waits for another.

The daemon starts and stops the watchers, reads how they are doing, and replaces one that is
stuck; what a thread does is in `folderthread.py`.
"""

from __future__ import annotations

import threading
from time import monotonic

import structlog

from triage.pipeline.folderthread import Pace, Watched, WatchingThread, WatchState

log = structlog.get_logger(__name__)


class Watcher:
    """Watches one folder until it is stopped. Its methods may be called from any thread."""

    def __init__(self, watch: Watched) -> None:
        self.watch = watch
        self._thread = WatchingThread(watch)
        self._lock = threading.Lock()
        self._stopped = False

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def state(self) -> WatchState:
        """How the folder is doing."""
        return self._thread.state

    @property
    def stuck(self) -> bool:
        """Whether the thread has given no sign of life for longer than anything takes."""
        return monotonic() > self.state.due

    def wake(self) -> None:
        """Look at the folder now; cuts a pause after an error short, too."""
        self._thread.bell.ring()

    def stop(self) -> None:
        """Tell the thread to end; returns at once."""
        with self._lock:
            self._stopped = True
            self._thread.end()

    def join(self, timeout: float = 5.0) -> bool:
        """Wait until the stopped thread has ended, and return whether it has.

        Blocks: not for an event loop. After `timeout` seconds its connection is broken, and it
        gets one more second. One that still hangs cannot write, and ends with the process.
        """
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._thread.sever()
            self._thread.join(1.0)
        return not self._thread.is_alive()

    def replace(self) -> None:
        """Leave a stuck thread to itself, and start another one in its place.

        The old one can no longer write, and its connection is broken. Mail that it was fetching
        is tried one by one by the new one. Does nothing after `stop`.
        """
        with self._lock:
            if self._stopped:
                return
            old = self._thread
            old.end()
            old.sever()
            self._thread = WatchingThread(self.watch, old)
            self._thread.start()
        log.error("mailbox_thread_replaced", **old.names)


__all__ = ["Pace", "WatchState", "Watched", "Watcher"]
