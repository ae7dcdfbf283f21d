"""Values as JSON and back: what was known when a mail was judged, so that it can be judged again.

Only what is not as it is by default is kept. A field that a later version knows has its default
in what an earlier one kept; one that it no longer knows is left out.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def remembered(value: object, *, but: AbstractSet[str] = frozenset()) -> dict[str, object]:
    """Return the fields of a dataclass as JSON can hold them, without those named `but`.

    Texts, numbers, instants, members of an enum, and tuples, sets, mappings and dataclasses of
    these.
    """
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} is no dataclass")
    kind: type = type(value)
    return {
        name: _plain(getattr(value, name))
        for name, default in _defaults(kind).items()
        if name not in but and getattr(value, name) != default
    }


def recalled(kind: type[T], kept: Mapping[str, object], **given: object) -> T:
    """Return the value that `remembered` kept; `given` are fields that were not kept."""
    plain: type = kind
    hints, names = _hints(plain), _defaults(plain).keys() & kept.keys()
    return kind(**{name: _value(hints[name], kept[name]) for name in names} | given)


def as_list(value: object) -> list[Any]:
    """Return a list that was kept as JSON; anything else is an empty one."""
    return list(value) if isinstance(value, (list, tuple)) else []


def _plain(value: object) -> object:
    found: object = value
    match value:
        case datetime():
            found = value.isoformat()
        case Enum():
            found = value.value
        case Mapping():
            found = {str(_plain(key)): _plain(each) for key, each in value.items()}
        case tuple() | list():
            found = [_plain(each) for each in value]
        case frozenset() | set():
            found = sorted((_plain(each) for each in value), key=str)
        case float():
            found = round(value, 6)
        case None | str() | int():
            pass
        case _:
            found = remembered(value)
    return found


def _value(hint: Any, kept: Any) -> Any:
    """Return what `kept` stands for, where a value of the type `hint` is expected."""
    origin, within = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        others = [each for each in within if each is not type(None)]
        return None if kept is None else _value(others[0], kept)
    if origin in {tuple, frozenset}:
        return origin(_value(within[0], each) for each in kept)
    if origin is not None and issubclass(origin, Mapping):
        return {_value(within[0], key): _value(within[1], each) for key, each in kept.items()}
    return _single(hint, kept)


def _single(hint: Any, kept: Any) -> Any:
    if hint is datetime:
        return datetime.fromisoformat(kept)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(kept)
    return recalled(hint, kept) if isinstance(hint, type) and is_dataclass(hint) else kept


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


@cache
def _defaults(kind: type) -> Mapping[str, object]:
    """Return each field with its default; one without has a value that nothing is equal to."""
    return {
        field.name: field.default_factory() if field.default_factory is not MISSING
        else field.default
        for field in fields(kind)
    }  # fmt: skip
