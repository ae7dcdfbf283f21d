"""What our own people, and services that they chose, are told of deadlines and of trouble."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.config.load import Policy
from triage.config.settings import MailboxSettings
from triage.core.alerts import DIGEST, HELD, OVERRULED
from triage.core.compose import AlertMail, alert_bytes
from triage.core.identifiers import anchor
from triage.core.letter import Alert
from triage.core.outgoing import Cancel, Expire, Readiness, Send
from triage.core.terms import Terms
from triage.pipeline.owned import TELLS, owned_words
from triage.store.protocol import Recheck

MOST_LISTED = 20
"""References that a digest names; of more it says how many."""

MOST_IN_A_LINE = 5
"""References that a line names of a digest."""

STALE = timedelta(days=1)
"""So long after it could hear of it first, a service need not any more."""

_OURS = frozenset({"name", "agent", "pressing", "since"})
"""Facts that are for ourselves, or told under another name."""

_HOLDS_NOTHING_UP = frozenset({OVERRULED, HELD})


@dataclass(frozen=True, slots=True)
class Alerting:
    """Writes alerts; one for each policy in force. `secret` signs what they are named by."""

    policy: Policy
    terms: Terms
    secret: bytes

    def mail(self, recheck: Recheck, mailbox: MailboxSettings, now: datetime) -> Readiness:
        """Write an alert to one of us, or say why it is of no use any more."""
        facts = recheck.mail.facts
        if facts.get("name") in TELLS:
            said = owned_words(recheck, self.policy, now)
            return said if isinstance(said, Cancel) else self._told(recheck, mailbox, *said, now)
        if facts.get("name") == DIGEST:
            return self._digest(recheck, mailbox, now)
        if recheck.mail.ticket is None:
            return self._alarm(recheck, mailbox, now)
        alike = _alike(recheck)
        if not recheck.stands and not alike:
            return Cancel("no_longer_waiting")
        kind, reference = str(facts["name"]), str(facts["reference"])
        many = f"{alike:,} alike, " if alike else ""
        subject = f"{_shown(kind)}: {many}{reference} {facts['subject']}"
        text = self.policy.texts.alert(kind, self._alert(recheck, alike, now))
        return self._told(recheck, mailbox, subject, text, now)

    def hook(self, recheck: Recheck, now: datetime) -> Readiness:
        """Write what a service is told, as JSON: nothing that a requester wrote stands in it."""
        facts = recheck.mail.facts
        if recheck.mail.recipient not in self.policy.settings.alerts.ways:
            return Cancel("no_longer_wanted")
        since = facts.get("since")
        if now - (datetime.fromisoformat(str(since)) if since else recheck.mail.created) > STALE:
            return Expire("too_late")
        digest = facts.get("name") == DIGEST
        waits = recheck.listed if digest else recheck.stands or _alike(recheck)
        if not waits and (digest or recheck.mail.ticket is not None):
            return Cancel("no_longer_waiting")
        told = {name: value for name, value in facts.items() if name not in _OURS}
        if digest:
            listed = recheck.listed[:MOST_LISTED]
            told["alerts"] = [{"reference": one, "event": kind} for one, kind in listed]
        owner = self.terms.roster.agent(recheck.owner)
        if recheck.mail.ticket is not None:
            told |= {"owner": owner.name if owner else "", "queue": recheck.queue}
            link = self.policy.settings.link(str(facts["reference"]))
            told |= {"link": link} if link else {}
        said = {
            "id": recheck.mail.purpose,
            "event": facts["name"],
            "brand": self.policy.settings.brand,
            "created": recheck.mail.created.isoformat(),
            **told,
            "text": self._in_a_line(recheck),
        }
        payload = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        return Send(payload=payload, envelope_from="")

    def _in_a_line(self, recheck: Recheck) -> str:
        facts = recheck.mail.facts
        if facts.get("name") == DIGEST:
            names = ", ".join(one for one, _ in recheck.listed[:MOST_IN_A_LINE])
            rest = len(recheck.listed) - MOST_IN_A_LINE
            and_more = f" and {rest:,} more" if rest > 0 else ""
            return f"Too many alerts for one each: {len(recheck.listed):,}, {names}{and_more}"
        if recheck.mail.ticket is None:
            return f"triage: {_shown(str(facts['name']))}: {facts['about']}: {facts['reason']}"
        owner = self.terms.roster.agent(recheck.owner)
        due = datetime.fromisoformat(str(facts["answer_by"])).astimezone(
            self.terms.roster.hours.zone
        )
        alike = _alike(recheck)
        many = f" and {alike - 1:,} alike" if alike > 1 else ""
        return (
            f"{_shown(str(facts['name']))}: {facts['reference']}{many} in {recheck.queue},"
            f" owner {owner.name if owner else 'nobody'}, due {due:%Y-%m-%d %H:%M}"
        )

    def _alert(self, recheck: Recheck, alike: int, now: datetime) -> Alert:
        facts = recheck.mail.facts
        agent = self.terms.roster.agent(str(facts.get("agent", "")))
        owner = self.terms.roster.agent(recheck.owner)
        return Alert(
            reader=agent.first_name if agent else "Team",
            owner=owner.name if owner else "",
            reference=str(facts["reference"]),
            requester=recheck.requester_name or str(facts.get("requester", "")),
            subject=str(facts["subject"]),
            queue=recheck.queue,
            priority=str(recheck.priority or ""),
            deadline=datetime.fromisoformat(str(facts["answer_by"])),
            now=now,
            zone=self.terms.roster.hours.zone,
            gist=recheck.gist,
            promised_at=recheck.promised_at,
            link=self.policy.settings.link(str(facts["reference"])),
            alike=alike,
            about=str(facts.get("about", "")),
        )

    def _digest(self, recheck: Recheck, mailbox: MailboxSettings, now: datetime) -> Readiness:
        """List what there was beyond what a person can read in an hour, as far as it waits."""
        if not recheck.listed:
            return Cancel("no_longer_waiting")
        number = len(recheck.listed)
        lines = [f"{_shown(kind)}: {one}" for one, kind in recheck.listed[:MOST_LISTED]]
        if number > MOST_LISTED:
            lines.append(f"and {number - MOST_LISTED:,} more")
        text = (
            f"{number:,} more alert{'s' * (number > 1)}, in one mail, for there were too many"
            " for one each:\n\n" + "\n".join(lines) + "\n\n'triage queue' shows them in the order"
            " in which they must be answered.\n"
        )
        subject = f"{number:,} more alert{'s' * (number > 1)}"
        return self._written(recheck, mailbox, subject, text, recheck.mail.message_id, now)

    def _alarm(self, recheck: Recheck, mailbox: MailboxSettings, now: datetime) -> Readiness:
        """Tell of trouble of the service itself, in its own plain words."""
        facts = recheck.mail.facts
        about = f"{str(facts['name']).replace('_', ' ')}: {facts['about']}"
        calm = facts["name"] in _HOLDS_NOTHING_UP
        ending = "" if calm else "\nNothing is lost; it is tried again.\n"
        text = f"{about}\n\n{facts['reason']}\n{ending}"
        subject = f"triage: {about}"
        return self._written(recheck, mailbox, subject, text, recheck.mail.message_id, now)

    def _told(
        self, recheck: Recheck, mailbox: MailboxSettings, subject: str, text: str, now: datetime
    ) -> Send:
        """Write what is about a ticket: all mails about one belong together."""
        domain = mailbox.address.rpartition("@")[2]
        about = anchor(self.secret, str(recheck.mail.facts["reference"]), domain)
        return self._written(recheck, mailbox, subject, text, about, now)

    def _written(
        self,
        recheck: Recheck,
        mailbox: MailboxSettings,
        subject: str,
        text: str,
        about: str,
        now: datetime,
    ) -> Send:
        """Write the mail, from the address that alerts come from; `about` is its anchor."""
        sender = self.policy.settings.alerts.sender or mailbox.address
        mail = AlertMail(
            brand=self.policy.settings.brand,
            mailbox=sender,
            recipient=recheck.mail.recipient,
            subject=subject,
            text=text,
            date=now,
            message_id=recheck.mail.message_id,
            anchor=about,
            instance=self.terms.own.instance,
        )
        return Send(payload=alert_bytes(mail), envelope_from=sender)


def _alike(recheck: Recheck) -> int:
    """Count what waits in the row that is told of as a whole: it holds as long as any does."""
    return 0 if recheck.mail.facts.get("alike", 1) == 1 else recheck.alike


def _shown(kind: str) -> str:
    """Return the name of a kind as people read it."""
    return kind.replace("_", " ").capitalize()
