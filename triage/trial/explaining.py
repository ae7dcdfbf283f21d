"""Mail explained by itself, as if it had just arrived: no mailbox, no store, no counters are asked.

What is explained is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, tzinfo
from typing import Protocol

from triage.core.arrival import Role
from triage.core.disposition import Filed, Open
from triage.core.judgement import Judged
from triage.core.known import Received
from triage.core.mail.parse import parse
from triage.core.message import FailedRecipient, Message
from triage.core.prediction import Prediction, Reason
from triage.core.remember import as_list
from triage.core.terms import Terms
from triage.core.ticket import MessageId
from triage.core.worded import worded
from triage.model.reading import Text
from triage.pipeline.read import Predictor, read
from triage.trial.alone import NOBODY, decide_alone, sent_to

Json = dict[str, object]


class Measurer(Protocol):
    """A model whose reasons can be measured."""

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return what it says of each message, in order."""

    def measured(self, message: Text) -> tuple[Reason, ...]:
        """Return the reasons for the likeliest queue, measured by reading the text again."""


class Measuring:
    """A model whose reasons are measured by reading: a dozen texts more for each message."""

    def __init__(self, model: Measurer) -> None:
        """Measure those of `model`."""
        self._model = model

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return what the model says of each message, in order. Blocks as long as it takes."""
        said = self._model.predict(messages)
        return [
            replace(one, reasons=self._model.measured(message))
            for one, message in zip(said, messages, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A mail to be explained: its bytes, what it is called, and why it cannot be read, or ""."""

    name: str
    raw: bytes
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` says of one mail: the JSON as promised, and what it is drawn from.

    `on` names the ticket that a mail lies on which was asked for by its own handle, or is "".
    """

    report: Json
    explained: Mapping[str, object]
    on: str = ""


class Explainer:
    """Judges mail by the terms of a desk and its model. Blocks; safe in any thread."""

    def __init__(self, terms: Terms, model: Predictor, now: datetime, mailbox: str = "") -> None:
        """Judge as of `now`, in the mailbox named, else in the one each mail was sent to."""
        self._terms = terms
        self._model = model
        self._now = now
        self._mailbox = mailbox

    def explain(self, mails: Sequence[Given]) -> list[Explanation]:
        """Explain every mail, in order; they go through the model together."""
        received = [self._received(number, one) for number, one in enumerate(mails)]
        pairs = zip(mails, self._read(received), strict=True)
        return [self._explained(one.name, judged) for one, judged in pairs]

    def _received(self, number: int, one: Given) -> Received:
        return Received(
            id=MessageId(number),
            mailbox=self._mailbox or sent_to(parse(one.raw), self._terms).name,
            role=Role.INBOX,
            raw=one.raw,
            key=b"",
            internal_date=self._now,
            first_seen=self._now,
            unreadable=one.unreadable,
        )

    def _read(self, received: Sequence[Received]) -> list[Judged]:
        """Read a batch; where one of its mails fails, that one alone is unreadable."""
        try:
            return read(received, self._model, self._terms)
        except Exception as exc:  # noqa: BLE001 - one bad mail must not hold up the rest
            if len(received) == 1:
                reason = worded("triage failed on it: %(error)s", error=type(exc).__name__)
                broken = replace(received[0], raw=b"", unreadable=reason)
                return read([broken], self._model, self._terms)
        return [judged for one in received for judged in self._read([one])]

    def _explained(self, name: str, judged: Judged) -> Explanation:
        decision = decide_alone(judged, NOBODY, self._terms, self._now)
        if not isinstance(decision, (Open, Filed)):  # cannot be: there is no thread to join
            raise TypeError(f"a mail alone became {type(decision).__name__}")
        return Explanation(self._report(name, judged, decision), asdict(decision.explained))

    def _report(self, name: str, judged: Judged, decision: Open | Filed) -> Json:
        judgement: Json = {
            "kind": judged.verdict.kind,
            "language": judged.language,
            "facts": dict(judged.facts),
            "acknowledge": decision.acknowledgement.acknowledge,
            "acknowledge_reason": decision.acknowledgement.reason,
            "trust": judged.trust.trust,
            "trust_why": judged.trust.why,
        }
        if isinstance(decision, Open):
            judgement |= {
                "queue": decision.queue,
                "priority": decision.priority,
                "owner": decision.owner or None,
                "answer_by": _when(decision.clock.deadline, self._terms.roster.hours.zone),
            }
        return report(name, judged.message, judgement, asdict(decision.explained))


def report(
    file: str, message: Message, judged: Mapping[str, object], explained: Mapping[str, object]
) -> Json:
    """Put together what `explain --json` prints of one mail: the keys promised, in their order.

    `judged` lacks queue, priority, owner and answer_by where the mail is no ticket.
    """
    return {
        "file": file,
        "kind": judged["kind"],
        "language": judged["language"],
        "subject": message.subject,
        "from": message.writer.addr if message.writer else "",
        "text": message.text,
        "body": message.body,
        "queue": judged.get("queue"),
        "queue_scores": explained.get("queue_scores") or {},
        "priority": judged.get("priority"),
        "signals": explained.get("signals") or {},
        "facts": judged["facts"],
        "bounce": [_failed(one) for one in message.failed],
        "acknowledge": judged["acknowledge"],
        "acknowledge_reason": judged["acknowledge_reason"],
        "owner": judged.get("owner"),
        "answer_by": judged.get("answer_by"),
        "rules": as_list(explained.get("rules")),
        "why": as_list(explained.get("why")),
        "trust": judged.get("trust"),
        "trust_why": judged.get("trust_why", ""),
        "badges": as_list(explained.get("badges")),
        "refer": explained.get("refer") or None,
        "macro": explained.get("macro") or None,
        "asks": as_list(explained.get("asks")),
        "reasons": as_list(explained.get("reasons")),
    }


def _failed(one: FailedRecipient) -> Json:
    return {"recipient": one.recipient, "status": one.status, "reason": one.reason}


def _when(at: datetime | None, zone: tzinfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")
