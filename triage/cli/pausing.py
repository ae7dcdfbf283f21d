"""`triage pause`: hold the acknowledgements, and let them go on."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli.opening import opened, with_config
from triage.cli.output import hint, say
from triage.cli.shapes import when

PAUSED = "paused"
"""What the store keeps the pause under: why, or by whom and since when."""


@click.command()
@click.argument("what", type=click.Choice(["acknowledgements"]), default="acknowledgements")
@click.option("--off", is_flag=True, help="End the pause: what waited is sent, if it still may.")
@with_config
def pause(what: str, *, off: bool, config: Path | None) -> None:
    """Hold every acknowledgement that has not left yet, until --off.

    Mail is received, becomes tickets and is warned of as ever. The daemon pauses by itself when
    it sees acknowledgements of a second instance (second_instance): look for that one, end it,
    then give --off. An acknowledgement that waited longer than acknowledge_within is not sent.
    """
    with opened(config, read_only=False) as place:
        before = place.store.setting(PAUSED)
        if off:
            place.store.resume(place.person, place.now)
            said = f"{what} go on; they were paused: {before}" if before else "nothing was paused"
            say(said)
            return
        if before:
            say(f"{what} are paused already: {before}")
            return
        place.store.keep(PAUSED, f"{what}, by {place.person}, since {when(place.now, place.zone)}")
        say(f"{what} are paused; tickets and warnings go on")
        hint("triage pause --off")
