"""What a replay found, drawn of the summary that is also kept and printed as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from rich.console import Console
from rich.text import Text

from triage.cli.layout import block
from triage.trial.replay import WHAT

_LABEL = 17
_NAMED = 5


def draw_replay(console: Console, summary: Mapping[str, Any], zone: tzinfo) -> None:
    """Draw a summary: what changes, in groups with their mails, and whether for the better."""
    console.print(Text(in_a_line(summary, zone), "bold"))
    for what in WHAT:
        label = what
        for group in summary[what]:
            block(console, _group(what, group), label, _LABEL)
            label = ""
    for label, text in _figures(summary):
        block(console, Text(text), label, _LABEL)


def in_a_line(summary: Mapping[str, Any], zone: tzinfo | None = None) -> str:
    """Say in a line how many mails change, or "" where nothing was replayed."""
    if not summary:
        return ""
    mails, changed, graver = summary["mails"], summary["changed"], summary["graver"]
    since = "" if zone is None else f" since {_day(summary['since'], zone)}"
    share = f" ({changed / mails:.1%})" if mails and changed else ""
    more = f", {graver:,} in more than queue or priority" if graver else ""
    many = f"{mails:,} mail{'s' * (mails != 1)}"
    if summary["found"] > mails + summary["skipped"]:
        many = f"the newest {mails:,} of {summary['found']:,} mails"
    return f"{many}{since} · {changed:,} change{share}{more}"


def _day(since: str, zone: tzinfo) -> str:
    at = datetime.fromisoformat(since).astimezone(zone)
    return f"{at.day} {at:%b}"


def _group(what: str, group: Mapping[str, Any]) -> Text:
    before, after = str(group["from"]), str(group["to"])
    moved = after if what == "deadline" and "none" not in {before, after} else f"{before}→{after}"
    said = Text.assemble(f"{moved} ", (f"{group['count']:,}", "bold"))
    names = [str(name) for name in group["mails"][:_NAMED]]
    rest = group["count"] - len(names)
    said.append(f"  {', '.join(names)}", "dim")
    return said.append(f" and {rest:,} more" if rest else "", "dim")


def _figures(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    right, late = summary["agreement"], summary["late"]
    if number := right["n"]:
        before, after = (right[one] / number for one in ("before", "after"))
        yield "corrections", f"{before:.1%} → {after:.1%} as people set right (n={number:,})"
    else:
        yield "corrections", "nobody set any of these mails right"
    yield "late, simulated", f"{late['before']:,} → {late['after']:,}"
    if skipped := summary["skipped"]:
        yield "left out", f"{skipped:,} could not be judged again"
    yield "took", f"{summary['seconds']:.1f} s"
