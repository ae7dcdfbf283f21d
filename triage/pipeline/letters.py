"""What is written to requesters in an agent's name: what a note may say, and the mail around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.config.load import Policy
from triage.config.settings import MailboxSettings
from triage.core.compose import AcknowledgementMail, acknowledgement_bytes
from triage.core.desk import Agent
from triage.core.examples import example_values
from triage.core.given_name import given_name
from triage.core.identifiers import REPLY, RETURN, anchor, plus_address, plus_token
from triage.core.letter import Letter, Note
from triage.core.referral import Referral
from triage.core.roster import next_present, on_call_now, present
from triage.core.terms import Terms
from triage.store.protocol import Recheck


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes acknowledgements, delay notices and check-backs; one for each policy in force.

    `Texts` of the policy makes a `Note` of the `Letter`, and `payload` a mail of the note.
    """

    policy: Policy
    terms: Terms
    secret: bytes

    def letter(
        self,
        recheck: Recheck,
        agent: Agent,
        promise: datetime | None,
        now: datetime,
        *,
        promised_day: bool = False,
        earlier: datetime | None = None,
        earlier_day: bool = False,
    ) -> Letter:
        """Return all that a note of `agent` about this mail's ticket may say.

        `promise` is the time that it names; `earlier` is one that was told and will be missed.
        """
        facts = recheck.mail.facts
        queue, settings = self.terms.queue(recheck.queue), self.policy.settings
        offset, missing = facts.get("offset"), str(facts.get("missing", ""))
        rules = facts.get("rules")
        fired = frozenset(map(str, rules)) if isinstance(rules, list) else frozenset()
        notice = self.terms.switches.notice(now, recheck.queue, fired)
        danger = bool(facts.get("danger"))
        return Letter(
            agent_name=agent.name,
            reference=str(facts["reference"]),
            brand=settings.brand,
            queue=queue.title,
            now=now,
            zone=self.terms.roster.hours.zone,
            first_name=str(facts.get("called", "")) or given_name(str(facts.get("name", ""))),
            promised_at=promise,
            promised_day=promised_day,
            earlier_at=earlier,
            earlier_day=earlier_day,
            promises=bool(facts.get("promises")),
            reading_from=self._reading_from(danger=danger, now=now),
            requester_offset=timedelta(minutes=offset) if isinstance(offset, int) else None,
            working_days=queue.working_days,
            safety=danger,
            serious=bool(facts.get("serious")),
            praise=bool(facts.get("praise")),
            missing=missing,
            spoken=self.policy.service.fact_spoken.get(missing),
            referral=self._referral(str(facts.get("refer", ""))),
            phone=settings.phone or self.terms.roster.phone,
            notices=(notice,) if notice else (),
            speaks=agent.speaks,
        )

    def payload(
        self,
        note: Note,
        recheck: Recheck,
        mailbox: MailboxSettings,
        agent: Agent,
        now: datetime,
        *,
        unasked: bool = False,
    ) -> bytes:
        """Return the mail that carries `note`, signed by `agent`, as it goes over the wire.

        `unasked`: time brought it about, and not a mail of theirs. Raises: PermanentError.
        """
        facts = recheck.mail.facts
        reference = str(facts["reference"])
        in_reply_to, references = facts.get("in_reply_to"), facts.get("references")
        domain = mailbox.address.rpartition("@")[2]
        return acknowledgement_bytes(
            AcknowledgementMail(
                agent=agent.name,
                brand=self.policy.settings.brand,
                mailbox=mailbox.address,
                recipient=recheck.mail.recipient,
                subject=str(facts["subject"]),
                neutral_subject=note.subject,
                verified=bool(facts["verified"]),
                text=note.text,
                html=note.html,
                unasked=unasked,
                date=now,
                message_id=recheck.mail.message_id,
                in_reply_to=str(in_reply_to) if in_reply_to else None,
                references=tuple(map(str, references)) if isinstance(references, list) else (),
                anchor=anchor(self.secret, reference, domain),
                instance=self.terms.own.instance,
                reply_to=self._plus(recheck, mailbox, REPLY),
            )
        )

    def envelope_from(self, recheck: Recheck, mailbox: MailboxSettings) -> str:
        """Return the envelope sender of a note: the mailbox, or what the settings want instead."""
        if self.policy.settings.acknowledge.null_sender:
            return ""
        return self._plus(recheck, mailbox, RETURN) or mailbox.address

    def _referral(self, name: str) -> Referral | None:
        """Return where a rule sends them; an example address is told by an example desk alone."""
        referral = self.policy.referrals.get(name)
        if referral is None or example_values(self.policy.settings.brand):
            return referral
        return None if example_values(" ".join(referral.where)) else referral

    def _plus(self, recheck: Recheck, mailbox: MailboxSettings, use: str) -> str:
        if not self.policy.settings.acknowledge.plus_addressing:
            return ""
        token = plus_token(self.secret, use, str(recheck.mail.facts["reference"]))
        return plus_address(mailbox.address, token)

    def _reading_from(self, *, danger: bool, now: datetime) -> datetime | None:
        """Say when somebody next reads mail, where nobody does now."""
        roster = self.terms.roster
        if danger and on_call_now(roster, now) is not None:
            return None
        if any(present(one, roster, now) for one in roster.agents):
            return None
        firsts = (next_present(one, roster, now) for one in roster.agents)
        return min((first for first in firsts if first is not None), default=None)
