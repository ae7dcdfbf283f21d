"""What `triage` and `python -m triage` start."""

from __future__ import annotations

import io
import sys

from triage.cli.group import cli


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows a question mark: no reason to end in a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli(prog_name="triage")


if __name__ == "__main__":
    main()
