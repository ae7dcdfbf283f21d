"""Figures of the whole way: `pytest -m bench -s tests/bench/bench_whole_way.py`.

Dovecot and the relay speak TLS and are processes of their own, the daemon is one more, and the
model is the real one from a warm cache. CPU is that of the daemon alone. `MAILS` in the
environment says how many mails go through at once.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest

from tests.bench.desk import RelayProcess, ready, relay_process, write_live_desk
from tests.bench.idle import idling
from tests.bench.letters import letters, mails
from tests.bench.processes import (
    children,
    children_cpu_seconds,
    cpu_seconds,
    megabytes,
    thread_seconds,
)
from tests.bench.recorded import Call, calls
from tests.bench.table import at_share, show
from tests.e2e.process import process
from tests.servers import Account, Certificate
from triage.config.prompts import load_teaching
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.reading import Text
from triage.pipeline.triage import BATCH
from triage.pipeline.waves import OncePerText
from triage.store.sqlite import open_store
from triage.training import open_model

pytestmark = [
    pytest.mark.bench,
    pytest.mark.dovecot,
    pytest.mark.model,
    pytest.mark.timeout(900),
]

ROOT = Path(__file__).parents[2]
MAILS = int(os.environ.get("MAILS", "300"))
WARM_UP = 3
ONE_BY_ONE = 40
OFF = 5000


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that is ready to be run."""

    toml: Path
    account: Account
    relay: RelayProcess

    @property
    def log(self) -> Path:
        return self.toml.with_name("log")

    @property
    def record(self) -> Path:
        return self.toml.with_name("record")

    def deliver(self, raw: bytes) -> float:
        """Deliver one mail, and return when it lay there, as seconds since 1970."""
        self.account.deliver(raw)
        return time.time()


def silent(_fraction: float, _text: str) -> None:
    """Show no progress."""


