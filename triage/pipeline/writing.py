"""What somebody of ours wrote → a mail that is ready to leave: its bytes, and its envelope.

Made before it is put into the outbox, away from the store's one thread: files may be large. What
it was made from is seen again there, so that nothing leaves that was overtaken.

No copy is laid into the folder Sent: mailboxes are opened to be read. Where the relay's own server
keeps one, it is recognised, and is one more place of the same mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.config.load import Policy
from triage.config.settings import MailboxSettings
from triage.core.addressing import wire_address
from triage.core.answering import Does, does
from triage.core.attribution import attribution, passed_on
from triage.core.identifiers import REPLY, RETURN, anchor, minted, plus_address, plus_token
from triage.core.message import Address
from triage.core.owed import Owes
from triage.core.owing import promised_update
from triage.core.reply import (
    ASIDE,
    MOST_RECIPIENTS,
    Answered,
    Correspondence,
    Form,
    Passed,
    Reply,
    Writer,
    Written,
    is_key,
)
from triage.core.replymail import HumanMail, human_mail_bytes
from triage.core.terms import Terms
from triage.core.ticket import Status
from triage.errors import AddressUnusable, NotPossible

SIDE = "side"
"""The sort of the names in a conversation with a third party."""

_TEAM = "team"


@dataclass(frozen=True, slots=True)
class Writing:
    """Makes mails of what people wrote; one for each policy in force. `secret` signs them."""

    policy: Policy
    terms: Terms
    secret: bytes

    def written(
        self, about: Correspondence, reply: Reply, by: Writer, key: str, now: datetime
    ) -> Written:
        """Return the mail that `by` wrote on the ticket of `about`, with one press of `key`.

        The same arguments make the same mail. Of a forward as a whole mail `about` holds its bytes
        (`raw`). Raises: NotPossible where it cannot be sent, and says why; PermanentError.
        """
        mailbox = self._mailbox(about)
        self._check(about, reply, key)
        domain = mailbox.address.rpartition("@")[2]
        aside = reply.form in ASIDE
        sort = SIDE if aside else Form.REPLY
        name = minted(self.secret, sort, about.reference, domain, key)
        side = about.anchor or minted(self.secret, SIDE, about.reference, domain, f"anchor {key}")
        goes_on = not aside or bool(reply.side)
        attributed, below, quoted = self._below(about, reply)
        payload = human_mail_bytes(
            HumanMail(
                name=self._name(by),
                mailbox=mailbox.address,
                to=reply.to,
                cc=reply.cc,
                subject=reply.subject,
                text=reply.text,
                date=now,
                message_id=name,
                anchor=side if aside else anchor(self.secret, about.reference, domain),
                in_reply_to=about.in_reply_to if goes_on else "",
                references=about.references if goes_on else (),
                reply_to="" if aside else self._plus(about, mailbox, REPLY),
                attribution=attributed,
                below=below,
                quoted=quoted,
                enclosed=reply.enclosed,
                original=about.raw if _whole(reply) else b"",
            )
        )
        first, also = _envelope(about, reply)
        return Written(
            reply=reply,
            key=key,
            mailbox=mailbox.name,
            message_id=name,
            payload=payload,
            envelope_from=self._plus(about, mailbox, RETURN) or mailbox.address,
            recipient=first,
            also=also,
            does=Does.ANSWERS if reply.enclosed else does(reply.text),
            proposes=self._proposes(about, reply, by, now),
            side=side if aside else "",
        )

    def first_words(self, reference: str, mailbox: str, reply: Reply) -> Correspondence:
        """Return what a mail to somebody who has not written is made from."""
        to = reply.to[0] if reply.to else Address("")
        return Correspondence(
            reference=reference,
            mailbox=mailbox,
            subject=reply.subject,
            requester=to.addr,
            requester_name=to.name,
            language=None,
            status=Status.WAITING,
            owner="",
            queue="",
            seen=0,
            recipients=reply.to,
        )

    def _mailbox(self, about: Correspondence) -> MailboxSettings:
        mailbox = self.policy.settings.mailbox(about.mailbox)
        if mailbox is None:
            raise NotPossible(
                "%(ticket)s: the mailbox '%(mailbox)s' is no longer in triage.toml: nothing can be"
                " sent from it",
                ticket=about.reference,
                mailbox=about.mailbox,
            )
        return mailbox

    def _check(self, about: Correspondence, reply: Reply, key: str) -> None:
        people = (*reply.to, *reply.cc)
        if not is_key(key):
            raise NotPossible("that is no key of a press")
        if not reply.to:
            raise NotPossible("say whom it goes to")
        if len(people) > MOST_RECIPIENTS:
            raise NotPossible(
                "it goes to %(num)s people, of at most %(most)s",
                num=len(people),
                most=MOST_RECIPIENTS,
            )
        if not reply.text.strip() and not reply.enclosed:
            raise NotPossible("there is nothing in it")
        for one in people:
            if one.addr in self.terms.own.mailboxes:
                raise NotPossible(
                    "%(address)s is a mailbox of this desk: it would come back", address=one.addr
                )
            try:
                wire_address(one.addr)
            except AddressUnusable as exc:
                raise NotPossible(
                    "%(address)s cannot be written to: %(why)s", address=one.addr, why=exc
                ) from exc
        if _whole(reply) and not about.raw:
            raise NotPossible("the mail that is passed on is not at hand: try again")
        if reply.form in ASIDE and about.requester in {one.addr for one in people}:
            raise NotPossible(
                "%(address)s is the requester: what is for them is an answer, and not this",
                address=about.requester,
            )

    def _name(self, by: Writer) -> str:
        agent, brand = self.terms.roster.agent(by.agent), self.policy.settings.brand
        return brand if agent is None else f"{agent.name} ({brand})"

    def _below(self, about: Correspondence, reply: Reply) -> tuple[str, str, bool]:
        """Return what stands below the text: the line above it, the words, and whether as a quote.

        A third party reads of the requester's mail only what somebody passes on to them.
        """
        asks = reply.form is Form.THIRD_PARTY and not reply.side
        if about.quoted_at is None or not about.quoted or asks or reply.form is Form.NEW:
            return "", "", True
        zone = self.terms.roster.hours.zone
        if reply.form is Form.FORWARD and not reply.side:
            if reply.passed is Passed.ATTACHED:
                return "", "", False
            lines = passed_on(about.quoted_name, about.quoted_at, zone, about.quoted_subject)
            return lines, about.quoted, False
        if not reply.quotes:
            return "", "", True
        line = attribution(about.quoted_name, about.quoted_at, zone, about.language)
        return line, about.quoted, True

    def _proposes(
        self, about: Correspondence, reply: Reply, by: Writer, now: datetime
    ) -> Owes | None:
        """Return the update that the words promise, where nobody has said what is owed."""
        if reply.form in ASIDE or not isinstance(reply.after, Answered):
            return None
        agent = by.agent or _TEAM
        return promised_update(reply.text, now, agent, about.language, self.terms, now)

    def _plus(self, about: Correspondence, mailbox: MailboxSettings, use: str) -> str:
        if not self.policy.settings.acknowledge.plus_addressing:
            return ""
        token = plus_token(self.secret, use, about.reference)
        return plus_address(mailbox.address, token)


def _whole(reply: Reply) -> bool:
    return reply.form is Form.FORWARD and reply.passed is Passed.ATTACHED and not reply.side


def _envelope(about: Correspondence, reply: Reply) -> tuple[str, tuple[str, ...]]:
    """Return who has to be reached, and all others: of an answer, whom it answers."""
    everybody = tuple(dict.fromkeys(one.addr for one in (*reply.to, *reply.cc)))
    wanted = [*(one.addr for one in about.recipients), about.requester]
    first = next((address for address in wanted if address in everybody), everybody[0])
    if reply.form in ASIDE or reply.form is Form.NEW:
        first = everybody[0]
    return first, tuple(address for address in everybody if address != first)
