"""One POST of JSON to another program, by HTTPS or on loopback, that is never followed elsewhere.

It blocks: it is called in a thread of its own, and waits no longer than it was told to.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from triage import __version__
from triage.errors import MailDeferred

TIMEOUT = 15.0
"""Seconds for connecting, and again for each wait for an answer."""

DOING = "posting"
"""How errors call it."""


def host_of(address: str) -> str:
    """Return the host alone, as logs and errors name it: the path may be as secret as a password.

    Messengers make it so.
    """
    return urlsplit(address).hostname or "?"


def post_json(
    name: str,
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float = TIMEOUT,
    context: ssl.SSLContext | None = None,
) -> int:
    """Post `body` with `headers` beside the usual ones, and return the answer's status.

    `name` is how errors call the service. Raises: MailDeferred where there is no answer.
    """
    url = urlsplit(address)
    usual = {"Content-Type": "application/json", "User-Agent": f"triage/{__version__}"}
    target = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    host = url.hostname or ""
    connection = (
        HTTPConnection(host, url.port, timeout=timeout)
        if url.scheme == "http"
        else HTTPSConnection(
            host, url.port, timeout=timeout, context=context or ssl.create_default_context()
        )
    )
    try:
        connection.request("POST", target, body, {**usual, **headers})
        return connection.getresponse().status
    except (OSError, HTTPException, ValueError) as exc:
        raise MailDeferred(name, DOING, type(exc).__name__) from exc
    finally:
        connection.close()


def is_accepted(status: int) -> bool:
    """Say whether a status is an acceptance; a redirect is none."""
    return 200 <= status < 300
