"""Fitting the heads, in a process of its own: its memory goes back, and nobody waits for it.

    python -m triage.training.worker JOB FOLDER [BASE]

reads the rows in the folder JOB (`training/rows.py`) and makes FOLDER. From the heads in BASE, of
the same teaching without some of the rows, it takes over what cross-validation chose, begins where
they ended, and keeps their kinds if nothing more is said of these.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from triage.core.ticket import Kind
from triage.errors import ModelUnusable
from triage.model.cache import made
from triage.model.child import Progress, run_child, say, say_progress
from triage.model.floats import Floats, softmax, unit
from triage.model.heads import Heads
from triage.model.kept import load_heads, save_heads
from triage.model.kinds import KindHead
from triage.model.reading import Reading
from triage.training.examples import Lesson
from triage.training.lexical import Words
from triage.training.logistic import Bools, Ints, Linear
from triage.training.rows import read_rows, write_rows

FOLDS = 5
"""Parts that are held out in turn. Mails are held out by their files: each is another writer."""


def fit_in_child(
    lesson: Lesson,
    readings: Sequence[Reading],
    job: Path,
    folder: Path,
    progress: Progress,
    base: Path | None = None,
) -> Path:
    """Fit heads for a lesson whose texts were read, into `folder`; `job` is for the way there.

    `base` has heads of the same lesson without its last rows, where there are any.

    Raises:
        ModelUnusable: training failed.
    """
    write_rows(job, lesson, readings)
    given = [str(job), str(folder), *([str(base)] if base else [])]
    return run_child("triage.training.worker", given, progress)


def fitted(
    id_: str,
    lesson: Lesson,
    readings: Sequence[Reading],
    progress: Progress,
    base: Heads | None = None,
) -> Heads:
    """Fit every head of a lesson."""
    from triage.training.fit import class_fit  # noqa: PLC0415 - a part of a second of imports
    from triage.training.fitpriority import by_pressing, fit_priorities  # noqa: PLC0415
    from triage.training.fitsignals import fit_signals  # noqa: PLC0415

    rows = _Rows(lesson, readings, base)
    progress(0.1, "teaching queues")
    queued = rows.labelled(lesson.queue)
    queue = class_fit(
        rows.spoken.pooled[queued],
        rows.numbers(lesson.queue, lesson.queues),
        lesson.queues,
        rows.around("queue", queued, lesson.queues),
    )
    progress(0.4, "teaching signals")
    signals = fit_signals(rows.spoken, rows.told())
    progress(0.6, "teaching priorities")
    levelled, levels = rows.labelled(lesson.priority), by_pressing(lesson.priorities)
    priority = fit_priorities(
        rows.spoken,
        levelled,
        rows.numbers(lesson.priority, levels),
        levels,
        signals,
        rows.queues(queue, queued),
        rows.around("priority", levelled, levels),
    )
    progress(0.8, "teaching kinds")
    kinds, taught = rows.kinds()
    each: dict[str, Any] = {"queue": queue, "priority": priority.whole, "signals": signals}
    chosen = {f"{name}.{key}": x for name, fit in each.items() for key, x in fit.chosen.items()}
    return Heads(
        id=id_,
        center=rows.center,
        queue=queue.head,
        priority=priority.head,
        signals=signals.heads,
        examples=rows.spoken.pooled[queued],
        kinds=kinds,
        chosen={**chosen, "kinds": taught},
        folds={
            name: np.stack([np.append(one.weights, one.bias[:, None], 1) for one in fit.linear])
            for name, fit in each.items()
            if fit.linear
        },
    )


class _Rows:
    """The texts of a lesson as every head wants them."""

    def __init__(self, lesson: Lesson, readings: Sequence[Reading], base: Heads | None) -> None:
        from triage.training.fit import ENOUGH  # noqa: PLC0415
        from triage.training.fitsignals import Spoken  # noqa: PLC0415

        self._lesson, self._readings, self._base = lesson, readings, base
        common = readings[: lesson.beyond]
        raw = np.stack([each.whole for each in common])
        self.center: Floats = raw.mean(axis=0)
        self.spoken = Spoken(*_centred(common, self.center))
        self._words = Words.of([each.words for each in common])
        self._folds = folds(lesson)
        every = np.arange(lesson.beyond)
        self._mails: Bools = np.isin(every, list(lesson.mails))
        fresh = ~np.isin(every, list(lesson.seen))
        # What a desk's own mail is like: mails that the encoder has not seen, else such texts.
        like = fresh & self._mails
        self._like: Bools = like if like.sum() >= ENOUGH or not fresh.any() else fresh

    @staticmethod
    def labelled(said: Mapping[int, str]) -> Ints:
        """Return the texts that have a label, in the order in which they were taught."""
        return np.asarray(list(said), np.int64)

    @staticmethod
    def numbers(said: Mapping[int, str], names: tuple[str, ...]) -> Ints:
        """Return the labels of these texts as indexes into `names`."""
        return np.asarray([names.index(name) for name in said.values()], np.int64)

    def around(self, group: str, rows: Ints, names: tuple[str, ...]) -> Any:
        """Return what is known of some texts beside their labels, and what was chosen before."""
        from triage.training.fit import Around  # noqa: PLC0415

        start = None
        if self._base is not None:
            head = self._base.queue if group == "queue" else self._base.priority
            start = Linear(head.weights, head.bias) if head.labels == names else None
        return Around(
            folds=self._folds[rows],
            like=self._like[rows],
            mails=self._mails[rows],
            words=self._words.only(rows),
            far=group == "queue",
            **self._before(group, start),
        )

    def queues(self, fit: Any, rows: Ints) -> Floats:
        """Return the logarithm of each queue's share in each text, by a head without it."""
        head = fit.head
        logits = head.logits(self.spoken.pooled)
        if head.words is not None:
            logits += self._words.worth(head.words) / np.float32(head.temperature)
        logits[rows] = fit.held_out / np.float32(head.temperature)
        shares: Floats = np.log(np.maximum(softmax(logits), 1e-9)).astype(np.float32)
        return shares

    def told(self) -> Any:
        """Return what is said of each signal."""
        from triage.training.fitsignals import Told  # noqa: PLC0415

        signals, count = self._lesson.signals, self._lesson.beyond
        has = np.zeros((count, len(signals)), np.bool_)
        said = has.copy()
        for at, rows in enumerate(signals.values()):
            has[list(rows.positives), at] = True
            said[[*rows.positives, *rows.negatives], at] = True
        start = None
        if self._base and signals and [one.name for one in self._base.signals] == list(signals):
            start = Linear(
                np.stack([one.weights for one in self._base.signals]),
                np.asarray([one.bias for one in self._base.signals], np.float32),
            )
        return Told(
            names=tuple(signals),
            has=has,
            said=said,
            folds=self._folds,
            like=self._like,
            mails=self._mails,
            words=self._words,
            **self._before("signals", start),
        )

    def _before(self, group: str, start: Linear | None) -> dict[str, Any]:
        """Return what heads of the same teaching chose and ended at; nothing without them."""
        if self._base is None or start is None:
            return {}
        chosen = {
            key.removeprefix(f"{group}."): float(x)
            for key, x in self._base.chosen.items()
            if key.startswith(f"{group}.")
        }
        return {"chosen": chosen, "starts": self._base.folds.get(group, ()), "start": start}

    def kinds(self) -> tuple[KindHead | None, str]:
        """Fit kinds, with a mean of their own: that of the queues is of one trade.

        Returns with it a hash of what is said of kinds: the same says that nothing has changed.
        """
        lesson, base = self._lesson, self._base
        rows = lesson.of_kinds(len(self._readings))
        readings = [self._readings[row] for row in rows]
        whole = np.stack([each.whole for each in self._readings])
        said = sorted((whole[row].tobytes().hex(), name) for row, name in lesson.kind.items())
        taught = hashlib.sha256(repr((lesson.kinds, said)).encode()).hexdigest()
        if base is not None and base.chosen.get("kinds") == taught:
            return base.kinds, taught
        from triage.training.fitkinds import fit_kinds  # noqa: PLC0415

        if not readings:
            return None, taught
        center: Floats = whole[list(rows)].mean(axis=0)
        pooled, *_ = _centred(readings, center)
        names = (Kind.HUMAN, *lesson.kinds)
        whose = [names.index(lesson.kind.get(row, Kind.HUMAN)) for row in rows]
        return fit_kinds(pooled, center, np.asarray(whose, np.int64), lesson.kinds), taught


