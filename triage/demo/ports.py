"""Ports of the demo: the usual ones, or the next that are free."""

from __future__ import annotations

import errno
import socket

from triage.errors import PageUnavailable

_TRIED = 200
_WAITING = 128
_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})


def take_port(first: int) -> socket.socket:
    """Listen on the first port from `first` on that is free on loopback: nobody else gets it.

    Raises: PageUnavailable: there is none among many.
    """
    for port in range(first, min(first + _TRIED, 65536)):
        tried = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
            tried.listen(_WAITING)
        except OSError as exc:
            tried.close()
            if exc.errno not in _TAKEN:
                raise
        else:
            return tried
    raise PageUnavailable(f"no port from {first} on is free on 127.0.0.1")


def port_of(listening: socket.socket) -> int:
    """Return the port that somebody listens on."""
    return int(listening.getsockname()[1])
