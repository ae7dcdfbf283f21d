"""`triage breach`: why a deadline was missed, as found by itself or as a person knows it."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli import plain
from triage.cli.moments import clock
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import print_json, say
from triage.core.breach import Reason
from triage.report.tickets import Json, when
from triage.store.guarding import Breach, Guarded


@click.command()
@click.argument("ticket")
@click.option(
    "--reason", type=click.Choice([one.value for one in Reason]), help="Say why; default: show why."
)
@click.option(
    "--clock",
    "which",
    type=click.Choice([one.value for one in Guarded]),
    help="Whose deadline; default: the latest that was missed.",
)
@with_json
@with_config
def breach(
    ticket: str, reason: str | None, which: str | None, *, as_json: bool, config: Path | None
) -> None:
    """Show why deadlines of TICKET were missed, or set the reason right.

    The reason that is found by itself is a guess; reports count what a person says.

    \b
    --json prints {"breaches": [{"ticket", "clock", "cycle", "at", "noticed", "reason", "detail",
      "by"}]}, oldest first; "by" is null where the reason was found by itself.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=reason is None) as place:
        if reason is None:
            found = place.store.breaches_of(ticket)
        else:
            of = None if which is None else Guarded(which)
            said = Reason(reason)
            found = (place.store.explain_breach(ticket, said, place.person, place.now, of),)
        if which is not None:
            found = tuple(one for one in found if one.clock == which)
        if as_json:
            print_json({"breaches": [_shape(one, place) for one in found]})
            return
        for one in found:
            click.echo(_line(one, place))
        if not found:
            say("no deadline of it was missed")


def _line(one: Breach, place: Opened) -> str:
    due = clock(one.at, place.now, place.zone)
    detail = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in one.detail.items())
    by = f"says {plain.line(one.person)}" if one.person else detail
    return f"{one.reference}  {one.clock} due {due}  {one.reason.replace('_', ' ')}" + (
        f" ({by})" if by else ""
    )


def _shape(one: Breach, place: Opened) -> Json:
    return {
        "ticket": one.reference,
        "clock": one.clock,
        "cycle": one.cycle,
        "at": when(one.at, place.zone),
        "noticed": when(one.noticed, place.zone),
        "reason": one.reason,
        "detail": dict(one.detail),
        "by": one.person or None,
    }
