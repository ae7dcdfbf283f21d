"""Why a ticket is judged as it is, and when it must be answered: what the panel beside it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from triage.core.arithmetic import counted_lines
from triage.store.views import MessageView, TicketView
from triage.web.render import Reader

_SCORES = 3
_QUIET = frozenset({"verified", "unverified"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One line of the panel: what speaks (a rule, the model, a signal), and what it says."""

    label: str
    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A queue that a ticket may belong to, with the model's share: one press sets it right."""

    queue: str
    title: str
    share: str


def reasons(ticket: TicketView, read: Reader) -> tuple[Reason, ...]:
    """Return why a ticket stands where it does, from the mail that made it."""
    first = judged(ticket)
    return tuple(_reasons(ticket, first, read))


def judged(ticket: TicketView) -> MessageView | None:
    """Return the message by which a ticket was judged."""
    return next((one for one in ticket.messages if one.explained and one.role != "sent"), None)


def _reasons(ticket: TicketView, first: MessageView | None, read: Reader) -> Iterator[Reason]:
    if first is not None:
        yield from _of_judgement(first.explained, read)
        if not first.acknowledge:
            why = first.acknowledge_reason.replace("_", " ")
            if first.acknowledge_reason not in _QUIET:
                yield Reason(label=read.say("No acknowledgement"), text=why)
        yield Reason(label=read.say("Sender"), text=first.trust_why or first.trust)
    if ticket.owner_why:
        yield Reason(label=read.say("Owner"), text=ticket.owner_why)
    for clock in ticket.clocks:
        for line in (clock.why, *counted_lines(clock.spans, read.zone)):
            yield Reason(label=read.say("Clock"), text=line)


def _of_judgement(explained: Mapping[str, Any], read: Reader) -> Iterator[Reason]:
    for fired in explained.get("fired") or ():
        place = f"{fired.get('file', '')}:{fired.get('line', '')}"
        text = f"{fired.get('id', '')} ({place}): {fired.get('why', '')}"
        yield Reason(label=read.say("Rule"), text=text)
    for name, signal in (explained.get("signals") or {}).items():
        text = f"{str(name).replace('_', ' ')} {float(signal.get('score', 0)):.2f}"
        yield Reason(label=read.say("Signal"), text=text, quote=str(signal.get("sentence", "")))
    for reason in explained.get("reasons") or ():
        text = f"{reason.get('queue', '')} {float(reason.get('weight', 0)):+.2f}"
        yield Reason(label=read.say("Sentence"), text=text, quote=str(reason.get("sentence", "")))
    for name, value in (explained.get("facts") or {}).items():
        yield Reason(label=read.say("Fact"), text=f"{str(name).replace('_', ' ')} {value}")


def chips(ticket: TicketView, titles: Mapping[str, str]) -> tuple[Chip, ...]:
    """Return the likeliest queues but the present one, the likeliest first."""
    first = judged(ticket)
    explained: Mapping[str, Any] = {} if first is None else first.explained
    scores: Mapping[str, float] = explained.get("queue_scores") or {}
    best = sorted(
        ((name, share) for name, share in scores.items() if name != ticket.row.queue),
        key=lambda pair: -pair[1],
    )
    found = [(name, share) for name, share in best if name in titles][:_SCORES]
    return tuple(
        Chip(queue=name, title=titles[name], share=f"{share:.2f}") for name, share in found
    )
