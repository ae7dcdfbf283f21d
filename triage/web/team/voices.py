"""What requesters say of us, who may leave, and what brought their mail, as tables.

Requesters stand in them by their initials, and what they wrote without names and numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from triage.report.figures import Figures
from triage.report.gifts import amount
from triage.report.markup import cut
from triage.report.words import DASH, discreet, initials
from triage.store.round import Given, Remedy, Sign, Voice, VoiceKind
from triage.web.kept import rests_on
from triage.web.names import Names
from triage.web.render import Reader, marked
from triage.web.sheets import Cell, Column, Field, Form, Sheet, drawn, moment, number, ticket
from triage.web.team import plots as teamplots

MOST_LETTERS = 160
_SIGNS = {Sign.SAYS_SO: marked("says so"), Sign.QUIET_TROUBLE: marked("quiet trouble")}
_STANDS = {
    "open": marked("open"),
    "waiting": marked("with requester"),
    "snoozed": marked("snoozed"),
    "done": marked("done"),
    "goodbye": marked("a kind goodbye"),
    "referred": marked("referred"),
    "closed": marked("closed"),
}


def voices(read: Reader, found: Figures, names: Names, kind: VoiceKind, back: str) -> Sheet:
    """Return complaints, or compliments, the latest first: cause and fix can be written down."""
    complaints = kind is VoiceKind.COMPLAINT
    every = found.complaints if complaints else found.compliments
    return Sheet(
        name=f"{kind}s",
        title=read.say("Complaints") if complaints else read.say("Compliments"),
        columns=(
            Column("ticket", read.say("Ticket")),
            Column("at", read.say("Came"), "time"),
            Column("of", read.say("Of")),
            Column("words", read.say("Words"), "words"),
            Column("owner", read.say("Owner")),
            Column("cause", read.say("Cause")),
            Column("fix", read.say("Fix"), "words"),
            Column("closed", read.say("Closed on"), "time"),
            Column("", read.say("Write down")),
        ),
        rows=tuple(
            (
                ticket(one.reference),
                moment(read, one.at),
                Cell(text=initials(_name(found, one.reference))),
                Cell(text=_words(read, one.sentence, _name(found, one.reference))),
                Cell(text=names.agent(one.owner)),
                Cell(text=names.cause(one.cause)),
                Cell(text=one.fix or DASH),
                moment(read, one.closed),
                Cell(form=_written_down(read, one, names, back)),
            )
            for one in reversed(every)
        ),
        empty=read.say("None came in this time."),
    )


def _written_down(read: Reader, one: Voice, names: Names, back: str) -> Form:
    causes = (("", DASH), *((name, cause.title) for name, cause in names.policy.causes.items()))
    closed = "1" if one.closed is not None else ""
    return Form(
        path=f"/ticket/{one.reference}/voice",
        title=read.say("What became of %(ticket)s", ticket=one.reference),
        button=read.say("Keep"),
        fields=(
            Field(name="kind", value=one.kind),
            Field(name="back", value=back),
            Field(
                name="cause",
                kind="select",
                label=read.say("Cause"),
                value=one.cause,
                options=causes,
            ),
            Field(name="fix", kind="text", label=read.say("Fix"), value=one.fix),
            Field(name="closed", kind="check", label=read.say("That is all"), value=closed),
        ),
    )


def leaving(read: Reader, found: Figures, names: Names) -> Sheet:
    """Return who may leave, the latest first."""
    return Sheet(
        name="leaving",
        title=read.say("Who may leave"),
        columns=(
            Column("ticket", read.say("Ticket")),
            Column("of", read.say("Of")),
            Column("since", read.say("Since"), "time"),
            Column("sign", read.say("Sign")),
            Column("words", read.say("Words"), "words"),
            Column("owner", read.say("Owner")),
            Column("stands", read.say("Stands")),
        ),
        rows=tuple(
            (
                ticket(one.reference),
                Cell(text=initials(one.requester_name)),
                moment(read, one.opened),
                Cell(text=read.say(_SIGNS[one.sign]), value=one.sign),
                Cell(text=_words(read, one.sentence, one.requester_name)),
                Cell(text=names.agent(one.owner)),
                Cell(text=read.say(_STANDS.get(one.outcome or one.status, one.status))),
            )
            for one in found.leaving
        ),
        empty=read.say("Nobody says so."),
    )


def causes(read: Reader, found: Figures, names: Names) -> Sheet:
    """Return what brought most mail."""
    named = [one for one in found.causes if one.cause]
    title = read.say("What brought most mail")
    unsaid = sum(one.mails for one in found.causes if not one.cause)
    plot = teamplots.counted(title, [(names.cause(one.cause), one.mails) for one in named[:12]])
    return Sheet(
        name="causes",
        title=title,
        svg=plot if named else drawn(""),
        columns=(
            Column("cause", read.say("Cause")),
            Column("mails", read.say("Mails"), "number"),
            Column("tickets", read.say("Tickets"), "number"),
        ),
        rows=tuple(
            (
                Cell(text=names.cause(one.cause), value=one.cause),
                number(one.mails),
                number(one.tickets),
            )
            for one in named
        ),
        note=read.count(
            "For %(num)s mail nobody has named a cause.",
            "For %(num)s mails nobody has named a cause.",
            unsaid,
        )
        if unsaid
        else "",
        empty=read.say("Nobody has named a cause in this time."),
    )


def gifts(read: Reader, every: Sequence[Given], names: Names) -> Sheet:
    """Return what was given, the latest first; the CSV has amount and currency apart."""
    return Sheet(
        name="gifts",
        title=read.say("Gifts"),
        columns=(
            Column("number", read.say("Number"), "number"),
            Column("ticket", read.say("Ticket")),
            Column("at", read.say("Given"), "time"),
            Column("kind", read.say("What")),
            Column("amount", read.say("Worth"), "number"),
            Column("currency", read.say("Currency")),
            Column("reason", read.say("Why"), "words"),
            Column("by", read.say("By")),
            Column("approved_by", read.say("Approved by")),
            Column("undone", read.say("Taken back"), "time"),
        ),
        rows=tuple(
            (
                number(one.number),
                ticket(one.reference),
                moment(read, one.at),
                Cell(text=one.gift.kind),
                Cell(text=amount(one)),
                Cell(text=one.gift.currency),
                Cell(text=one.gift.reason),
                Cell(text=names.agent(one.gift.person), value=one.gift.person),
                Cell(text=names.agent(one.gift.approved_by), value=one.gift.approved_by),
                moment(read, one.undone),
            )
            for one in reversed(every)
        ),
        empty=read.say("Nothing was given in this month."),
        most=200,
    )


def remedies(read: Reader, every: Sequence[tuple[str, Remedy]], names: Names) -> Sheet:
    """Return how problems were put right, the latest first."""
    words = {True: read.say("yes"), False: read.say("no"), None: read.say("none was given")}
    return Sheet(
        name="remedies",
        title=read.say("Put right"),
        columns=(
            Column("ticket", read.say("Ticket")),
            Column("at", read.say("When"), "time"),
            Column("happened", read.say("What happened"), "words"),
            Column("kept_word", read.say("Our word kept")),
            Column("asked_for", read.say("They asked for")),
            Column("decided", read.say("Decided"), "words"),
            Column("by", read.say("By")),
        ),
        rows=tuple(
            (
                ticket(reference),
                moment(read, one.at),
                Cell(text=one.happened or DASH),
                Cell(text=words[one.kept_word]),
                Cell(text=one.asked_for or DASH),
                Cell(text=one.decided),
                Cell(text=names.agent(one.decided_by)),
            )
            for reference, one in reversed(every)
        ),
        empty=read.say("Nothing was put right in this month."),
    )


def _name(found: Figures, reference: str) -> str:
    about = found.about.get(reference)
    return about.requester_name if about is not None else ""


def _words(read: Reader, sentence: str, name: str) -> str:
    return cut(discreet(rests_on(sentence, read), name), MOST_LETTERS) or DASH
