"""What the watch does when a moment has come: whom it tells, and what it leaves unsaid, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.core.alerts import alerts, held_mails
from triage.core.breach import because
from triage.core.disposition import Enqueue
from triage.core.identifiers import minted
from triage.core.notice import (
    BEING_ANSWERED,
    CAP_REACHED,
    check_back_withheld,
    delay_withheld,
)
from triage.core.outgoing import Sort
from triage.core.terms import Terms
from triage.core.timer import CHECK_BACK, DELAY, Acts, Timer

AGAIN = timedelta(minutes=1)
"""When it is looked again whether somebody still writes an answer."""


def act(timer: Timer, terms: Terms, secret: bytes, now: datetime) -> Acts:
    """Decide what one timer causes at `now`; each is decided upon once."""
    if timer.name == DELAY:
        return _delay(timer, terms, secret, now)
    if timer.name == CHECK_BACK:
        return _check_back(timer, terms, secret)
    return Acts(
        mails=alerts(timer, terms, secret, now),
        because=None if timer.missed is None else because(timer.missed, terms.roster),
    )


def _delay(timer: Timer, terms: Terms, secret: bytes, now: datetime) -> Acts:
    """Tell the requester before the time passes; what is too many is held, and managers told."""
    if timer.addressee is None:
        return Acts()
    reason, told = delay_withheld(timer.addressee, terms, now), timer.addressee.told
    if reason == BEING_ANSWERED and told is not None and now < told:
        return Acts(again=min(now + AGAIN, told))
    if reason:
        held = held_mails(timer, terms, secret) if reason == CAP_REACHED else ()
        return Acts(mails=held, withheld=reason)
    return _note(timer, terms, secret, Sort.DELAY, f"delay:{timer.reference}")


def _check_back(timer: Timer, terms: Terms, secret: bytes) -> Acts:
    if timer.addressee is None:
        return Acts()
    reason = check_back_withheld(timer.addressee, terms)
    if reason:
        return Acts(withheld=reason)
    purpose = f"check_back:{timer.reference}:{timer.at.isoformat()}"
    return _note(timer, terms, secret, Sort.CHECK_BACK, purpose)


def _note(timer: Timer, terms: Terms, secret: bytes, sort: Sort, purpose: str) -> Acts:
    """Address a note as the acknowledgement was, or the requester's mail is."""
    inbox, to = terms.inboxes.get(timer.mailbox), timer.addressee
    if inbox is None or to is None or not to.recipient:
        return Acts(withheld="no_address")
    name = minted(secret, sort.replace("_", ""), timer.reference, inbox.domain, purpose)
    mail = Enqueue(
        purpose=purpose,
        sort=sort,
        recipient=to.recipient,
        message_id=name,
        mailbox=timer.mailbox,
        facts={**to.facts, "reference": timer.reference},
    )
    return Acts(mails=(mail,))
