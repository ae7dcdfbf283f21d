"""Figures on writers nobody has read: `pytest -m bench -s tests/bench/bench_authors.py`.

Each file of `prompts/mails` is one writer's. Heads are taught everything but one file and judge
its mails; only those that the encoder's adapter was not trained on are counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.model.conftest import silent
from triage.config.prompts import load_teaching
from triage.core.judgement import SIGNAL_PRIORITY
from triage.core.teaching import LabelledMail, Teaching
from triage.core.ticket import PRESSING, Priority
from triage.model.encoder import OnnxEncoder
from triage.model.heads import Heads
from triage.model.reading import Reading, Text, read
from triage.model.shipped import ShippedVectors
from triage.training import taught_parts
from triage.training.evaluate_figures import Hits, share
from triage.training.examples import Lesson, lesson
from triage.training.worker import fitted

pytestmark = [pytest.mark.bench, pytest.mark.model, pytest.mark.timeout(900)]

PROMPTS = Path(__file__).parents[2] / "prompts"
ACCURACY = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One mail, and what heads that had not read its writer say of it."""

    mail: LabelledMail
    file: str
    queue: str
    sure: bool
    priority: Priority
    fired: frozenset[str]
    near: float

    @property
    def pressing(self) -> Priority:
        """The priority that head and signals make together."""
        said = [SIGNAL_PRIORITY[name] for name in self.fired if name in SIGNAL_PRIORITY]
        return min([self.priority, *said], key=lambda each: PRESSING[each])


@pytest.fixture(scope="module")
def judged(encoder: OnnxEncoder) -> list[Judged]:
    teaching = replace(load_teaching(PROMPTS), kinds=())
    rows = lesson(teaching)
    readings = read(ShippedVectors(encoder), taught_parts(rows))
    known = dict(zip(rows.texts, readings, strict=True))
    return list(_judged(teaching, rows, known))


def _judged(teaching: Teaching, rows: Lesson, known: dict[Text, Reading]) -> Iterator[Judged]:
    at = {text: row for row, text in enumerate(rows.texts)}
    for file, mails in teaching.mails.items():
        others = {name: some for name, some in teaching.mails.items() if name != file}
        taught = lesson(replace(teaching, mails=others))
        heads = fitted(file, taught, [known[text] for text in taught.texts], silent)
        for mail in mails:
            text = Text(mail.subject, mail.body)
            if text in at and at[text] not in rows.seen:
                yield _one(heads, mail, file, known[text])


def _one(heads: Heads, mail: LabelledMail, file: str, reading: Reading) -> Judged:
    taken = heads.taken(reading)
    shares, levels = heads.queue_shares(taken), heads.priority_shares(taken)
    near = heads.nearest(taken.pooled[None])
    best = int(shares.argmax())
    score = float(heads.queue.sureness(shares[None], near)[0])
    fired = {
        head.name
        for head in heads.signals
        if head.score(taken.whole, taken.sentences, taken.words) >= head.threshold
    }
    return Judged(
        mail=mail,
        file=file,
        queue=heads.queue.labels[best],
        sure=score >= heads.queue.thresholds(ACCURACY)[best],
        priority=Priority(heads.priority.labels[int(levels.argmax())]),
        fired=frozenset(fired),
        near=float(near[0]),
    )


def _figures(some: list[Judged]) -> str:
    queue = [each.queue == each.mail.queue for each in some]
    sure = [hit for hit, each in zip(queue, some, strict=True) if each.sure]
    level = [each.pressing == each.mail.priority for each in some]
    urgent = [each.pressing == "urgent" for each in some if each.mail.priority == "urgent"]
    alarms = [each.mail.priority == "urgent" for each in some if each.pressing == "urgent"]
    hits = Hits()
    for each in some:
        true = {name for name, has in each.mail.signals.items() if has}
        hits += Hits(len(true & each.fired), len(each.fired), len(true))
    told = {
        "queue": share(queue),
        "sure": share(sure),
        "coverage": len(sure) / max(1, len(some)),
        "priority": share(level),
        "urgent": share(urgent),
        "urgent right": share(alarms),
        "signals F1": hits.f1,
        "precision": hits.precision,
    }
    return "  ".join(f"{name} {math.nan if x is None else x:.3f}" for name, x in told.items())


def test_writers_that_were_not_read(judged: list[Judged]) -> None:
    far = float(np.median([each.near for each in judged]))
    groups = {"all": judged, "farther half": [each for each in judged if each.near <= far]}
    for name in sorted({each.file for each in judged}):
        groups[name] = [each for each in judged if each.file == name]
    for name, some in groups.items():
        print(f"{name:<13} {len(some):>5}  {_figures(some)}")  # noqa: T201
    for signal in sorted({name for each in judged for name in each.mail.signals}):
        true = [each.mail.signals.get(signal, False) for each in judged]
        said = [signal in each.fired for each in judged]
        both = Hits(sum(a and b for a, b in zip(true, said, strict=True)), sum(said), sum(true))
        print(f"  {signal:<16} F1 {both.f1 or 0.0:.3f}  {both}")  # noqa: T201
