"""What runs, on what, and how it ends: the four stages of one daemon.

No stage is restarted here: whatever a stage had not committed the next run takes up from the
store, so that restarting is the one way of recovery, and it is tested. Two things are renewed
while running: a mailbox thread that is stuck, and the policy, when files change and are good.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack

import structlog

from triage.alarms import Alarms
from triage.config.load import Policy
from triage.core.outgoing import Readiness
from triage.errors import StoreBusy
from triage.hangup import Hangup
from triage.health import Health, beat_every
from triage.inforce.force import InForce
from triage.inforce.keeping import Keeping
from triage.inforce.making import Making
from triage.learning.task import Learning
from triage.model.child import while_wanted
from triage.notify import READY, STOPPING, extend_timeout, reloading, sd_notify, status
from triage.parts import Parts
from triage.pipeline.hour import Hour
from triage.pipeline.instore import StoreThread, ticks
from triage.pipeline.outlets import Outlets
from triage.pipeline.owners import Owners
from triage.pipeline.prepare import Prepare
from triage.pipeline.recount import Recount
from triage.pipeline.scoring import Scoring
from triage.pipeline.terms import terms_of
from triage.pipeline.triage import Judging, Triage
from triage.pipeline.watch import Watch
from triage.store.protocol import Recheck
from triage.store.running import boot
from triage.store.versions import Audit
from triage.troubles import condition, troubles
from triage.watchers import START, Watching
from triage.web.live.presence import Presence
from triage.web.serving import serve_page

log = structlog.get_logger()


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
                open_model=lambda policy, progress: self._learning.as_before(
                    parts.open_model(policy, progress), policy
                ),
                retaught=lambda model, policy: self._learning.as_before(
                    parts.retaught(model, policy), policy
                ),
                open_store=parts.open_store,
                rehearse=parts.rehearse,
            )
        )
        self._in_store = StoreThread()
        self._stop = asyncio.Event()
        self._hangup = Hangup()
        self._presence = Presence()
        self.ready = asyncio.Event()

    @property
    def _policy(self) -> Policy:
        return self._force.policy

    async def run(self, stop: asyncio.Event) -> None:
        """Run every stage until `stop`. Raises: StoreInUse, StoreTooNew, ConfigError."""
        self._stop = stop
        while_wanted(lambda: not stop.is_set())
        # From `start` on our process is known to whoever would have the files read again.
        self._hangup.install()
        with ExitStack() as ending:
            ending.callback(self._in_store.close)
            path = self._policy.settings.store
            self._store = await self._in_store(self._parts.open_store, path)
            ending.callback(self._in_store.wait, self._store.close)
            self._keeping = Keeping(self._store, self._in_store, stop, self._clock)
            await self._in_store(
                self._store.start, socket.gethostname(), os.getpid(), boot(), self._clock()
            )
            ending.callback(self._give_back)
            self._hour = Hour(self._store, self._in_store, self._clock, self._in_force)
            await self._learn_names()
            await self._stages(stop)

    def _give_back(self) -> None:
        """Give the store back; where it is busy, the next daemon sees that this one is gone."""
        try:
            self._in_store.wait(self._store.finish)
        except StoreBusy as exc:
            log.warning("store_not_given_back", error=str(exc))

    async def _learn_names(self) -> None:
        """Read what the store made for itself: the secret, and the name of this instance."""
        secret: str | None = await self._in_store(self._store.setting, "secret")
        instance: str | None = await self._in_store(self._store.setting, "instance")
        self._secret, self._instance = bytes.fromhex(secret or ""), instance or ""
        await self._hour.read()
        await self._swapped()

    async def _swapped(self) -> None:
        """Work by the policy that is now in force, and say so."""
        self._in_force()
        await self._keeping.tell(self._force.said(self._keeping))

    def _in_force(self) -> None:
        """Work by the files in force, and by what holds for the hour."""
        self._terms = terms_of(self._policy, self._instance, self._hour.switches)
        self._prepare = Prepare(
            self._policy, self._terms, self._secret, self._presence.anybody(self._clock)
        )

    async def _stages(self, stop: asyncio.Event) -> None:
        loop, terms = asyncio.get_running_loop(), lambda: self._terms
        store, in_store, clock = self._store, self._in_store, self._clock
        settings, relays = lambda: self._policy.settings, self._parts.relays
        self._send = Outlets(store, in_store, relays, self._readiness, settings, clock)

        def queued() -> None:
            loop.call_soon_threadsafe(self._send.queued.set)

        self._alarms = Alarms(store, in_store, terms, self._secret, clock, queued)
        self._learning = Learning(store, in_store, self._force, clock, self._alarms.overruled)
        self._triage = Triage(
            store,
            in_store,
            self._judging,
            clock,
            settled=self._send.queued.set,
            flooded=self._alarms.breaker_open,
            broken=self._alarms.model_broken,
            pause=self._parts.pause,
        )
        self._watch = Watch(store, in_store, terms, clock, self._send.queued.set)
        self._watchers = Watching(
            parts=self._parts,
            store=store,
            in_store=in_store,
            loop=loop,
            arrived=self._triage.arrived,
            refused=self._alarms.mailbox_refused,
            ready=self.ready,
        ).watchers(self._policy)
        stages = (self._triage, self._send, self._watch, self._hour)
        self._health = Health(self._watchers, stages, clock)
        for watcher in self._watchers:
            watcher.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                for name, work in (
                    ("model", self._begin(stop)),
                    ("triage", self._triage.run(stop)),
                    ("send", self._send.run(stop)),
                    ("watch", self._watch.run(stop)),
                    ("recount", Recount(store, in_store, terms, clock).run(stop)),
                    ("hour", self._hour.run(stop)),
                    ("owners", Owners(store, in_store, terms, clock, queued).run(stop)),
                    ("learn", self._learning.run(stop)),
                    ("score", Scoring(store, in_store, terms, clock).run(stop)),
                    ("page", self._page(stop)),
                    ("beat", self._beat(stop)),
                    ("reload", self._reloads(stop)),
                ):
                    tasks.create_task(work, name=name)
        finally:
            for watcher in self._watchers:
                watcher.stop()
            await asyncio.gather(
                *(loop.run_in_executor(None, watcher.join) for watcher in self._watchers)
            )

    async def _page(self, stop: asyncio.Event) -> None:
        await serve_page(
            self._store,
            self._in_store,
            self._policy.settings.store,
            lambda: self._policy,
            lambda: self._terms,
            self._clock,
            lambda: condition(self._watchers, self._send, self._force, self._troubles()),
            lambda: self._force.model,
            self._hangup.heard,
            self._presence,
            stop,
            self._parts.routes,
            self._parts.listening,
        )

    def _readiness(self, recheck: Recheck) -> Readiness:
        return self._prepare(recheck, self._clock())

    def _judging(self) -> Judging | None:
        model = self._force.model
        return None if model is None else Judging(self._terms, model)

    async def _begin(self, stop: asyncio.Event) -> None:
        """Make the model beside everything else, then say that the daemon is ready."""
        try:
            await self._make_model(stop)
        except StoreBusy as exc:
            log.warning("stopped_before_ready", error=str(exc))

    async def _make_model(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()

        def progress(fraction: float, text: str) -> None:
            sd_notify(extend_timeout(START), status(f"making the model: {text}"))
            self._parts.progress(fraction, text)

        making = loop.create_task(self._force.make(progress, await self._keeping.every()))
        ended = loop.create_task(stop.wait())
        await asyncio.wait({making, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if stop.is_set() and not making.done():
            making.cancel()
            return
        if not await making:
            await self._swapped()
        await self._keeping.apply(self._policy, Audit(how="start"))
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
        if self._force.untried:
            self._hangup.heard()

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
        burden = None
        try:
            burden = await self._in_store(self._store.burden)
            await self._hour.read()
        except StoreBusy as exc:
            log.warning("status_put_off", error=str(exc))
        rejected = bool(self._force.faults)
        return self._health.in_a_line(self._policy, burden, self._troubles(), rejected=rejected)

    def _troubles(self) -> Mapping[str, str]:
        return troubles(self._hour, self._send, self._triage, self._force, self._learning)

    async def _reloads(self, stop: asyncio.Event) -> None:
        async for _ in self._hangup.each(stop):
            await self.reload()

    async def reload(self) -> bool:
        """Read the files again and swap the whole policy, or keep the last good one and say so."""
        started = self.ready.is_set()  # before, the service manager waits for the start itself
        if started:
            sd_notify(reloading())
        applied = await self._force.renew(self._keeping)
        await self._swapped()
        self._send.resume()
        if started:
            sd_notify(READY, status(await self._status()))
        return applied
