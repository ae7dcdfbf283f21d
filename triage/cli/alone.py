"""Files judged alone, as if each had just arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from triage.trial.explaining import Explainer, Explanation, Given

BATCH = 8
"""Files that go through the model together."""


def explain_files(files: Sequence[str], explainer: Explainer) -> Iterator[Explanation]:
    """Explain every file in order; one that cannot be read is explained as unreadable."""
    for at in range(0, len(files), BATCH):
        yield from explainer.explain([_given(name) for name in files[at : at + BATCH]])


def _given(name: str) -> Given:
    try:
        return Given(name=name, raw=Path(name).read_bytes())
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else None
        said = f"the file cannot be read: {(reason or str(exc)).lower()}"
        return Given(name=name, raw=b"", unreadable=said)
