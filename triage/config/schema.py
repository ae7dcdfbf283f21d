"""JSON Schema of the files in `rules/`, for editors: made from the shapes that check them.

`python -m triage.config.schema FOLDER` writes one file a shape; the shipped ones stand in
`rules/schema/`. A file says which is its own in its first line:

    # yaml-language-server: $schema=schema/rules.schema.json

An editor reads YAML with types, and triage every scalar as the text that was typed. So where text
is asked for a schema takes numbers, too, and where yes or no is, their words.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from triage.config.caseshape import CasesFile
from triage.config.deskfiles import QueuesFile, RosterFile
from triage.config.goodwill import GoodwillFile
from triage.config.referrals import CausesFile, ReferralsFile
from triage.config.ruleshape import ListsFile, RulesFile

SHAPES: Mapping[str, type[BaseModel]] = {
    "rules": RulesFile,
    "test": CasesFile,
    "queues": QueuesFile,
    "roster": RosterFile,
    "lists": ListsFile,
    "referrals": ReferralsFile,
    "causes": CausesFile,
    "goodwill": GoodwillFile,
}
"""The shape of each sort of file; its schema is `NAME.schema.json`."""

_TEXT: JsonSchemaValue = {"type": ["string", "number"]}
_YES_OR_NO: JsonSchemaValue = {"enum": [True, False, "yes", "no", "on", "off"]}


class _ForEditors(GenerateJsonSchema):
    """Describes what may be typed, not what comes of it."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Take numbers, too: `0123` is text here."""
        return dict(_TEXT)

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """Take what people write for yes and no."""
        return dict(_YES_OR_NO)

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> JsonSchemaValue:
        """Take spans such as `15m`."""
        return {"type": "string", "pattern": r"^(\d+\s*(m|min|h|d|w)\s*)+$"}

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """Take the short ways to write a value, too: one for a list, a text for a mapping."""
        whole = self.generate_inner(schema["schema"])
        if schema["schema"]["type"] == "timedelta":
            return whole
        short: list[JsonSchemaValue] = [dict(_TEXT), {"type": "array", "items": dict(_TEXT)}]
        if whole.get("type") == "array" and "items" in whole:
            short = [whole["items"]]
        elif whole == _YES_OR_NO:
            short = [{"enum": ["never", "always"]}]
        return {"anyOf": [whole, *short]}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Leave nothing out of the choice: a key with nothing behind it is a fault."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave defaults out: they stand in the descriptions where they matter."""
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Refuse keys that there are not."""
        return super().model_schema(schema) | {"additionalProperties": False}


def schemas() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    return {f"{name}.schema.json": _text(shape) for name, shape in SHAPES.items()}


def _text(shape: type[BaseModel]) -> str:
    made: dict[str, Any] = shape.model_json_schema(schema_generator=_ForEditors)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(_plain(head | made), indent=1, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    """Leave out the titles that pydantic makes of names."""
    if isinstance(value, dict):
        return {
            key: _plain(inner)
            for key, inner in value.items()
            if not (key == "title" and isinstance(inner, str))
        }
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def write_schemas(folder: Path) -> None:
    """Write every schema below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
