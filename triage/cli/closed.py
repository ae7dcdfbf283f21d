"""`triage closed`: the desk is closed, although its hours say otherwise."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from triage.cli import hourly
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, say
from triage.core.switches import SwitchName

USAGE = "write: triage closed until WHEN, triage closed today, or: triage closed over"


@click.command()
@click.argument("words", nargs=-1, metavar="[until WHEN | today | over]")
@with_json
@with_config
def closed(words: tuple[str, ...], *, as_json: bool, config: Path | None) -> None:
    """Say that the desk is closed from now until WHEN, or `today`; `over` ends it.

    \b
      triage closed until 14:00
      triage closed today
      triage closed over

    Opening hours and shifts do not count meanwhile: clocks that run stand still, and times that
    are told begin after it. Clocks that run always, and danger, count on. WHEN is 17:00,
    tomorrow 09:00, friday (its beginning), 2h, or ISO 8601. Alone: whether it is closed.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    said = " ".join(words).split()
    with opened(config, read_only=not said) as place:
        if not said:
            nothing = "the desk is not closed by command; rules/roster.yaml has its hours"
            hourly.show(place, SwitchName.CLOSED, nothing, as_json=as_json)
        elif said == ["over"]:
            _over(place)
        elif said == ["today"]:
            _close(place, hourly.moment("today", place))
        elif said[0] in {"until", "till"} and len(said) > 1:
            _close(place, hourly.moment(" ".join(said[1:]), place))
        else:
            raise click.UsageError(USAGE)


def _close(place: Opened, until: datetime) -> None:
    kept = hourly.switch_on(place, SwitchName.CLOSED, until=until)
    say(f"{hourly.in_words(kept, place)}; clocks stand still meanwhile")
    hint("triage closed over")


def _over(place: Opened) -> None:
    ended = place.store.switch_off(SwitchName.CLOSED, "", place.person, place.now)
    for one in ended:
        say(f"open again; it was {hourly.in_words(one, place)}")
    if not ended:
        say("the desk was not closed by command")
