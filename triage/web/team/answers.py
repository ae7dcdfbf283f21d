"""How long answers took, as tables in the reader's words: no share without the longest wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.core.answering import Does
from triage.core.arithmetic import DAYS
from triage.report.figures import Figures, OfAgent
from triage.report.response import Came, Response, by_hour
from triage.web.names import Names
from triage.web.render import Reader, marked
from triage.web.sheets import Cell, Column, Row, Sheet, moment, number, share, span, ticket
from triage.web.team import plots as teamplots

_DID = {
    Does.ANSWERS: marked("answered"),
    Does.ASKS: marked("only asked back"),
    Does.PROMISES: marked("only promised to write"),
}


def answers(read: Reader, found: Figures, names: Names, mine: str | None) -> Iterator[Sheet]:
    """Yield how long answers took: all together, by queue, hour, day and person.

    `mine`: of nobody but this agent; None: of everybody.
    """
    if any(one.turn.answered or one.came is Came.LATE_OPEN for one in found.waited):
        title = read.say("Answered within so much time")
        yield Sheet(
            name="waits",
            title=title,
            svg=teamplots.waits(read, title, found),
            columns=(
                Column("time", ""),
                *(Column(name, name, "number") for name in ("p50", "p90", "p99")),
            ),
            rows=tuple(
                (
                    Cell(text=read.say(words)),
                    *(span(read, length) for length in (one.p50, one.p90, one.p99)),
                )
                for words, one in (
                    ("business time", found.response.business),
                    ("on the wall, nights counted", found.response.wall),
                )
            ),
            note=read.say("What is late and still waits counts with its time so far."),
        )
    queues = [(names.queue(name), one) for name, one in found.queues]
    title = read.say("By queue")
    yield _of(read, "queues", title, read.say("Queue"), queues, drawn=True)
    hours = [(f"{hour:02}:00", one) for hour, one in by_hour(found.waited, found.zone)]
    title = read.say("By the hour in which they wrote")
    yield _of(read, "hours", title, read.say("Hour"), hours, drawn=True)
    yield _days(read, found)
    yield _people(read, found.agents or (), names, mine)
    yield _oldest(read, found, names)
    yield _did(read, found)


def _days(read: Reader, found: Figures) -> Sheet:
    title = read.say("By the day on which they wrote")
    rows = [(f"{read.say(DAYS[day.weekday()])} {day.isoformat()}", one) for day, one in found.days]
    made = _of(read, "days", title, read.say("Day"), rows)
    plot = teamplots.days(read, title, found)
    if plot is None:
        return made
    return Sheet(name="days", title=title, columns=made.columns, rows=made.rows, svg=plot, most=92)


def _people(read: Reader, every: Sequence[OfAgent], names: Names, mine: str | None) -> Sheet:
    shown = [one for one in every if mine is None or one.agent == mine]
    head = _head(read, "agent", read.say("Agent"))
    more = (
        Column("complaints", read.say("Complaints"), "number"),
        Column("compliments", read.say("Compliments"), "number"),
        Column("gifts", read.say("Gifts"), "number"),
    )
    return Sheet(
        name="agents",
        title=read.say("By person") if mine is None else read.say("Your own answers"),
        columns=(*head[:7], *more),  # what still waits is nobody's answer
        rows=tuple(
            (
                *_row(read, names.agent(one.agent), one.response)[:7],
                number(one.complaints),
                number(one.compliments),
                number(one.gifts),
            )
            for one in shown
        ),
        empty=read.say("None was answered in this time."),
        most=100,
    )


def _head(read: Reader, key: str, title: str) -> tuple[Column, ...]:
    """Return the head in which no share stands without the longest wait and what still waits."""
    return (
        Column(key, title),
        Column("turns", read.say("Turns"), "number"),
        Column("in_time", read.say("In time"), "number"),
        Column("on_wall", read.say("On the wall"), "number"),
        *(Column(name, name, "number") for name in ("p50", "p90", "p99")),
        Column("late_open", read.say("Late, open"), "number"),
        Column("oldest_open", read.say("Oldest open"), "number"),
    )


def _row(read: Reader, name: str, one: Response) -> Row:
    return (
        Cell(text=name),
        number(one.turns),
        share(one.share),
        share(one.share_on_wall),
        span(read, one.business.p50),
        span(read, one.business.p90),
        span(read, one.business.p99),
        number(one.late_open),
        span(read, None if one.oldest is None else one.oldest.wall),
    )


def _of(
    read: Reader,
    name: str,
    title: str,
    of: str,
    every: Sequence[tuple[str, Response]],
    *,
    drawn: bool = False,
) -> Sheet:
    rows = tuple(_row(read, words, one) for words, one in every)
    columns = _head(read, name, of)
    empty = read.say("No mail came in this time.")
    if not drawn or not every:
        return Sheet(name=name, title=title, columns=columns, rows=rows, empty=empty)
    plot = teamplots.responses(read, title, every)
    return Sheet(name=name, title=title, columns=columns, rows=rows, svg=plot, unfolded=True)


def _oldest(read: Reader, found: Figures, names: Names) -> Sheet:
    return Sheet(
        name="oldest",
        title=read.say("What has waited longest"),
        columns=(
            Column("ticket", read.say("Ticket")),
            Column("queue", read.say("Queue")),
            Column("since", read.say("Waits since"), "time"),
            Column("business", read.say("Business time"), "number"),
            Column("wall", read.say("On the wall"), "number"),
            Column("stands", read.say("Stands")),
        ),
        rows=tuple(
            (
                ticket(one.turn.reference),
                Cell(text=names.queue(one.turn.queue)),
                moment(read, one.turn.start),
                span(read, one.business),
                span(read, one.wall),
                _stands(read, one.came),
            )
            for one in found.oldest
        ),
        empty=read.say("Nothing waits."),
    )


def _stands(read: Reader, came: Came) -> Cell:
    return Cell(text=read.say("late") if came is Came.LATE_OPEN else read.say("not due yet"))


def _did(read: Reader, found: Figures) -> Sheet:
    one = found.response
    rows = [(Cell(text=read.say(_DID[does])), number(many)) for does, many in one.does.items()]
    rows.append((Cell(text=read.say("closed without an answer, in time")), number(one.closed)))
    rows.append((Cell(text=read.say("wait, and are late")), number(one.late_open)))
    rows.append((Cell(text=read.say("wait, not due yet")), number(one.waits)))
    return Sheet(
        name="did",
        title=read.say("What first answers did"),
        columns=(Column("what", ""), Column("turns", read.say("Turns"), "number")),
        rows=tuple(rows),
    )
