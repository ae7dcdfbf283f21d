"""`triage user`: who may use the page."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

import click

from triage.cli.named import check_agent
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, print_json, say
from triage.config.faults import near
from triage.config.hours import near_zone
from triage.core.accounts import LEAST_PASSWORD, Account, Role
from triage.errors import NotPossible
from triage.store.accounts import Audited
from triage.web.door.identity import new_id, written
from triage.web.door.passwords import hash_password
from triage.web.render import LANGUAGES

F = TypeVar("F", bound=Callable[..., object])


def _with_fields(command: F) -> F:
    for option in (
        click.option("--zone", metavar="ZONE", help="Their time zone; default: the desk's."),
        click.option(
            "--language", type=click.Choice(LANGUAGES), help="Of the page; default: the browser's."
        ),
        click.option(
            "--queue",
            "queues",
            multiple=True,
            metavar="QUEUE",
            help="They see this queue alone (several times: these); 'all': every queue.",
        ),
        click.option("--agent", metavar="ID", help="Who they are in the roster."),
        click.option("--role", type=click.Choice([str(role) for role in Role])),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("name")
@_with_fields
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_config
def add(
    name: str,
    role: str | None,
    agent: str | None,
    queues: tuple[str, ...],
    language: str | None,
    zone: str | None,
    *,
    password_stdin: bool,
    config: Path | None,
) -> None:
    """Let NAME log in to the page.

    Asks for a password, or makes one and prints it where there is nobody to ask.
    """
    with opened(config, read_only=False) as place:
        if place.store.account(name) is not None:
            raise NotPossible(f"{name} is there already: 'triage user change {name}'")
        given = Account(name=_named(name), role=Role.AGENT)
        given = _changed(given, place, role, agent, queues, language, zone)
        password, made = _password(password_stdin=password_stdin)
        place.store.keep_account(given, hash_password(password), place.now)
        _noted(place, "user_added", name, _said_of(given))
        say(f"{name} may log in, as {given.role}")
        if made:
            click.echo(password)
            hint("this password is shown once: give it to them")


@click.command()
@click.argument("name")
@_with_fields
@click.option("--password", "anew", is_flag=True, help="Give a new password.")
@click.option("--password-stdin", is_flag=True, help="Read it from standard input.")
@click.option("--disable/--enable", default=None, help="Lock them out, or let them in again.")
@with_config
def change(
    name: str,
    role: str | None,
    agent: str | None,
    queues: tuple[str, ...],
    language: str | None,
    zone: str | None,
    *,
    anew: bool,
    password_stdin: bool,
    disable: bool | None,
    config: Path | None,
) -> None:
    """Change what NAME may do, or their password. They have to log in again."""
    with opened(config, read_only=False) as place:
        given = _changed(_found(place, name), place, role, agent, queues, language, zone)
        if disable is not None:
            given = replace(given, disabled=disable)
        password, made = "", False
        if anew or password_stdin:
            password, made = _password(password_stdin=password_stdin)
        place.store.keep_account(given, hash_password(password) if password else None, place.now)
        _noted(place, "user_changed", given.name, _said_of(given, anew=bool(password)))
        say(f"{given.name} is changed")
        if made:
            click.echo(password)


@click.command("list")
@with_json
@with_config
def list_(*, as_json: bool, config: Path | None) -> None:
    """List who may log in."""
    with opened(config, read_only=True) as place:
        found = place.store.accounts()
    if as_json:
        print_json([_shape(each) for each in found])
        return
    for each in found:
        queues = ", ".join(sorted(each.queues)) or "all queues"
        agent = f", agent {each.agent}" if each.agent else ""
        locked = ", locked out" if each.disabled else ""
        click.echo(f"{each.name}: {each.role}{agent}, {queues}{locked}")
    if not found:
        say("nobody yet: 'triage user add NAME'")


@click.command()
@click.argument("name")
@click.argument("token_name", metavar="TOKEN", default="token")
@click.option("--revoke", is_flag=True, help="Take it back.")
@with_config
def token(name: str, token_name: str, *, revoke: bool, config: Path | None) -> None:
    """Make a token by which a program acts as NAME, and print it once."""
    with opened(config, read_only=False) as place:
        found = _found(place, name)
        if revoke:
            if not place.store.revoke_token(token_name, found.name, place.now):
                raise NotPossible(f"{found.name} has no token called '{token_name}'")
            _noted(place, "token_revoked", found.name, token_name)
            say(f"'{token_name}' of {found.name} is of no use any more")
            return
        secret = new_id()
        place.store.keep_token(token_name, found.name, secret, place.now)
        _noted(place, "token_made", found.name, token_name)
        click.echo(written(secret))
        hint("it is shown once; send it as 'Authorization: Bearer …'")


def _noted(place: Opened, action: str, about: str, what: str) -> None:
    """Write down who gave whom access, from this machine; never a secret."""
    entry = Audited(
        at=place.now,
        person=place.person,
        action=action,
        about=about,
        detail={"what": what},
        address="this machine",
    )
    place.store.audit(entry)


def _said_of(given: Account, *, anew: bool = False) -> str:
    queues = ", ".join(sorted(given.queues)) or "all queues"
    more = "; locked out" * given.disabled + "; a new password" * anew
    return f"{given.role}, {queues}{more}"


def _found(place: Opened, name: str) -> Account:
    found = place.store.account(name)
    if found is None:
        names = [each.name for each in place.store.accounts()]
        remedy = near(name, names)
        raise NotPossible(f"nobody is called '{name}'" + (f"; {remedy}" if remedy else ""))
    return found[0]


def _changed(
    given: Account,
    place: Opened,
    role: str | None,
    agent: str | None,
    queues: tuple[str, ...],
    language: str | None,
    zone: str | None,
) -> Account:
    """Return an account with what was asked for. Raises: UsageError naming what there is."""
    if role is not None:
        given = replace(given, role=Role(role))
    if agent is not None:
        if agent:
            check_agent(place.desk, agent)
        given = replace(given, agent=agent)
    if queues:
        known = [] if place.desk is None else list(place.desk.queues)
        for queue in queues:
            if queue != "all" and known and queue not in known:
                raise click.UsageError(f"no queue '{queue}'; {near(queue, known)}")
        given = replace(given, queues=frozenset() if "all" in queues else frozenset(queues))
    if language is not None:
        given = replace(given, language=language)
    if zone is not None:
        if zone and zone not in available_timezones():
            raise click.UsageError(f"no time zone '{zone}'; {near_zone(zone)}")
        given = replace(given, zone=zone)
    return given


def _named(name: str) -> str:
    if not name.strip() or name != name.strip() or len(name) > 100 or not name.isprintable():
        raise click.UsageError(f"'{name}' does not do as a name")
    return name


def _password(*, password_stdin: bool) -> tuple[str, bool]:
    """Return a password, and whether we made it."""
    if password_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        words = f"Password (at least {LEAST_PASSWORD} characters)"
        return click.prompt(words, hide_input=True, confirmation_prompt=True, err=True), False
    return secrets.token_urlsafe(18), True


def _shape(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "role": account.role,
        "agent": account.agent,
        "queues": sorted(account.queues),
        "language": account.language,
        "zone": account.zone,
        "disabled": account.disabled,
    }
