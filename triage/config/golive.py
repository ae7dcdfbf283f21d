"""What keeps a desk from going live: example values that would reach a requester.

The shipped desk is complete, so that it runs at once; nobody should be written to in the name
of people who do not exist.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from triage.config.desk import ROSTER_FILE
from triage.config.faults import Document, Loc, read_text, shown
from triage.config.settings import Settings
from triage.config.shipped import shipped_rules
from triage.config.texts import note_files
from triage.config.yamlfile import read_yaml
from triage.core.desk import Roster
from triage.core.examples import example_values
from triage.errors import Fault

REMEDY = 'put your own here, or stay with mode = "shadow"'


def example_faults(
    settings: Settings, document: Document, rules: Path, roster: Roster, prompts: tuple[Path, ...]
) -> Iterator[Fault]:
    """Find every example value that a text to a requester could show, or that mail goes to.

    A shipped agent's name is one too, whatever address it has: it stands under every text.
    `prompts` are the folders of texts, a later one over the earlier.
    """
    yield from _found(document, ("brand",), settings.brand)
    yield from _found(document, ("phone",), settings.phone)
    for at, mailbox in enumerate(settings.mailboxes):
        yield from _found(document, ("mailbox", at, "address"), mailbox.address)
    yield from _roster(rules / ROSTER_FILE, roster)
    for path in note_files(prompts):
        yield from _text(path)


def _found(document: Document, loc: Loc, text: str) -> Iterator[Fault]:
    for value in example_values(text):
        yield document.fault(loc, _worded(value), REMEDY)


def _roster(path: Path, roster: Roster) -> Iterator[Fault]:
    document, invented = read_yaml(path), _invented()
    for at, agent in enumerate(roster.agents):
        yield from _found(document, ("agents", at, "name"), agent.name)
        if _folded(agent.name) in invented:
            yield document.fault(("agents", at, "name"), _worded(agent.name), REMEDY)
        yield from _found(document, ("agents", at, "mail"), agent.mail)
    if roster.on_call not in {agent.mail for agent in roster.agents}:
        yield from _found(document, ("on_call",), roster.on_call)
    yield from _found(document, ("phone",), roster.phone)


def _invented() -> frozenset[str]:
    """Return the names of the shipped agents, folded."""
    document = read_yaml(shipped_rules() / ROSTER_FILE)
    agents = document.data_at(("agents",))
    number = len(agents) if isinstance(agents, list) else 0
    names = (str(document.data_at(("agents", at, "name"))) for at in range(number))
    return frozenset(map(_folded, names))


def _folded(name: str) -> str:
    """Write a name so that case, blanks and the way of composing accents make no difference."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _text(path: Path) -> Iterator[Fault]:
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        for value in example_values(line):
            column = line.casefold().find(value.casefold()) + 1
            yield Fault(shown(path), number, max(1, column), _worded(value), REMEDY)


def _worded(value: str) -> str:
    return f"'{value}' is an example and would reach a requester"
