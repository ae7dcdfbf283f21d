"""What a message is about and how pressing it is: rules first, then the model, then doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from triage.core import rules as rule_set
from triage.core.arrival import Role
from triage.core.guise import Guise, guises
from triage.core.history import History
from triage.core.known import Received
from triage.core.message import Message, SenderTrust, Trust, Verdict
from triage.core.prediction import Prediction
from triage.core.reaching import staff
from triage.core.repeat import COUNTED, REPEATED, repeated
from triage.core.requester import Requester, by_sender
from triage.core.sla import boost
from triage.core.subject import Subject
from triage.core.terms import Terms
from triage.core.ticket import PRESSING, UNSURE, Kind, Priority
from triage.core.worded import quoting, worded

SAFETY = "safety"

SWINDLE = 0.5
"""From this opinion of the model on, a text reads like a swindle, as far as a guise goes."""

SIGNAL_PRIORITY: Mapping[str, Priority] = {
    SAFETY: Priority.URGENT,
    "legal": Priority.HIGH,
    "churn_risk": Priority.HIGH,
    "repeat_contact": Priority.HIGH,
    "vulnerable": Priority.HIGH,
}
"""What a signal alone makes of a ticket. Complaint and compliment add nothing: it is their tone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Everything known of one message by itself, before the store is asked about it.

    `behind` is who asks for something where that is not the sender; `message` is then what they
    wrote. `found` is what rules found while its kind was judged: for these rules alone, never to
    be kept.
    """

    received: Received
    message: Message
    verdict: Verdict
    trust: SenderTrust
    language: str | None
    prediction: Prediction
    facts: Mapping[str, str]
    behind: Requester | None = None
    found: rule_set.Found = field(default_factory=dict)

    @property
    def requester(self) -> Requester:
        """Who asks for something."""
        return self.behind or by_sender(self.message)

    @property
    def inbox(self) -> bool:
        """Whether it came in, rather than being found among our own sent mail."""
        return self.received.role is Role.INBOX


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Queue, priority, boost and signals of one message, with the reasons in words.

    `guess` is the likeliest queue where `queue` is `unsure`. `signals` holds score and sentence
    of those that fired. `guises` are the signs that the sender is not who they seem.
    """

    queue: str
    guess: str
    priority: Priority
    boost: int
    flags: tuple[str, ...]
    signals: Mapping[str, Mapping[str, object]]
    outcome: rule_set.Outcome
    why: tuple[str, ...]
    guises: tuple[Guise, ...] = ()

    @property
    def telling(self) -> str:
        """The sentence of the most pressing signal that the model found, or ""."""
        pressing = sorted(
            (PRESSING[SIGNAL_PRIORITY[name]], str(said["sentence"]))
            for name, said in self.signals.items()
            if name in SIGNAL_PRIORITY and of_mail(str(said["sentence"]))
        )
        return pressing[0][1] if pressing else ""

    @property
    def danger(self) -> bool:
        """Whether somebody may come to harm."""
        return SAFETY in self.signals


def of_mail(sentence: str) -> bool:
    """Say whether the sentence of a signal stands in the mail, and is no word of ours."""
    return not sentence.startswith(("rule ", COUNTED))


def judge(judged: Judged, terms: Terms, history: History) -> Judgement:
    """Judge one message by the rules and by what the model says of it.

    `history` is the requester's. Somebody whose sender is forged has none: it is another's.
    """
    said = judged.prediction
    if judged.verdict.kind is Kind.PHISHING:
        said = _unpressed(said)
    if judged.trust.trust is Trust.FAIL:
        history = History()
    subject = replace(
        seen(
            judged.received,
            judged.message,
            judged.trust,
            terms,
            requester=judged.behind,
            facts=judged.facts,
        ),
        kind=judged.verdict.kind,
        language=judged.language,
        prediction=said,
        history=history,
    )
    outcome = rule_set.apply(terms.rules, subject, judged.found)
    queue, guess, queue_why = _queue(judged, terms, outcome)
    signals = _signals(said, outcome)
    if terms.queue(queue).promise and judged.requester.address not in staff(terms):
        signals |= _counted(judged, history, signals)
    priority, priority_why = _priority(said, outcome, signals)
    return Judgement(
        queue=queue,
        guess=guess,
        priority=priority,
        boost=boost(priority, terms.service.boosts, (outcome.boost,)),
        flags=tuple(dict.fromkeys([*outcome.flags, *signals])),
        signals=signals,
        outcome=outcome,
        why=(queue_why, priority_why, *_rules_why(outcome)),
        guises=_guises(judged, terms),
    )


