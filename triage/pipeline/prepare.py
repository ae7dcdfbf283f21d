"""What an outgoing mail says, rendered at the moment it is claimed, and whether it still may leave.

Everything is looked at again here: somebody may have answered meanwhile, the owner may have
changed, the promised time may have come too near. Only what is committed with the claim is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.config.load import Policy
from triage.config.settings import MailboxSettings, Mode
from triage.core.desk import Agent
from triage.core.notice import BEING_ANSWERED
from triage.core.outgoing import Cancel, Expire, Readiness, Send, Sort, Wait
from triage.core.promise import Told, keeps
from triage.core.telling import least_of, tell
from triage.core.terms import Terms
from triage.core.ticket import UNANSWERED, Status
from triage.core.when import there
from triage.errors import PermanentError
from triage.pipeline.alerting import Alerting
from triage.pipeline.letters import Letters
from triage.pipeline.notes import Notes, open_nowhere
from triage.pipeline.owner import asked_of, owner_now
from triage.pipeline.streaming import event, is_event
from triage.store.protocol import Recheck

PAUSE = timedelta(minutes=1)
SOON = timedelta(seconds=5)
"""How long an acknowledgement waits for an answer that is on its way."""

KEPT_TRYING = timedelta(days=1)
"""How long a relay may put off what somebody of ours wrote before they hear that it never left."""

LASTS = timedelta(minutes=10)
"""How long a time that was decided stands: by then more mail has come, or people have gone."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """Makes an outgoing mail ready, or says why it may not leave. One for each policy in force.

    `is_open` says of a ticket, by its reference, whether somebody has it open on the page.
    """

    policy: Policy
    terms: Terms
    secret: bytes
    is_open: Callable[[str], bool] = open_nowhere

    def __call__(self, recheck: Recheck, now: datetime) -> Readiness:
        """Say what becomes of one mail that is due at `now`."""
        if is_event(recheck.mail):
            return event(recheck, self.policy, now)
        if recheck.mail.sort is Sort.REPLY:
            return _as_it_is(recheck, now)
        mailbox = self.policy.settings.mailbox(recheck.mail.mailbox)
        if mailbox is None:
            return Cancel("mailbox_no_longer_watched")
        try:
            return self._ready(recheck, mailbox, now)
        except PermanentError as exc:
            return Cancel(f"cannot_be_written: {exc}")

    def _ready(self, recheck: Recheck, mailbox: MailboxSettings, now: datetime) -> Readiness:
        alerting = Alerting(self.policy, self.terms, self.secret)
        notes = Notes(self.policy, self.terms, self.letters, self.is_open)
        match recheck.mail.sort:
            case Sort.ALERT:
                return alerting.mail(recheck, mailbox, now)
            case Sort.HOOK:
                return alerting.hook(recheck, now)
            case Sort.DELAY:
                return notes.delay(recheck, mailbox, now)
            case Sort.CHECK_BACK:
                return notes.check_back(recheck, mailbox, now)
            case _:
                return self._acknowledgement(recheck, mailbox, now)

    def _acknowledgement(
        self, recheck: Recheck, mailbox: MailboxSettings, now: datetime
    ) -> Readiness:
        stopped = self._stopped(recheck, now)
        if stopped is not None:
            return stopped
        agent = owner_now(recheck, self.terms, now)
        if agent is None:
            return Cancel("no_owner")
        decided = recheck.decided if self._stands(recheck, agent, now) else None
        told = None if decided else self._promise(recheck, agent, now)
        named = decided or told
        promise = None if named is None else named.at
        letter = self.letters.letter(
            recheck, agent, promise, now, promised_day=named is not None and named.day
        )
        note = self.policy.texts.acknowledgement(recheck.language, letter)
        payload = self.letters.payload(note, recheck, mailbox, agent, now)
        if Mode.SHADOW in {self.policy.settings.mode, recheck.mail.facts.get("mode")}:
            return Cancel("shadow", payload)
        return Send(
            payload=payload,
            envelope_from=self.letters.envelope_from(recheck, mailbox),
            promised_at=promise,
            owner=agent.id,
            told=told,
        )

    def _stopped(self, recheck: Recheck, now: datetime) -> Readiness | None:
        """Say why this acknowledgement may not leave now, or None where it may."""
        arrived = recheck.arrived or recheck.mail.created
        if recheck.answered or recheck.status is Status.WAITING:
            return Cancel("answered")
        if recheck.status not in UNANSWERED:
            return Cancel("no_longer_waiting")
        if now - arrived > self.policy.service.acknowledge_within:
            return Expire("too_late")
        if recheck.being_answered:
            return Wait(now + SOON, BEING_ANSWERED)
        if recheck.paused:
            return Wait(now + PAUSE, "paused")
        return None

    def _promise(self, recheck: Recheck, agent: Agent, now: datetime) -> Told | None:
        """Return a new time to name, for the one decided is not one that `agent` can keep now."""
        if not recheck.mail.facts.get("promises") or recheck.answer_by is None:
            return None
        return tell(asked_of(recheck, recheck.answer_by), agent, self.terms, recheck.load, now)

    def _stands(self, recheck: Recheck, agent: Agent, now: datetime) -> bool:
        """Say whether the time that was decided can still be told, in the name of `agent`."""
        facts, decided = recheck.mail.facts, recheck.decided
        if not facts.get("promises") or recheck.answer_by is None or decided is None:
            return False
        asked = asked_of(recheck, recheck.answer_by)
        spans = there(agent, self.terms, now, danger=asked.danger)
        return (
            recheck.mail.promised_at == decided.at  # None: its clock was counted anew
            and decided.owner == agent.id
            and now - decided.decided <= LASTS
            and keeps(decided.at, now, spans, least_of(asked, self.terms))
        )

    @property
    def letters(self) -> Letters:
        """What writes to requesters."""
        return Letters(self.policy, self.terms, self.secret)


def _as_it_is(recheck: Recheck, now: datetime) -> Readiness:
    """Let go what somebody of ours wrote, as they wrote it: no mode, pause or rule is asked."""
    mail = recheck.mail
    if mail.payload is None:
        return Expire("its_bytes_are_gone")
    if mail.attempts and now - mail.created > KEPT_TRYING:
        return Expire("the_relay_put_it_off_for_a_day")
    return Send(payload=mail.payload, envelope_from=mail.envelope_from)
