"""What a correction costs: `pytest -m bench -s tests/bench/bench_retrain.py`.

The shipped teaching and 2,000 corrections on top of it, whose vectors are kept: each is a mail of
`prompts/mails` with a little noise, in the queue it was in. CPU seconds, on one thread.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tests.model.conftest import silent
from triage.config.prompts import load_teaching
from triage.core.teaching import LabelledMail, Teaching
from triage.model.cache import is_whole
from triage.model.encoder import OnnxEncoder
from triage.model.floats import unit
from triage.model.kept import load_heads, save_heads
from triage.model.reading import Reading, Text, read
from triage.model.shipped import ShippedVectors
from triage.training import taught_parts
from triage.training.comparing import compared
from triage.training.examples import Lesson, lesson
from triage.training.gate import refusal
from triage.training.heldout import Learnt
from triage.training.labels import Label, with_labels
from triage.training.rows import write_rows
from triage.training.worker import fitted

pytestmark = [pytest.mark.bench, pytest.mark.model, pytest.mark.timeout(900)]

PROMPTS = Path(__file__).parents[2] / "prompts"
COUNT = 2_000
MOST = 3.0
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@contextmanager
def shown(name: str, spent: list[float] | None = None) -> Iterator[None]:
    """Print the CPU seconds of what is done here."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    if spent is not None:
        spent.append(took)
    print(f"{name:<44} {took:6.2f} s CPU")  # noqa: T201


def corrections(teaching: Teaching, known: dict[Text, Reading]) -> list[Label]:
    """Return mails that were set right, each a little unlike the one it was made of."""
    random = np.random.default_rng(7)
    mails = teaching.labelled
    made = []
    for number in range(COUNT):
        mail: LabelledMail = mails[number % len(mails)]
        reading = known[Text(mail.subject, mail.body)]
        width = reading.whole.shape[0]
        noise = 0.3 / np.sqrt(width)
        whole, sentences = (
            unit(rows + noise * random.normal(size=rows.shape).astype(np.float32))
            for rows in (reading.whole, reading.sentences)
        )
        made.append(
            Label(
                mail=replace(mail, subject=f"{mail.subject} {number}"),
                reading=Reading(whole, sentences, words=reading.words),
                at=NOW,
            )
        )
    return made


def test_the_worker_with_two_thousand_corrections(encoder: OnnxEncoder, tmp_path: Path) -> None:
    teaching = load_teaching(PROMPTS)
    with shown("(lesson of the shipped teaching)"):
        rows = lesson(teaching)
    readings = read(ShippedVectors(encoder), taught_parts(rows))
    known = dict(zip(rows.texts, readings, strict=True))
    with shown("(full training of the shipped teaching)"):
        base = fitted("base", rows, readings, silent)
    labels = corrections(teaching, known)
    spent: list[float] = []
    with shown("daemon: rows of corrections, written", spent):
        merged, vectors = with_labels(rows, readings, labels)
        (tmp_path / "job").mkdir()
        write_rows(tmp_path / "job", merged, vectors)
    (tmp_path / "base").mkdir()
    save_heads(base, tmp_path / "base")
    _run(tmp_path)
    before = time.process_time()
    after = load_heads(tmp_path / "made")
    with shown("daemon: check of the new heads", spent):
        compared_ = compared(
            rows, Learnt(heads=base), Learnt(heads=after, labels=tuple(labels)), NOW
        )
        told = refusal(compared_)
    print(f"refused: {told or 'no'}; heads read in {time.process_time() - before:.2f} s")  # noqa: T201
    with threadpool_limits(1):  # as in the worker: threads that wait for each other are no work
        took = _fit(merged, vectors, base_path=tmp_path / "base")
    print(f"{'fit and calibration of all heads':<44} {took:6.2f} s CPU")  # noqa: T201
    took += spent[-1]
    print(f"{'fit, calibration and check of all heads':<44} {took:6.2f} s CPU (bar {MOST})")  # noqa: T201
    assert took <= MOST


def _run(folder: Path) -> None:
    """Run the worker as the daemon does, and print what it took; imports alone beside it."""
    for name, code in (
        ("worker: start and imports", "import triage.training.worker"),
        (
            "worker: with what fitting needs",
            "import triage.training.worker, triage.training.fitpriority, scipy.optimize",
        ),
    ):
        print(f"{name:<44} {_child(['-c', code]):6.2f} s CPU")  # noqa: T201
    job = ["-m", "triage.training.worker", str(folder / "job"), str(folder / "made")]
    print(f"{'worker: all of it':<44} {_child([*job, str(folder / 'base')]):6.2f} s CPU")  # noqa: T201
    assert is_whole(folder / "made")


def _child(arguments: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, env=os.environ | ONE_THREAD
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _fit(merged: Lesson, vectors: list[Reading], base_path: Path) -> float:
    """Print what each head takes, and return the sum."""
    base = load_heads(base_path)
    last: list[Any] = [time.process_time(), "rows, folds, means"]
    began = time.process_time()

    def tell(fraction: float, text: str) -> None:
        took = time.process_time() - float(last[0])
        print(f"  {re.sub('teaching ', '', str(last[1])):<42} {took:6.2f} s CPU")  # noqa: T201
        last[:] = [time.process_time(), text]

    fitted("after", merged, vectors, tell, base)
    tell(1.0, "")
    return time.process_time() - began
