"""A desk in a folder of its own, with a real store that tests put tickets into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from triage.cli.group import cli
from triage.core.arrival import Arrival, Folder, Role
from triage.core.disposition import (
    Acknowledgement,
    Clocked,
    Disposition,
    Enqueue,
    Explained,
    Filed,
    Mail,
    Open,
)
from triage.core.hours import Span
from triage.core.known import Question, Surroundings
from triage.core.outgoing import Sort
from triage.core.ticket import Kind, Priority
from triage.store.sqlite import SqliteStore, open_store

MINUTE = timedelta(minutes=1)
INBOX = Folder("support", "INBOX", Role.INBOX)
SETTINGS = """
brand = "Northwind Home"

[[mailbox]]
name = "support"
address = "support@northwind.example"
host = "127.0.0.1"
security = "none"
"""


@dataclass
class Case:
    """What a test says of one mail; the rest is ordinary."""

    subject: str = "Table top is cracked"
    text: str = "The top of my table is cracked.\nPlease send a new one."
    sender: str = "jo.park@example.net"
    name: str = "Jo Park"
    queue: str = "returns"
    guess: str = ""
    priority: Priority = Priority.NORMAL
    boost: int = 0
    due_in: timedelta | None = 45 * MINUTE
    arrived_ago: timedelta = 15 * MINUTE
    owner: str = "maria"
    flags: tuple[str, ...] = ()
    gist: str = "Please send a new one."
    reason: str = "unverified"
    acknowledge: bool = True
    explained: Explained = field(default_factory=Explained)
    said: Mapping[str, object] = field(default_factory=dict)
    body: str = ""


class Desk:
    """The folder of a desk, and the store behind its settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "triage.toml"
        self.config.write_text(SETTINGS)
        self.now = datetime.now(UTC)
        self.store: SqliteStore = open_store(folder / "triage.db")
        self.store.take_baseline(INBOX, 1, (), self.now - timedelta(days=1))
        self._uid = 0

    def receive(self, case: Case) -> None:
        """Store one mail that nobody has triaged yet."""
        self._uid += 1
        raw = f"Message-ID: <{self._uid}@example.net>\r\n\r\n{case.body or case.text}".encode()
        arrival = Arrival(
            uid=self._uid,
            raw=raw,
            size=len(raw),
            identity=b"%032d" % self._uid,
            internal_date=self.now - case.arrived_ago,
        )
        self.store.receive(INBOX, [arrival], self.now)

    def open(self, case: Case) -> str:
        """Make a ticket of `case`, and return its reference."""
        self._settle(case, lambda around: _opened(case, around, self.now))
        rows = self.store.queue(None, 1000)
        return max(rows, key=lambda row: row.id).reference

    def file(self, case: Case, kind: Kind) -> None:
        """File `case` as mail of `kind` that becomes no ticket."""
        filed = Filed(
            mail=_mail(case, kind),
            ticket=None,
            acknowledgement=Acknowledgement(acknowledge=False, reason=kind),
            explained=Explained(),
        )
        self._settle(case, lambda _: filed)

    def _settle(self, case: Case, decide: Callable[[Surroundings], Disposition]) -> None:
        self.receive(case)
        (received,) = self.store.begin_triage(self.now, timedelta(hours=4), 1)
        question = Question(
            message=received.id,
            key=received.key,
            requester=case.sender,
            domain="example.net",
            mailbox="support",
            now=self.now,
        )
        self.store.settle(question, decide)

    def run(self, *args: str) -> Result:
        """Run a command on this desk, as one would type it."""
        return CliRunner().invoke(cli, [*args, "--config", str(self.config)])

    def json(self, *args: str) -> Any:
        """Run a command with `--json`, and return what it printed."""
        result = self.run(*args, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


def _mail(case: Case, kind: Kind) -> Mail:
    return Mail(
        kind=kind,
        doubtful=False,
        kind_why="nothing says otherwise",
        trust="none",
        trust_why="no result of a trusted server",
        language="en",
        subject=case.subject,
        sender=case.sender,
        sender_name=case.name,
        message_id="",
        text=case.text,
        said=case.said,
    )


def _opened(case: Case, around: Surroundings, now: datetime) -> Open:
    start = now - case.arrived_ago
    deadline = None if case.due_in is None else now + case.due_in
    mail = Enqueue(
        purpose=f"ack:{around.reference}",
        sort=Sort.ACKNOWLEDGEMENT,
        recipient=case.sender,
        message_id=f"ack.{around.reference}@northwind.example",
        mailbox="support",
        promised_at=deadline,
    )
    return Open(
        mail=_mail(case, Kind.HUMAN),
        reference=around.reference,
        requester=case.sender,
        requester_name=case.name,
        queue=case.queue,
        guess=case.guess or case.queue,
        priority=case.priority,
        boost=case.boost,
        owner=case.owner,
        owner_why="on duty, has returns, fewest open (0)",
        flags=case.flags,
        gist=case.gist,
        clock=Clocked(
            start=start,
            deadline=deadline,
            warn_at=None if deadline is None else deadline - 15 * MINUTE,
            spans=() if deadline is None else (Span(start, deadline),),
            why="returns: 1 h, while open",
        ),
        acknowledgement=Acknowledgement(
            acknowledge=case.acknowledge,
            reason=case.reason,
            mail=mail if case.acknowledge else None,
        ),
        explained=case.explained,
    )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    one = Desk(tmp_path)
    yield one
    one.store.close()
