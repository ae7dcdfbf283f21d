"""What the ways of the API answer, in the words of JSON Schema: named by `Takes.gives`."""

from __future__ import annotations

from triage.core.streamed import TOLD

Json = dict[str, object]

BYTES = "bytes"
"""What is answered by a file: its bytes, and no JSON."""


def _of(**properties: object) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _listed(one: Json) -> Json:
    return {"type": "array", "items": one}


_TEXT: Json = {"type": "string"}
_WHOLE: Json = {"type": "integer"}
_TRUTH: Json = {"type": "boolean"}
_INSTANT: Json = {"type": "string", "format": "date-time"}
_TEXT_OR_NONE: Json = {"type": ["string", "null"]}
_ROW: Json = {"$ref": "#/components/schemas/row"}
_SENT_FILE = _of(name=_TEXT, type=_TEXT, size=_WHOLE)
_FILE = _of(file=_WHOLE, name=_TEXT, type=_TEXT, size=_WHOLE, inline=_TRUTH, path=_TEXT)
_REFUSED = _of(ticket=_TEXT, why=_TEXT)
_DOUBT = _of(key=_TEXT, text=_TEXT, remedy=_TEXT, blocks=_TRUTH)
_ONE_OF_MANY = _of(ticket=_TEXT, who=_TEXT, to=_TEXT, text=_TEXT, chosen=_TRUTH, why=_TEXT)
SCHEMAS: Json = {
    "object": {"type": "object"},
    "row": _of(
        reference=_TEXT, revision=_WHOLE, status=_TEXT, queue=_TEXT, priority=_TEXT, owner=_TEXT
    ),
    "rows": _of(tickets=_listed(_ROW), next=_TEXT_OR_NONE),
    "ticket": {
        "allOf": [
            _ROW,
            _of(
                thread={"type": "array"},
                clocks={"type": "array"},
                events={"type": "array"},
                outgoing={"type": "array"},
                notes=_listed(_of(at=_INSTANT, by=_TEXT, text=_TEXT)),
                round={"type": "object"},
            ),
        ]
    },
    "told": _of(
        said=_TEXT,
        ticket=_TEXT_OR_NONE,
        revision={"type": ["integer", "null"]},
        undo=_TEXT_OR_NONE,
    ),
    "sent": {
        "allOf": [
            {"$ref": "#/components/schemas/told"},
            _of(mail=_WHOLE, leaves=_INSTANT, files=_listed(_SENT_FILE)),
        ]
    },
    "together": {
        "allOf": [
            {"$ref": "#/components/schemas/told"},
            _of(
                key=_TEXT,
                alike=_WHOLE,
                mails=_listed(_ONE_OF_MANY),
                doubts=_listed(_DOUBT),
                sent=_listed(_TEXT),
                refused=_listed(_REFUSED),
            ),
        ]
    },
    "files": _of(files=_listed(_FILE)),
    "many": _of(
        said=_TEXT,
        done=_listed(_TEXT),
        refused=_listed(_REFUSED),
        undo=_TEXT_OR_NONE,
    ),
    "event": _of(
        type={"type": "string", "enum": sorted(set(TOLD.values()))},
        timestamp=_INSTANT,
        data={
            "type": "object",
            "properties": {
                "sequence": _WHOLE,
                "event": _TEXT,
                "ticket": {"type": "object"},
                "url": _TEXT,
                "what": {"type": "object"},
                "content": {"type": "object"},
            },
            "required": ["sequence", "event", "what"],
        },
    ),
    "problem": {
        **_of(title=_TEXT, status=_WHOLE, detail=_TEXT),
        "description": "`doubts` are what speaks against a mail, each with the `key` by which"
        " `looked` says that somebody looked at it, and whether it `blocks`. `room` is how many"
        " bytes of files go with one mail.",
    },
}
