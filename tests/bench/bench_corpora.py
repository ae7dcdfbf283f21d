"""The figures of mail that nobody here wrote: `pytest -m bench -s tests/bench/bench_corpora.py`.

The same table as `python -m tests.bench.corpora`, which has options.
"""

from __future__ import annotations

import pytest

from tests.bench.corpora import main
from tests.core.hazards import CORPORA

pytestmark = [
    pytest.mark.bench,
    pytest.mark.model,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not (CORPORA / "manifest.jsonl").exists(),
        reason="the public corpora are not beside the repository",
    ),
]


def test_the_corpora() -> None:
    assert main([]) == 0
