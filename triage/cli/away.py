"""`triage away`: somebody is not there for a while, or there again."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli import hourly
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, say
from triage.core.switches import SwitchName

USAGE = "write: triage away AGENT until WHEN [from WHEN], or: triage away AGENT back"


@click.command()
@click.argument("agent", required=False)
@click.argument("words", nargs=-1, metavar="[until WHEN] [from WHEN] | back")
@with_json
@with_config
def away(agent: str | None, words: tuple[str, ...], *, as_json: bool, config: Path | None) -> None:
    """Say that AGENT is away until WHEN, from now or from WHEN on; `back` ends it.

    \b
      triage away maria until 17:00
      triage away maria until friday from tomorrow 12:00
      triage away maria back

    WHEN is 17:00, tomorrow 09:00, friday (its beginning), 2h, or ISO 8601, in the
    agent's own zone. Tickets of theirs that have no answer yet go to others, answered ones to
    the deputy; requesters are not written to. `back` gives nothing back. Without AGENT: who is
    away, now and later.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=agent is None) as place:
        if agent is None:
            nobody = "nobody is away by command; rules/roster.yaml may say more"
            hourly.show(place, SwitchName.AWAY, nobody, as_json=as_json)
        elif words == ("back",):
            _back(place, agent)
        else:
            _away(place, agent, words)


def _back(place: Opened, named: str) -> None:
    found = hourly.agent_named(named, place)
    ended = place.store.switch_off(SwitchName.AWAY, found.id, place.person, place.now)
    for one in ended:
        words = "is back" if one.since <= place.now else "stays"
        say(f"{found.name} {words}; was {hourly.in_words(one, place)}")
    if not ended:
        say(f"{found.name} is not away by command; rules/roster.yaml may say more")


def _away(place: Opened, named: str, words: tuple[str, ...]) -> None:
    said = _clauses(words)
    found = hourly.agent_named(named, place)
    zone = found.hours.zone
    since = hourly.moment(said["from"], place, zone) if "from" in said else place.now
    until = hourly.moment(said["until"], place, zone, after=since)
    if since >= until:
        raise click.UsageError("the absence would end before it begins")
    kept = hourly.switch_on(place, SwitchName.AWAY, found.id, since=since, until=until)
    say(hourly.in_words(kept, place))
    if kept.holds(place.now):
        say("tickets of theirs that have no answer go to others as soon as the daemon runs")
    hint(f"triage away {found.id} back")


def _clauses(words: tuple[str, ...]) -> dict[str, str]:
    """Take `until … from …` apart, in either order. Raises: UsageError."""
    said: dict[str, str] = {}
    name = ""
    for word in " ".join(words).split():
        if word.casefold() in {"until", "till", "from"}:
            name = "from" if word.casefold() == "from" else "until"
            if name in said:
                raise click.UsageError(USAGE)
            said[name] = ""
        elif name:
            said[name] = f"{said[name]} {word}".strip()
        else:
            raise click.UsageError(USAGE)
    if not said.get("until") or not all(said.values()):
        raise click.UsageError(USAGE)
    return said
