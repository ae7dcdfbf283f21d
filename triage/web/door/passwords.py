"""Passwords: argon2id, never two at once more than the machine bears. Source: RFC 9106."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from triage.core.accounts import LEAST_PASSWORD
from triage.errors import NotPossible

AT_ONCE = 2
"""Hashes that are reckoned at the same time: each takes 64 MB."""

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return what is kept of a password. Blocks a quarter of a second.

    Raises: NotPossible: it is too short.
    """
    if len(password) < LEAST_PASSWORD:
        raise NotPossible(f"a password has at least {LEAST_PASSWORD} characters")
    return _hasher.hash(password)


class Passwords:
    """Checks and hashes passwords off the loop, and takes as long for a name that there is not."""

    def __init__(self) -> None:
        # Threads of their own, not a lock of a loop's: whichever loop asks, so many run at once.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
        self._nobody = _hasher.hash(secrets.token_hex(16))

    async def right(self, password: str, kept: str | None) -> bool:
        """Say whether it is the password whose hash is kept; None: nobody's."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._right, password, kept)

    async def hashed(self, password: str) -> str:
        """Return what is kept of a password. Raises: NotPossible: it is too short."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, hash_password, password)

    def _right(self, password: str, kept: str | None) -> bool:
        try:
            _hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None
