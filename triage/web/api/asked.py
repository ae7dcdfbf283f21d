"""What a program sent, read as the page's own forms are: JSON, or a form that brings files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from triage.web.api.takes import FILE, Takes

WITH_FILES = "multipart/form-data"
"""Source: RFC 7578. Files come as they are: as JSON they would be a third larger, and read whole
before the first of them is looked at."""

_FORM = b"application/x-www-form-urlencoded"


async def as_form(request: Request, takes: Takes) -> Request:
    """Return the request as the page's own forms make it. Raises: ValueError says what is wrong.

    Whoever is done with it closes it: files lie on the disk until then.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if takes.files and kind == WITH_FILES:
        return await _with_files(request, takes)
    body = await request.body()
    if body and kind != "application/json":
        kinds = f"'Content-Type: application/json'{f', or {WITH_FILES}' if takes.files else ''}"
        raise ValueError(f"Send JSON: {kinds}.")
    fields = _fields(body, takes)
    sent = urlencode(list(_pairs(fields))).encode()
    headers = [
        pair for pair in request.scope["headers"] if pair[0] not in {b"content-type", b"hx-request"}
    ]
    scope = {**request.scope, "headers": [*headers, (b"content-type", _FORM)]}

    async def receive() -> Message:
        return {"type": "http.request", "body": sent, "more_body": False}

    return Request(scope, receive)


async def _with_files(request: Request, takes: Takes) -> Request:
    """Return a form, which it is already, where nothing is in it that is not asked for."""
    try:
        fields = await request.form()
    except HTTPException as exc:
        if exc.status_code != 400:
            raise
        raise ValueError(f"That is no {WITH_FILES}: {exc.detail}") from exc
    try:
        for name, one in fields.multi_items():
            _look_at(name, one, takes)
    except ValueError:
        await request.close()
        raise
    return request


def _look_at(name: str, one: UploadFile | str, takes: Takes) -> None:
    """Look at one part of a form. Raises: ValueError: no field, and no file that goes with mail."""
    if isinstance(one, str):
        if name == FILE:
            raise ValueError(f"'{FILE}' is a file, with a name: 'filename=' in its part.")
        _known({name}, takes)
    elif name != FILE:
        raise ValueError(f"A file comes as '{FILE}', and not as '{name}'.")
    elif not one.filename or not one.size:
        raise ValueError(f"'{FILE}' has a name, and something in it.")


def _fields(body: bytes, takes: Takes) -> dict[str, object]:
    try:
        fields = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as exc:
        raise ValueError("That is no JSON.") from exc
    if not isinstance(fields, dict):
        raise ValueError("Send one object.")  # noqa: TRY004 - it is what was sent that is wrong
    _known(fields.keys(), takes)
    return fields


def _known(names: Iterable[str], takes: Takes) -> None:
    if unknown := sorted(set(names) - takes.fields.keys()):
        raise ValueError(f"There is no '{unknown[0]}': {', '.join(takes.fields) or 'none'}.")


def _pairs(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Write fields as a form does: what is false or null is left out, of several each by itself."""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool):
                yield from [(name, "1")] if one else []
            elif isinstance(one, str | int):
                yield name, str(one)
            elif one is not None:
                raise ValueError(f"'{name}' is a text, a number, or a list of texts.")
