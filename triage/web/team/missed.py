"""What was promised, and what was missed, as tables: the reason of each can be set right."""

from __future__ import annotations

from collections.abc import Mapping

from triage.core.arithmetic import DAYS
from triage.core.breach import Reason
from triage.core.outgoing import State
from triage.report.figures import Figures
from triage.report.words import DASH
from triage.store.guarding import Guarded
from triage.web.names import Names
from triage.web.render import Reader, marked
from triage.web.sheets import Cell, Column, Field, Form, Sheet, drawn, moment, number, ticket
from triage.web.team import plots as teamplots
from triage.web.words_of import KINDS, said
from triage.web.words_of import REASONS as SILENT

REASONS: Mapping[Reason, str] = {
    Reason.FETCH_LAG: marked("fetched late"),
    Reason.SEND_FAILED: marked("the answer did not arrive"),
    Reason.SNOOZED_PAST_DUE: marked("put off past its deadline"),
    Reason.NOBODY_ROSTERED: marked("nobody was rostered"),
    Reason.OWNER_AWAY: marked("its owner was away"),
    Reason.MISROUTED: marked("moved late"),
    Reason.CLAIMED_AND_IDLE: marked("taken, and not answered"),
    Reason.BURST: marked("a burst of mail"),
    Reason.NOT_ANSWERED: marked("not answered"),
}
"""Why a deadline was missed, in words."""

CLOCKS: Mapping[Guarded, str] = {
    Guarded.FIRST: marked("first answer"),
    Guarded.NEXT: marked("next answer"),
    Guarded.UPDATE: marked("owed update"),
    Guarded.RESOLUTION: marked("the whole matter"),
}


def promises(read: Reader, found: Figures) -> Sheet:
    """Return what became of the times that requesters were told."""
    one, title = found.kept, read.say("Times that requesters were told")
    parts = [
        (read.say("kept"), one.kept, "good"),
        (read.say("missed, and told so before"), one.told_before, "mid"),
        (read.say("missed without a word"), sum(one.not_told.values()), "bad"),
        (read.say("not decided yet"), one.open, "none"),
    ]
    return Sheet(
        name="promises",
        title=title,
        svg=teamplots.parted(title, parts) if one.told else drawn(""),
        columns=(Column("what", ""), Column("times", read.say("Times"), "number")),
        rows=tuple((Cell(text=words), number(many)) for words, many, _ in parts),
    )


def reasons(read: Reader, found: Figures) -> Sheet:
    """Return why deadlines were missed, counted."""
    every = [(read.say(REASONS[reason]), many) for reason, many in found.reasons]
    title = read.say("Why deadlines were missed")
    return Sheet(
        name="reasons",
        title=title,
        svg=teamplots.counted(title, every, "bad") if every else drawn(""),
        columns=(
            Column("reason", read.say("Reason")),
            Column("deadlines", read.say("Deadlines"), "number"),
        ),
        rows=tuple((Cell(text=words), number(many)) for words, many in every),
        empty=read.say("No deadline was missed in this time."),
    )


def missed(read: Reader, found: Figures, names: Names, back: str) -> Sheet:
    """Return the deadlines that were missed, the latest first; each reason can be set right."""
    options = tuple((str(reason), read.say(words)) for reason, words in REASONS.items())
    return Sheet(
        name="missed",
        title=read.say("Deadlines that were missed"),
        columns=(
            Column("ticket", read.say("Ticket")),
            Column("clock", read.say("Clock")),
            Column("deadline", read.say("Deadline"), "time"),
            Column("reason", read.say("Reason")),
            Column("by", read.say("Said by")),
            Column("", read.say("Set right")),
        ),
        rows=tuple(
            (
                ticket(one.reference),
                Cell(text=read.say(CLOCKS[one.clock]), value=one.clock),
                moment(read, one.at),
                Cell(text=read.say(REASONS[one.reason]), value=one.reason),
                Cell(text=names.agent(one.person) if one.person else "triage"),
                Cell(
                    form=Form(
                        path=f"/ticket/{one.reference}/breach",
                        title=read.say("Reason for %(ticket)s", ticket=one.reference),
                        button=read.say("Set"),
                        fields=(
                            Field(name="clock", value=one.clock),
                            Field(name="cycle", value=str(one.cycle)),
                            Field(name="back", value=back),
                            Field(
                                name="reason",
                                kind="select",
                                label=read.say("Reason"),
                                value=one.reason,
                                options=options,
                            ),
                        ),
                    )
                ),
            )
            for one in reversed(found.breaches)
        ),
        empty=read.say("No deadline was missed in this time."),
        most=50,
    )


