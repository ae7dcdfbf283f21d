"""`triage notice`: what acknowledgements tell everybody today."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli import hourly
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, say
from triage.config.faults import near
from triage.config.rulenames import rule_ids
from triage.config.shipped import shipped_rules
from triage.core.switches import SwitchName

LONGEST = 300
"""Letters of a notice: an acknowledgement is short."""


@click.command()
@click.argument("text", required=False)
@click.option("--match", default="", metavar="RULE|QUEUE", help="Only mail of this rule or queue.")
@click.option("--until", "ends", metavar="WHEN", help="17:00, tomorrow 09:00, friday, or ISO 8601.")
@click.option("--end", "over", is_flag=False, flag_value=0, type=click.IntRange(0), metavar="[N]",
              help="End notice N; without N: all.")  # fmt: skip
@with_json
@with_config
def notice(
    text: str | None,
    match: str,
    ends: str | None,
    over: int | None,
    *,
    as_json: bool,
    config: Path | None,
) -> None:
    """Put TEXT into acknowledgements until WHEN, for everybody or --match alone.

    \b
      triage notice "Deliveries to Leeds are a day late." --match orders --until 18:00
      triage notice --end 3

    TEXT is one or two sentences, as requesters are to read them. A day alone is its beginning.
    Alone: the notices that are set.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    writing = text is not None or over is not None
    with opened(config, read_only=not writing) as place:
        if text is not None and over is not None:
            raise click.UsageError("give TEXT or --end, not both")
        if over is not None:
            _end(place, over)
        elif text is not None:
            _say(place, text, match, ends)
        else:
            hourly.show(place, SwitchName.NOTICE, "no notice is set", as_json=as_json)


def _say(place: Opened, text: str, match: str, ends: str | None) -> None:
    said = " ".join(text.split())
    if not said or len(said) > LONGEST:
        raise click.UsageError(f"a notice has 1 to {LONGEST} letters; this one has {len(said)}")
    if ends is None:
        raise click.UsageError("a notice needs an end: --until WHEN")
    if match:
        _check(place, match)
    until = hourly.moment(ends, place)
    kept = hourly.switch_on(place, SwitchName.NOTICE, match, said, until=until)
    say(hourly.in_words(kept, place))
    hint(f"triage notice --end {kept.number}")


def _check(place: Opened, match: str) -> None:
    """Refuse what is neither a rule nor a queue, as far as the files can be read."""
    queues = frozenset(place.desk.queues) if place.desk else frozenset()
    rules = rule_ids(place.settings.rules or shipped_rules())
    if match not in queues | rules:
        raise click.UsageError(
            f"there is no rule or queue '{match}'; {near(match, queues | rules)}"
        )


def _end(place: Opened, number: int) -> None:
    ended = place.store.switch_off(SwitchName.NOTICE, None, place.person, place.now, number=number)
    for one in ended:
        say(f"ended: {hourly.in_words(one, place)}")
    if not ended:
        say(f"there is no notice {number}" if number else "no notice was set")
