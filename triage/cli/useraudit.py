"""`triage user audit` and `triage user tokens`: what was done and refused, and by which tokens."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from pathlib import Path

import click

from triage.cli.opening import opened, with_config, with_json
from triage.cli.output import print_json, say
from triage.cli.period import Ago, Point, start_of
from triage.report.tickets import when
from triage.store.auditing import AuditAsked


@click.command()
@click.option("--person", default="", metavar="NAME", help="Of this person alone.")
@click.option("--action", default="", metavar="ACTION", help="Of this kind: login, refused, …")
@click.option("--about", default="", metavar="TICKET", help="To this ticket.")
@click.option("--since", type=Point(), metavar="TIME", help="From then on: 7d, 24h, 2026-11-01.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@with_json
@with_config
def audit(
    person: str,
    action: str,
    about: str,
    since: Ago | date | None,
    limit: int,
    *,
    as_json: bool,
    config: Path | None,
) -> None:
    """List what was done on the page and by programs, newest first.

    \b
    --json prints one list:
      [{"number", "at", "person", "action", "about", "what", "address"}]
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=True) as place:
        asked = AuditAsked(
            person=person,
            action=action,
            about=about,
            since=None if since is None else start_of(since, place.now, place.zone),
            limit=limit,
        )
        found = place.store.audit_of(asked)
        zone = place.zone
    if as_json:
        print_json(
            [
                {
                    "number": number,
                    "at": when(one.at, zone),
                    "person": one.person,
                    "action": one.action,
                    "about": one.about,
                    "what": one.detail.get("what"),
                    "address": one.address,
                }
                for number, one in found
            ]
        )
        return
    for _, one in found:
        what = f": {_more(str(one.detail['what']), zone)}" if one.detail.get("what") else ""
        at = one.at.astimezone(zone)
        words = " ".join(filter(None, (one.person or "somebody", one.action, one.about)))
        click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {words}{what}  ({one.address})")
    if not found:
        say("nothing of that kind was done")


def _more(text: str, zone: tzinfo) -> str:
    """Return what was written down beside a deed; an instant is the end of what was set."""
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"until {until.astimezone(zone):%Y-%m-%d %H:%M}" if until.tzinfo else text


@click.command()
@click.argument("name", default="")
@with_json
@with_config
def tokens(name: str, *, as_json: bool, config: Path | None) -> None:
    """List the tokens of NAME, or of everybody: when each was made, used last, and taken back.

    \b
    --json prints one list:
      [{"account", "token", "made", "used", "revoked"}]
    """  # noqa: D301 - as above
    with opened(config, read_only=True) as place:
        found, zone = place.store.tokens(name), place.zone
    if as_json:
        print_json(
            [
                {
                    "account": one.account,
                    "token": one.name,
                    "made": when(one.made, zone),
                    "used": when(one.used, zone),
                    "revoked": when(one.revoked, zone),
                }
                for one in found
            ]
        )
        return
    for one in found:
        used = f"last used {_shown(one.used, zone)}" if one.used else "never used"
        gone = f", taken back {_shown(one.revoked, zone)}" if one.revoked else ""
        made = _shown(one.made, zone)
        click.echo(f"{one.account}: {one.name}, made {made}, {used}{gone}")
    if not found:
        say("no tokens: 'triage user token NAME'")


def _shown(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