def folds(lesson: Lesson) -> Ints:
    """Return the fold of each text: of a mail by its file, of others in turn, label by label.

    Rows that are added at the end leave the folds of those before them as they were.
    """
    files = sorted({file for file in lesson.mails.values() if file})
    by_file = {file: at % FOLDS for at, file in enumerate(files)} if len(files) >= FOLDS else {}
    signals: dict[int, str] = {}
    for name, told in lesson.signals.items():
        signals |= dict.fromkeys(told.positives, name)
    met: Counter[tuple[str | None, ...]] = Counter()
    found = np.zeros(lesson.beyond, np.int64)
    for row in range(lesson.beyond):
        file = lesson.mails.get(row, "")
        if file in by_file:
            found[row] = by_file[file]
            continue
        of = lesson.queue.get(row), lesson.priority.get(row), signals.get(row)
        found[row] = met[of] % FOLDS
        met[of] += 1
    return found


def _centred(readings: Sequence[Reading], center: Floats) -> tuple[Floats, Floats, Floats, Ints]:
    """Return texts without their mean: pooled, whole, all sentences, and how many each has."""
    whole = unit(np.stack([each.whole for each in readings]) - center)
    counts = np.asarray([len(each.sentences) for each in readings], np.int64)
    sentences = unit(np.concatenate([each.sentences for each in readings]) - center)
    sums = np.add.reduceat(sentences, np.cumsum(counts) - counts, axis=0)
    mean = unit((sums / counts[:, None]).astype(np.float32))
    return unit(whole + mean), whole, sentences, counts


def main(job: str, folder: str, base: str = "") -> int:
    """Make the heads of one job; what is there already stays."""

    def make(part: Path) -> None:
        before = load_heads(Path(base)) if base else None
        lesson, readings = read_rows(Path(job))
        save_heads(fitted(Path(folder).name, lesson, readings, say_progress, before), part)

    try:
        say(folder=str(made(Path(folder), make)))
    except (ModelUnusable, OSError) as exc:
        say(error=str(exc))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
