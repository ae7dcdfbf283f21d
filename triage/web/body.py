"""How much may be sent, and how slowly: held to while it is read, whatever it says of itself.

Source: RFC 9112 section 7.1 (a body in chunks does not say how long it is).
"""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from triage.web.render import marked

PATIENCE = 30.0
"""Seconds in which a body has to have come, and those that a large one has beside them."""

SLOWEST = 16 * 1024
"""Bytes a second at which a large body still comes in time."""


def bounded(request: Request, largest: int, patience: float = PATIENCE) -> Request:
    """Return a request whose body ends in an error where it is too large, or takes too long.

    Raises, while it is read: HTTPException 413, 408. At once: 413, where it says so itself.
    """
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdecimal() and int(told) > largest:
        raise HTTPException(413, marked("That is too large."))
    return Request(request.scope, _Bounded(request, largest, patience))


class _Bounded:
    def __init__(self, request: Request, largest: int, patience: float) -> None:
        self._receive = request.receive
        self._left = largest
        self._patience = patience + largest / SLOWEST
        self._until: float | None = None
        self._ended = False

    async def __call__(self) -> Message:
        """Return what came next. Once the body is whole, whoever waits waits for the end."""
        if self._ended:
            return await self._receive()
        loop = asyncio.get_running_loop()
        self._until = self._until or loop.time() + self._patience
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, marked("That took too long to come.")) from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, marked("That is too large."))
        self._ended = not message.get("more_body", False)
        return message
