"""A long piece of work in a child process of its own, which tells how far it is.

The child prints one JSON object a line: `{"fraction", "text"}` on the way, and
last `{"folder"}` or `{"error"}`. Its memory goes back when it ends, and killing
it harms nothing: what it makes is renamed into its place as a whole. Whoever
waits for one is told when it is no longer wanted, and kills it.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from triage.errors import ModelUnusable

Progress = Callable[[float, str], None]
"""Called with a fraction from 0 to 1 and a text for people."""


_LOOK = 200
"""Milliseconds between two looks at whether a child is still wanted."""

_NICE = 10

_quietly: ContextVar[bool] = ContextVar("quietly", default=False)
_wanted: ContextVar[Callable[[], bool]] = ContextVar("wanted", default=lambda: True)


def while_wanted(wanted: Callable[[], bool]) -> None:
    """From now on, end the children of this context as soon as `wanted` says no.

    It is asked in the thread that waits for a child; tasks and threads inherit it.
    """
    _wanted.set(wanted)


def quietly() -> None:
    """From now on, let the children of this context have the processor only while it is idle."""
    _quietly.set(True)


def run_child(module: str, arguments: Sequence[str], progress: Progress) -> Path:
    """Run `python -m module arguments…` to its end and return the folder it made.

    Raises:
        ModelUnusable: it failed, and says why in the child's own words; or it is not wanted.
    """
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    ) as child:
        if _quietly.get():
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, child.pid, _NICE)
        said: dict[str, Any] = {}
        other = ""
        try:
            for line in _lines(child):
                try:
                    said = dict(json.loads(line))
                except (ValueError, TypeError):
                    other = line.decode(errors="replace").strip() or other
                    continue
                if "fraction" in said:
                    progress(said["fraction"], said["text"])
        except BaseException:
            child.kill()
            raise
    if "folder" in said:
        return Path(said["folder"])
    ended = f"it ended with {child.returncode}"
    raise ModelUnusable(f"{module}: {said.get('error') or other or ended}")


def _lines(child: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Yield what a child says, line by line. Raises: ModelUnusable once it is not wanted."""
    assert child.stdout is not None
    speaking, wanted, begun = select.poll(), _wanted.get(), b""
    speaking.register(child.stdout, select.POLLIN)
    while True:
        if not wanted():
            raise ModelUnusable("stopped before the model was made")
        if not speaking.poll(_LOOK):
            continue
        heard = os.read(child.stdout.fileno(), 65536)
        if not heard:
            break
        *lines, begun = (begun + heard).split(b"\n")
        yield from lines
    if begun:
        yield begun


def say(**facts: object) -> None:
    """Tell the parent something."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def say_progress(fraction: float, text: str) -> None:
    """Tell the parent how far the work is."""
    say(fraction=fraction, text=text)
