"""`triage history`: the sets of rules and prompts that were in force, and what each changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from triage.cli.ending import Finding
from triage.cli.moments import clock
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import print_json, say, stdout
from triage.cli.plain import line
from triage.cli.reload import in_a_line as said_of_draft
from triage.cli.reload import tell_of_draft
from triage.cli.replayview import in_a_line
from triage.cli.standing import MINUS
from triage.report.tickets import Json, when
from triage.store.applied import KEPT
from triage.store.versions import AppliedSet, Change, Draft


@click.command()
@click.option("--diff", type=click.IntRange(1), metavar="NUMBER", help="Show what a set changed.")
@with_json
@with_config
def history(diff: int | None, *, as_json: bool, config: Path | None) -> None:
    """List the sets of rules and prompts that were in force, the newest first, and what waits.

    The last 20 are kept. --diff prints what NUMBER changed of the set before it.

    \b
    --json prints
      {"now", "sets": [{"number", "at", "digest", "in_force", "person", "how",
         "changes": [{"file", "state": "new"|"gone"|"changed", "added", "removed"}],
         "tests": {"passed", "failed": [name]}, "replay"}],
       "waits": {"at", "digest", "state", "reason", "tests", "replay"} or null}
    "replay" is what 'triage rules replay --json' prints of changes; {} where none was run. With
    --diff: {"number", "before", "diff"}.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=True) as at:
        sets = at.store.applied_sets()
        if diff is not None:
            _show_diff(sets, diff, as_json=as_json)
            return
        draft = at.store.draft()
        if as_json:
            rows = [_shape(one, at.zone, in_force=one is sets[0]) for one in sets]
            waits = None if draft is None else _waits(draft, at.zone)
            print_json({"now": when(at.now, at.zone), "sets": rows, "waits": waits})
            return
        tell_of_draft(at.store)
        if sets:
            stdout().print(_table(sets, at))
        else:
            say("nothing was applied yet: the first 'triage run' applies the files")


def _shape(one: AppliedSet, zone: tzinfo, *, in_force: bool) -> Json:
    return {
        "number": one.number,
        "at": when(one.at, zone),
        "digest": one.digest,
        "in_force": in_force,
        "person": one.audit.person,
        "how": one.audit.how,
        "changes": [
            {
                "file": change.file,
                "state": change.state,
                "added": change.added,
                "removed": change.removed,
            }
            for change in one.changes
        ],
        "tests": dict(one.audit.tests),
        "replay": dict(one.audit.replay),
    }


def _waits(draft: Draft, zone: tzinfo) -> Json:
    return {
        "at": when(draft.at, zone),
        "digest": draft.digest,
        "state": draft.state,
        "reason": said_of_draft(draft),
        "tests": dict(draft.tests),
        "replay": dict(draft.replay),
    }


def _table(sets: Sequence[AppliedSet], at: Opened) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("set", justify="right")
    for title in ("since", "by", "files"):
        table.add_column(title)
    for title in ("changes", "tests and replay"):
        table.add_column(title, overflow="fold")
    for one in sets:
        current = one is sets[0]
        by = " ".join(part for part in (one.audit.person, one.audit.how) if part)
        table.add_row(
            Text(f"{one.number}{' ●' if current else '  '}", "green" if current else ""),
            clock(one.at, at.now, at.zone),
            line(by),
            one.digest,
            Text(_stat(one.changes)),
            Text(_proved(one.audit.tests, one.audit.replay)),
        )
    return table


def _stat(changes: Sequence[Change]) -> str:
    """Say in a few words what a set changed."""
    if not changes:
        return "no file"
    added, removed = sum(one.added for one in changes), sum(one.removed for one in changes)
    first = changes[0].file if len(changes) == 1 else f"{len(changes)} files"
    return f"{line(first)} +{added} {MINUS}{removed}"


def _proved(tests: Mapping[str, Any], replay: Mapping[str, Any]) -> str:
    said = [f"{tests['passed']} tests"] if tests else []
    return " · ".join([*said, in_a_line(replay)] if replay else said)


def _show_diff(sets: Sequence[AppliedSet], number: int, *, as_json: bool) -> None:
    at = next((at for at, one in enumerate(sets) if one.number == number), None)
    if at is None:
        gone = f" any more; the last {KEPT} are kept" if sets and number < sets[0].number else ""
        raise Finding(f"there is no set {number}{gone}")
    before = sets[at + 1] if at + 1 < len(sets) else None
    if before is None and number > 1:
        raise Finding(f"the set before {number} is not kept any more")
    lines = _diff({} if before is None else before.files, sets[at].files)
    if as_json:
        told = {"number": number, "before": before.number if before else None}
        print_json({**told, "diff": "".join(lines)})
        return
    click.echo("".join(lines).encode("utf-8", "replace").decode("utf-8"), nl=False)


def _diff(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a unified diff of all files that differ."""
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        old, new = f"a/{name}", f"b/{name}"
        for text in difflib.unified_diff(
            (was or "").splitlines(keepends=True),
            (now or "").splitlines(keepends=True),
            "/dev/null" if was is None else old,
            "/dev/null" if now is None else new,
        ):
            yield text if text.endswith("\n") else f"{text}\n\\ No newline at end of file\n"
