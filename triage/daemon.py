"""What runs, on what, and how it ends: the four stages of one daemon.

No stage is restarted here: whatever a stage had not committed the next run takes up from the
store, so that restarting is the one way of recovery, and it is tested. Two things are renewed
while running: a mailbox thread that is stuck, and the policy, when files change and are good.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import structlog

from triage.alarms import Alarms
from triage.config.load import Policy
from triage.config.secrets import read_secret
from triage.config.settings import MailboxSettings
from triage.core.arrival import Folder, Role
from triage.core.outgoing import Readiness
from triage.errors import StoreBusy
from triage.health import Health, beat_every
from triage.inforce import InForce, Making
from triage.notify import READY, STOPPING, extend_timeout, reloading, sd_notify, status
from triage.outbox.rate import Rate
from triage.outbox.relay import Relay
from triage.parts import Parts
from triage.pipeline.instore import StoreThread, ticks
from triage.pipeline.prepare import Prepare
from triage.pipeline.receive import Watched
from triage.pipeline.send import Send
from triage.pipeline.terms import terms_of
from triage.pipeline.triage import Judging, Triage
from triage.pipeline.watch import Watch
from triage.store.protocol import Recheck
from triage.store.running import boot

log = structlog.get_logger()

START = timedelta(seconds=60)


class Daemon:
    """One run over one store."""

    def __init__(self, parts: Parts) -> None:
        """Read the files, or what the store kept of them. Raises: ConfigError."""
        self._parts = parts
        self._clock = parts.clock
        self._force = InForce(
            Making(
                load=parts.load,
                load_applied=parts.load_applied,
                open_model=parts.open_model,
                retaught=parts.retaught,
                open_store=parts.open_store,
            )
        )
        self._in_store = StoreThread()
        self.ready = asyncio.Event()

    @property
    def _policy(self) -> Policy:
        return self._force.policy

    async def run(self, stop: asyncio.Event) -> None:
        """Run every stage until `stop`. Raises: StoreInUse, StoreTooNew, ConfigError."""
        with ExitStack() as ending:
            ending.callback(self._in_store.close)
            path = self._policy.settings.store
            self._store = await self._in_store(self._parts.open_store, path)
            ending.callback(self._in_store.wait, self._store.close)
            await self._in_store(
                self._store.start, socket.gethostname(), os.getpid(), boot(), self._clock()
            )
            ending.callback(self._in_store.wait, self._store.finish)
            await self._learn_names()
            await self._stages(stop)

    async def _learn_names(self) -> None:
        """Read what the store made for itself: the secret, and the name of this instance."""
        secret: str | None = await self._in_store(self._store.setting, "secret")
        instance: str | None = await self._in_store(self._store.setting, "instance")
        self._secret, self._instance = bytes.fromhex(secret or ""), instance or ""
        await self._swapped()

    async def _swapped(self) -> None:
        """Work by the policy that is now in force, and say so."""
        self._terms = terms_of(self._policy, self._instance)
        self._prepare = Prepare(self._policy, self._terms, self._secret)
        await self._tell_verdict()

    async def _tell_verdict(self) -> None:
        """Keep what became of the files where the command that asked for it waits for it."""
        faults, policy = self._force.faults, self._policy.digest
        if faults:
            log.error("policy_rejected", faults=len(faults), running=policy)
        else:
            log.info("policy_applied", policy=policy)
        verdict = {"at": self._clock().isoformat(), "policy": policy, "faults": faults}
        try:
            await self._in_store(self._store.keep, "policy", policy)
            await self._in_store(self._store.keep, "reload", json.dumps(verdict))
        except StoreBusy as exc:
            log.warning("verdict_not_kept", error=str(exc))

    async def _apply(self, policy: Policy) -> None:
        """Keep the files of `policy` whole: they are what a restart runs if the draft is bad."""
        await self._in_store(self._store.apply_set, policy.digest, policy.files, self._clock())

    async def _stages(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        self._send = Send(self._store, self._in_store, self._relays(), self._readiness, self._clock)

        def queued() -> None:
            loop.call_soon_threadsafe(self._send.queued.set)

        self._alarms = Alarms(
            self._store, self._in_store, lambda: self._terms, self._secret, self._clock, queued
        )
        self._triage = Triage(
            self._store,
            self._in_store,
            self._judging,
            self._clock,
            settled=self._send.queued.set,
            flooded=self._alarms.breaker_open,
            broken=self._alarms.model_broken,
            pause=self._parts.pause,
        )
        self._watch = Watch(
            self._store, self._in_store, lambda: self._terms, self._clock, self._send.queued.set
        )
        self._watchers = [
            self._parts.make_watcher(self._watched(mailbox, role, loop))
            for mailbox in self._policy.settings.mailboxes
            for role in Role
        ]
        self._health = Health(self._watchers, (self._triage, self._send, self._watch), self._clock)
        for watcher in self._watchers:
            watcher.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                self._on_hangup(loop, tasks, stop)
                for name, work in (
                    ("model", self._make_model(stop)),
                    ("triage", self._triage.run(stop)),
                    ("send", self._send.run(stop)),
                    ("watch", self._watch.run(stop)),
                    ("beat", self._beat(stop)),
                ):
                    tasks.create_task(work, name=name)
        finally:
            for watcher in self._watchers:
                watcher.stop()
            await asyncio.gather(
                *(loop.run_in_executor(None, watcher.join) for watcher in self._watchers)
            )

    def _watched(
        self, mailbox: MailboxSettings, role: Role, loop: asyncio.AbstractEventLoop
    ) -> Watched:
        def arrived() -> None:
            loop.call_soon_threadsafe(self._triage.arrived.set)

        return Watched(
            mailbox=mailbox,
            role=role,
            password=partial(_password, mailbox),
            store=self._store,
            in_store=self._in_store,
            clock=self._clock,
            arrived=arrived,
            refused=partial(self._alarms.mailbox_refused, mailbox),
            progress=self._baseline,
        )

    def _baseline(self, folder: Folder, done: int, total: int) -> None:
        """Show how far the baseline of a large folder is; called in its mailbox's thread."""
        if total and not self.ready.is_set():
            sd_notify(extend_timeout(START))
            self._parts.progress(done / total, f"baseline of {folder.mailbox}, {done} of {total}")

    def _relays(self) -> list[Relay]:
        settings = self._policy.settings.relay
        if settings is None:
            return []
        password = ""
        if settings.user:
            password = read_secret(settings.password, "[relay] password")
        rate = Rate(settings.per_minute)
        return [
            self._parts.make_relay(settings, password, rate) for _ in range(settings.connections)
        ]

    def _readiness(self, recheck: Recheck) -> Readiness:
        return self._prepare(recheck, self._clock())

    def _judging(self) -> Judging | None:
        model = self._force.model
        return None if model is None else Judging(self._terms, model)

    async def _make_model(self, stop: asyncio.Event) -> None:
        """Make the model beside everything else, then say that the daemon is ready."""
        loop = asyncio.get_running_loop()

        def progress(fraction: float, text: str) -> None:
            sd_notify(extend_timeout(START), status(f"making the model: {text}"))
            self._parts.progress(fraction, text)

        kept = await self._in_store(self._store.applied_set)
        making = loop.create_task(self._force.make(progress, kept))
        ended = loop.create_task(stop.wait())
        await asyncio.wait({making, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if stop.is_set() and not making.done():
            making.cancel()
            return
        if not await making:
            await self._swapped()
        await self._apply(self._policy)
        model = self._force.model
        if model is not None:
            log.info("model_ready", model=model.id, coverage=round(model.coverage, 3))
        self._triage.arrived.set()
        await self._health.attempted(stop)
        self.ready.set()
        sd_notify(READY, status(await self._status()))
        log.info(
            "ready",
            mode=self._policy.settings.mode,
            policy=self._policy.digest,
            mailboxes=len(self._policy.settings.mailboxes),
        )

    async def _beat(self, stop: asyncio.Event) -> None:
        """Renew the claim on the store, replace stuck threads, and tell systemd that all moves."""
        try:
            async for _ in ticks(beat_every(), stop):
                await self._look_after()
        finally:
            sd_notify(STOPPING)

    async def _look_after(self) -> None:
        self._health.replace_stuck()
        try:
            await self._in_store(self._store.beat, self._clock())
        except StoreBusy as exc:
            log.warning("beat_put_off", error=str(exc))  # nor is the watchdog fed
            return
        await self._alarms.outbox(self._send.paused)
        if self.ready.is_set():
            self._health.tell(await self._status())

    async def _status(self) -> str:
        burden = await self._in_store(self._store.burden)
        policy = self._policy
        said = [str(policy.settings.mode), f"{burden.waiting} waiting"]
        said += [f"{burden.unknown} of unknown fate"] if burden.unknown else []
        said += [self._health.mailboxes()]
        said += [f"SENDING PAUSED: {self._send.paused}"] if self._send.paused else []
        said += ["MODEL BROKEN: nothing is triaged"] if self._triage.model_failures else []
        said += [f"RULES REJECTED, running {policy.digest}"] if self._force.faults else []
        return " · ".join([*said, f"rules {policy.digest}"])

    def _on_hangup(
        self, loop: asyncio.AbstractEventLoop, tasks: asyncio.TaskGroup, stop: asyncio.Event
    ) -> None:
        """Take SIGHUP as "read the files again"."""

        def hangup() -> None:
            if not stop.is_set():
                tasks.create_task(self.reload(), name="reload")

        try:
            loop.add_signal_handler(signal.SIGHUP, hangup)
        except (ValueError, RuntimeError):
            log.debug("no_reload_by_signal")  # only the main thread may

    async def reload(self) -> bool:
        """Read the files again and swap the whole policy, or keep the last good one and say so."""
        started = self.ready.is_set()  # before, the service manager waits for the start itself
        if started:
            sd_notify(reloading())
        applied = await self._force.renew(self._apply)
        if applied:
            await self._swapped()
        else:
            await self._tell_verdict()
        if started:
            sd_notify(READY, status(await self._status()))
        return applied


def _password(mailbox: MailboxSettings) -> str:
    if mailbox.password == type(mailbox.password)():
        return ""
    return read_secret(mailbox.password, f"[[mailbox]] {mailbox.name} password")
