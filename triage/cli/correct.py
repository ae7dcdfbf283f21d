"""`triage correct`: a human sets right what was judged wrong, and it is kept as a label."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path

import click

from triage.cli.ending import Finding
from triage.cli.moments import clock
from triage.cli.named import ticket_named
from triage.cli.opening import Opened, opened, with_config
from triage.cli.output import hint, say
from triage.cli.waves import to_wave, undo_wave, with_wave
from triage.config.desk import Desk, load_desk
from triage.config.faults import near
from triage.config.settings import Settings
from triage.config.shipped import shipped_prompts, shipped_rules
from triage.core.clocked import counting_with
from triage.core.switches import Switches
from triage.core.ticket import TICKETED, Kind, Priority, handle, read_handle
from triage.pipeline.recount import anew
from triage.store.byhand import Correcting, Correction
from triage.store.views import MailView, TicketRow

_ANSWERS = {"yes": True, "no": False}


class Signal(click.ParamType[tuple[str, bool]]):
    """`NAME=yes` or `NAME=no`."""

    name = "name=yes|no"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, bool]:
        """Return the signal's name, and whether it holds."""
        if isinstance(value, tuple):
            return value
        name, _, answer = str(value).partition("=")
        if answer.casefold() not in _ANSWERS or not name:
            self.fail(f"{value!r}: write NAME=yes or NAME=no", param, ctx)
        return name, _ANSWERS[answer.casefold()]


class Value(click.Choice[StrEnum]):
    """One of an enumeration's values, as they are shown; click itself would take their names."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        """Write a value so that case makes no difference."""
        return str(choice).casefold()


@click.command()
@click.argument("what", metavar="TICKET|MAIL")
@click.option("--queue", metavar="QUEUE", help="The queue it belongs to.")
@click.option(
    "--priority",
    type=Value(Priority),
    metavar="PRIORITY",
    help=f"One of: {', '.join(Priority)}.",
)
@click.option(
    "--kind",
    type=Value(Kind),
    metavar="KIND",
    help=f"What the message is: {', '.join(Kind)}.",
)
@click.option(
    "--signal",
    "signals",
    type=Signal(),
    multiple=True,
    metavar="NAME=yes|no",
    help="Whether a signal holds; may be given often.",
)
@click.option("--undo", is_flag=True, help="Take the last correction back.")
@with_wave
@with_config
def correct(
    what: str,
    queue: str | None,
    priority: Priority | None,
    kind: Kind | None,
    signals: tuple[tuple[str, bool], ...],
    *,
    undo: bool,
    wave: bool,
    config: Path | None,
) -> None:
    """Set right what was judged wrong of TICKET, and keep it as a label.

    Of a MAIL that became no ticket, by the handle (M-12) that `queue spam`, `queue automatic` and
    `queue junk` list it under, it is the kind that can be set right: `--kind human` brings it back.

    Without an option of its own each of queue, priority, kind and signals stays as it is.
    """
    correction = Correction(
        queue=queue,
        priority=priority,
        kind=kind,
        signals=dict(signals),
    )
    if undo == (correction != Correction()):
        raise click.UsageError(
            "say what is right (--queue, --priority, --kind, --signal), or --undo: one of the two"
        )
    if wave and read_handle(what) is not None:
        raise click.UsageError(f"{what} is a mail: --wave is for a ticket")
    with opened(config, read_only=False) as place:
        if wave and undo:
            undo_wave(place, ticket_named(place.store, what).row.reference)
        elif undo:
            _undo(place, what)
        else:
            _correct(place, what, correction, wave=wave)


def _undo(place: Opened, what: str) -> None:
    message = read_handle(what)
    name = ticket_named(place.store, what).row.reference if message is None else handle(message)
    if not place.store.undo_correction(name, place.person, place.now):
        raise Finding(f"{name}: there is no correction to take back")
    if message is None and place.desk is not None:
        _recounted(place, place.desk, name)
    say(f"{name}: the last correction is taken back")


def _correct(place: Opened, what: str, correction: Correction, *, wave: bool) -> None:
    # Its faults are said where it has any: a queue can be named only from a list that is whole.
    rules = place.settings.rules or shipped_rules()
    desk = place.desk or load_desk(rules, place.now.date())
    if correction.queue is not None:
        _known("--queue", correction.queue, desk.queues)
    for name in correction.signals:
        _known("--signal", name, _signals(place.settings))
    message = read_handle(what)
    name = ticket_named(place.store, what).row.reference if message is None else handle(message)
    if wave:
        deed = Correcting(correction=correction, boosts=desk.service.boosts)
        to_wave(place, name, deed, "corrected")
        hint(f"triage correct {name} --undo --wave   (takes it back)")
        return
    place.store.correct(name, correction, desk.service.boosts, place.person, place.now)
    if message is None:
        after = _recounted(place, desk, name)
        say(f"{name}: {_judged(after, correction.kind)}{_due(after, place)}")
    else:
        say(f"{name}: {_became(place.store.mail(message), correction.kind or '')}")
    hint(f"triage correct {name} --undo   (takes it back)")


def _recounted(place: Opened, desk: Desk, name: str) -> TicketRow:
    """Count a ticket's clock for what it is now, and return how it stands then.

    By the files, as they lie there: a daemon does it within a second, by those in force.
    """
    switches = Switches(place.store.switches(place.now))
    by = counting_with(desk.service, desk.queues, desk.roster.hours, switches)
    ticket = place.store.ticket(name).row.id
    place.store.recount([ticket], partial(anew, by=by), place.now)
    return place.store.ticket(name).row


def _due(row: TicketRow, place: Opened) -> str:
    if row.answer_by is None:
        return ""
    return f", answer by {clock(row.answer_by, place.now, place.zone)}"


def _judged(row: TicketRow, kind: str | None) -> str:
    """Say what a ticket is now; `kind` is what its mail was said to be, if anything."""
    if kind is not None and kind not in TICKETED:
        return f"{kind}, out of the queue"
    flags = ", ".join(row.flags) or "no signals"
    return ", ".join(filter(None, (kind, row.queue, str(row.priority), flags)))


def _became(mail: MailView, kind: str) -> str:
    if mail.reference:
        return f"{kind}, on {mail.reference}"
    return f"{kind}, triaged again at once" if kind in TICKETED else f"{kind}, on no ticket"


def _signals(settings: Settings) -> frozenset[str]:
    """Return the names of the signals: those of the files in force, over the shipped ones."""
    folders = (shipped_prompts(), settings.prompts or shipped_prompts())
    return frozenset(path.stem for folder in folders for path in (folder / "signals").glob("*.md"))


def _known(option: str, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        raise click.BadParameter(f"there is no '{name}'; {near(name, names)}", param_hint=option)
