"""Files judged alone, as if each had just arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from triage.core.terms import Terms
from triage.pipeline.read import Predictor
from triage.trial.explaining import Explainer, Explanation, Given

BATCH = 8
"""Files that go through the model together."""


class Alone:
    """Judges files by the terms of a desk and its model."""

    def __init__(self, terms: Terms, model: Predictor, now: datetime, mailbox: str = "") -> None:
        """Judge as of `now`, in the mailbox named, else in the one each mail was sent to."""
        self._explainer = Explainer(terms, model, now, mailbox)

    def explain(self, files: Sequence[str]) -> Iterator[Explanation]:
        """Explain every file in order; one that cannot be read is explained as unreadable."""
        for at in range(0, len(files), BATCH):
            yield from self._explainer.explain([_given(name) for name in files[at : at + BATCH]])


def _given(name: str) -> Given:
    try:
        return Given(name=name, raw=Path(name).read_bytes())
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else None
        said = f"the file cannot be read: {(reason or str(exc)).lower()}"
        return Given(name=name, raw=b"", unreadable=said)
