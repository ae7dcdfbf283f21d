"""A daemon that is told something at an awkward moment: while it starts, or its store is busy."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.e2e.process import ended, manager, process
from tests.e2e.running import parts_of, running
from tests.e2e.test_apart import HastyStore
from tests.e2e.test_p9_last_good_set import BAD, rule_file, verdict
from triage.config.load import Policy
from triage.model.child import run_child
from triage.model.predict import Model
from triage.parts import Parts
from triage.store.sqlite import SqliteStore


class Holder:
    """Another process, as it were, that holds the store; from any thread."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def hold(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self._db.execute("ROLLBACK")

    def close(self) -> None:
        self._db.close()


def hasty(desk: Path) -> Parts:
    return replace(parts_of(desk), open_store=HastyStore)


async def said(logs: Sequence[Mapping[str, object]], event: str) -> None:
    """Wait until the log has this event."""
    async with asyncio.timeout(30):
        while not any(entry["event"] == event for entry in logs):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_store_that_is_busy_when_the_model_is_ready_only_delays_the_start(
    desk: Path,
) -> None:
    parts = hasty(desk)
    async with running(parts):
        pass  # the store is made
    rule_file(desk).write_text("version: 1\nrules: []\n")
    with closing(Holder(desk.parent / "triage.db")) as other, capture_logs() as logs:

        def open_model(policy: Policy, progress: Callable[[float, str], None]) -> Model:
            other.hold()
            return parts.open_model(policy, progress)

        release = asyncio.create_task(said(logs, "store_put_off"))
        release.add_done_callback(lambda _: other.let_go())
        async with running(replace(parts, open_model=open_model)) as triage:
            kept = triage.store.applied_set()
            assert kept is not None
            assert kept.digest == triage.daemon._policy.digest
        await release


async def test_a_store_that_is_busy_during_a_reload_only_delays_it(desk: Path) -> None:
    with capture_logs() as logs:
        async with running(hasty(desk)) as triage:
            rule_file(desk).write_text("version: 1\nrules: []\n")
            with closing(Holder(desk.parent / "triage.db")) as other:
                other.hold()
                reload = asyncio.create_task(triage.daemon.reload())
                await said(logs, "store_put_off")
                other.let_go()
                assert await reload
            assert verdict(triage.store) == []


async def test_a_store_that_is_busy_at_the_end_is_no_failure(desk: Path) -> None:
    with closing(sqlite3.connect(desk.parent / "triage.db", isolation_level=None)) as other:
        with capture_logs() as logs:
            async with running(hasty(desk)):
                other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    assert "store_not_given_back" in {entry["event"] for entry in logs}


@contextmanager
def guarded() -> Iterator[None]:
    """Keep a SIGHUP that nobody waits for from ending the tests."""
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_p9_a_hangup_before_the_start_is_over_is_remembered(desk: Path) -> None:
    class HungUp(SqliteStore):
        """A store whose daemon is told to reload as soon as its process can be known."""

        def start(self, host: str, pid: int, boot: str, now: datetime) -> None:
            super().start(host, pid, boot, now)
            rule_file(desk).write_text(BAD)
            os.kill(pid, signal.SIGHUP)

    with guarded():
        async with running(replace(parts_of(desk), open_store=HungUp)) as triage:
            await triage.until(lambda store: verdict(store) != [])


@pytest.mark.model
async def test_a_daemon_that_is_stopped_while_it_makes_its_model_ends_without_making_it(
    desk: Path, tmp_path: Path
) -> None:
    cache, log = tmp_path / "cache", tmp_path / "log"
    with manager() as hears:
        async with process(
            "triage",
            *("run", "--config", desk),
            log=log,
            NOTIFY_SOCKET=hears.address,
            CACHE_DIRECTORY=str(cache),
        ) as started:
            while not any("making the model" in each for each in await hears.heard()):
                pass
            started.send_signal(signal.SIGTERM)
            assert await ended(started) == 0
    assert "Traceback" not in log.read_text()
    assert list(cache.glob("encoders/*/made.json")) == []


async def test_a_reload_whose_model_is_made_when_the_stop_comes_ends_with_it(desk: Path) -> None:
    """The stop reaches whatever waits for a child, also in a reload."""
    begun = threading.Event()

    def slow(_model: Model, _policy: Policy) -> Model:
        begun.set()
        run_child("http.server", ["0", "--bind", "127.0.0.1"], lambda *_: None)
        raise AssertionError

    prompts = desk.parent / "prompts" / "queues"
    with guarded():
        await _reloaded_at_the_end(replace(parts_of(desk), retaught=slow), prompts, begun)


async def _reloaded_at_the_end(parts: Parts, prompts: Path, begun: threading.Event) -> None:
    async with running(parts):
        prompts.mkdir(parents=True)
        (prompts / "returns.md").write_text(
            "---\nname: returns\nextend: true\n---\n## Examples\n- The second leg wobbles.\n"
        )
        os.kill(os.getpid(), signal.SIGHUP)
        assert await asyncio.to_thread(begun.wait, 30)
