"""The daemon's log: stderr, one event a line, as the journal or a person reads it best."""

from __future__ import annotations

import os
import sys
from typing import Any

import structlog

_JOURNAL_LEVELS = {"critical": 2, "exception": 3, "error": 3, "warning": 4, "debug": 7}


def log_to_stderr(level: str = "info") -> None:
    """Set the log up, from `level` on: coloured lines on a terminal, else `key=value`.

    Under systemd a line begins with its level, and the time is the journal's own.
    Source: sd-daemon(3).
    """
    structlog.configure(
        processors=_processors(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Asked for at every line: a progress bar puts itself in the place of stderr for a while.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _processors() -> list[Any]:
    if "JOURNAL_STREAM" in os.environ:
        return [structlog.processors.LogfmtRenderer(key_order=["event"]), _with_level]
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    render: Any = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    if sys.stderr.isatty():
        stamp = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)
        render = structlog.dev.ConsoleRenderer(colors=not os.environ.get("NO_COLOR"))
    return [structlog.processors.add_log_level, stamp, render]


def _with_level(_logger: object, method: str, line: str) -> str:
    return f"<{_JOURNAL_LEVELS.get(method, 6)}>{line}"
