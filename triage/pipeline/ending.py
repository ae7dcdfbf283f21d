"""How work ends that must not be cut off in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def to_its_end(work: Coroutine[Any, Any, bool], stop: asyncio.Event, grace: float) -> bool:
    """Run `work`; from `stop` on it has `grace` seconds more. False: it was cut off.

    A cancellation from outside is such a stop, too, and is passed on afterwards. Work that is
    cut off is cancelled, and waited for: what it still writes down then is not lost.
    """
    running = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not running.done():
            await asyncio.wait({running}, timeout=grace)
        if not running.done():
            running.cancel()
            await asyncio.wait({running})
    return not running.cancelled() and running.result()
