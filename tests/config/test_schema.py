"""The schemas that editors read say what the shapes say, and stand where they are looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from triage.config.faults import Document
from triage.config.fileset import read_folder
from triage.config.schema import SHAPES, schemas, write_schemas
from triage.config.shipped import shipped_rules
from triage.config.yamlfile import read_yaml

KINDS = {
    "queues.yaml": "queues",
    "roster.yaml": "roster",
    "lists.yaml": "lists",
    "referrals.yaml": "referrals",
    "causes.yaml": "causes",
    "goodwill.yaml": "goodwill",
}


def test_the_schemas_beside_the_shipped_rules_are_those_of_the_shapes() -> None:
    folder = shipped_rules() / "schema"
    found = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert found == schemas(), "write them: python -m triage.config.schema rules/schema"


def test_writing_makes_one_file_a_shape(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schema")
    names = {path.name for path in (tmp_path / "schema").iterdir()}
    assert names == {f"{name}.schema.json" for name in SHAPES}


def test_a_schema_is_no_part_of_the_set_in_force(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schema")
    (tmp_path / "10-a.yaml").write_text("rules: []\n")
    assert list(read_folder("rules", tmp_path)) == ["rules/10-a.yaml"]


def problems(schema: Mapping[str, Any], whole: Mapping[str, Any], value: object) -> Iterator[str]:
    """Check a value the way editors do, by those words of JSON Schema that the schemas use."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema and all(any(problems(one, whole, value)) for one in schema["anyOf"]):
        yield f"{value!r} is none of its choices"
    if "enum" in schema and str(value).casefold() not in map(
        str.casefold, map(str, schema["enum"])
    ):
        yield f"{value!r} is not among {schema['enum']}"
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if kinds and not any(_is(kind, value) for kind in kinds):
        yield f"{value!r} is no {kinds}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{value!r} does not match"
    if isinstance(value, dict) and "object" in kinds:
        yield from _in_mapping(schema, whole, value)
    if isinstance(value, list) and "array" in kinds:
        for inner in value:
            yield from problems(schema.get("items", {}), whole, inner)


def _in_mapping(
    schema: Mapping[str, Any], whole: Mapping[str, Any], value: Mapping[str, object]
) -> Iterator[str]:
    named, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{key} is missing" for key in schema.get("required", ()) if key not in value)
    for key, inner in value.items():
        if key in named:
            yield from problems(named[key], whole, inner)
        elif more is False:
            yield f"{key} is not known"
        elif isinstance(more, dict):
            yield from problems(more, whole, inner)


def _typed(value: object) -> str:
    """Return a choice as it is typed."""
    return str(value).casefold() if isinstance(value, bool) else str(value)


def _is(kind: str, value: object) -> bool:
    shapes: Mapping[str, type] = {"object": dict, "array": list, "string": str}
    if kind in shapes:
        return isinstance(value, shapes[kind])
    # Here every scalar is text; an editor reads digits as a number.
    return isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def schema_of(name: str) -> Mapping[str, Any]:
    made: dict[str, Any] = json.loads(schemas()[f"{name}.schema.json"])
    return made


def shipped() -> Iterator[tuple[str, Document]]:
    for path in sorted(shipped_rules().glob("*.yaml")):
        kind = "test" if path.name.endswith(".test.yaml") else KINDS.get(path.name, "rules")
        yield kind, read_yaml(path)


def test_every_shipped_file_is_what_its_schema_says() -> None:
    for kind, document in shipped():
        schema = schema_of(kind)
        assert list(problems(schema, schema, document.data)) == [], document.file


@pytest.mark.parametrize(
    ("rule", "right"),
    [
        ({"when": {"words": "burn*"}, "then": {"boost": "20"}}, True),
        ({"when": {"words": ["burn*"]}, "then": {"ack": "withhold"}}, True),
        ({"when": {"any": {"from": "a@*"}, "header": {"X-A": {"absent": "yes"}}}}, True),
        ({"when": {"fact": {"phone": "present"}}, "unless": [{"kind": "bulk"}]}, True),
        ({"when": {"history": {"mails": {"at_least": "3", "within": "14d"}}}}, True),
        ({"when": {"time": {"open": "no", "weekday": "mon-fri"}}, "until": "2026-12-24"}, True),
        ({"when": {"word": "burn*"}}, False),
        ({"when": {"words": {"is": "burn*"}}}, False),
        ({"when": {"kind": "humans"}}, False),
        ({"when": {"words": "x"}, "then": {"bost": "20"}}, False),
        ({"when": {"words": "x"}, "then": {"priority": "hgih"}}, False),
        ({"when": {"history": {"mails": {"within": "3 moons"}}}}, False),
        ({"then": {"boost": "1"}}, False),
    ],
)
def test_the_schema_of_rules_tells_right_from_wrong(rule: dict[str, object], right: bool) -> None:
    schema = schema_of("rules")
    file = {"version": "1", "rules": [{"id": "one", "why": "because", **rule}]}
    assert (list(problems(schema, schema, file)) == []) == right


def test_every_field_of_a_rule_is_described() -> None:
    schema = schema_of("rules")
    for name in ("RuleFile", "MatcherFile", "ThenFile", "TimeAsked", "HistoryAsked", "CountFile"):
        for field, said in schema["$defs"][name]["properties"].items():
            assert said.get("description"), f"{name}.{field}"
