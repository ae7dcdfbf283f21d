"""Figures as a table that a person reads, the load of the machine beside each."""

from __future__ import annotations

import os
from collections.abc import Sequence


def show(title: str, figures: dict[str, object]) -> None:
    """Print figures under a title, one a line."""
    load = os.getloadavg()[0]
    print(f"\n{title}   (load of the machine: {load:.1f})")  # noqa: T201
    for name, value in figures.items():
        shown = f"{value:,.2f}" if isinstance(value, float) else f"{value}"
        print(f"  {name:<58} {shown:>12}")  # noqa: T201


def at_share(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
