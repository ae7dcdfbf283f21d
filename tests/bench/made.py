"""A store of 500,000 tickets for benches: it takes minutes to make, so it is kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from tests.bench import filled, zipf
from tests.bench.filled import fill
from tests.store.desk import NOW
from triage.store.live_schema import migrations

TICKETS = int(os.environ.get("TICKETS", "500000"))


def made(folder: Path) -> Path:
    """Return a store of `TICKETS` tickets under `folder`, made where it is not there yet.

    Whoever changes its tables, or what it is filled with, has another one.
    """
    tables = " ".join(migration.name for migration in migrations._migrations)
    sources = "".join(Path(str(one.__file__)).read_text() for one in (filled, zipf))
    digest = hashlib.sha256(f"{tables}{sources}".encode()).hexdigest()[:12]
    path = folder / f"{TICKETS}-{digest}.db"
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        fill(part, TICKETS, NOW, zipf.text)
        part.rename(path)
    return path
