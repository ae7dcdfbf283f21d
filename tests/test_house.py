"""What holds in every file of the package, and no other tool looks at."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "triage"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 350
"""Lines; past 300 a module is split by meaning, and the rest is slack for a table."""

CLOCKS = {"now", "today", "utcnow", "make_msgid"}
"""Names whose call reads a clock (or makes up an identifier) behind the caller's back."""

NAMELESS = {"utils", "helpers", "common", "constants", "types", "models", "managers", "interfaces"}

TEST_FLAG = re.compile(
    r"pytest|unittest|hypothesis|\bTRIAGE_TEST|\b(?:is_|under_|in_|for_)?test(?:ing|s)?_?"
    r"(?:mode|flag|hook|only|run)\b|\bif (?:not )?(?:self\.)?_?(?:testing|test)\b",
    re.IGNORECASE,
)


def shown(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def hidden_clocks(source: str) -> Iterator[int]:
    """Yield the lines on which `source` calls a clock, or asks `formatdate` for the present."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                timeless = not node.args and "timeval" not in {k.arg for k in node.keywords}
                if name in CLOCKS or (name == "formatdate" and timeless):
                    yield node.lineno
            case _:
                pass


def test_core_reads_no_clock() -> None:
    found = [
        f"{shown(path)}:{line}"
        for path in sorted((PACKAGE / "core").rglob("*.py"))
        for line in hidden_clocks(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("datetime.now(UTC)", [1]),
        ("date.today()", [1]),
        ("make_msgid(domain='a.example')", [1]),
        ("formatdate()", [1]),
        ("formatdate(localtime=True)", [1]),
        ("formatdate(timestamp)", []),
        ("formatdate(timeval=timestamp)", []),
        ("now + wait", []),
    ],
)
def test_a_hidden_clock_is_seen(source: str, lines: list[int]) -> None:
    assert list(hidden_clocks(source)) == lines


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_is_named_for_what_it_means() -> None:
    parts = {part: shown(path) for path in MODULES for part in (path.stem, path.parent.name)}
    assert {parts[name] for name in NAMELESS & parts.keys()} == set()


def test_the_package_does_not_know_that_it_is_tested() -> None:
    found = [
        f"{shown(path)}:{number}: {line.strip()}"
        for path in MODULES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if TEST_FLAG.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import pytest",
        'if os.environ.get("TRIAGE_TEST_KILL"):',
        "if testing:",
        "if self._test:",
        "test_mode: bool = False",
        "run(test_hook=None)",
    ],
)
def test_a_test_flag_is_seen(line: str) -> None:
    assert TEST_FLAG.search(line)


@pytest.mark.parametrize(
    "line", ["tests of the roster", "the latest mail", "if contest:", "rules/30-desk.test.yaml"]
)
def test_what_only_looks_like_a_test_flag_is_let_through(line: str) -> None:
    assert not TEST_FLAG.search(line)
