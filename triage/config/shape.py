"""Checks plain values against a typed shape: dataclasses or pydantic models, every fault at once.

pydantic judges the values. Unknown keys are looked for here, for it passes over them in plain
dataclasses and knows no suggestions.
"""

from __future__ import annotations

import copy
import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from triage.config.faults import Document, Faults, Loc, near
from triage.errors import Fault

T = TypeVar("T")

MISSING = frozenset({"missing", "missing_argument"})

EXAMPLES: Mapping[str, str] = {
    "mail": "mail: first.last@your-company.example",
    "speaks": "speaks: [en]",
    "timezone": "timezone: Europe/London",
    "open": 'open: {mon-fri: ["09:00-17:00"]}',
}
"""How a key that is missing is written."""

WORDED: Mapping[str, str] = {
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
    "bool_parsing": "should be yes or no",
    "bool_type": "should be true or false",
    "string_type": "should be text",
    "tuple_type": "should be a list",
    "list_type": "should be a list",
    "dict_type": "should be a mapping of keys to values",
    "mapping_type": "should be a mapping of keys to values",
    "model_type": "should be a mapping of keys to values",
    "model_attributes_type": "should be a mapping of keys to values",
    "dataclass_type": "should be a mapping of keys to values",
    "time_delta_type": "should be a number of seconds",
    "time_delta_parsing": "should be a number of seconds",
    "decimal_parsing": "should be a number such as 12.50",
    "decimal_type": "should be a number such as 12.50",
    "date_from_datetime_parsing": "should be a date such as 2026-12-24",
    "date_parsing": "should be a date such as 2026-12-24",
    "date_type": "should be a date such as 2026-12-24",
}
"""pydantic's errors in the words of somebody who edits a file."""

REMEDIES: Mapping[str, str] = {
    "int_type": "digits alone, such as 25, without quotation marks",
    "float_type": "a number such as 0.95, without quotation marks",
    "bool_type": "true or false, without quotation marks",
}
"""What to write instead, where the type alone is wrong."""


def wrong(text: str, remedy: str = "") -> PydanticCustomError:
    """Make the error that a validator raises: `text` and `remedy` go to the admin as they are."""
    return PydanticCustomError("triage", "{text}", {"text": text, "remedy": remedy})


def fit(
    shape: type[T],
    document: Document,
    faults: Faults,
    *,
    at: Loc = (),
    data: object = None,
    instead: Mapping[str, str] = MappingProxyType({}),
) -> T | None:
    """Return `data` (default: the whole document) as `shape`.

    Where something is wrong its faults are kept, and what is left without it is returned, so
    that the rest can be checked as well: who calls raises the faults in the end. None where
    nothing useful is left. `at` is where `data` stands in the document, `instead` maps a name at
    the top of `shape` to the key it has in the file.
    """
    value = document.data if data is None else data
    faults.add(*_unknown(shape, value, at, document, instead))
    adapter = TypeAdapter(shape)
    try:
        return adapter.validate_python(value)
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
    faults.add(*(_fault(error, document, at) for error in errors))
    rest = copy.deepcopy(value)
    while culprits := {way for error in errors if (way := _culprit(rest, error))}:
        for way in sorted(culprits, key=len, reverse=True):
            _take_out(rest, way)
        try:
            return adapter.validate_python(rest)
        except ValidationError as exc:
            errors = exc.errors(include_url=False)
    return None


def _culprit(value: object, error: ErrorDetails) -> Loc:
    """Return the way to the smallest keyed part that `error` is about; () where that is all.

    List items stay where they are, or the places of those behind them would be wrong.
    """
    way: Loc = ()
    smallest: Loc = ()
    for part in error["loc"][:-1] if error["type"] in MISSING else error["loc"]:
        if isinstance(value, dict) and part in value:
            smallest = (*way, part)
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            break
        way = (*way, part)
    return smallest


def _take_out(value: Any, way: Loc) -> None:
    """Delete the key at the end of `way`."""
    for part in way[:-1]:
        value = value[part]
    del value[way[-1]]


