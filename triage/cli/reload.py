"""Asking the running daemon to read its files again, and saying what became of them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from triage.cli.asking import ask
from triage.cli.ending import Finding
from triage.cli.output import say
from triage.errors import TriageError
from triage.store.protocol import Store
from triage.store.sqlite import open_store
from triage.store.verdicts import VERDICT, Said, read_said
from triage.store.versions import Draft, Held

REMEDIES = {
    Held.TESTS_FAIL: "mend rules or tests ('triage rules test' shows them), then reload",
    Held.CHANGES_MUCH: "'triage rules replay' shows it, 'triage rules apply' puts it in force",
    Held.ROLLED_BACK: "'triage rules apply' puts them in force",
}
"""What is to be done about a draft that waits."""


def ask_to_reload(store: Path) -> None:
    """Signal the daemon of `store` and say its verdict. Raises: Finding if the old set goes on."""
    tell_verdict(ask(store))


def tell_verdict(said: Said) -> None:
    """Say what became of the files. Raises: Finding if the old set goes on."""
    for fault in said.faults:
        say(fault)
    if said.faults:
        raise Finding(f"the files have faults; {said.policy} goes on")
    for note in said.notes:
        say(f"note: {note}")
    if said.pending is not None:
        raise Finding(f"{in_a_line(said.pending)}; {said.policy} goes on")
    say(f"applied: {said.policy}")


def in_a_line(draft: Draft) -> str:
    """Say that a draft waits, why, and what to do."""
    return f"the rules on disk wait: {draft.reason}; {REMEDIES[draft.state]}"


def tell_of_draft_at(path: Path) -> None:
    """Do so for the store at `path`, if there is one that can be read."""
    with suppress(TriageError, OSError):
        store = open_store(path, read_only=True)
        try:
            tell_of_draft(store)
        finally:
            store.close()


def tell_of_draft(store: Store) -> None:
    """Say on stderr that the files on disk are not what runs, where that is so."""
    said = read_said(store.setting(VERDICT))
    if said is not None and said.faults:
        say(f"triage: the files on disk were REJECTED; {said.policy} runs; see 'triage check'")
    elif (draft := store.draft()) is not None:
        say(f"triage: {in_a_line(draft)}")
