"""What is known of a ticket beyond its hour: facts, asks, complaint, remedy, gifts and wishes."""

from __future__ import annotations

from collections.abc import Iterator

from triage.cli import plain
from triage.cli.moments import clock
from triage.cli.standing import Look
from triage.core.needed import Needed, needed
from triage.core.wish import ASKS_FOR_SILENCE, Wish
from triage.report.beyond import round_shape
from triage.report.gifts import worth
from triage.report.theirs import stated
from triage.report.tickets import Json
from triage.store.round import Given, Remedy, Round, Voice
from triage.store.views import TicketView


def facts_of(view: TicketView, look: Look) -> Needed:
    """Return what the queue's answers need, from all mails of the ticket that take part in it."""
    queue = None
    if look.desk is not None:
        queue = look.desk.queues.get(view.row.guess or view.row.queue)
    return needed(queue.needs if queue is not None else (), stated(view))


def lines(view: TicketView, beyond: Round, look: Look) -> Iterator[tuple[str, str]]:
    """Yield a label and words for all that there is to say."""
    facts = facts_of(view, look)
    known = [f"{_words(name)} {plain.line(value)}" for name, value in facts.known.items()]
    missing = [f"{_words(name)} is missing" for name in facts.missing]
    if known or missing:
        yield "facts", " · ".join([*known, *missing])
    if beyond.asks:
        yield "asked", "once" if beyond.asks == 1 else f"{beyond.asks} times"
    if beyond.cause:
        yield "cause", plain.line(beyond.cause)
    if beyond.wish is not None:
        yield "wishes", " · ".join(wished(beyond.wish))
    elif ASKS_FOR_SILENCE in view.row.flags:
        address = plain.line(view.row.requester)
        yield "wishes", f"asks for no automatic mail: triage wish {address} --no-automatic"
    for voice in beyond.voices:
        yield "voice", _voice(voice, look)
    for remedy in beyond.remedies:
        yield "remedy", _remedy(remedy, look)
    for given in beyond.given:
        yield "gift", _gift(given, look)


def wished(wish: Wish) -> Iterator[str]:
    """Yield each thing that somebody wishes, in words."""
    if wish.name:
        yield f"is called {plain.line(wish.name)}"
    if wish.language:
        yield f"wants {wish.language}"
    if wish.contact:
        yield f"by {plain.line(wish.contact)}"
    if not wish.automatic:
        yield "no automatic notes"
    if wish.words:
        yield plain.line(wish.words)


def _voice(voice: Voice, look: Look) -> str:
    quoted = f"“{plain.line(voice.sentence)}”" if voice.sentence else ""
    cause = f"cause {plain.line(voice.cause)}" if voice.cause else ""
    fix = f"fix: {plain.line(voice.fix)}" if voice.fix else ""
    closed = f"closed {clock(voice.closed, look.now, look.zone)}" if voice.closed else ""
    owner = f"of {plain.line(voice.owner)}" if voice.owner else ""
    return " · ".join(filter(None, (voice.kind, quoted, owner, cause, fix, closed)))


def _remedy(remedy: Remedy, look: Look) -> str:
    word = {True: "we kept our word", False: "we did not keep our word", None: ""}
    return " · ".join(
        filter(
            None,
            (
                plain.line(remedy.decided),
                f"happened: {plain.line(remedy.happened)}" if remedy.happened else "",
                word[remedy.kept_word],
                f"asked for: {plain.line(remedy.asked_for)}" if remedy.asked_for else "",
                f"decided by {plain.line(remedy.decided_by)}",
                clock(remedy.at, look.now, look.zone),
                "final" if remedy.final else "not final",
            ),
        )
    )


def _gift(given: Given, look: Look) -> str:
    gift = given.gift
    approved = f", approved by {plain.line(gift.approved_by)}" if gift.approved_by else ""
    undone = " · taken back" if given.undone else ""
    return (
        f"{worth(given)} {plain.line(gift.kind)} by {plain.line(gift.person)}{approved}:"
        f" {plain.line(gift.reason)} · {clock(given.at, look.now, look.zone)}{undone}"
    )


def shape(view: TicketView, beyond: Round, look: Look) -> Json:
    """Return the same as JSON, as `show --json` has it under `round`."""
    facts = facts_of(view, look)
    return {
        "facts": dict(facts.known),
        "missing": list(facts.missing),
        **round_shape(beyond, look.zone),
    }


def _words(name: str) -> str:
    return plain.line(name).replace("_", " ")
