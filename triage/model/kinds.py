"""Whether a message is what people write, or a machine's or a swindler's, by its words alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from triage.model.floats import Floats

Ints = npt.NDArray[np.int64]

HUMAN = 0
"""The row of `weights`, and the number in `whose`, that stands for people."""

NEIGHBOURS = 3
"""Examples of each side whose mean likeness counts: a single one may be near by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindHead:
    """Each kind against what people write: a linear margin, and which side's examples are nearer.

    `center` is the mean of all that was taught, people's words and others', which is taken off
    every vector. `names` are the kinds but people's; row 0 of `weights` and `bias` is people's,
    row i + 1 that of `names[i]`, as are the numbers in `whose`, which say to whom each of the
    vectors `taught` belongs. `margin`, `nearness` and `offset` make one logit of the two pieces of
    evidence, in which it counts how seldom such mail comes. A logit above `doubtful` leaves a
    doubt, one above `sure` does not: it is well beyond that of every text of people that no head
    had seen. `held_out` has the logits of each of the texts by a head that had not seen it.
    """

    center: Floats
    names: tuple[str, ...]
    weights: Floats
    bias: Floats
    taught: Floats
    whose: Ints
    margin: float
    nearness: float
    offset: float
    doubtful: Floats
    sure: Floats
    held_out: Floats

    def logits(self, vectors: Floats) -> Floats:
        """Return a row for each centred vector: a calibrated logit for each of the names."""
        margins, nearer = evidence(vectors, self.weights, self.bias, self.taught, self.whose)
        logits: Floats = self.margin * margins + self.nearness * nearer + np.float32(self.offset)
        return logits.astype(np.float32)


def evidence(
    vectors: Floats, weights: Floats, bias: Floats, taught: Floats, whose: Ints
) -> tuple[Floats, Floats]:
    """Return how far each vector leans to each kind, and how much nearer its examples are."""
    linear = vectors @ weights.T + bias
    likeness = vectors @ taught.T
    near = np.stack([_near(likeness[:, whose == kind]) for kind in range(len(bias))], axis=1)
    return linear[:, 1:] - linear[:, :1], near[:, 1:] - near[:, :1]


def _near(likeness: Floats) -> Floats:
    """Return the mean of the greatest in each row; nothing is near where there are none."""
    if not likeness.shape[1]:
        return np.full(len(likeness), -1.0, np.float32)
    count = min(NEIGHBOURS, likeness.shape[1])
    greatest: Floats = np.partition(likeness, -count, axis=1)[:, -count:].mean(axis=1)
    return greatest


def kind_tensors(head: KindHead) -> dict[str, npt.NDArray[Any]]:
    """Return the numbers of a head that are kept in safetensors."""
    return {
        "kinds.center": head.center,
        "kinds.weights": head.weights,
        "kinds.bias": head.bias,
        "kinds.taught": head.taught.astype(np.float16),
        "kinds.whose": head.whose,
        "kinds.doubtful": head.doubtful,
        "kinds.sure": head.sure,
        "kinds.held_out": head.held_out.astype(np.float16),
    }


def kind_facts(head: KindHead) -> dict[str, Any]:
    """Return what of a head is kept in JSON."""
    return {key: getattr(head, key) for key in ("names", "margin", "nearness", "offset")}


def kind_head(facts: Mapping[str, Any], tensors: Mapping[str, Any]) -> KindHead:
    """Return the head that `kind_tensors` and `kind_facts` kept.

    Raises:
        KeyError: something of it is missing.
    """
    return KindHead(
        center=tensors["kinds.center"],
        names=tuple(facts["names"]),
        weights=tensors["kinds.weights"],
        bias=tensors["kinds.bias"],
        taught=tensors["kinds.taught"].astype(np.float32),
        whose=tensors["kinds.whose"],
        margin=float(facts["margin"]),
        nearness=float(facts["nearness"]),
        offset=float(facts["offset"]),
        doubtful=tensors["kinds.doubtful"],
        sure=tensors["kinds.sure"],
        held_out=tensors["kinds.held_out"].astype(np.float32),
    )
