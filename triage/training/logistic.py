"""Regularised logistic regression on whole matrices, by L-BFGS: one of several, or each for itself.

Sums are in single precision, which is what the vectors have; a fit may begin where an earlier one
of the same rows ended.

Source: Byrd, Lu, Nocedal and Zhu 1995, A Limited Memory Algorithm for Bound Constrained
Optimization (as SciPy has it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.model.floats import Floats

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ITERATIONS = 200
AGAIN = 20
"""Iterations of a fit that begins where one of nearly the same rows has ended."""

NEVER = -20.0
"""The bias of a label that has no examples: it is never chosen."""

_SLOPE = 3e-5
_GAIN = 1e-6
"""Of the mean loss: where an iteration gains less, the fit has ended."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A row of weights and a bias for each label."""

    weights: Floats
    bias: Floats

    def logits(self, vectors: Floats) -> Floats:
        """Return a row of logits for each vector."""
        scores: Floats = vectors @ self.weights.T + self.bias
        return scores


def balanced(labels: Ints, weight: Floats, count: int) -> Floats:
    """Return weights with which each label that occurs counts as much as another."""
    sums = np.bincount(labels, weight, count)
    share = weight.sum() / max(1, np.count_nonzero(sums)) / np.maximum(sums, 1e-9)
    scaled: Floats = (weight * share[labels]).astype(np.float32)
    return scaled


def one_of(
    vectors: Floats,
    labels: Ints,
    count: int,
    *,
    weight: Floats,
    strength: float,
    start: Linear | None = None,
    iterations: int = ITERATIONS,
) -> Linear:
    """Fit which of `count` labels a vector has; one without examples is never chosen.

    `strength` is the inverse of the regularisation (C).
    """
    met = np.unique(labels)
    at = np.searchsorted(met, labels)
    rows = np.arange(len(labels))
    total = float(weight.sum())

    def slope(logits: Floats) -> tuple[float, Floats]:
        logits -= logits.max(axis=1, keepdims=True)
        right = logits[rows, at].copy()
        np.exp(logits, out=logits)
        sums = logits.sum(axis=1)
        loss = float((weight * (np.log(sums) - right)).sum()) / total
        logits /= sums[:, None]
        logits[rows, at] -= 1.0
        logits *= weight[:, None] / np.float32(total)
        return loss, logits

    begun = None if start is None else Linear(start.weights[met], start.bias[met])
    found = _fitted(vectors, len(met), slope, 1.0 / (strength * total), begun, iterations)
    weights = np.zeros((count, vectors.shape[1]), np.float32)
    bias = np.full(count, NEVER, np.float32)
    weights[met], bias[met] = found.weights, found.bias - found.bias.mean()
    return Linear(weights, bias)


def each_alone(
    vectors: Floats,
    has: Bools,
    *,
    weight: Floats,
    strength: float,
    start: Linear | None = None,
    iterations: int = ITERATIONS,
) -> Linear:
    """Fit for each column of `has` whether a vector has it, all in one go.

    `weight` has a column for each too: 0 where nobody has said.
    """
    total = np.maximum(weight.sum(axis=0), 1e-9).astype(np.float32)
    scaled = (weight / total).astype(np.float32)
    ridge = (1.0 / (strength * total))[:, None]

    def slope(logits: Floats) -> tuple[float, Floats]:
        # log(1 + exp(z)) - y z, without exp of anything positive
        loss = np.log1p(np.exp(-np.abs(logits))) + np.maximum(logits, 0.0) - has * logits
        share = 0.5 * (1.0 + np.tanh(0.5 * logits))
        pulled: Floats = (scaled * (share - has)).astype(np.float32)
        return float((scaled * loss).sum()), pulled

    return _fitted(vectors, has.shape[1], slope, ridge, start, iterations)


def _fitted(
    vectors: Floats,
    count: int,
    slope: Callable[[Floats], tuple[float, Floats]],
    ridge: float | npt.NDArray[np.floating],
    start: Linear | None,
    iterations: int,
) -> Linear:
    """Minimise a mean loss of logits, of which `slope` gives value and derivative."""
    from scipy.optimize import minimize  # noqa: PLC0415 - for the worker alone

    width = vectors.shape[1]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        both = flat.reshape(count, width + 1)
        weights = both[:, :width].astype(np.float32)
        lost, pulled = slope(vectors @ weights.T + both[:, width].astype(np.float32))
        away = np.empty_like(both)
        away[:, :width] = pulled.T @ vectors + ridge * both[:, :width]
        away[:, width] = pulled.sum(axis=0)
        return lost + 0.5 * float((ridge * both[:, :width] ** 2).sum()), away.ravel()

    begun = np.zeros((count, width + 1))
    if start is not None:
        begun[:, :width], begun[:, width] = start.weights, start.bias
    options = {"maxiter": iterations, "gtol": _SLOPE, "ftol": _GAIN, "maxcor": 10}
    done = minimize(loss, begun.ravel(), jac=True, method="L-BFGS-B", options=options)
    both = done.x.reshape(count, width + 1).astype(np.float32)
    return Linear(both[:, :width].copy(), both[:, width].copy())


def mixed(
    evidence: Floats, has: Bools, weight: Floats, strength: float = 100.0
) -> tuple[Floats, float]:
    """Fit how several pieces of evidence make one calibrated logit; none of them counts against.

    Returns what each counts, and what is added.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - for the worker alone

    scale = np.maximum(np.abs(evidence).max(axis=0), 1e-6)
    rows, total = (evidence / scale).astype(np.float64), float(weight.sum())

    def loss(given: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = rows @ given[:-1] + given[-1]
        lost = np.logaddexp(0.0, logits) - has * logits
        pulled = weight * (0.5 * (1.0 + np.tanh(0.5 * logits)) - has) / total
        ridge = given[:-1] / (strength * total)
        value = float((weight * lost).sum()) / total + 0.5 * float((ridge * given[:-1]).sum())
        return value, np.append(rows.T @ pulled + ridge, pulled.sum())

    bounds = [(0.0, None)] * rows.shape[1] + [(None, None)]
    begun = np.zeros(rows.shape[1] + 1)
    done = minimize(loss, begun, jac=True, method="L-BFGS-B", bounds=bounds)
    return (done.x[:-1] / scale).astype(np.float32), float(done.x[-1])
