"""What somebody wrote, on its way: made into a mail of its own bytes, and put into the outbox."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from triage.core.reply import Correspondence, Form, Passed, Placed, Reply, Writer, is_key
from triage.core.ticket import OutboxId
from triage.errors import NotPossible
from triage.language import detect
from triage.pipeline.writing import Writing
from triage.web.reading import reader
from triage.web.routes import Visit

_REPLY = re.compile(r"\s*(?:re|aw|sv|antw|rv|ref|odp)(?:\[\d+\])?\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """One of several mails of one text: on which ticket, and what it says there."""

    about: Correspondence
    reply: Reply
    key: str


def as_reply(subject: str) -> str:
    """Return a subject as that of an answer: with one `Re:` before it."""
    return subject if _REPLY.match(subject) else f"Re: {subject}".strip()


def new_key() -> str:
    """Return the key of a press that is still to come."""
    return secrets.token_urlsafe(18)


def key_of(fields: Mapping[str, object]) -> str:
    """Return the key of a press, which its form brought with it: a second press is the same."""
    key = str(fields.get("key", ""))
    return key if is_key(key) else new_key()


def writer(visit: Visit) -> Writer:
    """Return the visitor as whoever writes."""
    who = visit.who
    return Writer(person=who.person, agent=who.agent, account=who.name)


async def dispatch(visit: Visit, reply: Reply, about: Correspondence, key: str) -> OutboxId:
    """Put a mail on a ticket on its way; it leaves when it can no longer be called back.

    Raises: Overtaken if something came since `about` was read, NotPossible, PermanentError.
    """
    whole = reply.form is Form.FORWARD and reply.passed is Passed.ATTACHED
    if whole or reply.side:
        name, side = about.reference, reply.side
        more = await visit.office.read(lambda db: db.correspondence(name, side=side, raw=whole))
        about = replace(more, seen=about.seen)
    making, by = await _writing(visit), writer(visit)
    made = await asyncio.to_thread(making.written, about, reply, by, key, visit.now)
    return await visit.office.in_store(
        visit.office.store.put_reply,
        about.reference,
        made,
        by,
        about.seen,
        visit.now,
        visit.now + visit.office.settings.undo_window,
    )


async def dispatch_new(
    visit: Visit, reply: Reply, mailbox: str, queue: str, key: str
) -> tuple[OutboxId, str]:
    """Put a mail to somebody who has not written on its way; return it and its new ticket.

    Raises: NotPossible, PermanentError.
    """
    settings, store = visit.office.policy().settings, visit.office.store
    if settings.mailbox(mailbox) is None or queue not in visit.office.policy().queues:
        raise NotPossible(reader(visit).say("Say from which mailbox it goes, and whose it is."))
    if not visit.who.sees(queue, queue):
        raise NotPossible(reader(visit).say("There is no such queue or priority."))
    reference = await visit.office.read(lambda db: db.new_reference(key))
    making, by = await _writing(visit), writer(visit)
    about = making.first_words(reference, mailbox, reply)
    made = await asyncio.to_thread(making.written, about, reply, by, key, visit.now)
    language, sure = await asyncio.to_thread(detect, reply.text)
    mail = await visit.office.in_store(
        store.put_new,
        reference,
        made,
        by,
        queue,
        language if sure else None,
        visit.now,
        visit.now + visit.office.settings.undo_window,
    )
    return mail, reference


async def dispatch_all(visit: Visit, mails: Sequence[Alike], batch: str) -> tuple[Placed, ...]:
    """Put mails on several tickets on their way, as one: `batch` calls them all back."""
    making, by = await _writing(visit), writer(visit)
    made = [
        (
            one.about.reference,
            await asyncio.to_thread(making.written, one.about, one.reply, by, one.key, visit.now),
        )
        for one in mails
    ]
    return await visit.office.in_store(
        visit.office.store.put_replies,
        made,
        by,
        {one.about.reference: one.about.seen for one in mails},
        visit.now,
        visit.now + visit.office.settings.undo_window,
        batch,
    )


async def _writing(visit: Visit) -> Writing:
    secret = await visit.office.read(lambda db: db.setting("secret"))
    return Writing(visit.office.policy(), visit.office.terms(), bytes.fromhex(secret or ""))
