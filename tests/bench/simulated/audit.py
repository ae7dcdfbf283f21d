"""What came of a run: whether mail was lost or doubled, and what became of every promise.

Nothing here asks the stages how they did: mails are counted where the simulation wrote them and
where the relay took them, answers where people gave them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.parser import BytesHeaderParser
from enum import StrEnum

from tests.bench.simulated.plan import Plan, Sort, local_day
from tests.bench.simulated.world import Run
from triage.store.connection import instant, maybe

EXCUSES = frozenset({"relay_down", "cap_reached", "already_sent", "paused", "answered_elsewhere"})
"""Why no notice could leave before a promise was broken.

The last: the requester heard from a person of ours the same day, on another ticket of theirs.
"""


class Came(StrEnum):
    """What became of a promise."""

    KEPT = "kept"
    FOLLOWED = "followed"
    EXCUSED = "excused"
    BROKEN = "broken"


class Days(StrEnum):
    """What sort of day a promise belongs to; the day of its mail counts, and that of its hour."""

    ORDINARY = "ordinary"
    SICK = "somebody sick"
    BURST = "burst"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A time that a requester was told: when, for which mail, and what became of it.

    `why` is the recorded reason where it was neither kept nor followed by a notice.
    """

    reference: str
    sort: str
    arrived: datetime
    left: datetime
    promised: datetime
    answered: datetime | None
    came: Came
    days: Days
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A mail as the relay took it: for which ticket, and when."""

    ticket: int | None
    sort: str
    message_id: str
    recipient: str
    promised: datetime | None
    at: datetime


def delivered(run: Run) -> list[Delivered]:
    """Return everything that left, by what the outbox knows of its Message-ID."""
    rows = {
        row["message_id"]: row
        for row in run.house.store._db.execute(
            "SELECT message_id, ticket, sort, recipient, promised_at FROM outbox"
        )
    }
    found, parser = [], BytesHeaderParser()
    for one, at in zip(run.house.sink.deliveries, run.house.left, strict=True):
        name = str(parser.parsebytes(one.raw)["Message-ID"]).strip().strip("<>")
        row = rows[name]
        found.append(
            Delivered(
                ticket=row["ticket"],
                sort=row["sort"],
                message_id=name,
                recipient=one.rcpt_tos[0],
                promised=maybe(row["promised_at"]),
                at=at,
            )
        )
    return found


def lost(run: Run) -> list[str]:
    """Return the mails that are no message, or that no ticket has and no view shows."""
    kept = {
        row["message_id"]: row
        for row in run.house.store._db.execute(
            "SELECT message_id, ticket, state, kind FROM message WHERE role = 'inbox'"
        )
    }
    gone = []
    for name, mail in run.mails.items():
        row = kept.get(name)
        if row is None or row["state"] != "routed" or (row["ticket"] is None) != mail.automatic:
            gone.append(name)
    return gone


def doubled(sent: list[Delivered]) -> list[str]:
    """Return what left twice: two acknowledgements or notices on a ticket, or one mail again."""
    notes = [one for one in sent if one.sort in {"ack", "delay"}]
    tickets = Counter((one.ticket, one.sort) for one in notes)
    ids = Counter(one.message_id for one in sent)
    twice = [f"{sort} of ticket {ticket}" for (ticket, sort), times in tickets.items() if times > 1]
    return twice + [name for name, times in ids.items() if times > 1]


def answers(run: Run) -> Mapping[int, list[datetime]]:
    """Return when each ticket was answered, in order."""
    tickets = {
        row["message_id"]: row["ticket"]
        for row in run.house.store._db.execute(
            "SELECT message_id, ticket FROM message WHERE role = 'inbox' AND ticket IS NOT NULL"
        )
    }
    found: dict[int, list[datetime]] = defaultdict(list)
    for answer in run.answers:
        found[tickets[answer.mail.id]].append(answer.at)
    return found


def told(run: Run, sent: list[Delivered]) -> Iterator[Told]:
    """Yield every time that a requester was told, with what became of it."""
    given = answers(run)
    why = _recorded(run)
    notices = {one.ticket: one.at for one in sent if one.sort == "delay"}
    tickets = {
        row["id"]: row for row in run.house.store._db.execute("SELECT * FROM ticket").fetchall()
    }
    for one in sent:
        if one.sort not in {"ack", "delay"} or one.promised is None or one.ticket is None:
            continue
        row = tickets[one.ticket]
        opened = instant(row["opened"])
        answered = next((at for at in given.get(one.ticket, ()) if at >= opened), None)
        reason = why.get((one.ticket, one.sort), "")
        notice = notices.get(one.ticket) if one.sort == "ack" else None
        yield Told(
            reference=row["reference"],
            sort=one.sort,
            arrived=opened,
            left=one.at,
            promised=one.promised,
            answered=answered,
            came=became(one.promised, answered, notice, reason),
            days=_days(run.plan, local_day(opened), local_day(one.promised)),
            why=reason,
        )


def became(
    promised: datetime, answered: datetime | None, notice: datetime | None, reason: str
) -> Came:
    """Say what became of a promise.

    An answer at the time itself keeps it; a notice must have left before it. `reason` is what the
    store recorded of why none did.
    """
    if answered is not None and answered <= promised:
        return Came.KEPT
    if notice is not None and notice < promised:
        return Came.FOLLOWED
    return Came.EXCUSED if reason in EXCUSES else Came.BROKEN


OUTCOMES = {
    Came.KEPT: "kept",
    Came.FOLLOWED: "told_before",
    Came.EXCUSED: "not_told",
    Came.BROKEN: "not_told",
}


def otherwise(run: Run, every: Iterable[Told]) -> list[str]:
    """Return the promises of which the store says something else than what was counted here."""
    rows = run.house.store._db.execute(
        "SELECT t.reference, p.sort, p.outcome FROM promise p JOIN ticket t ON t.id = p.ticket"
        " WHERE p.told IS NOT NULL"
    )
    said = {(row["reference"], row["sort"]): row["outcome"] for row in rows}
    return [
        f"{one.reference} ({one.sort}) {one.came}: the store says"
        f" '{said.get((one.reference, one.sort), 'nothing')}'"
        for one in every
        if said.get((one.reference, one.sort)) != OUTCOMES[one.came]
    ]


def _recorded(run: Run) -> dict[tuple[int, str], str]:
    """Return the reasons that the store has for promises which no notice followed."""
    rows = run.house.store._db.execute("SELECT ticket, sort, why FROM promise WHERE why <> ''")
    return {(row["ticket"], row["sort"]): row["why"] for row in rows}


def _days(plan: Plan, *concerned: date) -> Days:
    """Return the sort of a promise's days: the worst of the two.

    The days after a burst or an outage are ordinary ones: what they leave behind is to be borne.
    """
    found = {trouble.sort for trouble in plan.troubles if local_day(trouble.start) in concerned}
    if found & {Sort.RELAY, Sort.MAILBOX}:
        return Days.OUTAGE
    if Sort.BURST in found:
        return Days.BURST
    return Days.SICK if Sort.SICK in found else Days.ORDINARY


MOST = timedelta(hours=1)
"""What everybody is to be answered within, in the desk's open time."""
