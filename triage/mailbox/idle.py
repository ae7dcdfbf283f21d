"""Waiting for mail by IDLE, without losing a wake-up.

Source: RFC 2177. `IMAPClient.idle_check` alone loses every announcement that arrives in the
same packet as the server's go-ahead: it lies in a buffer, and the socket stays silent.
"""

from __future__ import annotations

import select
from enum import StrEnum
from time import monotonic
from typing import Any, Final

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

NEWS: Final = (b"EXISTS", b"EXPUNGE", b"FETCH")


class Woken(StrEnum):
    """Why a wait ended. `SUSPECT`: the socket was readable and there was nothing to read."""

    EVENT = "event"
    WAKE = "wake"
    TIMEOUT = "timeout"
    SUSPECT = "suspect"


def idle_wait(client: IMAPClient, wake_fd: int, seconds: float) -> Woken:
    """Wait until the folder changes, `wake_fd` is readable, or `seconds` have passed.

    Raises what the library raises if the connection is dead; on `SUSPECT` it is alive.
    """
    end = monotonic() + seconds
    pending = _begin(client) or _buffered(client)
    woken = Woken.EVENT if pending else _listen(client, wake_fd, end)
    client.idle_done()
    return woken


def announced(client: IMAPClient) -> bool:
    """Say whether the server spoke of new mail since this was last asked.

    It may do so in the reply to any command, and then says nothing of it in IDLE.
    """
    return bool(client._imap.response("EXISTS")[1] != [None])  # noqa: SLF001 - no public way


def _begin(client: IMAPClient) -> bool:
    """Send IDLE; return whether something was announced before the go-ahead.

    `IMAPClient.idle` takes such an announcement for an error.
    """
    imap: Any = client._imap  # noqa: SLF001
    tag = imap._command("IDLE")  # noqa: SLF001
    client._idle_tag = tag  # noqa: SLF001 - `idle_done` waits for the end of this command
    early = False
    while (line := imap._get_response()) is not None:  # noqa: SLF001
        if imap.tagged_commands[tag]:
            raise IMAPClientError("IDLE was refused")
        if line.startswith(b"* BYE"):
            raise IMAPClientAbortError("the server said goodbye")
        early = True
    return early


def _buffered(client: IMAPClient) -> bool:
    """Say whether bytes from the server already lie in a buffer of the library or of TLS."""
    imap: Any = client._imap  # noqa: SLF001
    sock: Any = client.socket()
    if getattr(imap, "_readbuf", None):  # Python 3.14 and later
        return True
    if getattr(sock, "pending", lambda: 0)():
        return True
    file = getattr(imap, "_file", None) or imap.file
    sock.setblocking(False)
    try:
        return bool(file.peek(1))
    except OSError:  # nothing there: EAGAIN, or TLS wants to read
        return False
    finally:
        sock.setblocking(True)
        client._set_read_timeout()  # noqa: SLF001


def _listen(client: IMAPClient, wake_fd: int, end: float) -> Woken:
    poll = select.poll()
    poll.register(client.socket().fileno(), select.POLLIN)
    poll.register(wake_fd, select.POLLIN)
    while (left := end - monotonic()) > 0:
        ready = dict(poll.poll(left * 1000))
        if not ready:
            break
        if wake_fd in ready:
            return Woken.WAKE
        news = client.idle_check(timeout=0)
        if not news:
            return Woken.SUSPECT  # end of file, or a TLS ticket: DONE tells which
        if any(line[0] == b"BYE" for line in news):
            raise IMAPClientAbortError("the server said goodbye")
        if any(len(line) > 1 and line[1] in NEWS for line in news):
            return Woken.EVENT
    return Woken.TIMEOUT
