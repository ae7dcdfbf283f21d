"""How a command ends when something is wrong: one clear line, and an exit code."""

from __future__ import annotations

from pathlib import Path

import click

from triage.errors import ConfigError, Fault, TriageError

FINDING = 1
USAGE = 2
CONFIG = 78
"""EX_CONFIG of sysexits.h: systemd does not start the unit again (`RestartPreventExitStatus`)."""


def end(error: TriageError) -> int:
    """Say on stderr what is wrong, and return the code to exit with."""
    if isinstance(error, ConfigError):
        for fault in error.faults:
            click.echo(in_words(fault), err=True)
        return CONFIG
    click.echo(f"triage: {error}", err=True)
    return FINDING


def end_of_system(error: OSError) -> int:
    """Say in one line what the system refused, and return the code to exit with."""
    reason = (error.strerror or type(error).__name__).lower()
    click.echo(
        f"triage: {error.filename}: {reason}" if error.filename else f"triage: {reason}", err=True
    )
    return FINDING


def in_words(fault: Fault, level: str = "error") -> str:
    """Return a fault with the line of rules or prompts it stands in, and a caret under it."""
    first, *rest = str(fault).split("\n")
    first = first.replace(": error: ", f": {level}: ", 1)
    return "\n".join([first, *_line(fault), *rest])


def _line(fault: Fault) -> list[str]:
    """Return the line and its caret; never of the settings, where a password may stand."""
    if not fault.line or fault.file.endswith(".toml"):
        return []
    try:
        lines = Path(fault.file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    if fault.line > len(lines):
        return []
    shown = lines[fault.line - 1].replace("\t", " ")
    if not shown.isprintable():
        return []
    start = max(0, fault.column - 60)
    caret = " " * (fault.column - 1 - start) + "^"
    return [f"{fault.line:>5} | {shown[start : start + 90]}", f"      | {caret}"]


class Finding(click.ClickException):
    """A command ends with a finding: one line on stderr, exit code 1."""

    exit_code = FINDING

    def show(self, file: object = None) -> None:
        """Say it the way every error is said."""
        click.echo(f"triage: {self.message}", err=True)
