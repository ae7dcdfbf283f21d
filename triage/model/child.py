"""A long piece of work in a child process of its own, which tells how far it is.

The child prints one JSON object a line: `{"fraction", "text"}` on the way, and
last `{"folder"}` or `{"error"}`. Its memory goes back when it ends, and killing
it harms nothing: what it makes is renamed into its place as a whole.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from triage.errors import ModelUnusable

Progress = Callable[[float, str], None]
"""Called with a fraction from 0 to 1 and a text for people."""


def run_child(module: str, arguments: Sequence[str], progress: Progress) -> Path:
    """Run `python -m module arguments…` to its end and return the folder it made.

    Raises:
        ModelUnusable: it failed; says why in the child's own words.
    """
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    ) as child:
        assert child.stdout is not None
        said: dict[str, Any] = {}
        other = ""
        for line in child.stdout:
            try:
                said = dict(json.loads(line))
            except (ValueError, TypeError):
                other = line.decode(errors="replace").strip() or other
                continue
            if "fraction" in said:
                progress(said["fraction"], said["text"])
    if "folder" in said:
        return Path(said["folder"])
    ended = f"it ended with {child.returncode}"
    raise ModelUnusable(f"{module}: {said.get('error') or other or ended}")


def say(**facts: object) -> None:
    """Tell the parent something."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def say_progress(fraction: float, text: str) -> None:
    """Tell the parent how far the work is."""
    say(fraction=fraction, text=text)
