"""A daemon in this process, on real servers, with the scores of its model pinned."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

from triage.config.load import load_applied, load_policy
from triage.core.prediction import Prediction
from triage.core.ticket import Priority
from triage.daemon import Daemon
from triage.model.predict import Model
from triage.model.reading import Text
from triage.parts import Parts
from triage.store.sqlite import SqliteStore, open_store

ROSTER = """
version: 1
timezone: UTC
open: {mon-sun: ["00:00-24:00"]}
agents:
  - {id: maria, name: Mara Lind, mail: maria@northwind.test, speaks: [en], duty_manager: true}
  - {id: jonas, name: Joris Weiss, mail: jonas@northwind.test, speaks: [de, en]}
"""


class PinnedModel:
    """Says the same of every text, at once; a stage cannot tell it from the model."""

    id = "pinned"
    coverage = 1.0

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        return [self.prediction for _ in messages]


RETURNS = Prediction(
    queue_scores={"returns": 0.95, "orders": 0.05},
    queue_sure=True,
    priority_scores={Priority.NORMAL: 0.9, Priority.HIGH: 0.1},
)


def write_desk(
    folder: Path,
    imap_port: int,
    smtp_port: int,
    *,
    mode: str = "live",
    user: str = "support",
    more: str = "",
) -> Path:
    """Write `triage.toml` and a roster that is on duty at any hour; the rest is as shipped.

    `user` is the name that `support` logs in by; `more` follows the lines of the relay.
    """
    rules = folder / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    shipped = Path(__file__).parents[2] / "rules"
    for path in shipped.glob("*.yaml"):
        if not path.name.endswith(".test.yaml"):  # those are of the shipped roster
            (rules / path.name).write_text(path.read_text())
    (rules / "roster.yaml").write_text(ROSTER)
    toml = folder / "triage.toml"
    toml.write_text(
        f"""
brand = "Tall Pines"
mode = "{mode}"
store = "triage.db"

[[mailbox]]
name = "support"
address = "support@northwind.test"
host = "127.0.0.1"
port = {imap_port}
security = "none"
user = "{user}"
authserv_id = "mx.northwind.test"
password = {{ variable = "IMAP_PASSWORD" }}

[relay]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
{more}
"""
    )
    return toml


def parts_of(toml: Path, prediction: Prediction = RETURNS) -> Parts:
    """Return the parts of a daemon whose model is pinned."""
    model = cast("Model", PinnedModel(prediction))
    return Parts(
        load=partial(load_policy, toml),
        load_applied=partial(load_applied, toml),
        open_model=lambda _policy, _progress: model,
        retaught=lambda _model, _policy: model,
    )


@dataclass(slots=True)
class Running:
    """A daemon that runs, and a reader on its store."""

    daemon: Daemon
    store: SqliteStore
    stop: asyncio.Event

    async def until(self, holds: Callable[[SqliteStore], bool]) -> None:
        """Wait until the store says so."""
        async with asyncio.timeout(30):
            while not holds(self.store):  # noqa: ASYNC110 - a database sets no event
                await asyncio.sleep(0.02)


@asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[Running]:
    """Run a daemon until the block ends; it ends in order."""
    stop = asyncio.Event()
    daemon = Daemon(parts)
    task = asyncio.create_task(daemon.run(stop))
    ready = asyncio.create_task(daemon.ready.wait())
    async with asyncio.timeout(60):
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if task.done():
        await task
    reader = open_store(daemon._policy.settings.store, read_only=True)
    try:
        yield Running(daemon, reader, stop)
    finally:
        reader.close()
        stop.set()
        async with asyncio.timeout(60):
            await task


def pinned(prediction: Prediction, **changes: object) -> Prediction:
    """Return a prediction with other fields."""
    return replace(prediction, **changes)  # type: ignore[arg-type]
