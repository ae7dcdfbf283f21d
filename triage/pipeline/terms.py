"""Files as people wrote them → the terms that decisions are made by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from triage.config.load import Policy
from triage.config.settings import FormSettings, MailboxSettings, Names
from triage.core.announced import announced
from triage.core.form import Form
from triage.core.mail.kind import OwnAddresses
from triage.core.patterns import pattern
from triage.core.switches import Switch, Switches
from triage.core.terms import Inbox, Limits, Terms


def terms_of(policy: Policy, instance: str, switches: Iterable[Switch] = ()) -> Terms:
    """Return the terms behind `policy`, and behind what holds for the hour.

    `instance` names this daemon to another one.
    """
    return switched(_of_files(policy, instance), switches)


def switched(terms: Terms, switches: Iterable[Switch]) -> Terms:
    """Return the terms of the files with these switches over them."""
    set_now = Switches(tuple(switches))
    if not set_now.every:
        return terms
    queues = set_now.over_queues(terms.queues)
    return replace(terms, roster=set_now.over(terms.roster), queues=queues, switches=set_now)


def _of_files(policy: Policy, instance: str) -> Terms:
    settings = policy.settings
    inboxes = {mailbox.name: _inbox(mailbox) for mailbox in settings.mailboxes}
    own = settings.own_addresses
    limits = settings.acknowledge
    return Terms(
        mode=settings.mode,
        language=settings.language,
        service=policy.service,
        queues=policy.queues,
        roster=policy.roster,
        rules=policy.rules,
        inboxes=inboxes,
        own=OwnAddresses(
            mailboxes=own,
            domains=frozenset(address.rpartition("@")[2] for address in own),
            instance=instance,
        ),
        forms=tuple(map(_form, settings.forms)),
        fact_patterns={
            name: tuple(pattern(source) for source in sources)
            for name, sources in policy.service.fact_patterns.items()
        },
        announced={
            name: announced(said.words, said.value)
            for name, said in policy.service.fact_words.items()
        },
        limits=Limits(
            unverified=limits.unverified,
            per_sender_hour=limits.per_sender_hour,
            per_sender_day=limits.per_sender_day,
            per_domain_hour=limits.per_domain_hour,
            per_freemail_hour=limits.per_freemail_hour,
            breaker_hour=limits.breaker_hour,
            delay_notices=settings.notices.delay,
        ),
        digest=policy.digest,
        hooks=settings.alerts.ways,
    )


def _inbox(mailbox: MailboxSettings) -> Inbox:
    return Inbox(
        name=mailbox.name,
        address=mailbox.address,
        aliases=frozenset(mailbox.aliases),
        queue=mailbox.queue,
        authserv_id=mailbox.authserv_id,
        forwarders=tuple(name.casefold().rstrip(".") for name in mailbox.forwarders),
    )


def _form(form: FormSettings) -> Form:
    return Form(
        sender=form.sender.casefold(),
        reply_to=form.requester is Names.REPLY_TO,
        email_label=form.email_label,
        email_pattern=pattern(form.email_pattern) if form.email_pattern else None,
        name_label=form.name_label,
        name_pattern=pattern(form.name_pattern) if form.name_pattern else None,
    )
