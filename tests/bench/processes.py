"""What the kernel says of a process: CPU, memory, and writes that waited for the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def thread_seconds(pid: int | str, tids: Iterable[int] | None = None) -> dict[int, float]:
    """Return the CPU seconds of the living threads of a process (or of some), to the nanosecond."""
    folder = Path(f"/proc/{pid}/task")
    found: dict[int, float] = {}
    for tid in (int(task.name) for task in folder.iterdir()) if tids is None else tids:
        try:
            spent = (folder / f"{tid}/schedstat").read_text().split()[0]
        except OSError:  # it has just ended
            continue
        found[tid] = int(spent) / 1e9
    return found


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process, its ended threads included, to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def children_cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of those children of a process that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / _TICK


def megabytes(pid: int, field: str) -> float:
    """Return one of the sizes in `/proc/PID/status`, such as `VmHWM`, the peak."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (size,) = (line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return int(size) / 1024


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
