"""A way to end another thread's wait at once: a pipe that can be polled beside a socket."""

from __future__ import annotations

import os
import select
import threading
from contextlib import suppress


class Bell:
    """Rung by any thread, heard by the one that waits. A ring before the wait is not lost."""

    def __init__(self) -> None:
        self._heard, self._rung = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self._rung, False)
        self._lock = threading.Lock()
        self._closed = False

    def ring(self) -> None:
        """End the present or the next wait. Does nothing after `close`."""
        # Under the lock: the number of a closed descriptor may by now be another file's.
        with self._lock, suppress(BlockingIOError):
            if not self._closed:
                os.write(self._rung, b"\0")

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the bell rings."""
        return self._heard

    def silence(self) -> None:
        """Forget every ring so far."""
        with suppress(BlockingIOError):
            while os.read(self._heard, 4096):
                pass

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; return whether the bell rang. Forgets the rings."""
        poll = select.poll()
        poll.register(self._heard, select.POLLIN)
        rang = bool(poll.poll(max(seconds, 0) * 1000))
        self.silence()
        return rang

    def close(self) -> None:
        """Close the pipe; only the waiting thread may."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._heard)
                os.close(self._rung)
