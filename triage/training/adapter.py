"""A low-rank adapter of the default encoder, trained once on labelled mails: a step by hand.

    pip install torch
    python -m triage.training adapter [PROMPTS]

Frozen vectors tell what a sentence is about, not what a desk does with it. Each linear layer of the
upper half gets two thin matrices that are trained together with throw-away heads for queues,
priorities, signals and kinds, while the vectors of people's everyday words are held where they
were. The lower half stays as it is, and is computed once. Only the thin matrices are kept
(`model/adapter.safetensors`); `model/convert.py` adds them to the weights.

Source: Hu et al. 2021, LoRA: Low-Rank Adaptation of Large Language Models.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from triage.core.teaching import Teaching
from triage.core.ticket import Kind
from triage.model.adapter import SEEN, key_of
from triage.model.reading import Text, parts
from triage.model.weights import WeightsFile
from triage.training.lowrank import RANK, LowRank, batches

EPOCHS = 5
TOKENS = 192
"""Tokens of a text that are trained on: longer ones cost more than they teach."""

RATE, HEADS_RATE, WARM_UP = 6e-4, 4e-3, 0.06
SHARPNESS = 16.0
"""What the cosines to a label's weights are multiplied by: a vector has length one."""

HELD = 10.0
"""How much it costs to move the vector of a text that teaches no queue, priority or signal."""

HELD_TAUGHT = 0.1
LEFT_OUT = 5
"""One whole mail in so many is not trained on: heads are calibrated, and all is measured, there."""

KEPT = 0.5
"""How much of what was trained is kept: with more, machines sound like people to the kinds."""

