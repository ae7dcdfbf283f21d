"""Raw bytes → everything that is known of a message by itself. The store is not asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from triage import language
from triage.core import requester
from triage.core.arrival import Role
from triage.core.facts import facts
from triage.core.judgement import Judged, seen
from triage.core.known import Received
from triage.core.mail.forwarder import without_stamps
from triage.core.mail.kind import kind
from triage.core.mail.newtext import own_lines
from triage.core.mail.ours import without_ours
from triage.core.mail.parse import parse
from triage.core.mail.trust import sender_trust
from triage.core.message import Message, SenderTrust, Trust, Verdict
from triage.core.prediction import Prediction
from triage.core.requester import Requester
from triage.core.ruled import Ruled, by_rule, by_wording
from triage.core.rules import Found
from triage.core.senders import by_sender
from triage.core.spoken import spoken
from triage.core.subject import answers
from triage.core.terms import Terms
from triage.core.ticket import Kind, MessageId
from triage.core.worded import worded
from triage.model.reading import Text

NOTHING: Mapping[MessageId, Sequence[bytes]] = MappingProxyType({})


class Predictor(Protocol):
    """What says of texts what they are about: the model, or scores that a test pins."""

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return one prediction a message, in order."""


def read(
    batch: Sequence[Received],
    model: Predictor,
    terms: Terms,
    sent: Mapping[MessageId, Sequence[bytes]] = NOTHING,
) -> list[Judged]:
    """Read a batch of messages; only those that headers leave open are shown to the model.

    `sent` are mails of ours that a message may have kept below its answer, without a mark.
    Blocks for as long as the model takes: call it in a thread of its own.
    """
    parsed = [_parsed(received, terms, sent.get(received.id, ())) for received in batch]
    asked = [index for index, one in enumerate(parsed) if one.open]
    texts = [Text(parsed[index].message.subject, parsed[index].message.text) for index in asked]
    predictions = dict(zip(asked, model.predict(texts) if texts else [], strict=True))
    return [one.judged(predictions.get(at, Prediction())) for at, one in enumerate(parsed)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    """What is known of a mail before the model has read it.

    `found` is what rules found in it. `settled`: its wording has no say. `stray_answer`: it
    answers a mail that is none of ours.
    """

    received: Received
    message: Message
    verdict: Verdict
    trust: SenderTrust
    facts: Mapping[str, str]
    found: Found = field(default_factory=dict)
    who: Requester | None = None
    language: str | None = None
    settled: bool = True
    stray_answer: bool = False

    @property
    def open(self) -> bool:
        """Whether it is shown to the model: what people write to us."""
        by_form = self.who is not None and self.who.by_form
        return self.verdict.kind is Kind.HUMAN and (self.received.role is not Role.SENT or by_form)

    def judged(self, prediction: Prediction) -> Judged:
        """Return everything that is known of it, now that the model has read it."""
        verdict = self.verdict
        if not self.settled:
            verdict = by_wording(verdict, prediction.kinds, stray_answer=self.stray_answer)
        return Judged(
            received=self.received,
            message=self.message,
            verdict=verdict,
            trust=self.trust,
            language=self.language,
            prediction=prediction,
            facts=self.facts,
            behind=self.who,
            found=self.found,
        )


def _as_said(kind_said: Kind, verdict: Verdict) -> Verdict:
    """Take a person's word, but acknowledge nothing that its headers call a machine's.

    Source: RFC 3834 section 2.
    """
    by_machine = verdict.kind not in {Kind.HUMAN, Kind.SPAM, Kind.PHISHING}
    return Verdict(kind_said, worded("a person says so"), doubtful=by_machine)


@dataclass(frozen=True, slots=True)
class Face:
    """What is shown of a mail that cannot be triaged, as far as it can be read."""

    sender: str = ""
    sender_name: str = ""
    subject: str = ""


def face_of(raw: bytes) -> Face:
    """Return whose mail it is and what it is about; nothing where it cannot be parsed at all."""
    try:
        message = parse(raw)
    except Exception:  # noqa: BLE001 - it has failed already, and must be shown all the same
        return Face()
    writer = message.writer
    return Face(
        sender=writer.addr if writer else "",
        sender_name=writer.name if writer else "",
        subject=message.subject,
    )


def _parsed(received: Received, terms: Terms, sent: Sequence[bytes]) -> _Parsed:
    """Read one mail by headers and rules; as its requester wrote it, where that is not the sender.

    A person's word on the mail counts before all else, then on its sender, then a rule's, then
    that it came from a form.
    """
    message = _without_ours(parse(received.raw), sent)
    inbox = terms.inboxes.get(received.mailbox)
    trust = (
        sender_trust(message, inbox.authserv_id)
        if inbox is not None
        else SenderTrust(Trust.NONE, worded("no mailbox of ours"))
    )
    if received.unreadable:
        return _Parsed(
            received=received,
            message=message,
            verdict=Verdict(Kind.UNREADABLE, received.unreadable),
            trust=trust,
            facts=facts(message, terms),
            language=_language(message),
        )
    if inbox is not None:
        message = without_stamps(message, inbox.forwarders)
    verdict = kind(message, terms.own)
    who = requester.behind(message, verdict, trust, terms)
    message, trust = requester.as_asked(message, who), requester.as_proven(trust, who)
    subject = seen(received, message, trust, terms, requester=who, facts=facts(message, terms))
    subject = replace(subject, language=_language(message))
    ours = received.role is Role.SENT
    ruled = Ruled() if ours else by_rule(terms.rules, subject, verdict)
    said = None if ours else by_sender(terms.switches, message, verdict, received.first_seen)
    settled = any(one is not None for one in (received.kind_said, said, ruled.verdict))
    if received.kind_said is not None:
        verdict = _as_said(received.kind_said, verdict)
    else:
        verdict = said or ruled.verdict or requester.as_human(verdict, who)
    return _Parsed(
        received=received,
        message=message,
        verdict=verdict,
        trust=trust,
        facts=subject.facts,
        found=ruled.found,
        who=who,
        language=subject.language,
        settled=settled or ours or (who is not None and who.by_form),
        stray_answer=answers(message) and not sent,
    )


def _without_ours(message: Message, sent: Sequence[bytes]) -> Message:
    """Take out of a message's new text what we sent in that conversation."""
    if not sent:
        return message
    said = [own_lines(parse(mail).body) for mail in sent]
    return replace(message, text=without_ours(message.text, said))


def _language(message: Message) -> str | None:
    told = (language.detect(text) for text in spoken(message))
    return next((code for code, sure in told if sure), None)
