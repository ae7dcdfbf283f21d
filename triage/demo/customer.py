"""The customers' side of the demo: their mail, on a page of its own that only the demo serves.

It has a port of its own, and so an origin of its own: nothing of it reaches the agents' page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from triage.config.settings import WebSettings
from triage.demo.post import YOU, Customer, Letter, Post
from triage.web.guard import Guard

PAGES = Path(__file__).parent / "pages"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_MOST = 20_000

Deliver = Callable[[bytes], Awaitable[None]]


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Inbox:
    """Shows customers' mail, and takes what they write."""

    def __init__(self, post: Post, deliver: Deliver, desk: str, brand: str, zone: ZoneInfo) -> None:
        """Show `post`; what is written is given to `deliver`. `desk` is where agents work."""
        self._post = post
        self._deliver = deliver
        self._words = {"desk": desk, "brand": brand}
        self._zone = zone

    def app(self, port: int) -> ASGIApp:
        """Return the page as it is served on this port: with the same guard as the agents'."""
        routes = [
            Route("/", self._show),
            Route("/letters", self._letters),
            Route("/send", self._send, methods=["POST"]),
            Route("/files/{name}", self._file),
        ]
        return Guard(Starlette(routes=routes), WebSettings(port=port), _say_nothing)

    def _who(self, asked: str) -> Customer:
        return self._post.customers.get(asked, YOU)

    def _fill(self, template: str, who: Customer, answers: Letter | None = None) -> HTMLResponse:
        letters = self._post.letters
        customers = tuple(
            (one, sum(not letter.ours for letter in letters.get(one.address, [])))
            for one in self._post.customers.values()
        )
        text = _templates().get_template(template)
        return HTMLResponse(
            text.render(
                who=who,
                you=YOU,
                customers=customers,
                letters=tuple(reversed(letters.get(who.address, []))),
                answers=answers,
                zone=self._zone,
                **self._words,
            )
        )

    async def _show(self, request: Request) -> Response:
        who = self._who(request.query_params.get("who", ""))
        return self._fill("inbox.html", who, self._letter(who, request.query_params.get("to", "")))

    async def _letters(self, request: Request) -> Response:
        return self._fill("letters.html", self._who(request.query_params.get("who", "")))

    def _letter(self, who: Customer, number: str) -> Letter | None:
        letters = self._post.letters.get(who.address, [])
        return next((one for one in letters if str(one.number) == number and not one.ours), None)

    async def _send(self, request: Request) -> Response:
        async with request.form(max_fields=8) as fields:
            given = {name: str(value)[:_MOST] for name, value in fields.items()}
        who = self._who(given.get("who", ""))
        answers = self._letter(who, given.get("answers", ""))
        subject, text = given.get("subject", "").strip(), given.get("text", "").strip()
        if text:
            if answers is not None and not subject:
                subject = f"Re: {answers.subject.removeprefix('Re: ')}"
            raw = self._post.written(who, subject or "A question", text, answers)
            self._post.wrote(raw)
            await self._deliver(raw)
        return RedirectResponse(f"/?who={who.address}", 303)

    async def _file(self, request: Request) -> Response:
        path = PAGES / Path(str(request.path_params["name"])).name
        kind = _TYPES.get(path.suffix)
        if kind is None or not path.is_file():
            return Response("There is no such file.\n", 404, media_type="text/plain")
        return Response(path.read_bytes(), headers={"Content-Type": kind})


async def _say_nothing(_why: str, _address: str) -> None:
    """Let pass that something was refused: what is at stake here is made up."""