def staffing(read: Reader, found: Figures) -> Sheet:
    """Return arrivals over capacity for each hour of a week."""
    week, title = found.staffing, read.say("Arrivals against staffing")
    known = (
        read.say("measured over 28 days")
        if week.measured
        else read.say("assumed: too few answers to measure")
    )
    note = read.say(
        "Mail that asks for an answer over the answers that can be written, one every"
        " %(minutes)s min a person (%(known)s). Above 1 a backlog grows.",
        minutes=f"{week.pace:.1f}",
        known=known,
    )
    if week.together:
        note = read.say(
            "Mail that asks for an answer over the answers that the team can write, one every"
            " %(minutes)s min (%(known)s). Above 1 a backlog grows.",
            minutes=f"{week.pace:.1f}",
            known=known,
        )
    busy = [one for one in week.cells if one.came or one.capacity]
    return Sheet(
        name="staffing",
        title=title,
        svg=teamplots.week(read, title, week) if busy else drawn(""),
        columns=(
            Column("hour", read.say("Hour")),
            Column("arrivals", read.say("Arrivals an hour"), "number"),
            Column("capacity", read.say("Answers an hour"), "number"),
            Column("ratio", read.say("Arrivals over answers"), "number"),
        ),
        rows=tuple(
            (
                Cell(text=f"{read.say(DAYS[one.weekday])} {one.hour:02}:00"),
                _rate(one.came / one.hours),
                _rate(one.capacity / one.hours),
                Cell(text=DASH, value="") if one.ratio is None else _rate(one.ratio),
            )
            for one in busy
        ),
        note=note if busy else "",
        empty=read.say("No mail came in this time, and nobody was there."),
        most=168,
    )


def _rate(one: float) -> Cell:
    return Cell(text=f"{one:.1f}", value=one)


_STATES: Mapping[str, str] = {
    State.PENDING: marked("waits to leave"),
    State.CLAIMED: marked("is leaving"),
    State.INFLIGHT: marked("is leaving"),
    State.UNKNOWN: marked("may have left"),
    State.FAILED: marked("refused"),
    State.EXPIRED: marked("not sent"),
    State.CANCELLED: marked("not sent"),
}


def _withheld(read: Reader, state: str, reason: str) -> str:
    told = said(_STATES, state, read) if state else ""
    return ": ".join(filter(None, (told, said(SILENT, reason, read))))


def silent(read: Reader, found: Figures) -> tuple[Sheet, ...]:
    """Return why mail of people, and of machines, was not acknowledged."""
    rows = [("", one.reason, one.mails) for one in found.withheld]
    rows += [
        (one.state, one.reason, one.mails) for one in found.acknowledged if one.state != "sent"
    ]
    sent = sum(one.mails for one in found.acknowledged if one.state == "sent")
    why, mails = read.say("Why not"), read.say("Mails")
    return (
        Sheet(
            name="withheld",
            title=read.say("Mail of people that was not acknowledged"),
            columns=(Column("reason", why), Column("mails", mails, "number")),
            rows=tuple(
                (
                    Cell(text=_withheld(read, state, reason)),
                    number(many),
                )
                for state, reason, many in rows
            ),
            note=read.count(
                "%(num)s acknowledgement left.", "%(num)s acknowledgements left.", sent
            ),
            empty=read.say("None was withheld."),
        ),
        Sheet(
            name="machines",
            title=read.say("Mail of machines"),
            columns=(
                Column("kind", read.say("Kind")),
                Column("reason", why),
                Column("mails", mails, "number"),
            ),
            rows=tuple(
                (
                    Cell(text=said(KINDS, one.kind, read), value=one.kind),
                    Cell(text=said(SILENT, one.reason, read), value=one.reason),
                    number(one.mails),
                )
                for one in found.machines
            ),
            empty=read.say("There was none."),
        ),
    )
