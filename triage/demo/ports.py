"""Ports of the demo: the usual ones, or the next that are free."""

from __future__ import annotations

import errno
import socket

from triage.errors import PageUnavailable

_TRIED = 200
_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})


def free_port(first: int, but: int = 0) -> int:
    """Return the first port from `first` on that is free on loopback, and is not `but`.

    Raises: PageUnavailable: there is none among many.
    """
    for port in range(first, min(first + _TRIED, 65536)):
        if port != but and _is_free(port):
            return port
    raise PageUnavailable(f"no port from {first} on is free on 127.0.0.1")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as exc:
            if exc.errno in _TAKEN:
                return False
            raise
    return True
