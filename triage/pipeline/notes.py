"""Later notes to requesters, looked at again as they are claimed: delays, and check-backs.

A word of a delay is worth something only before the time that was told has passed. Whatever keeps
it back until then is its reason, and is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from triage.config.load import Policy
from triage.config.settings import MailboxSettings, Mode
from triage.core import notice
from triage.core.desk import Agent
from triage.core.notice import PAUSED, Addressee, check_back_withheld, delay_withheld
from triage.core.outgoing import Cancel, Expire, Readiness, Send, Wait
from triage.core.promise import Told
from triage.core.telling import least_of, tell
from triage.core.terms import Terms
from triage.pipeline.letters import Letters
from triage.pipeline.owner import asked_of, owner_now
from triage.store.protocol import Recheck

PAUSE = timedelta(minutes=1)
STALE = timedelta(days=3)
"""After so long nobody knows any more what a check-back is about."""


def open_nowhere(_reference: str) -> bool:
    """Say that nobody has a ticket open: there is no page."""
    return False


@dataclass(frozen=True, slots=True)
class Notes:
    """Writes delay notices and check-backs; one for each policy in force.

    `is_open` says of a ticket, by its reference, whether somebody has it open on the page.
    """

    policy: Policy
    terms: Terms
    letters: Letters
    is_open: Callable[[str], bool] = open_nowhere

    def delay(self, recheck: Recheck, mailbox: MailboxSettings, now: datetime) -> Readiness:
        """Say in the owner's name that the time told will be missed, and a new one."""
        to, agent = recheck.addressee, owner_now(recheck, self.terms, now)
        if to is None or to.told is None or agent is None:
            return Cancel("no_owner" if agent is None else "nothing_was_told")
        earlier = to.told
        reference = str(recheck.mail.facts.get("reference", ""))
        to = replace(to, being_answered=to.being_answered or self.is_open(reference))
        stopped = self._stopped(recheck, to, earlier, now)
        if stopped is not None:
            return stopped
        told = self._new_time(recheck, agent, earlier, now)
        letter = self.letters.letter(
            recheck,
            agent,
            None if told is None else told.at,
            now,
            promised_day=told is not None and told.day,
            earlier=earlier,
            earlier_day=to.day,
        )
        words = self.policy.texts.delay(recheck.language, letter)
        payload = self.letters.payload(words, recheck, mailbox, agent, now, unasked=True)
        if Mode.SHADOW in {self.policy.settings.mode, recheck.mail.facts.get("mode")}:
            return Cancel("shadow", payload)
        return Send(
            payload=payload,
            envelope_from=self.letters.envelope_from(recheck, mailbox),
            promised_at=None if told is None else told.at,
            owner=agent.id,
            told=told,
        )

    def check_back(self, recheck: Recheck, mailbox: MailboxSettings, now: datetime) -> Readiness:
        """Ask in the owner's name whether all is well."""
        agent = self.terms.roster.agent(recheck.owner)
        to = recheck.addressee
        reason = "no_owner" if to is None else check_back_withheld(to, self.terms)
        if reason or agent is None:
            return Cancel(reason or "no_owner")
        if now - recheck.mail.created > STALE:
            return Expire("too_late")
        if recheck.paused:
            return Wait(now + PAUSE, PAUSED)
        letter = self.letters.letter(recheck, agent, None, now)
        words = self.policy.texts.check_back(recheck.language, letter)
        payload = self.letters.payload(words, recheck, mailbox, agent, now, unasked=True)
        if self.policy.settings.mode is Mode.SHADOW:
            return Cancel("shadow", payload)
        envelope_from = self.letters.envelope_from(recheck, mailbox)
        return Send(payload=payload, envelope_from=envelope_from)

    def _stopped(
        self, recheck: Recheck, to: Addressee, earlier: datetime, now: datetime
    ) -> Readiness | None:
        """Say why a word of a delay may not leave now, or None where it may."""
        match delay_withheld(to, self.terms, now):
            case "":
                again = min(now + PAUSE, earlier)
                return Wait(again, PAUSED) if recheck.paused else None
            case notice.SERVICE_DOWN:
                kept = recheck.mail.reason
                return Expire(kept if kept in notice.HELD_BACK else notice.RELAY_DOWN)
            case notice.BEING_ANSWERED if now < earlier:
                return Wait(min(now + PAUSE, earlier), notice.BEING_ANSWERED)
            case notice.CAP_REACHED:
                return Wait(min(now + PAUSE, earlier), notice.CAP_REACHED)
            case reason:
                return Cancel(reason)

    def _new_time(
        self, recheck: Recheck, agent: Agent, earlier: datetime, now: datetime
    ) -> Told | None:
        """Return a time that is well after the one that is missed, and that `agent` can keep.

        None where they have none: then none is named, for there is no third note.
        """
        # It stands in the queue as it did: a later deadline would look as if it came first there.
        asked = asked_of(recheck, recheck.answer_by or earlier)
        asked = replace(asked, not_before=earlier + 2 * least_of(asked, self.terms))
        return tell(asked, agent, self.terms, recheck.load, now)
