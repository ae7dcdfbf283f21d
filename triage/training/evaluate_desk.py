"""Labelled mails → what the desk makes of each, as the daemon would: by model and by rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

import numpy as np

from triage import language
from triage.core.arrival import Role
from triage.core.facts import facts
from triage.core.history import History
from triage.core.judgement import Judged, judge
from triage.core.known import Received
from triage.core.mail.parse import parse
from triage.core.message import Message, SenderTrust, Trust, Verdict
from triage.core.prediction import Prediction
from triage.core.spoken import spoken
from triage.core.teaching import LabelledMail
from triage.core.terms import Terms
from triage.core.ticket import Kind, MessageId
from triage.model.child import Progress
from triage.model.floats import Floats
from triage.model.predict import Model
from triage.model.reading import Text, parts, read

_AT_ONCE = 32
_ALONE = SenderTrust(Trust.NONE, "nobody sent it")
_WRITTEN = Verdict(Kind.HUMAN, "it is labelled as a person's")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What people say of one mail, and what the desk made of it; "" where nobody says.

    `guess` is the model's likeliest queue of probability `score`, and `sure` whether it stands by
    it. `priority` is made by the model and its signals, `ruled_queue` and `ruled_priority` by rules
    too. `signals` are those said to be there, `unsaid` those of which nothing is said, `fired` the
    model's, `ruled_fired` those that rules set too. `near` is the centred cosine to the nearest
    that was taught. None: not known.
    """

    language: str = ""
    queue: str = ""
    guess: str = ""
    score: float = 0.0
    sure: bool = False
    ruled_queue: str = ""
    priority: str = ""
    level: str = ""
    ruled_level: str = ""
    signals: frozenset[str] | None = None
    unsaid: frozenset[str] = frozenset()
    fired: frozenset[str] = frozenset()
    ruled_fired: frozenset[str] = frozenset()
    near: float | None = None


def rate(
    mails: Sequence[tuple[LabelledMail, str]],
    model: Model,
    terms: Terms,
    now: datetime,
    progress: Progress,
) -> list[Rated]:
    """Judge labelled mails, each with its language ("": to be detected), as if they came `now`.

    Blocks for as long as the model takes.
    """
    found: list[Rated] = []
    for start in range(0, len(mails), _AT_ONCE):
        progress(start / len(mails), f"judging {len(mails):,} mails")
        some = mails[start : start + _AT_ONCE]
        messages = [parse(as_sent(mail)) for mail, _ in some]
        texts = [Text(each.subject, each.text) for each in messages]
        said, near = model.predict(texts), _near(model, texts)
        for (mail, spoken_in), message, one, distance in zip(
            some, messages, said, near, strict=True
        ):
            judged = _judged(message, one, spoken_in, terms, now)
            found.append(replace(_rated(mail, judged, terms), near=distance))
    return found


def as_sent(mail: LabelledMail) -> bytes:
    """Return a labelled mail as it would have come: with no headers but the least."""
    built = EmailMessage(policy=SMTP)
    built["Subject"] = " ".join(mail.subject.encode("utf-8", "replace").decode().split())
    built["From"] = "requester@example.net"
    built.set_content(mail.body.encode("utf-8", "replace").decode(), cte="base64")
    return built.as_bytes()


def _near(model: Model, texts: Sequence[Text]) -> list[float]:
    """Return the cosine of each text to the nearest example; the encoder remembers its vectors."""
    heads = model.heads
    readings = read(model.encoder, [parts(text) for text in texts])
    pooled: Floats = np.stack([heads.taken(each).pooled for each in readings])
    return [float(cosine) for cosine in heads.nearest(pooled)]


def _judged(
    message: Message, prediction: Prediction, spoken_in: str, terms: Terms, now: datetime
) -> Judged:
    told = (language.detect(text) for text in spoken(message))
    return Judged(
        received=Received(
            id=MessageId(0),
            mailbox="",
            role=Role.INBOX,
            raw=b"",
            key=b"",
            internal_date=now,
            first_seen=now,
        ),
        message=message,
        verdict=_WRITTEN,
        trust=_ALONE,
        language=spoken_in or next((code for code, sure in told if sure), None),
        prediction=prediction,
        facts=facts(message, terms),
    )


def _rated(mail: LabelledMail, judged: Judged, terms: Terms) -> Rated:
    said = judged.prediction
    alone = judge(judged, replace(terms, rules=()), History())
    ruled = judge(judged, terms, History())
    guess = max(said.queue_scores, key=lambda name: said.queue_scores[name])
    return Rated(
        language=judged.language or "",
        queue=mail.queue,
        guess=guess,
        score=said.queue_scores[guess],
        sure=said.queue_sure,
        ruled_queue=ruled.guess,
        priority=mail.priority,
        level=alone.priority,
        ruled_level=ruled.priority,
        signals=frozenset(name for name, has in mail.signals.items() if has)
        if mail.signals
        else None,
        unsaid=frozenset(said.signals) - mail.signals.keys(),
        fired=frozenset(name for name, one in said.signals.items() if one.fired),
        ruled_fired=frozenset(ruled.signals),
    )


def farthest(rated: Sequence[Rated]) -> list[Rated]:
    """Return the half that is farthest from all that was taught; of an odd number the smaller."""
    known = [each for each in rated if each.near is not None]
    return sorted(known, key=lambda each: each.near or 0.0)[: len(known) // 2]


def by_language(rated: Sequence[Rated]) -> Iterator[tuple[str, list[Rated]]]:
    """Yield the mails of each language, the most frequent first."""
    groups: dict[str, list[Rated]] = {}
    for each in rated:
        groups.setdefault(each.language or "?", []).append(each)
    yield from sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
