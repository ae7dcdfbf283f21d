"""`triage pause`: hold what leaves by itself, and let it go on."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli import hourly
from triage.cli.opening import Opened, opened, with_config
from triage.cli.output import hint, say
from triage.core.switches import Paused, Switches, SwitchName


@click.command()
@click.argument("what", type=click.Choice([str(one) for one in Paused]), required=False)
@click.option("--until", "ends", metavar="WHEN", help="17:00, tomorrow 09:00, friday, or ISO 8601.")
@click.option("--off", is_flag=True, help="End the pause: what waited is sent, if it still may.")
@with_config
def pause(what: str | None, ends: str | None, *, off: bool, config: Path | None) -> None:
    """Hold acknowledgements (default), notices or all that leaves by itself, until --off.

    Notices are delay notes and check-backs. Mail is received, becomes tickets and is warned of
    as ever; agents' replies leave. The daemon pauses all by itself when it sees acknowledgements
    of a second instance (second_instance): look for that one, end it, then give --off. An
    acknowledgement that waited longer than acknowledge_within is not sent.
    """
    with opened(config, read_only=False) as place:
        if off:
            _end(place, what)
            return
        held = Paused(what or Paused.ACKNOWLEDGEMENTS)
        before = Switches(place.store.switches(place.now)).paused(held, place.now)
        if before is not None and ends is None:
            say(f"already {hourly.in_words(before, place)}")
            return
        until = hourly.moment(ends, place) if ends else None
        kept = hourly.switch_on(place, SwitchName.PAUSE, held, until=until)
        say(f"{hourly.in_words(kept, place)}; tickets and warnings go on")
        hint("triage pause --off")


def _end(place: Opened, what: str | None) -> None:
    ended = place.store.switch_off(SwitchName.PAUSE, what, place.person, place.now)
    for one in ended:
        say(f"goes on; it was {hourly.in_words(one, place)}")
    if not ended:
        say(f"{what} are not paused" if what else "nothing was paused")
