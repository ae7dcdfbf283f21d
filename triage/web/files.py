"""The static files as they travel: one digest for all of them, and our scripts as one.

A module of ours may import `app.js`, and nothing else does anything for it. There is no build: the
files lie there as they were written, and are put together when the first of them is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
SCRIPT = "desk.js"
"""By what name our scripts travel."""
MODULES = ("app.js", "answer.js", "keys.js", "live.js")
"""Our scripts, in the order in which they run; the others use what the first one exports."""


@cache
def static_files() -> Mapping[str, bytes]:
    """Return the static files by name, as they were when the first of them was asked for."""
    paths = (path for path in sorted(STATIC.iterdir()) if path.name not in MODULES)
    script = "\n".join(line for name in MODULES for line in _block(name)) + "\n"
    return {path.name: path.read_bytes() for path in paths} | {SCRIPT: script.encode()}


def _block(name: str) -> Iterator[str]:
    """Yield the lines of one of our scripts, without comments and indentation.

    The first one stands open, each other one in a block: its names are its own.
    """
    lines = map(str.strip, (STATIC / name).read_text(encoding="utf-8").splitlines())
    said = (line for line in lines if line and not line.startswith(("//", "/**", "import ")))
    if name == MODULES[0]:
        yield from (line.removeprefix("export ") for line in said)
        return
    yield "{"
    yield from said
    yield "}"


@cache
def _digest() -> str:
    """Return what all the static files hold, in a word."""
    digest = hashlib.sha256()
    for name, held in static_files().items():
        digest.update(f"{name} {len(held)}\n".encode() + held)
    return digest.hexdigest()[:12]


def static_name(name: str) -> str:
    """Return the path of a static file. What is in it stands in its path: it is kept for ever."""
    return f"/static/{_digest()}/{name}"


def styles() -> tuple[str, ...]:
    """Return the paths of all style sheets."""
    return tuple(static_name(name) for name in static_files() if name.endswith(".css"))
