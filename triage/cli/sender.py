"""`triage sender`: what an address sends is always automatic, or always a person's."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli import hourly
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, say
from triage.config.values import is_address, is_host
from triage.core.switches import AUTOMATIC, HUMAN, SwitchName

OVER = "over"


@click.command()
@click.argument("address", required=False)
@click.argument("what", required=False, type=click.Choice([AUTOMATIC, HUMAN, OVER]))
@click.option("--until", "ends", metavar="WHEN", help="When it ends; default: when you say so.")
@with_json
@with_config
def sender(
    address: str | None, what: str | None, ends: str | None, *, as_json: bool, config: Path | None
) -> None:
    """Say that mail from ADDRESS, or from a domain, is always `automatic`, or `human`.

    \b
      triage sender reports@supplier.example automatic
      triage sender supplier.example over

    `automatic` is filed, and never acknowledged. `human` becomes a ticket whatever its headers
    say; mail that calls itself a machine's is still not acknowledged, nor is any that fails
    authentication. Of an address and its domain the address counts. Alone: what is set.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=address is None) as place:
        if address is None:
            nothing = "nothing is said of any sender"
            hourly.show(place, SwitchName.SENDER, nothing, as_json=as_json)
            return
        about = address.strip().casefold()
        if not (is_address(about) or is_host(about)):
            raise click.UsageError(f"'{address}' is neither an address nor a domain")
        if what is None:
            raise click.UsageError(f"say what it is: triage sender {about} automatic|human|over")
        if what == OVER:
            _over(place, about)
        else:
            _set(place, about, what, ends)


def _set(place: Opened, about: str, what: str, ends: str | None) -> None:
    own = place.settings.own_addresses
    if about in own or about in {one.rpartition("@")[2] for one in own}:
        raise click.UsageError(f"{about} is our own")
    until = hourly.moment(ends, place) if ends else None
    kept = hourly.switch_on(place, SwitchName.SENDER, about, what, until=until)
    say(hourly.in_words(kept, place))
    hint(f"triage sender {about} over")


def _over(place: Opened, about: str) -> None:
    ended = place.store.switch_off(SwitchName.SENDER, about, place.person, place.now)
    for one in ended:
        say(f"over: {hourly.in_words(one, place)}")
    if not ended:
        say(f"nothing was said of {about}")
