"""The mail by which an owner hears of a ticket that became theirs, or of several."""

from __future__ import annotations

from datetime import datetime

from triage.config.load import Policy
from triage.config.settings import MailboxSettings
from triage.core.compose import AlertMail, alert_bytes
from triage.core.identifiers import anchor
from triage.core.letter import Alert, Listed
from triage.core.outgoing import Cancel, Readiness, Send
from triage.core.owned import DIGEST, OWNED
from triage.core.ticket import Status
from triage.store.protocol import Recheck

TELLS = frozenset({OWNED, DIGEST})
"""What the facts of such a mail are named by."""

_PASSED_ON = frozenset({"reowned", "handed_over"})


def owned_mail(
    recheck: Recheck,
    policy: Policy,
    mailbox: MailboxSettings,
    secret: bytes,
    instance: str,
    now: datetime,
) -> Readiness:
    """Make it ready. One ticket that went on to somebody else, or is done, is told to nobody.

    Raises: AddressUnusable, PermanentError.
    """
    facts = recheck.mail.facts
    alone = facts["name"] == OWNED
    if alone and recheck.owner != facts["agent"]:
        return Cancel("no_longer_theirs")
    if alone and not _concerns(recheck):
        return Cancel("no_longer_waiting")
    reference = str(facts["reference"])
    text = policy.texts.alert(str(facts["name"]), _alert(recheck, policy, now))
    mail = AlertMail(
        brand=policy.settings.brand,
        mailbox=mailbox.address,
        recipient=recheck.mail.recipient,
        subject=_subject(recheck),
        text=text,
        date=now,
        message_id=recheck.mail.message_id,
        anchor=anchor(secret, reference, mailbox.address.rpartition("@")[2]),
        instance=instance,
    )
    return Send(payload=alert_bytes(mail), envelope_from=mailbox.address)


def _concerns(recheck: Recheck) -> bool:
    """Say whether there is anything to hear of: an answered ticket only where it was passed on."""
    if recheck.status is Status.WAITING:
        return recheck.mail.facts.get("why") in _PASSED_ON
    return recheck.status in {Status.OPEN, Status.SNOOZED}


def _subject(recheck: Recheck) -> str:
    facts = recheck.mail.facts
    listed = facts.get("tickets")
    if isinstance(listed, list):
        return f"Yours: {len(listed) + _more(recheck)} tickets, {facts['reference']} first"
    return f"Yours: {facts['reference']} {facts['subject']}"


def _more(recheck: Recheck) -> int:
    more = recheck.mail.facts.get("more")
    return more if isinstance(more, int) else 0


def _alert(recheck: Recheck, policy: Policy, now: datetime) -> Alert:
    facts = recheck.mail.facts
    agent = policy.roster.agent(str(facts["agent"]))
    listed = facts.get("tickets")
    return Alert(
        reader=agent.first_name if agent else "Team",
        owner=agent.name if agent else "",
        reference=str(facts["reference"]),
        requester=recheck.requester_name,
        subject=str(facts.get("subject", "")),
        queue=recheck.queue,
        priority=str(recheck.priority or ""),
        deadline=recheck.answer_by,
        now=now,
        zone=policy.roster.hours.zone if agent is None else agent.hours.zone,
        gist=recheck.gist,
        promised_at=recheck.promised_at,
        why=str(facts.get("why", "")),
        tickets=tuple(map(_listed, listed if isinstance(listed, list) else ())),
        more=_more(recheck),
    )


def _listed(given: dict[str, str]) -> Listed:
    due = given["answer_by"]
    return Listed(
        given["reference"], given["subject"], datetime.fromisoformat(due) if due else None
    )