SEED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text, and what is said of it; None: nothing. `signals` are 1, 0, or -1 for not said."""

    text: str
    queue: str | None = None
    priority: str | None = None
    kind: str | None = None
    signals: Mapping[str, bool] = field(default_factory=dict)

    @property
    def everyday(self) -> bool:
        """Whether it says nothing that a desk does with it."""
        return self.queue is None and self.priority is None and not self.signals


def rows_of(teaching: Teaching) -> list[Row]:
    """Return what a teaching says of each text; one mail in `LEFT_OUT` is left for measuring."""
    rows = [
        Row(
            text=whole,
            queue=mail.queue or None,
            priority=mail.priority or None,
            kind=mail.kind or Kind.HUMAN,
            signals=mail.signals,
        )
        for mail in teaching.labelled
        if key_of(whole := parts(Text(mail.subject, mail.body)).whole) % LEFT_OUT
    ]
    for label in teaching.queues:
        rows += [Row(text=text, queue=label.name) for text in label.examples]
        rows += [Row(text=one.text, queue=one.label) for one in label.counter_examples]
    for label in teaching.priorities:
        rows += [Row(text=text, priority=label.name) for text in label.examples]
        rows += [Row(text=one.text, priority=one.label) for one in label.counter_examples]
    for label in teaching.signals:
        rows += [Row(text=text, signals={label.name: True}) for text in label.examples]
        rows += [Row(text=one.text, signals={label.name: False}) for one in label.counter_examples]
    for label in teaching.kinds:
        rows += [Row(text=text, kind=label.name) for text in label.examples]
        rows += [Row(text=one.text, kind=Kind.HUMAN) for one in label.counter_examples]
    return rows


def train(
    teaching: Teaching,
    weights: WeightsFile,
    kept: Sequence[int],
    token_ids: Callable[[str], list[int]],
    path: Path,
    say: Callable[[str], None],
    epochs: int = EPOCHS,
) -> None:
    """Train an adapter on what `teaching` says, and write it to `path`. Needs torch.

    `kept` are the pieces of the vocabulary, `token_ids` a text's pieces as numbers among these.
    The same teaching on the same machine makes the same adapter, within rounding.
    """
    import torch  # noqa: PLC0415 - a step by hand: the product never needs it

    torch.manual_seed(SEED)
    rows = rows_of(teaching)
    ids = [token_ids(row.text)[:TOKENS] for row in rows]
    encoder = LowRank(torch, weights, kept)
    targets = _Targets(torch, rows, teaching)
    say(f"reading {len(rows)} texts, {sum(map(len, ids))} tokens")
    begun = encoder.begun(ids)
    before = encoder.all_vectors(begun)
    center = before.mean(dim=0)
    seen = np.asarray(sorted({key_of(row.text) for row in rows}), np.uint64)
    facts = {"teaching": teaching.digest, "rank": str(RANK), "seed": str(SEED), "kept": str(KEPT)}
    heads = _heads(torch, targets.sizes, encoder.width)
    optimiser = torch.optim.AdamW(
        [
            {"params": encoder.thin, "lr": RATE, "weight_decay": 0.01},
            {"params": heads, "lr": HEADS_RATE, "weight_decay": 0.0},
        ]
    )
    steps = sum(1 for _ in batches(ids, random.Random(SEED))) * epochs  # noqa: S311
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    order, done = random.Random(SEED), 0  # noqa: S311 - an order, no secret
    for epoch in range(epochs):
        told: list[float] = []
        for batch in batches(ids, order):
            vectors = encoder.vectors([begun[at] for at in batch])
            centred = torch.nn.functional.normalize(vectors - center, dim=1)
            loss = targets.loss(batch, [SHARPNESS * (centred @ w.T) + b for w, b in heads.pairs])
            moved = 1.0 - (vectors * before[batch]).sum(dim=1)
            loss = loss + (moved * targets.held[batch]).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(encoder.thin, 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            told.append(float(loss.detach()))
            if done % 20 == 0:
                mean = float(np.mean(told[-20:]))
                say(f"epoch {epoch + 1} of {epochs}, step {done} of {steps}, loss {mean:.3f}")
        save_file({**encoder.adapter(KEPT), SEEN: seen}, path, facts)


def _rate(step: int, steps: int) -> float:
    """Return the share of the learning rate at a step: a short rise, then down to nothing."""
    warm = max(1, int(WARM_UP * steps))
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


class _heads:  # noqa: N801 - a list of parameters that also knows its pairs
    """Throw-away linear heads, one a group of labels."""

    def __init__(self, torch: Any, sizes: Sequence[int], width: int) -> None:
        self.pairs = [
            (
                torch.nn.Parameter(torch.randn(size, width) * 0.02),
                torch.nn.Parameter(torch.zeros(size)),
            )
            for size in sizes
        ]

    def __iter__(self) -> Iterator[Any]:
        return (each for pair in self.pairs for each in pair)


class _Targets:
    """What is right for each row, as tensors; -1 where nothing is said."""

    def __init__(self, torch: Any, rows: Sequence[Row], teaching: Teaching) -> None:
        self._torch = torch
        self._names = [
            [label.name for label in group]
            for group in (teaching.queues, teaching.priorities, teaching.kinds)
        ]
        signals = [label.name for label in teaching.signals]
        self.sizes = [*(len(names) for names in self._names), len(signals)]
        self._classes = [
            torch.tensor([names.index(said) if said in names else -1 for said in given])
            for names, given in zip(
                self._names,
                (
                    [row.queue for row in rows],
                    [row.priority for row in rows],
                    [row.kind for row in rows],
                ),
                strict=True,
            )
        ]
        said = [[float(row.signals.get(name, -1)) for name in signals] for row in rows]
        self._signals = torch.tensor(said)
        has = (self._signals == 1).sum(dim=0).clamp(min=1)
        self._rare = ((self._signals == 0).sum(dim=0) / has).sqrt().clamp(1.0, 4.0)
        self.held = torch.tensor([HELD if row.everyday else HELD_TAUGHT for row in rows])

    def loss(self, batch: Sequence[int], said: Sequence[Any]) -> Any:
        """Return how wrong the heads are about a batch."""
        functional = self._torch.nn.functional
        total = said[0].sum() * 0.0
        for weight, target, logits in zip((1.0, 0.7, 1.0), self._classes, said, strict=False):
            known = target[list(batch)]
            if (known >= 0).any():
                total = total + weight * functional.cross_entropy(
                    logits, known, ignore_index=-1, label_smoothing=0.05
                )
        truth = self._signals[list(batch)]
        if (truth >= 0).any():
            each = functional.binary_cross_entropy_with_logits(
                said[3], truth.clamp(min=0), pos_weight=self._rare, reduction="none"
            )
            total = total + 2.0 * each[truth >= 0].mean()
        return total
