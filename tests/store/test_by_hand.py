"""Whatever people join, part, sort and answer, in any order, no mail and no promise is lost."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.store.desk import IS_HUMAN, IS_SPAM, NOW, SENT, Desk, mail, silent
from triage.core.disposition import Clocked, Disposition, Open
from triage.core.ticket import TICKETED, Kind
from triage.errors import NotPossible
from triage.store.byhand import Closing
from triage.store.sqlite import SqliteStore, open_store

HOUR = timedelta(hours=1)
PEOPLE = ("jo@example.net", "al@example.org")
WORDS = ("Lamp", "Chair", "Sofa", "Desk", "Rug", "Shelf", "Bed", "Door")


class ByHand(RuleBasedStateMachine):
    """A small desk, and everything that people do to its tickets."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = open_store(self.folder / "triage.db")
        self.store.start("here", 1, "boot", NOW)
        self.desk = Desk(self.store)
        self.names: list[str] = []
        self.mails = 0
        self.filed: set[str] = set()

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    # --- what comes -------------------------------------------------------------------------

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_writes(self, who: str) -> None:
        word = WORDS[self.mails % len(WORDS)]
        new = self._take(f"A new matter, number {self.mails}.", subject=word, sender=who)
        if isinstance(new, Open):
            self.names.append(new.reference)

    @precondition(lambda self: self.names)
    @rule(data=st.data())
    def somebody_replies(self, data: st.DataObject) -> None:
        cited = data.draw(st.integers(0, self.mails - 1))
        new = self._take("And this?", more=f"In-Reply-To: <m{cited}@x>", sender=PEOPLE[0])
        if isinstance(new, Open):
            self.names.append(new.reference)

    @rule()
    def a_machine_writes(self) -> None:
        self._take("Out.", more="Auto-Submitted: auto-generated\nX-Spam-Flag: YES")

    def _take(
        self, text: str, *, subject: str = "Re", sender: str = PEOPLE[0], more: str = ""
    ) -> Disposition:
        raw = mail(text, subject=subject, sender=sender, message_id=f"<m{self.mails}@x>", more=more)
        self.mails += 1
        self.desk.now += timedelta(minutes=3)
        return self.desk.take(raw)

    # --- what people do ---------------------------------------------------------------------

    @precondition(lambda self: self.names)
    @rule(data=st.data())
    def an_agent_answers(self, data: st.DataObject) -> None:
        cited = data.draw(st.integers(0, self.mails - 1))
        answer = mail(
            "Done.",
            sender="support@northwind.example",
            to=", ".join(PEOPLE),
            message_id=f"<m{self.mails}@x>",
            more=f"In-Reply-To: <m{cited}@x>",
        )
        self.mails += 1
        self.desk.now += timedelta(minutes=1)
        self.desk.take(answer, SENT)

    @precondition(lambda self: self.names)
    @rule(data=st.data(), closes=st.booleans())
    def a_ticket_is_ended(self, data: st.DataObject, closes: bool) -> None:
        name = self._name(data)
        if closes:
            self.store.close_ticket(name, Closing(reason="no"), "maria", self.desk.now)
        else:
            self.store.answered(name, self.desk.now, "maria", "phone")

    @precondition(lambda self: len(self.names) > 1)
    @rule(data=st.data(), one_person=st.booleans(), back=st.booleans())
    def two_are_merged(self, data: st.DataObject, one_person: bool, back: bool) -> None:
        one, into = (self._name(data) for _ in range(2))
        before, due = self._shown(), self._due(one, into)
        try:
            self.store.merge(one, into, "maria", self.desk.now, one_person=one_person)
        except NotPossible:
            assert self._unchanged_since(before)
            return
        after = self._due(one, into)
        assert due is None or (after is not None and after <= due), "a promise got longer"
        if back:
            self.store.undo_merge(one, "jonas", self.desk.now)
            assert self._unchanged_since(before)

    @precondition(lambda self: self.names)
    @rule(data=st.data())
    def a_merge_is_taken_back(self, data: st.DataObject) -> None:
        self._if_possible(lambda: self.store.undo_merge(self._name(data), "maria", self.desk.now))

    @precondition(lambda self: self.names)
    @rule(data=st.data(), back=st.booleans())
    def a_mail_is_split_off(self, data: st.DataObject, back: bool) -> None:
        view = self.store.ticket(self._name(data))
        if not view.messages:
            return
        message = data.draw(st.sampled_from(view.messages))
        start = message.arrived
        clock = Clocked(start=start, deadline=start + HOUR, warn_at=start + HOUR / 2)
        before = self._shown()
        try:
            part = self.store.split(message.id, clock, "maria", self.desk.now)
        except NotPossible:
            assert self._unchanged_since(before)
            return
        if back:
            self.store.undo_split(part, "jonas", self.desk.now)
            assert self._unchanged_since(before)
        self.names.append(part)

    @precondition(lambda self: self.names)
    @rule(data=st.data())
    def a_split_is_taken_back(self, data: st.DataObject) -> None:
        self._if_possible(lambda: self.store.undo_split(self._name(data), "maria", self.desk.now))

    @precondition(lambda self: self.mails)
    @rule(data=st.data(), spam=st.booleans())
    def a_mail_is_sorted(self, data: st.DataObject, spam: bool) -> None:
        number = data.draw(st.integers(1, self.mails))
        said = IS_SPAM if spam else IS_HUMAN
        self._if_possible(
            lambda: self.store.correct(f"M-{number}", said, {}, "maria", self.desk.now)
        )
        for new in self.desk.triage():
            if isinstance(new, Open):
                self.names.append(new.reference)

    @rule(minutes=st.sampled_from([10, 50, 200]))
    def time_passes(self, minutes: int) -> None:
        self.desk.now += timedelta(minutes=minutes)
        self.store.fire(self.desk.now, silent)

    # --- what always holds ------------------------------------------------------------------

    def _name(self, data: st.DataObject) -> str:
        return self.names[data.draw(st.integers(0, len(self.names) - 1))]

    def _if_possible(self, does: Callable[[], None]) -> None:
        before = self._shown()
        try:
            does()
        except NotPossible:
            assert self._unchanged_since(before)

    def _due(self, *references: str) -> datetime | None:
        views = [self.store.ticket(name) for name in references]
        due = [self.store.ticket(view.merged_into or view.row.reference).row for view in views]
        return min((row.answer_by for row in due if row.answer_by is not None), default=None)

    def _shown(self) -> dict[str, object]:
        """Return whatever is shown, each part under a name of its own."""
        rows = self.store._db.execute("SELECT reference FROM ticket ORDER BY id").fetchall()
        views = [self.store.ticket(row["reference"]) for row in rows]
        shown: dict[str, object] = {
            f"{view.row.reference} {field.name}": getattr(part, field.name)
            for view in views
            if view.messages
            for part in (view, view.row)
            for field in fields(part)
            if field.name not in {"row", "events", "revision", "merged"}
        }
        shown["queue"] = [row.reference for row in self.store.queue(None, 99)]
        return shown | {"next": self.store.next_timer()}

    def _unchanged_since(self, before: dict[str, object]) -> bool:
        now = self._shown()
        for name in sorted({*before, *now}):
            assert (name, now.get(name)) == (name, before.get(name))
        return True

    @invariant()
    def no_mail_is_lost(self) -> None:
        (kept,) = self.store._db.execute("SELECT count(*) FROM message").fetchone()
        assert kept == self.mails
        assert self.store.counts().messages.get("stored", 0) == 0

    @invariant()
    def every_humans_mail_lies_on_one_living_ticket(self) -> None:
        lost = self.store._db.execute(
            "SELECT m.id FROM message m LEFT JOIN ticket t ON t.id = m.ticket"
            " WHERE m.kind IN (SELECT value FROM json_each(?))"
            " AND m.role = 'inbox' AND (t.id IS NULL OR t.status = 'merged')",
            (json.dumps(sorted(TICKETED)),),
        ).fetchall()
        assert [row["id"] for row in lost] == []

    @invariant()
    def every_ticket_counts_and_times_what_lies_on_it(self) -> None:
        for row in self.store._db.execute(
            "SELECT t.reference, t.status, t.answer_by, t.place, t.boost, t.messages, c.deadline,"
            " (SELECT count(*) FROM message m WHERE m.ticket = t.id"
            "   AND m.acknowledge_reason <> 'our_own_answer') AS lies,"
            " (SELECT count(*) FROM timer r WHERE r.ticket = t.id) AS timers,"
            " (SELECT count(*) FROM clock k WHERE k.ticket = t.id AND k.answered IS NULL"
            "   AND k.cycle > t.cycle) AS beyond"
            " FROM ticket t LEFT JOIN clock c ON c.ticket = t.id AND c.cycle = t.cycle"
        ):
            assert row["messages"] == row["lies"], row["reference"]
            assert row["beyond"] == 0
            if row["status"] == "open":
                assert row["answer_by"] == row["deadline"] is not None
                assert row["place"] == row["answer_by"] - row["boost"] * 60_000_000
            else:
                assert (row["answer_by"], row["place"], row["timers"]) == (None, None, 0)

    @invariant()
    def p2_at_most_one_acknowledgement_is_on_its_way_for_a_ticket(self) -> None:
        twice = self.store._db.execute(
            "SELECT ticket FROM outbox WHERE sort = 'ack' AND state = 'pending'"
            " GROUP BY ticket HAVING count(*) > 1"
        ).fetchall()
        assert twice == []


