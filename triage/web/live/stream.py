"""The stream by which a page that stands open stays true: `GET /events`.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from triage.web.door.identity import session_id
from triage.web.fields import whole_number
from triage.web.live.here import called
from triage.web.live.hub import Hub, Stream
from triage.web.live.streamed import Kind
from triage.web.reading import reader
from triage.web.routes import Visit

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # a proxy that waits for more would make news old
}


async def events(visit: Visit) -> Response:
    """Tell what changes, for as long as the session lasts and somebody listens."""
    read, who = reader(visit), visit.who
    stream = Stream(
        account=who,
        session=session_id(visit.request, visit.office.settings),
        kind=Kind(read.language, read.zone, who.agent),
        name=called(visit),
        after=_number(visit),
    )
    return _Events(visit.office.hub, stream)


def _number(visit: Visit) -> int | None:
    """Return the number of the last event that the page had.

    A browser says it by itself; a page that takes the stream over from another one asks for it.
    """
    asked = visit.request.headers.get("last-event-id") or visit.request.query_params.get("after")
    return whole_number(asked)


class _Events(Response):
    """An answer that ends with its stream."""

    def __init__(self, hub: Hub, stream: Stream) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._hub = hub
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what comes, until the stream is over or nobody listens any more."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        body = "http.response.body"
        gone = asyncio.ensure_future(_left(receive))
        gone.add_done_callback(lambda _: self._hub.leave(self._stream))
        try:
            await send(start)
            if scope["method"] != "HEAD":
                self._hub.join(self._stream)
                while chunk := await self._stream.next():
                    async with asyncio.timeout(self._hub.stalled):
                        await send({"type": body, "body": chunk, "more_body": True})
            async with asyncio.timeout(self._hub.stalled):  # what went before may not be read yet
                await send({"type": body, "body": b"", "more_body": False})
        except TimeoutError:  # the connection is closed, for the answer is not complete
            return
        finally:
            self._hub.leave(self._stream)
            gone.cancel()


async def _left(receive: Receive) -> None:
    """Wait until nobody listens any more."""
    while (await receive())["type"] != "http.disconnect":
        pass
