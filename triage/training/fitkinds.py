"""Vectors and kinds → the head that knows a machine's or a swindler's mail by its words."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from triage.model.floats import Floats
from triage.model.kinds import HUMAN, Ints, KindHead, evidence
from triage.training.fit import linear
from triage.training.logistic import balanced, mixed

STRENGTH = 1.0
"""The inverse regularisation (C); cross-validation found 1 to 10 alike."""

USUAL = 0.05
"""How much of the mail that headers take for people's is none: what headers know is gone."""

DOUBTED = 0.005
"""The share of people's texts that may be taken for a kind, though no head had seen them."""

LEAST = 0.7
"""The probability from which on there may be a doubt at all."""

BEYOND = 2.0
"""How far beyond every text of people a logit has to be to leave no doubt."""

CERTAIN = 0.99
"""The probability from which on there may be no doubt."""

FOLDS = 5
_SEED = 20_000


def fit_kinds(
    vectors: Floats, center: Floats, whose: Ints, names: tuple[str, ...]
) -> KindHead | None:
    """Fit `names` against people; `whose` says to whom each vector belongs, as in `KindHead`.

    `center` is what was taken off the vectors.
    None where too little is taught to hold anything out: then only headers tell kinds apart.
    """
    machines = whose != HUMAN
    if min(machines.sum(), (~machines).sum()) < FOLDS:
        return None
    margins = np.zeros((len(whose), len(names)), np.float32)
    nearer = margins.copy()
    for seen, unseen in held_out_folds(machines):
        weights, bias = linear(vectors[seen], whose[seen], len(names) + 1, STRENGTH)
        told = evidence(vectors[unseen], weights, bias, vectors[seen], whose[seen])
        margins[unseen], nearer[unseen] = told
    margin, nearness, offset = _mixed(margins, nearer, whose)
    held_out: Floats = (margin * margins + nearness * nearer + offset).astype(np.float32)
    doubtful, sure = _thresholds(held_out[~machines])
    weights, bias = linear(vectors, whose, len(names) + 1, STRENGTH)
    return KindHead(
        center=center,
        names=names,
        weights=weights,
        bias=bias,
        taught=vectors,
        whose=whose,
        margin=margin,
        nearness=nearness,
        offset=offset,
        doubtful=doubtful,
        sure=sure,
        held_out=held_out,
    )


def held_out_folds(machines: npt.NDArray[np.bool_]) -> list[tuple[Ints, Ints]]:
    """Return the rows that are seen and those held out, fold by fold; the same every time."""
    order = np.random.default_rng(_SEED).permutation(len(machines))
    folds = np.zeros(len(machines), np.int64)
    for side in (True, False):
        rows = order[machines[order] == side]
        folds[rows] = np.arange(len(rows)) % FOLDS
    return [(np.flatnonzero(folds != at), np.flatnonzero(folds == at)) for at in range(FOLDS)]


def _mixed(margins: Floats, nearer: Floats, whose: Ints) -> tuple[float, float, float]:
    """Return what makes one calibrated logit of both pieces of evidence, for all kinds alike."""
    pairs, has = [], []
    for kind in range(margins.shape[1]):
        rows = (whose == HUMAN) | (whose == kind + 1)
        pairs.append(np.stack([margins[rows, kind], 10.0 * nearer[rows, kind]], axis=1))
        has.append(whose[rows] == kind + 1)
    rows, is_ = np.concatenate(pairs), np.concatenate(has)
    weight = balanced(is_.astype(np.int64), np.ones(len(is_), np.float32), 2)
    (margin, nearness), offset = mixed(rows, is_, weight)
    return float(margin), 10.0 * float(nearness), offset + _logit(USUAL)


def _thresholds(people: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return for each kind from which logit on there is doubt, and from which on none is left."""
    ranked = -np.sort(-people, axis=0)
    allowed = min(len(ranked) - 1, int(DOUBTED * len(ranked)))
    doubtful = np.maximum(ranked[allowed], np.float32(_logit(LEAST)))
    sure = np.maximum(ranked[0] + np.float32(BEYOND), np.float32(_logit(CERTAIN)))
    return doubtful.astype(np.float32), sure.astype(np.float32)


def _logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