ByHand.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=18,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestByHand = ByHand.TestCase


# --- growth -----------------------------------------------------------------------------------


def grown(store: SqliteStore, tickets: int) -> None:
    """Put that many answered tickets with a mail each beside those that are there."""
    db = store._db
    db.execute("BEGIN")
    db.execute(
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO ticket (id, reference, status, mailbox, subject, requester, requester_name,"
        " queue, guess, priority, boost, owner, owner_why, gist, flags, badges, related, opened,"
        " acknowledgement, messages) SELECT 1000 + i, printf('T-%07d', i), 'done', 'support', '',"
        " 'jo@example.net', '', 'orders', 'orders', 'normal', 0, 'maria', '', '', '[]', '[]', '[]',"
        " i, 'sent', 1 FROM n",
        (tickets,),
    )
    db.execute(
        "INSERT INTO message (key, copy, mailbox, role, internal_date, first_seen, arrived, size,"
        " state, ticket, opens, kind) SELECT randomblob(8), 0, 'support', 'inbox', id, id, id, 1,"
        " 'routed', id, 1, 'human' FROM ticket WHERE id > 1000"
    )
    db.execute("INSERT INTO event (ticket, at, name, detail) SELECT id, id, 'x', '{}' FROM ticket")
    db.execute("COMMIT")


SMALL = re.compile(
    r"SCAN (up|down|w|json_each|CONSTANT|[(]subquery|instance|setting|"
    r"ticket USING INDEX ticket_of_owner|a VIRTUAL TABLE INDEX 1:)"
)
"""What an operation may walk along: what it made itself, single rows, and what is open.

`a` is the list of addresses within one row.
"""

ONE_ROW = re.compile(r"INSERT INTO \w+ (?:\([\w, ]+\) )?VALUES")
"""What reads nothing: SQLite plans for rows that wait for this parent, and looks for none while
there are none."""


def plans(store: SqliteStore, does: Callable[[], object]) -> list[str]:
    """Return how SQLite finds what every statement of an operation asks for."""
    asked: list[str] = []
    store._db.set_trace_callback(asked.append)
    try:
        does()
    finally:
        store._db.set_trace_callback(None)
    found = []
    for statement in asked:
        if ONE_ROW.match(statement):
            continue
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE", "WITH", "INSERT"}:
            with suppress(Exception):
                rows = store._db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
                found += [f"{row['detail']}: {statement}" for row in rows]
    return found


def test_p12_no_operation_by_hand_reads_a_whole_table(store: SqliteStore, desk: Desk) -> None:
    made = [desk.take(mail(f"{word}.", subject=word, message_id=f"<{word}@x>")) for word in WORDS]
    names = [new.reference for new in made if isinstance(new, Open)]
    desk.take(mail("More.", message_id="<more@x>", more="In-Reply-To: <Lamp@x>"))
    desk.take(mail("Buy.", message_id="<buy@x>", more="X-Spam-Flag: YES"))
    (spam,) = [one for one in store.filed(tuple(Kind), 99) if one.kind not in TICKETED]
    grown(store, 10_000)
    second = store.ticket(names[0]).messages[1]
    clock = Clocked(start=NOW, deadline=NOW + HOUR)
    part: list[str] = []
    now = desk.now
    does: list[Callable[[], object]] = [
        lambda: part.append(store.split(second.id, clock, "maria", now)),
        lambda: store.undo_split(part[0], "maria", now),
        lambda: store.merge(names[1], names[0], "maria", now),
        lambda: desk.take(mail("Hm.", message_id="<hm@x>", more="In-Reply-To: <Chair@x>")),
        lambda: store.ticket(names[0]),
        lambda: store.undo_merge(names[1], "maria", now),
        lambda: store.correct(names[2], IS_SPAM, {}, "maria", now),
        lambda: store.correct(names[2], IS_HUMAN, {}, "maria", now),
        lambda: store.correct(spam.handle, IS_HUMAN, {}, "maria", now),
        lambda: store.undo_correction(spam.handle, "maria", now),
    ]
    for one in does:
        seen = plans(store, one)
        assert seen
        assert [plan for plan in seen if plan.startswith("SCAN ") and not SMALL.match(plan)] == []


@pytest.mark.parametrize("name", ["ticket_merged_into", "change_of_other", "said_of_message"])
def test_the_indexes_are_there(store: SqliteStore, name: str) -> None:
    row = store._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    assert row is not None
