"""`triage wish`: how a requester wants to be treated, once and for all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from rich.text import Text

from triage.cli.layout import block
from triage.cli.opening import opened, with_config, with_json
from triage.cli.output import print_json, say, stdout
from triage.cli.roundview import wished
from triage.config.values import LANGUAGES, is_address
from triage.core.wish import Wish
from triage.report.beyond import wish_shape

_MOST = 1000


@click.command()
@click.argument("address", required=False)
@click.option("--language", metavar="CODE", help="Write to them in it: en, de, …; '' forgets it.")
@click.option("--name", metavar="NAME", help="What they want to be called.")
@click.option("--contact", metavar="HOW", help="How they want to be reached: phone, mail, …")
@click.option("--words", metavar="TEXT", help="What else an agent should know.")
@click.option("--automatic/--no-automatic", default=None, help="Whether automatic notes may go.")
@click.option("--forget", is_flag=True, help="Forget all of it.")
@with_json
@with_config
def wish(
    address: str | None,
    language: str | None,
    name: str | None,
    contact: str | None,
    words: str | None,
    *,
    automatic: bool | None,
    forget: bool,
    as_json: bool,
    config: Path | None,
) -> None:
    """Keep what the requester at ADDRESS wishes, or show it; without ADDRESS list all wishes.

    A language wins over what is detected, for texts and for whose their tickets become. With
    --no-automatic neither an acknowledgement nor a delay notice ever goes to them; they are
    answered as everybody is.

    \b
    --json prints a list of {"address", "name", "language", "contact", "words", "automatic"}.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    told = (name, language, contact, words, automatic)
    changes = any(one is not None for one in told)
    if address is None and (changes or forget):
        raise click.UsageError("name the requester's address")
    if forget and changes:
        raise click.UsageError("give --forget alone")
    with opened(config, read_only=not (changes or forget)) as place:
        if address is None:
            _show(place.store.wishes(_MOST), as_json=as_json)
            return
        who = _bare(address)
        kept = place.store.wish(who) or Wish(address=who)
        if not changes and not forget:
            _show(() if kept.empty else (kept,), as_json=as_json)
            return
        wanted = Wish(address=who)
        if not forget:
            wanted = replace(
                kept,
                name=kept.name if name is None else name.strip(),
                contact=kept.contact if contact is None else contact.strip(),
                words=kept.words if words is None else words.strip(),
                automatic=kept.automatic if automatic is None else automatic,
            )
        if language is not None:
            wanted = replace(wanted, language=_code(language))
        place.store.keep_wish(wanted, place.person, place.now)
        say(f"{who}: {' · '.join(wished(wanted)) or 'nothing is wished any more'}")


def _bare(address: str) -> str:
    if not is_address(address):
        raise click.UsageError(f"'{address}' is not a mail address: write it bare: name@domain")
    return address.casefold()


def _code(language: str) -> str:
    code = language.casefold()
    if code and code not in LANGUAGES:
        remedy = "two letters of ISO 639-1, such as en or de"
        raise click.UsageError(f"'{language}' is not a language: {remedy}")
    return code


def _show(wishes: tuple[Wish, ...], *, as_json: bool) -> None:
    if as_json:
        print_json([wish_shape(one) for one in wishes])
        return
    console = stdout()
    for one in wishes:
        head = Text.assemble((one.address, "bold"), f"  {' · '.join(wished(one))}")
        block(console, head)
    if not wishes:
        console.print("nothing is wished")
