"""What a report lists: what waits, what was missed, who complained, what was given, and why not.

`Named` says how a requester is named: by their initials on a page, which others get to see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from triage.core.answering import Does
from triage.report.figures import Desk, Figures
from triage.report.gifts import worth
from triage.report.markup import Table, cut
from triage.report.plot import columns
from triage.report.response import Came
from triage.report.waitplots import response_row, responses
from triage.report.words import DASH, discreet, lasted, moment, reason
from triage.store.round import Sign, Voice

MOST_ROWS = 15
MOST_LETTERS = 160
Named = Callable[[str], str]

_DID = {
    Does.ANSWERS: "answered",
    Does.ASKS: "only asked back",
    Does.PROMISES: "only promised to write",
}


def oldest(found: Figures, desk: Desk) -> Table:
    """List what has waited longest."""
    rows = (
        (
            one.turn.reference,
            desk.queues.get(one.turn.queue, one.turn.queue),
            moment(one.turn.start, found.zone),
            lasted(one.business),
            lasted(one.wall),
            "late" if one.came is Came.LATE_OPEN else "not due yet",
        )
        for one in found.oldest
    )
    head = ("ticket", "queue", "waits since", "business time", "on the wall", "stands")
    waiting = sum(one.turn.waits for one in found.waited)
    return Table(
        head=head,
        rows=tuple(rows),
        numbers=columns(3, 5),
        more=waiting - len(found.oldest),
        empty="Nothing waits.",
    )


def did(found: Figures) -> Table:
    """List what first answers did."""
    one = found.response
    rows = [(_DID[does], f"{many:,}") for does, many in one.does.items()]
    rows += [("closed without an answer, in time", f"{one.closed:,}")] if one.closed else []
    rows += [("wait, and are late", f"{one.late_open:,}"), ("wait, not due yet", f"{one.waits:,}")]
    return Table(head=("first answers", "turns"), rows=tuple(rows), numbers=columns(1, 2))


def broken(found: Figures) -> Table:
    """List the times that were missed without a word, the latest first."""
    rows = [
        (
            one.reference,
            moment(one.promised_at, found.zone),
            DASH if one.answered is None else moment(one.answered, found.zone),
            reason(one.why),
        )
        for one in reversed(found.kept.broken)
    ]
    head = ("ticket", "time that was told", "answered", "why nobody was told before")
    return _table(head, rows, empty="No time was missed without a word.")


def missed(found: Figures) -> Table:
    """List the deadlines that were missed, the latest first."""
    rows = [
        (
            one.reference,
            {"first": "first answer", "next": "next answer"}.get(one.clock, one.clock),
            moment(one.at, found.zone),
            reason(one.reason),
            one.person or "triage",
        )
        for one in reversed(found.breaches)
    ]
    head = ("ticket", "clock", "deadline", "reason", "said by")
    return _table(head, rows, empty="No deadline was missed.")


def voices(found: Figures, desk: Desk, every: Sequence[Voice], named: Named) -> Table:
    """List complaints, or compliments, the latest first."""
    rows = [
        (
            one.reference,
            named(_name(found, one.reference)),
            _words(found, one.reference, one.sentence),
            desk.agents.get(one.owner, one.owner) or DASH,
            desk.causes.get(one.cause, reason(one.cause)) if one.cause else DASH,
            one.fix or DASH,
            DASH if one.closed is None else f"{one.closed.astimezone(found.zone):%d %b %Y}",
        )
        for one in reversed(every)
    ]
    head = ("ticket", "of", "words", "owner", "cause", "fix", "closed")
    return _table(head, rows, words={2})


def leaving(found: Figures, desk: Desk, named: Named) -> Table:
    """List who may leave, the latest first."""
    rows = [
        (
            one.reference,
            named(one.requester_name),
            moment(one.opened, found.zone),
            "says so" if one.sign is Sign.SAYS_SO else "quiet trouble",
            _words(found, one.reference, one.sentence, quoted=one.sign is Sign.SAYS_SO),
            desk.agents.get(one.owner, one.owner) or DASH,
            one.outcome or one.status,
        )
        for one in found.leaving
    ]
    head = ("ticket", "of", "since", "sign", "words", "owner", "stands")
    return _table(head, rows, words={4}, empty="Nobody.")


def gifts(found: Figures, desk: Desk) -> Table:
    """List what was given, the latest first."""
    rows = [
        (
            one.reference or DASH,
            moment(one.at, found.zone),
            worth(one) + (" (taken back)" if one.undone else ""),
            one.gift.kind,
            one.gift.reason,
            desk.agents.get(one.gift.person, one.gift.person),
            desk.agents.get(one.gift.approved_by, one.gift.approved_by) or DASH,
        )
        for one in reversed(found.gifts)
    ]
    head = ("ticket", "given", "worth", "what", "why", "by", "approved by")
    return _table(head, rows, numbers={2}, words={4}, empty="Nothing was given.")


def remedies(found: Figures, desk: Desk) -> Table:
    """List how problems were put right, the latest first."""
    word = {True: "yes", False: "no", None: "none was given"}
    rows = [
        (
            reference,
            one.happened or DASH,
            word[one.kept_word],
            one.asked_for or DASH,
            one.decided,
            desk.agents.get(one.decided_by, one.decided_by),
        )
        for reference, one in reversed(found.remedies)
    ]
    head = ("ticket", "what happened", "word kept", "they asked for", "decided", "by")
    return _table(head, rows, words={1, 4})


def withheld(found: Figures) -> Table:
    """List why mail of people was not acknowledged, and why acknowledgements did not leave."""
    rows = [(reason(one.reason), f"{one.mails:,}") for one in found.withheld]
    rows += [
        (f"{one.state}: {reason(one.reason)}" if one.reason else one.state, f"{one.mails:,}")
        for one in found.acknowledged
        if one.state != "sent"
    ]
    return _table(("why not", "mails"), rows, numbers={1}, empty="None was withheld.")


def machines(found: Figures) -> Table:
    """List the mail that is never acknowledged because of what it is."""
    rows = [(reason(one.kind), reason(one.reason), f"{one.mails:,}") for one in found.machines]
    return _table(("kind", "why", "mails"), rows, numbers={2}, empty="There was none.")


def agents(found: Figures, desk: Desk) -> Table:
    """List what each person answered: only where somebody asked for it."""
    rows = [
        (
            *response_row(desk.agents.get(one.agent, one.agent), one.response),
            f"{one.complaints:,}",
            f"{one.compliments:,}",
            f"{one.gifts:,}",
        )
        for one in found.agents or ()
    ]
    head = (*responses("agent", ()).head, "complaints", "compliments", "gifts")
    kept = (0, 1, 2, 3, 4, 5, 6, 9, 10, 11)  # what waits is nobody's answer
    return Table(
        head=tuple(head[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in rows),
        numbers=columns(1, len(kept)),
        empty="Nobody answered.",
    )


def _name(found: Figures, reference: str) -> str:
    about = found.about.get(reference)
    return about.requester_name if about is not None else ""


def _words(found: Figures, reference: str, sentence: str, *, quoted: bool = True) -> str:
    told = cut(discreet(sentence, _name(found, reference)), MOST_LETTERS)
    return (f"“{told}”" if quoted else told) if told else DASH


def _table(
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    *,
    numbers: Iterable[int] = (),
    words: Iterable[int] = (),
    empty: str = "None.",
) -> Table:
    return Table(
        head=head,
        rows=tuple(rows[:MOST_ROWS]),
        numbers=frozenset(numbers),
        words=frozenset(words),
        more=max(len(rows) - MOST_ROWS, 0),
        empty=empty,
    )