@pytest.fixture
async def desk(
    account: Account, certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setenv("IMAP_PASSWORD", account.server.password)
    open_model(load_teaching(ROOT / "prompts"), "default", cache_folder(), 0.95, silent)
    async with relay_process(certificate) as relay:
        yield Desk(
            write_live_desk(tmp_path / "desk", account, relay.port, certificate), account, relay
        )


def alone(given: list[Call]) -> tuple[float, float]:
    """Encode what the daemon was given, call by call; return wall and CPU seconds."""
    warm = open_encoder("default", cache_folder(), silent)
    folder = cache_folder() / "encoders" / warm.id
    encoder = OnnxEncoder(folder, threads=2, id_=warm.id)
    encoder.encode(["warm up"])
    wall, cpu = time.monotonic(), time.process_time()
    for call in given:
        encoder.encode(call.texts)
    return time.monotonic() - wall, time.process_time() - cpu


async def test_mails_a_second(desk: Desk) -> None:
    raws = list(islice(mails(datetime.now(UTC)), MAILS + WARM_UP))
    async with ready("tests.bench.recorded", desk.toml, desk.record, log=desk.log) as daemon:
        for raw in raws[:WARM_UP]:
            desk.deliver(raw)
        await desk.relay.until(WARM_UP)
        await asyncio.sleep(2)  # until nothing of the warm-up is under way any more
        known = len(calls(desk.record))
        begun, before = time.time(), cpu_seconds(daemon.pid)
        for raw in raws[WARM_UP:]:
            desk.deliver(raw)
        async with asyncio.timeout(600):
            wall = await desk.relay.until(len(raws)) - begun
        cpu = cpu_seconds(daemon.pid) - before
        await daemon.stop()
    store = open_store(desk.toml.with_name("triage.db"), read_only=True)
    assert store.counts().outgoing == {"sent": len(raws)}
    store.close()
    given = calls(desk.record)[known:]
    encoder_wall, encoder_cpu = alone(given)
    spent = sum(call.cpu for call in given)
    show(
        f"The whole way, {MAILS} mails at once",
        {
            "mails a second, delivery to acceptance": MAILS / wall,
            "mails a second, the encoder alone on the same chunks": MAILS / encoder_wall,
            "ratio": encoder_wall / wall,
            "chunks a mail": sum(len(call.texts) for call in given) / MAILS,
            "mails in one call of the encoder": MAILS / len(given),
            "CPU ms a mail, all": 1000 * cpu / MAILS,
            "CPU ms a mail, encoder in the daemon": 1000 * spent / MAILS,
            "CPU ms a mail, encoder alone": 1000 * encoder_cpu / MAILS,
            "CPU ms a mail, outside the encoder": 1000 * (cpu - spent) / MAILS,
        },
    )


async def test_delivery_to_acknowledgement_at_one_mail_a_second(desk: Desk) -> None:
    raws = list(islice(mails(datetime.now(UTC), seed=2), ONE_BY_ONE + WARM_UP))
    async with ready("tests.bench.recorded", desk.toml, desk.record, log=desk.log) as daemon:
        for number, raw in enumerate(raws[:WARM_UP], 1):
            desk.deliver(raw)
            await desk.relay.until(number)
        delivered: list[float] = []
        spent: list[tuple[float, float]] = []
        async with idling(desk.account) as idle:
            for raw in raws[WARM_UP:]:
                spent.append((time.time(), sum(thread_seconds(daemon.pid).values())))
                delivered.append(desk.deliver(raw))
                await asyncio.sleep(1)
            await desk.relay.until(len(raws))
            spent.append((time.time(), sum(thread_seconds(daemon.pid).values())))
        await asyncio.sleep(2)
        rest = sum(thread_seconds(daemon.pid).values())
        await asyncio.sleep(10)
        rest = (sum(thread_seconds(daemon.pid).values()) - rest) / 10
        await daemon.stop()
    order = sorted(desk.relay.accepted.values())[WARM_UP:]
    waits = [accepted - at for accepted, at in zip(order, delivered, strict=True)]
    told = [idle.told[WARM_UP + number] - at for number, at in enumerate(delivered, 1)]
    given = calls(desk.record)
    outside = [
        cpu_then - cpu - sum(call.cpu for call in given if at <= call.at < then)
        for (at, cpu), (then, cpu_then) in pairwise(spent)
    ]
    after = [wait - notified for wait, notified in zip(waits, told, strict=True)]
    show(
        f"Delivery to acceptance, {ONE_BY_ONE} mails, one a second (ms)",
        {
            "p50": 1000 * at_share(waits, 0.5),
            "p95": 1000 * at_share(waits, 0.95),
            "of it until Dovecot tells a bare IDLE, p50": 1000 * at_share(told, 0.5),
            "of it until Dovecot tells a bare IDLE, p95": 1000 * at_share(told, 0.95),
            "of it after Dovecot told, p50": 1000 * at_share(after, 0.5),
            "of it after Dovecot told, p95": 1000 * at_share(after, 0.95),
            "CPU a mail outside the encoder, its second of idling in it, p50": 1000
            * at_share(outside, 0.5),
            "CPU of a second in which nothing comes": 1000 * rest,
        },
    )


async def test_start_and_memory(desk: Desk, tmp_path: Path) -> None:
    for name, environment in (
        ("a warm cache, first start", {}),
        ("a warm cache", {}),
        ("a warm cache again", {}),
        ("an empty cache", {"CACHE_DIRECTORY": str(tmp_path / "cache")}),
    ):
        most = 0.0
        async with ready(
            "triage", "run", "--config", desk.toml, log=desk.log, **environment
        ) as daemon:
            cpu, made = cpu_seconds(daemon.pid), children_cpu_seconds(daemon.pid)
            loaded, running = megabytes(daemon.pid, "VmHWM"), len(children(daemon.pid))
            before = len(desk.relay.accepted)
            raws = mails(datetime.now(UTC), seed=hash(name))
            delivered = desk.deliver(next(raws))
            first = await desk.relay.until(before + 1) - delivered
            for raw in islice(raws, 30):
                desk.deliver(raw)
            await desk.relay.until(before + 31)
            most = megabytes(daemon.pid, "VmHWM")
            await daemon.stop()
        show(
            f"Start to READY with {name}",
            {
                "seconds": daemon.wall,
                "CPU seconds of the daemon": cpu,
                "seconds from delivery to acceptance of the first mail": first,
                "CPU seconds of its children, which have ended": made,
                "children that still run": running,
                "peak memory at READY, MB": loaded,
                "peak memory after 30 mails at once, MB": most,
            },
        )


async def test_receiving_after_ten_days_off(desk: Desk) -> None:
    desk.deliver(next(mails(datetime.now(UTC), seed=3)))
    async with ready("triage", "run", "--config", desk.toml, log=desk.log) as daemon:
        await daemon.stop()
    now = datetime.now(UTC)
    for number, raw in enumerate(islice(mails(now, seed=4), OFF)):
        desk.account.deliver(raw, at=now - timedelta(days=10) * (OFF - number) / OFF)
    begun = time.monotonic()
    async with process("tests.bench.recorded", desk.toml, "-", log=desk.log) as daemon_alone:
        pid, stored, already, first = daemon_alone.pid, 0, 0, (0.0, 0.0)
        reader = open_store(desk.toml.with_name("triage.db"), read_only=True)
        while stored < OFF:
            await asyncio.sleep(0.02)
            stored = reader.counts().messages.get("stored", 0)
            if stored and not first[0]:
                already, first = stored, (time.monotonic(), cpu_seconds(pid))
        wall, cpu = time.monotonic() - first[0], cpu_seconds(pid) - first[1]
        peak = megabytes(pid, "VmHWM")
        reader.close()
        daemon_alone.kill()
    show(
        f"Receiving alone, {OFF} mails after ten days off",
        {
            "seconds from the start of the process to the first mails": first[0] - begun,
            "mails a second from then on": (OFF - already) / wall,
            "CPU ms a mail": 1000 * cpu / (OFF - already),
            "peak memory, MB": peak,
        },
    )


def test_a_wave_costs_one_encoding() -> None:
    model = open_model(load_teaching(ROOT / "prompts"), "default", cache_folder(), 0.95, silent)
    distinct = [Text(subject, body) for _, subject, body in islice(letters(seed=5), MAILS)]
    _, subject, body = next(letters(seed=6))
    wave = [
        Text(f"{subject} {number}", f"Hello,\n{body}\nRegards, {name}")
        for number, (name, _, _) in enumerate(islice(letters(seed=7), MAILS))
    ]
    spent: dict[str, float] = {}
    for what, texts in (("distinct", distinct), ("of a wave", wave)):
        once = OncePerText().over(model)
        before = time.process_time()
        for start in range(0, MAILS, BATCH):
            once.predict(texts[start : start + BATCH])
        spent[what] = 1000 * (time.process_time() - before) / MAILS
    show(
        f"The model alone, {MAILS} mails",
        {
            "CPU ms a mail, no two alike": spent["distinct"],
            "CPU ms a mail of a wave": spent["of a wave"],
            "times cheaper in a wave": spent["distinct"] / spent["of a wave"],
        },
    )
