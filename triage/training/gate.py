"""Whether newly taught heads may judge: not before they are shown to be no worse.

What heads say of mails that they had not seen is compared with what those say that judge now, mail
by mail. Both ways chance has its share, so that one mail more or less decides nothing; what counts
as worse is more than that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from triage.core.worded import clauses, worded
from triage.model.floats import Floats

HALF = timedelta(days=14)
"""The age at which a correction weighs half as much as a new one."""

BINS = 15
_CHANCE = 1.64
"""Standard deviations beyond which a difference is no chance (one-sided, one in twenty)."""

_RARE = 2.33
"""The same for one in a hundred: there are many signals, and one of them is off more often."""

_LOSS = 0.02
"""The log loss that may be lost, whatever its spread."""

_LEAST_SPREAD = 0.3
"""What log losses differ by at least, from mail to mail: of a few, no more may be concluded."""

_ENOUGH = 50
"""Mails from which on log loss means anything."""

_IN_EACH_BIN = 10
"""Mails in each bin from which on a calibration error does: of four in each it is 0.2 by chance."""

_ERROR = 0.03
"""The calibration error that may be added, whatever the number of mails."""

_ERROR_OF_ONE = 0.5
"""What chance adds to it, of one mail; of more it is less, by their root."""

_SUREST = 0.999


@dataclass(frozen=True, slots=True)
class Held:
    """What heads said of mails that they had not seen: how sure they were, and if they were right.

    Sureness is from 0 to 1. `weights` say how much each mail counts.
    """

    scores: Floats
    right: npt.NDArray[np.bool_]
    weights: Floats

    def __len__(self) -> int:
        return len(self.right)

    @property
    def accuracy(self) -> float:
        """The share that was right; 0 of none."""
        return float(np.average(self.right, weights=self.weights)) if len(self) else 0.0

    @property
    def losses(self) -> Floats:
        """The log loss of each: much for being sure and wrong."""
        sure = np.clip(self.scores, 1.0 - _SUREST, _SUREST)
        losses: Floats = -np.log(np.where(self.right, sure, 1.0 - sure)).astype(np.float32)
        return losses

    @property
    def loss(self) -> float:
        """The mean log loss; 0 of none."""
        return float(np.average(self.losses, weights=self.weights)) if len(self) else 0.0

    @property
    def calibration_error(self) -> float:
        """How far sureness is from the share that was right, over 15 bins; 0 of none."""
        if not len(self):
            return 0.0
        bins = np.minimum((self.scores * BINS).astype(np.int64), BINS - 1)
        share = self.weights / self.weights.sum()
        gaps = np.bincount(bins, share * (self.scores - self.right), BINS)
        return float(np.abs(gaps).sum())

    def figures(self) -> dict[str, float]:
        """Return accuracy, log loss and calibration error, as they are kept and shown."""
        return {
            "accuracy": round(self.accuracy, 4),
            "log_loss": round(self.loss, 4),
            "calibration_error": round(self.calibration_error, 4),
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """The same mails, by the heads that judge and by those that would.

    `slack` is the share of mails that may be lost beyond chance, where a threshold that is set
    anew with every fit moves many at once: one way or the other, and back the next time.
    """

    name: str
    before: Held
    after: Held
    slack: float = 0.0


def recency(moments: Sequence[datetime], now: datetime) -> Floats:
    """Return how much corrections of these moments count: 1 now, half after 14 days."""
    ages = np.asarray([max(0.0, (now - at) / HALF) for at in moments], np.float32)
    weights: Floats = np.power(np.float32(0.5), ages)
    return weights


def refusal(compared: Iterable[Compared]) -> str:
    """Say where new heads are worse than those that judge; "" where they are not."""
    return clauses(*filter(None, (_worse(each) for each in compared)))


def figures(compared: Iterable[Compared]) -> Mapping[str, object]:
    """Return what was compared, as it is kept: how many mails, and how good both were."""
    return {
        each.name: {
            "mails": len(each.after),
            "before": each.before.figures(),
            "after": each.after.figures(),
        }
        for each in compared
        if len(each.after)
    }


def _worse(pair: Compared) -> str:
    before, after = pair.before, pair.after
    if not len(after):
        return ""
    lost = after.weights[before.right & ~after.right]
    gained = after.weights[~before.right & after.right]
    spread = math.sqrt(float((lost**2).sum() + (gained**2).sum()))
    chance = _RARE if pair.slack else _CHANCE
    allowed = max(chance * spread, pair.slack * float(after.weights.sum()))
    if float(lost.sum() - gained.sum()) > allowed:
        return worded(
            "%(what)s: %(before)s right before, %(after)s after",
            what=pair.name,
            before=f"{before.accuracy:.3f}",
            after=f"{after.accuracy:.3f}",
        )
    more = after.losses - before.losses
    mean = float(np.average(more, weights=after.weights))
    spread = float(np.sqrt(np.average((more - mean) ** 2, weights=after.weights)))
    by_chance = _CHANCE * max(spread, _LEAST_SPREAD) / math.sqrt(len(after))
    least = max(_LOSS + pair.slack / 2, by_chance)
    if len(after) >= _ENOUGH and mean > least:
        return worded(
            "%(what)s: log loss %(before)s before, %(after)s after",
            what=pair.name,
            before=f"{before.loss:.3f}",
            after=f"{after.loss:.3f}",
        )
    allowed = before.calibration_error + max(_ERROR, _ERROR_OF_ONE / math.sqrt(len(after)))
    if len(after) >= _IN_EACH_BIN * BINS and after.calibration_error > allowed:
        return worded(
            "%(what)s: calibration error %(before)s before, %(after)s after",
            what=pair.name,
            before=f"{before.calibration_error:.3f}",
            after=f"{after.calibration_error:.3f}",
        )
    return ""