def _fault(error: ErrorDetails, document: Document, at: Loc) -> Fault:
    """Word one of pydantic's errors, at its place in the file."""
    loc = at + tuple(error["loc"])
    if isinstance(loc[-1], int) and loc not in document.values:
        loc = loc[:-1]  # one value stands where a list may
    name, context = _name(loc), error.get("ctx", {})
    match error["type"]:
        case "triage":
            return document.fault(loc, str(context["text"]), str(context["remedy"]))
        case "missing" | "missing_argument":
            remedy = EXAMPLES.get(str(loc[-1]), "")
            return document.fault(loc[:-1], f"'{loc[-1]}' is missing", remedy, key=True)
        case "enum" | "literal_error":
            known = [
                word.strip(" '")
                for word in str(context["expected"]).replace(" or ", ",").split(",")
            ]
            text = f"{name} cannot be {_value(error, loc)}"
            return document.fault(loc, text, near(str(error["input"]), known))
        case kind if kind in WORDED:
            text = f"{name} {WORDED[kind]}, not {_value(error, loc)}"
            return document.fault(loc, text, REMEDIES.get(kind, ""))
        case _:
            said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
            return document.fault(loc, f"{name} {said}, not {_value(error, loc)}")


def _name(loc: Loc) -> str:
    """Name a value by its key, and a list item by the key of its list."""
    for step, part in enumerate(reversed(loc)):
        if isinstance(part, str):
            return f"'{part}'" if step == 0 else f"item {int(loc[-step]) + 1} of '{part}'"
    return "the file"


def _value(error: ErrorDetails, loc: Loc) -> str:
    """Quote what the file says, shortened; never what may be a password."""
    if any("password" in str(part) for part in loc):
        return "what stands there"
    value = error["input"]
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _unknown(
    shape: object,
    value: object,
    loc: Loc,
    document: Document,
    instead: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Fault]:
    """Find every key that `shape` does not know, however deep; `instead` renames the topmost."""
    shape = _arm(shape, value)
    if isinstance(value, Mapping):
        if typing.get_origin(shape) in {tuple, list}:  # one where a list may stand
            shape = _arm(typing.get_args(shape)[0], value)
        fields = fields_of(shape)
        known = fields and {instead.get(name, name): inner for name, inner in fields.items()}
        for key, inner in value.items():
            here = (*loc, key)
            if known is None:
                yield from _unknown(_item(shape), inner, here, document)
            elif key in known:
                yield from _unknown(known[key], inner, here, document)
            else:
                remedy = near(str(key), known)
                yield document.fault(here, f"unknown key '{key}'", remedy, key=True)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _unknown(_item(shape), inner, (*loc, index), document)


def fields_of(shape: object) -> Mapping[str, object] | None:
    """Return the keys of a dataclass or a model with their shapes; None for anything else."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
    if isinstance(shape, type) and dataclasses.is_dataclass(shape):
        hints = typing.get_type_hints(shape)
        return {field.name: hints[field.name] for field in dataclasses.fields(shape)}
    return None


def _arm(shape: object, value: object) -> object:
    """Choose the part of a union that `value` is meant to be."""
    while typing.get_origin(shape) is typing.Annotated:
        shape = typing.get_args(shape)[0]
    if typing.get_origin(shape) not in {typing.Union, types.UnionType}:
        return shape
    arms = [_arm(arm, value) for arm in typing.get_args(shape)]
    if isinstance(value, Mapping):
        return next((arm for arm in arms if fields_of(arm) is not None), arms[0])
    return next((arm for arm in arms if typing.get_origin(arm) in {tuple, list}), arms[0])


def _item(shape: object) -> object:
    """Return the shape of a list's items or a mapping's values; None where anything goes."""
    arguments = typing.get_args(shape)
    origin = typing.get_origin(shape)
    if origin in {tuple, list, set, frozenset}:
        return arguments[0]
    return arguments[1] if len(arguments) > 1 else None