def seen(
    received: Received,
    message: Message,
    trust: SenderTrust,
    terms: Terms,
    *,
    requester: Requester | None,
    facts: Mapping[str, str],
) -> Subject:
    """Return what rules may ask of a mail whose kind, language and words nobody has judged yet."""
    who = requester or by_sender(message)
    return Subject(
        message=message,
        facts=facts,
        mailbox=received.mailbox,
        trust=trust.trust,
        requester=who.address,
        watcher=who.watcher,
        at=received.arrived,
        hours=terms.roster.hours,
    )


def _unpressed(prediction: Prediction) -> Prediction:
    """Take the hurry out of what a swindle says: pressing is its trade. Danger still counts."""
    danger = {name: one for name, one in prediction.signals.items() if name == SAFETY}
    return replace(prediction, signals=danger, priority_scores={})


def _guises(judged: Judged, terms: Terms) -> tuple[Guise, ...]:
    if judged.verdict.kind is Kind.UNREADABLE:
        return ()
    said = judged.prediction.kinds.get(Kind.PHISHING)
    wording = said is not None and said.score >= SWINDLE
    return guises(judged.message, judged.trust, terms, wording=wording)


def _signals(prediction: Prediction, outcome: rule_set.Outcome) -> dict[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {
        name: {"score": round(signal.score, 4), "sentence": signal.sentence}
        for name, signal in prediction.signals.items()
        if signal.fired
    }
    for name, fired in outcome.signals.items():
        said = ", ".join(fired.evidence)
        found.setdefault(
            name,
            {
                "score": 1.0,
                "sentence": worded("rule %(rule)s: %(said)s", rule=fired.rule, said=said),
            },
        )
    return found


def _counted(
    judged: Judged, history: History, signals: Mapping[str, Mapping[str, object]]
) -> dict[str, Mapping[str, object]]:
    """Return the signal of somebody who has to write again, where nothing else gave it."""
    if judged.verdict.kind is not Kind.HUMAN or REPEATED in signals:
        return {}
    why = repeated(history, judged.received.arrived, complaint="complaint" in signals)
    return {REPEATED: {"score": 1.0, "sentence": why}} if why else {}


def _queue(judged: Judged, terms: Terms, outcome: rule_set.Outcome) -> tuple[str, str, str]:
    """Return the queue, the best guess, and why."""
    scores = judged.prediction.queue_scores
    best = max(scores, key=lambda name: scores[name]) if scores else terms.service.default
    if judged.verdict.kind in {Kind.PHISHING, Kind.UNREADABLE}:
        return (
            UNSURE,
            best,
            worded("queue unsure: the message is %(kind)s", kind=judged.verdict.kind),
        )
    if outcome.queue:
        why = worded(
            "queue %(queue)s: rule %(rule)s", queue=outcome.queue, rule=outcome.by["queue"]
        )
        return outcome.queue, outcome.queue, why
    score = f"{scores[best]:.2f}" if scores else worded("no score")
    sentence = judged.prediction.queue_sentence
    if judged.prediction.queue_sure:
        why = worded("queue %(queue)s: model %(score)s", queue=best, score=score)
        return best, best, quoting(why, sentence)
    inbox = terms.inboxes.get(judged.received.mailbox)
    if inbox is not None and inbox.queue:
        why = worded("queue %(queue)s: the mailbox's own, model unsure", queue=inbox.queue)
        return inbox.queue, inbox.queue, why
    why = worded(
        "queue unsure: the model abstains; best guess %(queue)s %(score)s",
        queue=best,
        score=score,
    )
    return UNSURE, best, quoting(why, sentence)


def _priority(
    prediction: Prediction,
    outcome: rule_set.Outcome,
    signals: Mapping[str, Mapping[str, object]],
) -> tuple[Priority, str]:
    """Return the highest that a rule, a signal or the model says, and who said it."""
    said: list[tuple[Priority, str]] = []
    if outcome.priority is not None:
        said.append((outcome.priority, worded("rule %(rule)s", rule=outcome.by["priority"])))
    said.extend(
        (
            SIGNAL_PRIORITY[name],
            quoting(worded("signal %(signal)s", signal=name), str(signal["sentence"])),
        )
        for name, signal in signals.items()
        if name in SIGNAL_PRIORITY
    )
    scores = prediction.priority_scores
    if scores:
        likely = max(scores, key=lambda level: scores[level])
        why = worded("model %(score)s", score=f"{scores[likely]:.2f}")
        said.append((likely, quoting(why, prediction.priority_sentence)))
    level, reason = min(
        said,
        key=lambda item: PRESSING[item[0]],
        default=(Priority.NORMAL, worded("nothing says otherwise")),
    )
    return level, worded("priority %(priority)s: %(why)s", priority=level, why=reason)


def _rules_why(outcome: rule_set.Outcome) -> list[str]:
    return [
        worded("%(why)s; overruled: %(others)s", why=fired.told, others=", ".join(fired.overruled))
        if fired.overruled
        else fired.told
        for fired in outcome.fired
    ]
