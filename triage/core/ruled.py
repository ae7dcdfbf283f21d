"""What rules and wording make of a message that its headers have judged.

Headers first, then the admin's rules, then what the model reads in the words, then doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from triage.core.mail import automatic
from triage.core.matchers import UNREAD
from triage.core.message import Message, Verdict
from triage.core.prediction import SignalScore
from triage.core.rules import Found, Rule, apply
from triage.core.subject import Subject
from triage.core.ticket import Kind
from triage.core.worded import clauses, worded

SETTABLE = (
    Kind.HUMAN,
    Kind.AUTO_REPLY,
    Kind.OUT_OF_OFFICE,
    Kind.CHALLENGE,
    Kind.BULK,
    Kind.LIST,
    Kind.SPAM,
    Kind.PHISHING,
)
"""The kinds that a rule can name: those that words, senders and headers can tell."""

_STAYS = frozenset({Kind.BOUNCE, Kind.DSN_OTHER, Kind.OWN_LOOP, Kind.UNREADABLE})
_WORDED = frozenset({Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE, Kind.CHALLENGE, Kind.BULK, Kind.PHISHING})


@dataclass(frozen=True, slots=True)
class Ruled:
    """What rules make of a verdict, or None; and what they found that will not change any more.

    A rule that named the kind has had its say, whatever the kind is by now.
    """

    verdict: Verdict | None = None
    found: Found = field(default_factory=dict)


def by_rule(rules: Sequence[Rule], subject: Subject, verdict: Verdict) -> Ruled:
    """Return what the admin's rules make of a verdict; nothing where none of them names a kind.

    Neither has the model read the message yet, nor is its sender's history known: rules that ask
    for these are passed over. A report, a bounce and our own loop stay what they are. What a
    machine says it answered by itself is at most a human's in doubt: it gets its ticket, and no
    answer that could be answered again.

    Source: RFC 3834 section 2.
    """
    if verdict.kind in _STAYS or not any(rule.then.kind for rule in rules):
        return Ruled()
    early = [rule for rule in rules if not rule.asks & UNREAD]
    outcome = apply(early, replace(subject, kind=verdict.kind))
    settled = {rule.id for rule in early if rule.then.kind is not None or not rule.asks}
    found = {name: hits for name, hits in outcome.looked.items() if name in settled}
    fired = next((one for one in outcome.fired if one.rule == outcome.by.get("kind")), None)
    if outcome.kind is None or fired is None:
        return Ruled(found=found)
    why = fired.told
    if outcome.kind is Kind.HUMAN and _answers_itself(subject.message):
        doubt = Verdict(
            Kind.HUMAN,
            worded("%(why)s; but %(why_not)s", why=why, why_not=verdict.why),
            doubtful=True,
        )
        return Ruled(doubt, found)
    return Ruled(Verdict(outcome.kind, why), found)


ANSWER = 0.6
"""The score from which on wording raises a doubt about an answer to nothing that we know of.

People begin a conversation with us, or answer ours; machines answer whatever they were sent.
"""


def by_wording(
    verdict: Verdict, said: Mapping[Kind, SignalScore], *, stray_answer: bool = False
) -> Verdict:
    """Return what the words of a mail make of a verdict that takes it for a human's.

    A swindle is shown as one. Beyond every doubt a machine's mail is what it looks like; with a
    doubt it stays a human's, who gets a ticket and no acknowledgement. `stray_answer`: the mail
    says that it answers another, and that is none of ours.
    """
    machines = {kind: score for kind, score in said.items() if kind is not Kind.HUMAN}
    fired = [kind for kind, score in machines.items() if score.fired]
    if stray_answer and not fired:
        fired = [kind for kind, score in machines.items() if score.score >= ANSWER]
    if verdict.kind is not Kind.HUMAN or not fired:
        return verdict
    likely = max(fired, key=lambda kind: (said[kind].sure, said[kind].score))
    score = said[likely]
    why = worded(
        "the wording looks like %(kind)s, %(score)s, “%(quoted)s”",
        kind=likely.replace("_", " "),
        score=f"{min(score.score, 0.99):.2f}",
        quoted=score.sentence,
    )
    if likely in _WORDED and (score.sure or (likely is Kind.PHISHING and score.fired)):
        return Verdict(likely, why)
    if not score.fired:
        why = worded("it answers nothing of ours, and %(why)s", why=why)
    return replace(verdict, why=clauses(verdict.why, why), doubtful=True)


def _answers_itself(message: Message) -> bool:
    return automatic.replied(message) is not None or message.header("X-Triage-Loop") is not None
