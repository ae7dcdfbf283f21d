"""Mail judged alone, as if it had just arrived: no mailbox, no store, no counters are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from triage.cli.shapes import Json, when
from triage.cli.standing import as_list
from triage.core.arrival import Role
from triage.core.disposition import Filed, Open
from triage.core.judgement import Judged
from triage.core.known import Received
from triage.core.mail.parse import parse
from triage.core.message import FailedRecipient, Message
from triage.core.terms import Terms
from triage.core.ticket import MessageId
from triage.pipeline.read import Predictor, read
from triage.trial.alone import NOBODY, decide_alone, sent_to

BATCH = 8
"""Files that go through the model together."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` says of one mail: the JSON as promised, and what it is drawn from.

    `on` names the ticket that a mail lies on which was asked for by its own handle, or is "".
    """

    report: Json
    explained: Mapping[str, object]
    on: str = ""


class Alone:
    """Judges files by the terms of a desk and its model."""

    def __init__(self, terms: Terms, model: Predictor, now: datetime, mailbox: str = "") -> None:
        """Judge as of `now`, in the mailbox named, else in the one each mail was sent to."""
        self._terms = terms
        self._model = model
        self._now = now
        self._mailbox = mailbox

    def explain(self, files: Sequence[str]) -> Iterator[Explanation]:
        """Explain every file in order; one that cannot be read is explained as unreadable."""
        for at in range(0, len(files), BATCH):
            names = files[at : at + BATCH]
            received = [self._received(number, name) for number, name in enumerate(names)]
            for name, judged in zip(names, self._read(received), strict=True):
                yield self._explained(name, judged)

    def _received(self, number: int, name: str) -> Received:
        raw, unreadable = b"", ""
        try:
            raw = Path(name).read_bytes()
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else None
            unreadable = f"the file cannot be read: {(reason or str(exc)).lower()}"
        return Received(
            id=MessageId(number),
            mailbox=self._mailbox or sent_to(parse(raw), self._terms).name,
            role=Role.INBOX,
            raw=raw,
            key=b"",
            internal_date=self._now,
            first_seen=self._now,
            unreadable=unreadable,
        )

    def _read(self, received: Sequence[Received]) -> list[Judged]:
        """Read a batch; where one of its mails fails, that one alone is unreadable."""
        try:
            return read(received, self._model, self._terms)
        except Exception as exc:  # noqa: BLE001 - one bad mail must not hold up the rest
            if len(received) == 1:
                reason = f"triage failed on it: {type(exc).__name__}"
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
                "answer_by": when(decision.clock.deadline, self._terms.roster.hours.zone),
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
