"""A daemon that kills itself at one point of a mail's way, as often as a file says.

`python -m tests.e2e.killed TOML POINT COUNT_FILE`: the same daemon as ever on the settings in
TOML, but its store, model and relay end the process at POINT with SIGKILL, as a power failure or
the kernel would. COUNT_FILE holds how often that still happens; at 0 the daemon goes on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from sqlite3 import Connection
from typing import cast

from tests.e2e.running import RETURNS, PinnedModel, parts_of
from triage.cli.logs import log_to_stderr
from triage.config.settings import RelaySettings
from triage.core.arrival import Arrival, Folder
from triage.core.disposition import Disposition
from triage.core.known import Question, Surroundings
from triage.core.outgoing import Outgoing, Readiness, Sort
from triage.core.prediction import Prediction
from triage.core.reply import Refused
from triage.core.ticket import OutboxId
from triage.daemon import Daemon
from triage.model.predict import Model
from triage.model.reading import Text
from triage.outbox.rate import Rate
from triage.outbox.relay import Relay
from triage.parts import Parts
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore


class Point(StrEnum):
    """Where the daemon dies, in the order of a mail's way."""

    FETCHED = "K1 after FETCH, before it is stored"
    STORING = "K2 inside the transaction that stores it"
    STORED = "K3 after it is stored"
    JUDGED = "K4 after the model ran"
    SETTLING = "K5 inside the transaction of the decision"
    SETTLED = "K6 after the decision"
    CLAIMED = "K7 after the claim"
    ENVELOPE = "K8 after RCPT TO"
    INFLIGHT = "K9 in flight on disk, before DATA"
    UNREAD = "K10 the relay's 250 is there, and unread"
    ACCEPTED = "K11 after the 250, before it is recorded"
    SENT = "K12 after it is recorded"


class Killer:
    """Ends this process at one point, as often as its file says."""

    def __init__(self, point: Point, count: Path) -> None:
        self._point = point
        self._count = count

    def at(self, point: Point | None) -> None:
        """Die here, if this is the point and there is a death left."""
        if point is self._point and (left := int(self._count.read_text())):
            self._count.write_text(str(left - 1))
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore(SqliteStore):
    """The store, deadly before, inside and after its transactions."""

    def __init__(self, path: Path, killer: Killer) -> None:
        super().__init__(path)
        self._killer = killer
        self._inside: Point | None = None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with super()._writing() as db:
            yield db
            self._killer.at(self._inside)

    @contextmanager
    def _within(self, point: Point) -> Iterator[None]:
        self._inside = point
        yield
        self._inside = None

    def receive(self, folder: Folder, arrivals: Sequence[Arrival], now: datetime) -> int:
        self._killer.at(Point.FETCHED)
        with self._within(Point.STORING):
            new = super().receive(folder, arrivals, now)
        self._killer.at(Point.STORED)
        return new

    def settle(
        self, question: Question, decide: Callable[[Surroundings], Disposition]
    ) -> Disposition:
        with self._within(Point.SETTLING):
            decision = super().settle(question, decide)
        self._killer.at(Point.SETTLED)
        return decision

    def claim(
        self,
        now: datetime,
        prepare: Callable[[Recheck], Readiness],
        sorts: Collection[Sort] = tuple(Sort),
    ) -> Outgoing | None:
        mail = super().claim(now, prepare, sorts)
        if mail is not None:
            self._killer.at(Point.CLAIMED)
        return mail

    def inflight(self, mail: OutboxId, now: datetime) -> bool:
        taken = super().inflight(mail, now)
        self._killer.at(Point.INFLIGHT)
        return taken

    def sent(self, mail: OutboxId, now: datetime, reply: str) -> None:
        super().sent(mail, now, reply)
        self._killer.at(Point.SENT)


class MortalModel(PinnedModel):
    """The pinned model, deadly after it has spoken."""

    def __init__(self, prediction: Prediction, killer: Killer) -> None:
        super().__init__(prediction)
        self._killer = killer

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        said = super().predict(messages)
        self._killer.at(Point.JUDGED)
        return said


class MortalRelay(Relay):
    """The relay, deadly on both sides of its last reply."""

    def __init__(
        self, settings: RelaySettings, password: str, *, rate: Rate, killer: Killer
    ) -> None:
        super().__init__(settings, password, rate=rate)
        self._killer = killer

    async def open_envelope(
        self,
        sender: str,
        recipient: str,
        size: int = 0,
        *,
        also: Sequence[str] = (),
        patient: bool = True,
    ) -> tuple[Refused, ...]:
        refused = await super().open_envelope(sender, recipient, size, also=also, patient=patient)
        self._killer.at(Point.ENVELOPE)
        return refused

    async def data(self, payload: bytes) -> str:
        assert self._client is not None
        protocol = self._client.protocol
        assert protocol is not None
        usual = protocol.data_received

        def received(data: bytes) -> None:
            if data.startswith(b"250"):
                self._killer.at(Point.UNREAD)
            usual(data)

        protocol.data_received = received  # type: ignore[method-assign]
        try:
            reply = await super().data(payload)
        finally:
            protocol.data_received = usual  # type: ignore[method-assign]
        self._killer.at(Point.ACCEPTED)
        return reply


def mortal_parts(toml: Path, killer: Killer) -> Parts:
    """Return the usual parts with the killer around store, model and relay."""
    parts = parts_of(toml)
    model = cast("Model", MortalModel(RETURNS, killer))

    return replace(
        parts,
        open_model=lambda _policy, _progress: model,
        open_store=lambda path: MortalStore(path, killer),
        make_relay=lambda settings, password, rate: MortalRelay(
            settings, password, rate=rate, killer=killer
        ),
    )


async def serve(parts: Parts) -> None:
    """Run the daemon until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await Daemon(parts).run(stop)


def main() -> None:
    toml, point, count = sys.argv[1:]
    log_to_stderr()
    asyncio.run(serve(mortal_parts(Path(toml), Killer(Point(point), Path(count)))))


if __name__ == "__main__":
    main()
