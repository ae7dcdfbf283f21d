"""Whether whatever one rule matches, another matches too: told from how they are written.

"Yes" is certain. "No" may also mean that it cannot be told: of patterns, lists and bounds it is
only known that they are the same, and scores, flags and history are taken as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import TypeAlias

from triage.core import patterns
from triage.core.patterns import fold

When: TypeAlias = Mapping[str, object]
"""What a rule asks, as it stands in the file: all keys of a mapping hold, of a list any item."""

_Asked: TypeAlias = tuple[str, object]
"""One key of a mapping with its value; a header and a fact with their names."""

_MOST_CASES = 64
_MOST_STARS = 3
_MORE = 40
"""More letters than anybody writes `?` for in a row."""

STAR = "*"
_SETS = frozenset({"kind", "language", "mailbox", "trust", "list", "pattern", "signal"})
_GLOBS = frozenset({"from", "to", "subject", "forwarded_by"})
# Later rules see more of these than earlier ones do, so that even the same question is another.
_GROWING = frozenset({"flag", "signal"})
_FRESH = ("\u16a0", "\u16a2", "\u16a6")
"""Letters that no rule is written in: what matches them matches any letter."""


def implies(narrow: When, wide: When, *, later: bool = True) -> bool:
    """Say whether `wide` surely matches every mail that `narrow` does.

    `later`: `narrow` is asked after `wide`, when more flags may be set.
    """
    cases = _cases(narrow)
    if cases is None:
        return False
    return all(all(_held(case, asked, later=later) for asked in _conjuncts(wide)) for case in cases)


def covers_phrase(wide: Sequence[str], narrow: str) -> bool:
    """Say whether one of `wide` stands wherever `narrow` does: `injur*` where `injured` does."""
    text = fold(narrow)
    if text.count(STAR) > _MOST_STARS:
        return narrow in wide
    pattern = _words(tuple(wide))
    return pattern is not None and all(pattern.hits(one.encode()) for one in _instances(text))


def covers_glob(wide: str, narrow: str) -> bool:
    """Say whether a glob covers every value that `narrow` covers."""
    text = fold(narrow).replace("?", _FRESH[2])
    if text.count(STAR) > _MOST_STARS:
        return wide == narrow or not wide.strip(STAR)
    pattern = _glob(wide)
    return pattern is not None and all(pattern.covers(one.encode()) for one in _instances(text))


def several(value: object) -> tuple[object, ...]:
    """Return a list as it stands, and one value as a list of one."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def mappings(value: object) -> Iterator[When]:
    """Go through the mappings of a list, or one alone."""
    return (one for one in several(value) if isinstance(one, Mapping))


@lru_cache(maxsize=4096)
def _words(wide: tuple[str, ...]) -> patterns.Pattern | None:
    try:
        return patterns.words(wide)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _glob(wide: str) -> patterns.Pattern | None:
    try:
        return patterns.glob(wide)
    except ValueError:
        return None


def _instances(text: str) -> Iterator[str]:
    """Write `text` with each `*` as nothing, as a fresh letter, and as more than any `?` takes.

    What matches all of these matches whatever stands there: nothing but a `*` matches the last.
    """
    parts = text.split(STAR)
    fills = ("", _FRESH[0], _FRESH[1] * _MORE)
    for chosen in product(fills, repeat=len(parts) - 1):
        yield "".join(part + fill for part, fill in zip(parts, (*chosen, ""), strict=True))


def _conjuncts(when: When) -> Iterator[_Asked]:
    """Go through what has to hold together, `all` taken apart."""
    for key, value in when.items():
        if key == "all":
            for part in mappings(value):
                yield from _conjuncts(part)
        elif key in {"header", "fact"} and isinstance(value, Mapping):
            yield from ((f"{key} {str(name).casefold()}", one) for name, one in value.items())
        else:
            yield key, value


def _cases(when: When) -> list[list[_Asked]] | None:
    """Take each `any` apart into its cases, one of which holds; None: there are too many."""
    asked = list(_conjuncts(when))
    either = [list(mappings(value)) for key, value in asked if key == "any"]
    plain = [one for one in asked if one[0] != "any"]
    if not all(either) or prod(map(len, either)) > _MOST_CASES:
        return None
    cases = list[list[_Asked]]()
    for chosen in product(*either):
        several_arms = [_cases(arm) for arm in chosen]
        if any(inner is None or len(inner) > 1 for inner in several_arms):
            return None
        cases.append([*plain, *(one for inner in several_arms if inner for one in inner[0])])
    return cases


def _held(case: Sequence[_Asked], asked: _Asked, *, later: bool) -> bool:
    """Say whether one question is surely answered with yes where all of `case` holds."""
    key, value = asked
    if key == "any":
        arms = mappings(value)
        return any(all(_held(case, one, later=later) for one in _conjuncts(arm)) for arm in arms)
    if key == "unless":
        refused = [one for name, given in case if name == "unless" for one in mappings(given)]
        return all(
            any(implies(wide, narrow, later=False) for narrow in refused)
            for wide in mappings(value)
        )
    if key in _GROWING and later:
        return False
    return any(_atom(key, given, value) for name, given in case if name == key)


def _atom(key: str, narrow: object, wide: object) -> bool:
    if narrow == wide:
        return True
    if key == "words":
        known = tuple(map(str, several(wide)))
        return all(covers_phrase(known, str(one)) for one in several(narrow))
    if key in _GLOBS:
        return _each_covered(narrow, wide)
    if key in _SETS:
        return set(map(str, several(narrow))) <= set(map(str, several(wide)))
    if key == "model":
        return all(any(_bound(one, other) for other in mappings(wide)) for one in mappings(narrow))
    return key.startswith(("header ", "fact ")) and _value(narrow, wide)


def _each_covered(narrow: object, wide: object) -> bool:
    """Say whether each of the narrow globs is covered by one of the wide ones."""
    known = list(map(str, several(wide)))
    return all(any(covers_glob(one, str(each)) for one in known) for each in several(narrow))


def _value(narrow: object, wide: object) -> bool:
    """Compare what is asked of one header or fact: there, or covered by globs."""
    narrow, wide = _asked_of(narrow), _asked_of(wide)
    if wide == {"present": "true"}:
        return bool(narrow.keys() & {"is", "not"}) or narrow.get("present") == "true"
    if wide.keys() != {"is"} or "is" not in narrow:
        return False
    return _each_covered(narrow["is"], wide["is"])


def _asked_of(given: object) -> Mapping[str, object]:
    if isinstance(given, Mapping):
        return given
    return {given: "true"} if given in {"present", "absent"} else {"is": given}


def _bound(narrow: When, wide: When) -> bool:
    """Say whether a score within the narrow bounds lies within the wide ones."""
    if narrow.get("label") != wide.get("label"):
        return False
    try:
        low = float(str(narrow.get("at_least", 0))) >= float(str(wide.get("at_least", 0)))
        high = float(str(narrow.get("at_most", 1))) <= float(str(wide.get("at_most", 1)))
    except ValueError:
        return False
    return low and high
