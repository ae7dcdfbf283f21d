"""What judgement costs: teaching after a correction, and 200 rules on a mail."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench.bench_rules import BAR_MS, MAILS, spent
from tests.bench.figures import Figure, cost
from tests.bench.judged import Shipped
from tests.core.manyrules import many_mails, write_rules
from triage.config.rulefiles import load_rules
from triage.core.rules import apply
from triage.core.teaching import LabelledMail, Teaching
from triage.model.reading import Text, parts, read
from triage.training import trained
from triage.training.comparing import compared
from triage.training.examples import lesson
from triage.training.heldout import Learnt
from triage.training.labels import Label
from triage.training.relearning import relearnt, taught_again

LABELS = 2_000
TEACHING_MS = 3_000.0
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
_IMPORTS = "import triage.training.worker, triage.training.fit, triage.training.fitkinds"


def rules_cost(tell: Callable[[str], None]) -> Iterator[Figure]:
    """Yield what 200 rules cost on a mail, half of them lists of words."""
    tell(f"200 rules on {MAILS} mails of 2 KB")
    with tempfile.TemporaryDirectory() as folder:
        rules = load_rules(write_rules(Path(folder), 200), None, None, None)
    times = spent(lambda mail: apply(rules, mail), many_mails(MAILS, size=2048))
    counted = f"median of {MAILS} mails of 2 KB, worst {max(times):.2f} ms"
    yield cost("200 rules on a mail", median(times), counted, BAR_MS)


def teaching_cost(desk: Shipped, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Yield what it costs to teach all heads once more after one correction, vectors stored."""
    teaching = _of_labels(desk.policy.teaching, LABELS)
    tell(f"teaching after a correction, {LABELS:,} labels")
    first, second = (_label(desk, at) for at in range(2))
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        rows = taught_again(teaching, desk.encoder, cache, _silent)
        trained(teaching, desk.encoder, cache, _silent)
        before = relearnt(teaching, desk.encoder, cache, (first,), _silent)
        began = _children()
        after = relearnt(teaching, desk.encoder, cache, (first, second), _silent)
        whole = _children() - began
    began = time.process_time()
    compared(
        rows.lesson,
        Learnt(heads=before, labels=(first,)),
        Learnt(heads=after, labels=(first, second)),
        NOON,
    )
    checked = time.process_time() - began
    imports = _imports()
    fit = whole - imports + checked
    told = f"{len(rows.lesson.queue):,} queues, {rows.lesson.beyond:,} texts; one correction more"
    yield cost("teaching again: fit, calibration, check", 1000 * fit, told, TEACHING_MS)
    yield cost("teaching again: the worker's start and imports", 1000 * imports, "beside it")


def _of_labels(teaching: Teaching, count: int) -> Teaching:
    """Return a teaching with so few mails that `count` texts in all say their queue."""
    left = count - len(lesson(replace(teaching, mails={})).queue)
    kept: dict[str, tuple[LabelledMail, ...]] = {}
    for name, mails in teaching.mails.items():
        kept[name] = mails[: max(0, left)]
        left -= len(kept[name])
    return replace(teaching, mails=kept)


def _label(desk: Shipped, at: int) -> Label:
    """Return a correction: a mail that is in no prompt."""
    body = f"The {('shelf', 'lamp')[at]} that came on Monday is not the one on my order."
    mail = LabelledMail(subject="Wrong one", body=body, queue="returns", priority="normal")
    (reading,) = read(desk.encoder, [parts(Text(mail.subject, mail.body))])
    return Label(mail=mail, reading=reading, at=NOON)


def _imports() -> float:
    """Return the CPU seconds of a worker that does nothing but start and import."""
    began = _children()
    subprocess.run([sys.executable, "-c", _IMPORTS], check=True)
    return _children() - began


def _children() -> float:
    """Return the CPU seconds of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _silent(fraction: float, text: str) -> None:
    """Tell nobody how far it is."""
