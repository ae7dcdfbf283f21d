"""What the API is, written down from its own routes: for programs, and as a page for people.

Source: OpenAPI 3.1.0, JSON Schema 2020-12.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage import __version__
from triage.outbox.eventhook import ID, SIGNATURE, TIMESTAMP
from triage.web.api.asked import WITH_FILES
from triage.web.api.people import RULES
from triage.web.api.schemas import BYTES, SCHEMAS, Json
from triage.web.api.takes import FILE, Field, Of, Takes
from triage.web.routes import Route

REPLAY = 5
"""Minutes after which a signed event is to be refused, as the standard has it."""

_PART = re.compile(r"\{(\w+)\}")
_PARTS: Mapping[str, str] = {
    "ticket": "A ticket's reference, T- and seven letters or digits.",
    "queue": "A queue's name.",
    "view": "One of the views: next, waiting, owed, snoozed, done, all.",
    "filed": "A mail that became no ticket: M- and a number.",
    "deed": "The number of a deed, as `undo` names it.",
    "message": "One mail of the ticket, as its `thread` names it under `mail`: M- and a number.",
    "file": "The number of a file, as the list of them names it.",
}
_PROBLEMS: Mapping[str, str] = {
    "401": "No token, or one that is of no use any more.",
    "403": "The account's role does not do.",
    "404": "There is no such thing, or none that the account may see.",
    "409": "It is not as it was seen, or it cannot be done. Nothing was done. `changed` says who"
    " did what meanwhile, `revision` how it is now.",
    "413": "It is too large.",
    "422": "What was sent cannot be read; `detail` says why.",
    "428": "The revision that was seen is missing.",
    "429": "Too many requests: `Retry-After` says when to go on.",
    "503": "The store is busy. Nothing was done: try again.",
}
_ALWAYS = ("401", "403", "429", "503")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of the API: its route, and what it takes. `asks` are the parameters of a reading."""

    route: Route
    takes: Takes
    asks: Mapping[str, str]


def document(ways: Sequence[Way], address: str, brand: str) -> Json:
    """Return the whole document of the API that is reached at `address`."""
    paths: dict[str, Json] = {}
    for way in ways:
        path = paths.setdefault(way.route.path, {})
        path[way.route.method.lower()] = _operation(way)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{brand}: triage",
            "version": __version__,
            "description": "Everything that agents do on the page, as JSON. `triage user token`"
            " makes a token; what its account may see and do, it may see and do. " + RULES,
        },
        "servers": [{"url": address}],
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": {"event": {"post": _event()}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": SCHEMAS,
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One way as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    fields: tuple[tuple[str, str, bool, str], ...]
    example: str


def shown(way: Way) -> Shown:
    """Return a way as the page shows it: each field with what it holds, and whether it must be."""
    fields = [(name, str(one.of), one.needed, _said(one)) for name, one in way.takes.fields.items()]
    if way.takes.files:
        fields.append((FILE, WITH_FILES, False, way.takes.files))
    fields += [(name, str(Of.TEXT), False, text) for name, text in way.asks.items()]
    example = json.dumps(way.takes.example, ensure_ascii=False) if way.takes.example else ""
    return Shown(
        name=operation_id(way),
        method=way.route.method,
        path=way.route.path,
        summary=way.takes.summary,
        fields=tuple(fields),
        example=example,
    )


def _said(one: Field) -> str:
    return f"{one.text} One of: {', '.join(one.among)}." if one.among else one.text


def operation_id(way: Way) -> str:
    """Name a way: `post_tickets_ticket_take`."""
    words = re.findall(r"\w+", way.route.path.removeprefix("/api/v1").replace("-", "_"))
    return "_".join([way.route.method.lower(), *words])


def _operation(way: Way) -> Json:
    operation: Json = {
        "operationId": operation_id(way),
        "summary": way.takes.summary,
        "responses": _responses(way),
    }
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PARTS[name],
            "schema": {"type": "string"},
        }
        for name in _PART.findall(way.route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in way.asks.items()
    ]
    if parameters:
        operation["parameters"] = parameters
    if way.route.method == "POST" and way.takes.fields:
        operation["requestBody"] = _body(way.takes)
    return operation


def _body(takes: Takes) -> Json:
    needed = [name for name, one in takes.fields.items() if one.needed]
    members: Json = {name: _field(one) for name, one in takes.fields.items()}
    body: Json = {"schema": _object(members, needed)}
    if takes.example:
        body["example"] = dict(takes.example)
    content: Json = {"application/json": body}
    if takes.files:
        # Source: OpenAPI 3.1.0, "Considerations for File Uploads".
        file = {"contentMediaType": "application/octet-stream"}
        files = {"type": "array", "items": file, "description": takes.files}
        content[WITH_FILES] = {"schema": _object({**members, FILE: files}, needed)}
    return {"required": bool(needed), "content": content}


def _object(members: Json, needed: Sequence[str]) -> Json:
    schema: Json = {"type": "object", "additionalProperties": False, "properties": members}
    return schema | ({"required": needed} if needed else {})


def _field(one: Field) -> Json:
    schema: Json = {"type": str(one.of), "description": one.text}
    if one.of is Of.TEXTS:
        schema["items"] = {"type": "string"}
    if one.among:
        schema["enum"] = list(one.among)
    return schema


def _responses(way: Way) -> Json:
    posts = way.route.method == "POST"
    codes = {*_ALWAYS, *(("404",) if "{" in way.route.path else ())}
    codes |= {"409", "413", "422"} if posts else {"422"}
    if "revision" in way.takes.fields:
        codes.add("428")
    answer: Json = {
        "description": "It is done." if posts else "What was asked for.",
        "content": _content(way.takes.gives),
    }
    problem = {"$ref": "#/components/schemas/problem"}
    return {"200": answer} | {
        code: {
            "description": _PROBLEMS[code],
            "content": {"application/problem+json": {"schema": problem}},
        }
        for code in sorted(codes)
    }


def _content(gives: str) -> Json:
    if gives == BYTES:
        return {"application/octet-stream": {}}
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{gives}"}}}


def _event() -> Json:
    """Return what is posted to the address of `[events]`."""
    headers = {
        ID: "Names the event; the same for every try.",
        TIMESTAMP: "Seconds since 1970 at which this try was signed. Refuse what is older than"
        f" {REPLAY} minutes.",
        SIGNATURE: "`v1,` and the base64 of the HMAC-SHA256, by the shared key, of id, timestamp"
        " and body with a dot between them.",
    }
    return {
        "summary": "Something happened",
        "description": "Events come in order and at least once: the next one comes when this one"
        " was answered with 2xx. A gap in `sequence` says that one was not taken for a week.",
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in headers.items()
        ],
        "requestBody": {
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/event"}}}
        },
        "responses": {"2XX": {"description": "It was taken."}},
    }
