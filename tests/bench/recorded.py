"""The daemon with an encoder that writes down what it was given, and what that cost.

`python -m tests.bench.recorded TOML RECORD`: the same daemon as ever; RECORD gets one JSON object
a line for each call of the encoder. With RECORD `-` the model is never ready, so that mail is
received and nothing else is done.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

from tests.bench.processes import thread_seconds
from triage.cli.logs import log_to_stderr
from triage.config.load import Policy
from triage.daemon import Daemon
from triage.model.encoder import OnnxEncoder, Vectors
from triage.model.predict import Model
from triage.parts import Parts, Progress, usual_parts


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the encoder: when it ended, since 1970, and its seconds of CPU and clock."""

    at: float
    cpu: float
    wall: float
    texts: tuple[str, ...]


def calls(record: Path) -> list[Call]:
    """Read what a daemon has recorded."""
    rows = (json.loads(line) for line in record.read_text().splitlines())
    return [Call(row["at"], row["cpu"], row["wall"], tuple(row["texts"])) for row in rows]


class Recorded:
    """An encoder with a witness. Its CPU: this thread's, and that of the library's own threads."""

    def __init__(self, encoder: OnnxEncoder, record: Path) -> None:
        self._encoder = encoder
        self._record = record.open("w", buffering=1)
        ours = {thread.native_id for thread in threading.enumerate()}
        self._library = [tid for tid in thread_seconds("self") if tid not in ours]
        self.id = encoder.id

    def encode(self, texts: Sequence[str]) -> Vectors:
        wall, pool, own = time.monotonic(), self._library_seconds(), time.thread_time()
        vectors = self._encoder.encode(texts)
        cpu = time.thread_time() - own + self._library_seconds() - pool
        call = Call(time.time(), cpu, time.monotonic() - wall, tuple(texts))
        self._record.write(json.dumps(asdict(call)) + "\n")
        return vectors

    def _library_seconds(self) -> float:
        """Return the CPU seconds of the threads that the encoder's library has made."""
        return sum(thread_seconds("self", self._library).values())


def recorded_parts(toml: Path, record: Path) -> Parts:
    """Return the usual parts, the encoder recorded."""
    parts = usual_parts(toml)

    def open_model(policy: Policy, progress: Progress) -> Model:
        model = parts.open_model(policy, progress)
        model.encoder = cast("OnnxEncoder", Recorded(model.encoder, record))
        return model

    return replace(parts, open_model=open_model)


def modelless_parts(toml: Path) -> Parts:
    """Return the usual parts, the model in the making for ever."""

    def never(_policy: Policy, _progress: Progress) -> Model:
        threading.Event().wait()
        raise AssertionError

    return replace(usual_parts(toml), open_model=never)


async def serve(parts: Parts) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await Daemon(parts).run(stop)


def main() -> None:
    toml, record = sys.argv[1:]
    log_to_stderr()
    path = Path(toml)
    asyncio.run(
        serve(modelless_parts(path) if record == "-" else recorded_parts(path, Path(record)))
    )


if __name__ == "__main__":
    main()
