"""What we answered and what we owe, in words: on a ticket's page, and as a list of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from triage.cli import plain
from triage.cli.layout import block
from triage.cli.moments import clock, length
from triage.cli.opening import Opened
from triage.cli.output import print_json, say, stdout
from triage.cli.standing import Look
from triage.core.answering import Does
from triage.core.owed import OwedState
from triage.report.tickets import when
from triage.store.ourword import AnswerView, OwedView

OWED = "owed"
"""The view of what we owe."""

_MOST = 1000
_DOES = {
    Does.ANSWERS: "answered",
    Does.ASKS: "asked something, and answered nothing",
    Does.PROMISES: "promised to write again, and answered nothing",
}


def lines(
    answers: Sequence[AnswerView], owed: Sequence[OwedView], look: Look
) -> Iterator[tuple[str, Text]]:
    """Yield what was answered and what is owed on a ticket, each with a label."""
    for answer in answers:
        yield "answer", _answer(answer, look)
    for update in owed:
        yield "owed", _owed(update, look)


def _answer(answer: AnswerView, look: Look) -> Text:
    by = "" if answer.how == "mail" else f" by {answer.how}"
    words = f"{clock(answer.at, look.now, look.zone)} {plain.line(answer.person)}{by}:"
    words = f"{words} {_DOES[answer.does]}"
    if answer.undone_why:
        return Text(f"{words}; it {answer.undone_why}, and counts no more", "yellow")
    if answer.probable:
        return Text(f"{words}, probably: only the subject says so; confirm it", "yellow")
    return Text(words)


def _owed(update: OwedView, look: Look) -> Text:
    due = clock(update.due, look.now, look.zone)
    why = f": {plain.line(update.why)}" if update.why else ""
    match update.state:
        case OwedState.PROPOSED:
            head = f"by {due}? proposed by the words of {plain.line(update.person)}{why}"
            return Text(f"{head} · triage owe {update.reference} --accept|--dropped", "yellow")
        case OwedState.DROPPED:
            return Text(f"by {due}, dropped{why}", "dim")
        case OwedState.MET:
            return Text(f"by {due}, written in time{why}", "green")
        case OwedState.OPEN | OwedState.BREACHED:
            return _running(update, due, why, look)


def _running(update: OwedView, due: str, why: str, look: Look) -> Text:
    """Write an update that is owed still, or was written too late."""
    if update.ended is not None:
        return Text(f"by {due}, written too late{why}", "bold red")
    if update.due < look.now:
        return Text(f"by {due}, late {length(look.now - update.due)}{why}", "bold red")
    return Text(f"by {due}, in {length(update.due - look.now)}{why}", "bold")


def shape(answers: Sequence[AnswerView], owed: Sequence[OwedView], look: Look) -> dict[str, object]:
    """Return the keys of `show --json` for what we answered and what we owe."""
    return {
        "answers": [_answer_shape(answer, look) for answer in answers],
        "owed": [_owed_shape(update, look) for update in owed],
    }


def _answer_shape(answer: AnswerView, look: Look) -> dict[str, object]:
    return {
        "at": when(answer.at, look.zone),
        "noticed": when(answer.noticed, look.zone),
        "by": answer.person,
        "how": answer.how,
        "does": answer.does,
        "probable": answer.probable,
        "undone": answer.undone_why or None,
    }


def _owed_shape(update: OwedView, look: Look) -> dict[str, object]:
    return {
        "ticket": update.reference,
        "state": update.state,
        "due": when(update.due, look.zone),
        "warn_at": when(update.warn_at, look.zone),
        "promised": when(update.since, look.zone),
        "by": update.person,
        "why": update.why,
        "source": update.source,
        "ended": when(update.ended, look.zone),
        "owner": update.owner,
        "requester": update.requester,
        "requester_name": update.requester_name,
        "subject": update.subject,
    }


def list_owed(at: Opened, limit: int, *, as_json: bool) -> None:
    """List what is owed or proposed over all tickets, the soonest due first."""
    updates = at.store.owed(limit)
    if as_json:
        listed = [_owed_shape(update, at.look) for update in updates]
        print_json({"now": when(at.now, at.zone), "view": OWED, "updates": listed})
        return
    if not updates:
        say("No update is owed, and none is proposed.")
    console = stdout()
    for update in updates:
        name = plain.line(update.requester_name) or plain.line(update.requester)
        head = Text.assemble((update.reference, "cyan"), "  ", (name, "bold"))
        head.append(f"  {plain.line(update.subject)}")
        head.truncate(console.width, overflow="ellipsis")
        console.print(head, no_wrap=True, overflow="ellipsis", crop=True)
        block(console, _owed(update, at.look), " " * 11, 11)


def tell_of_owed(at: Opened) -> None:
    """Say how many updates are owed and proposed, where any is."""
    updates = at.store.owed(_MOST)
    owed = [update for update in updates if update.state is not OwedState.PROPOSED]
    words = []
    if owed:
        due = clock(owed[0].due, at.now, at.zone)
        words.append(f"{_updates(len(owed))} owed, the first by {due}")
    if proposed := len(updates) - len(owed):
        words.append(f"{_updates(proposed)} proposed by what was answered")
    if words:
        say(f"triage: {', '.join(words)}: triage queue {OWED}")


def _updates(number: int) -> str:
    return "1 update is" if number == 1 else f"{number:,} updates are"
