"""What an owner hears of a ticket that became theirs, or of several."""

from __future__ import annotations

from datetime import datetime

from triage.config.load import Policy
from triage.core.letter import Alert, Listed
from triage.core.outgoing import Cancel
from triage.core.owned import AT_ANY_TIME, DIGEST, OWNED, PASSED_ON
from triage.core.ticket import UNANSWERED, Status
from triage.store.protocol import Recheck

TELLS = frozenset({OWNED, DIGEST})
"""What the facts of such a mail are named by."""


def owned_words(recheck: Recheck, policy: Policy, now: datetime) -> Cancel | tuple[str, str]:
    """Return its subject and text. One ticket that went on, or is done, is told to nobody."""
    facts = recheck.mail.facts
    alone = facts["name"] == OWNED
    if alone and recheck.owner != facts["agent"]:
        return Cancel("no_longer_theirs")
    if alone and not _concerns(recheck):
        return Cancel("no_longer_waiting")
    text = policy.texts.alert(str(facts["name"]), _alert(recheck, policy, now))
    return _subject(recheck), text


def _concerns(recheck: Recheck) -> bool:
    """Say whether there is anything to hear of: an answered ticket only where it was passed on."""
    if recheck.mail.facts.get("why") in AT_ANY_TIME:
        return recheck.status is not Status.MERGED
    if recheck.status is Status.WAITING:
        return recheck.mail.facts.get("why") in PASSED_ON
    return recheck.status in UNANSWERED


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
        link=policy.settings.link(str(facts["reference"])),
        why=str(facts.get("why", "")),
        tickets=tuple(map(_listed, listed if isinstance(listed, list) else ())),
        more=_more(recheck),
    )


def _listed(given: dict[str, str]) -> Listed:
    due = given["answer_by"]
    return Listed(
        given["reference"], given["subject"], datetime.fromisoformat(due) if due else None
    )
