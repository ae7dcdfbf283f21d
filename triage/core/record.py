"""What is kept of a message: what it says, and every reason behind its judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from triage.core.answer import OUTSIDE
from triage.core.disposition import Explained, Mail
from triage.core.guise import Badge
from triage.core.identity import loose_subject
from triage.core.judgement import Judged, Judgement
from triage.core.message import Address, Trust
from triage.core.prediction import Prediction
from triage.core.remember import remembered
from triage.core.thread import digest_of
from triage.core.ticket import Kind
from triage.core.worded import worded


def mail(judged: Judged) -> Mail:
    """Return what the store keeps of the message itself."""
    message, who = judged.message, judged.requester
    # By a form the customer wrote; what a colleague passes on, they sent themselves.
    by_form = who.by_form and bool(who.address)
    sender = Address(who.address, who.name) if by_form else message.writer
    return Mail(
        kind=judged.verdict.kind,
        doubtful=judged.verdict.doubtful,
        kind_why=judged.verdict.why,
        trust=judged.trust.trust,
        trust_why=judged.trust.why,
        language=judged.language,
        subject=message.subject,
        sender=sender.addr if sender else "",
        sender_name=sender.name if sender else "",
        message_id=message.message_id or "",
        text=f"{who.note}\n\n{message.text}" if who.note else message.text,
        loose_subject=loose_subject(message.subject),
        body_digest=digest_of(message),
        attachments=len(message.attachments),
        message_ids=message.references,
        said=remembered(_scores(judged.prediction)),
        files=tuple(one.name for one in message.attachments if one.name),
    )


def _scores(said: Prediction) -> Prediction:
    """Leave out the sentences: with the scores alone a mail is judged again as it was."""
    return Prediction(
        queue_scores=said.queue_scores,
        queue_sure=said.queue_sure,
        priority_scores=said.priority_scores,
        signals={name: replace(one, sentence="") for name, one in said.signals.items()},
        kinds={name: replace(one, sentence="") for name, one in said.kinds.items()},
        model_id=said.model_id,
    )


VERIFIED: Mapping[Trust, str] = {
    Trust.PASS: "sender_verified",
    Trust.NONE: "sender_not_verified",
    Trust.FAIL: "sender_failed",
}
"""The badge that says what our mail exchanger found out; without one, nothing is found out."""


_IN_WORDS: Mapping[str, str] = {
    VERIFIED[Trust.PASS]: worded("sender verified"),
    VERIFIED[Trust.NONE]: worded("sender not verified"),
    VERIFIED[Trust.FAIL]: worded("sender failed"),
    Badge.OTHER_ADDRESS: worded("other address in name"),
    Badge.OUR_ADDRESS: worded("our address in name"),
    Badge.OUR_NAME: worded("name of our own"),
    Badge.LOOK_ALIKE: worded("look alike domain"),
    Badge.ELSEWHERE: worded("replies go elsewhere"),
    Badge.NOT_ONE: worded("not one sender"),
    Badge.CLAIMS_US: worded("claims to be us"),
}


def explained(judged: Judged, judgement: Judgement, more: tuple[str, ...]) -> Explained:
    """Return every reason behind a judgement, in the shape that is kept and shown."""
    if judged.received.truncated:
        more = (
            *more,
            worded("too large to fetch whole: only its head is here; the server keeps it"),
        )
    return Explained(
        queue_scores={
            name: round(score, 4) for name, score in judged.prediction.queue_scores.items()
        },
        signals=judgement.signals,
        facts=judged.facts,
        rules=judgement.outcome.rules,
        fired=tuple(asdict(fired) for fired in judgement.outcome.fired),
        why=(
            worded("kind %(kind)s: %(why)s", kind=judged.verdict.kind, why=judged.verdict.why),
            _badged(VERIFIED[judged.trust.trust], judged.trust.why),
            *(_badged(one.badge, one.why) for one in judgement.guises),
            *judgement.why,
            *more,
        ),
        badges=tuple(_badges(judged, judgement)),
        refer=judgement.outcome.refer,
        macro=judgement.outcome.macro,
        asks=judgement.outcome.asks,
        reasons=tuple(reason.told for reason in judged.prediction.reasons),
    )


def _badged(badge: str, why: str) -> str:
    return worded("%(why_badge)s: %(why)s", why_badge=_IN_WORDS[badge], why=why)


def lasting(badges: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a ticket bears as soon as one of its mails does.

    What warns of a sender, and that it was answered elsewhere.
    """
    warning = {VERIFIED[Trust.FAIL], *Badge, OUTSIDE}
    return tuple(name for name in badges if name in warning)


def _badges(judged: Judged, judgement: Judgement) -> Iterator[str]:
    """Yield what is worth a look, the sender first."""
    if judged.trust.heard or judged.trust.trust is not Trust.NONE:
        yield VERIFIED[judged.trust.trust]
    yield from (one.badge for one in judgement.guises)
    if judged.verdict.doubtful or any(one.grave for one in judgement.guises):
        yield "doubtful"
    if judged.received.truncated:
        yield "truncated"
    if judged.verdict.kind is not Kind.HUMAN:
        yield judged.verdict.kind
