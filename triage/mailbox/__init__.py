"""IMAP: one connection, one thread, blocking calls. Nothing here changes anything on a server.

The only package that imports `imapclient`; its errors leave as `MailboxUnavailable` and
`AuthenticationRefused`.
"""

from __future__ import annotations

import logging

from triage.mailbox.bell import Bell
from triage.mailbox.connection import READ_SECONDS, Connection, Selected
from triage.mailbox.fetching import Fetched, pack

# At DEBUG the library logs the whole dialogue, mail and addresses included.
logging.getLogger("imapclient").setLevel(logging.WARNING)

__all__ = ["READ_SECONDS", "Bell", "Connection", "Fetched", "Selected", "pack"]
