"""`triage explain`: why mail is judged as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click

from triage.cli.alone import explain_files
from triage.cli.anew import Anew
from triage.cli.drawing import draw_explanation
from triage.cli.ending import Finding
from triage.cli.moments import Moment
from triage.cli.named import ticket_named
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import print_json, progress, stdout
from triage.config.faults import near
from triage.config.load import Policy, load_policy
from triage.config.toml import find_settings
from triage.core.mail.parse import parse
from triage.core.ticket import TICKETED, read_handle
from triage.model.cache import cache_folder
from triage.pipeline.terms import terms_of
from triage.report.tickets import when
from triage.store.views import MailView, MessageView, TicketView
from triage.trial.explaining import Explainer, Explanation, Measuring, report

_REFERENCE = re.compile(r"[Tt]-[0-9A-Za-z]{7}|[Mm]-[0-9]{1,18}")


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="TICKET|MAIL|FILE.eml...")
@click.option("--now", type=Moment(), help="When the files arrive; default: now.")
@click.option(
    "--mailbox", default="", metavar="NAME", help="Where; default: the one each file was sent to."
)
@with_json
@with_config
def explain(
    what: tuple[str, ...],
    now: datetime | None,
    mailbox: str,
    *,
    as_json: bool,
    config: Path | None,
) -> None:
    """Say why mail is judged as it is: rule and line, sentence and score, reason for silence.

    A FILE is judged alone, as if it had just arrived; that needs neither mailbox nor daemon,
    and without a triage.toml the shipped desk judges. A TICKET is explained as it was judged, and
    so is a MAIL, by the handle (M-12) that `queue spam` lists it under.

    \b
    --json prints one object a line, one for each, in order, also for unreadable files:
      {"file", "kind", "language", "subject", "from", "text", "body", "queue", "queue_scores",
       "priority", "signals": {name: {"score", "sentence"}}, "facts": {name: text},
       "bounce": [{"recipient", "status", "reason"}], "acknowledge", "acknowledge_reason",
       "owner", "answer_by", "rules": [id], "why": [text],
       "trust": "pass"|"fail"|"none", "trust_why", "badges": [name],
       "refer", "macro", "asks": [name],
       "reasons": [{"queue", "sentence", "weight", "side": "for"|"against",
         "measured": "text"|"vectors"}]}

    \b
    A reason's weight is by how much the log-odds of the model's likeliest queue fall without the
    sentence: measured by reading the text again without it, or where that cannot be done any
    more, as it was estimated when the mail was judged ("vectors").
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    runs = [(is_ticket, tuple(names)) for is_ticket, names in groupby(what, _is_ticket)]
    only_tickets = all(is_ticket for is_ticket, _ in runs) and not mailbox
    explainer = None if only_tickets else _explainer(config, now or datetime.now(UTC), mailbox)
    for is_ticket, names in runs:
        if is_ticket or explainer is None:
            told = _tickets(names, config)
        else:
            told = explain_files(names, explainer)
        for explanation in told:
            if as_json:
                print_json(explanation.report)
            else:
                draw_explanation(stdout(), explanation)


def _is_ticket(name: str) -> bool:
    return _REFERENCE.fullmatch(name) is not None and not Path(name).exists()


def _check_mailbox(policy: Policy, mailbox: str) -> None:
    known = [one.name for one in policy.settings.mailboxes]
    if mailbox and mailbox not in known:
        text = f"there is no mailbox '{mailbox}'; {near(mailbox, known)}"
        raise click.BadParameter(text, param_hint="--mailbox")


def _explainer(config: Path | None, now: datetime, mailbox: str) -> Explainer:
    """Make or load the model; seconds where it is new, so they are shown."""
    from triage.training import open_model  # noqa: PLC0415 - half a second that tickets spare

    policy = load_policy(find_settings(config))
    _check_mailbox(policy, mailbox)
    settings = policy.settings.model
    with progress() as on:
        model = open_model(
            policy.teaching, settings.encoder, cache_folder(), settings.accuracy_when_sure, on
        )
    return Explainer(terms_of(policy, instance=""), Measuring(model), now, mailbox)


def _tickets(names: tuple[str, ...], config: Path | None) -> Iterator[Explanation]:
    with opened(config, read_only=True) as at:
        anew = Anew(at.store, at.settings.model, cache_folder())
        for name in names:
            if (number := read_handle(name)) is not None:
                view_of_mail = at.store.mail(number)
                yield _mail(at, name, replace(view_of_mail, message=anew(view_of_mail.message)))
                continue
            view = ticket_named(at.store, name)
            message = _judged(view)
            if message is None:
                raise Finding(f"{view.row.reference} holds no message that was judged")
            yield _explained(at, name, anew(message), _of_ticket(at, view))


def _mail(at: Opened, name: str, view: MailView) -> Explanation:
    """Explain a mail by itself, with the ticket that it lies on where it is one of a person's."""
    if view.reference and view.message.kind in TICKETED:
        ticket = _of_ticket(at, at.store.ticket(view.reference))
        return _explained(at, name, view.message, ticket, on=view.reference)
    language = {"language": view.language}
    return _explained(at, name, view.message, language, on=view.reference)


def _of_ticket(at: Opened, view: TicketView) -> Mapping[str, object]:
    """Return what is said of a mail by its ticket."""
    deadline = view.clocks[-1].deadline if view.clocks else None
    return {
        "language": view.row.language,
        "queue": view.row.queue,
        "priority": view.row.priority,
        "owner": view.row.owner or None,
        "answer_by": when(deadline, at.zone),
    }


def _explained(
    at: Opened, name: str, message: MessageView, ticket: Mapping[str, object], *, on: str = ""
) -> Explanation:
    judged = {
        **ticket,
        "kind": message.kind,
        "facts": message.explained.get("facts") or {},
        "acknowledge": message.acknowledge,
        "acknowledge_reason": message.acknowledge_reason,
        "trust": message.trust or None,
        "trust_why": message.trust_why,
    }
    told = report(name, parse(at.store.raw(message.id)), judged, message.explained)
    return Explanation(told, message.explained, on)


def _judged(view: TicketView) -> MessageView | None:
    """Return the mail that made the ticket what it is: the first that was judged."""
    mails = (message for message in view.messages if message.kind in TICKETED)
    return next(mails, None)
