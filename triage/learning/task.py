"""The task by which a daemon learns: corrections ripen, are taken together, and teach.

Reading and fitting happen in threads and in a child of low priority. What a command taught, or went
back to, is found in the store and put in force here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from triage.config.load import Policy
from triage.core.overruled import WITHIN, Overruled, overruled, rule_file
from triage.errors import TemporaryError, TriageError
from triage.learning.teacher import Teacher
from triage.model.cache import cache_folder
from triage.model.child import quietly
from triage.model.predict import Model
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.store.learning import Outcome, Standing
from triage.store.protocol import Store
from triage.store.sqlite import open_store

log = structlog.get_logger()

TICK = timedelta(seconds=1)
TOGETHER = timedelta(seconds=3)
"""How long nothing more must be corrected before what was is taught."""

PATIENCE = timedelta(seconds=5)
"""How long teaching waits for that at most."""

AGAIN = timedelta(minutes=1)
"""How long teaching that failed is left alone before it is tried again."""

AT_ONCE = 2
"""Labels that are read in one go: whatever else wants the encoder waits no longer than that."""

TOLD = "overruled_told"
"""The setting that says of each queue on which day its alarm was raised."""


class Force(Protocol):
    """What is in force, as far as it learns."""

    policy: Policy
    model: Model | None

    async def learnt(self, model: Model, taught: str) -> bool:
        """Put a model in force that has learnt more; False: another teaching is by now."""


class Learning:
    """Learns from the corrections of one store."""

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        force: Force,
        clock: Clock,
        alarm: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """Learn from `store`; call `alarm` with a queue that is overruled, and what to say."""
        self._store = store
        self._in_store = in_store
        self._force = force
        self._clock = clock
        self._alarm = alarm
        self._seen = (0, 0, 0)
        self._first = self._last = self._not_before = 0.0
        self._tried: tuple[int, ...] | None = None
        self._ripened = False
        self._failed = ""
        self._lost = 0
        self.waiting = ""
        """Why the heads that were taught last do not judge; "" where they do."""

    def teacher(self, path: Path) -> Teacher:
        """Return a teacher for the store at `path`, which writes by the thread that writes."""
        return Teacher(path, self._store, self._in_store.wait, cache_folder())

    def as_before(self, model: Model, policy: Policy) -> Model:
        """Return a newly made model with what was learnt before. Blocks; not in the loop."""
        accuracy = policy.settings.model.accuracy_when_sure
        return self.teacher(policy.settings.store).as_before(model, policy.teaching, accuracy)

    async def run(self, stop: asyncio.Event) -> None:
        """Learn until `stop`."""
        quietly()
        async for _ in ticks(TICK, stop):
            model = self._force.model
            if not isinstance(model, Model):
                continue
            try:
                await self._look(model, self._force.policy, stop)
            except TemporaryError as exc:
                log.warning("learning_put_off", error=str(exc))
            except Exception as exc:  # noqa: BLE001 - what cannot be learnt stops no daemon
                # What another error says may quote a mail; our own do not.
                said = str(exc) if isinstance(exc, TriageError) else type(exc).__name__
                self.waiting = self._failed = f"learning failed: {said}"
                log.warning("learning_failed", error=type(exc).__name__)

    async def _look(self, model: Model, policy: Policy, stop: asyncio.Event) -> None:
        now = self._clock()
        before = now - policy.settings.model.learn_after
        encoder = model.encoder.id
        standing: Standing = await self._in_store(self._store.standing, before, encoder)
        if standing.ripe:
            new = await self._in_store(self._store.ripen, before, now)
            log.info("corrections_ripened", labels=len(new))
            self._ripened = self._ripened or any("queue" in label.says for label in new)
            standing = await self._in_store(self._store.standing, before, encoder)
        if self._ripened:
            await self._look_for_overruled(policy, now)
            self._ripened = False
        if standing.unread:
            await self._read(model, policy, stop)
            return
        if await self._follow(model, policy, standing, now):
            return
        if self._due(standing):
            await self._teach(model, policy, standing, now)

    async def _read(self, model: Model, policy: Policy, stop: asyncio.Event) -> None:
        """Read labels for a second or so; then others have their turn."""
        teacher, loop = self.teacher(policy.settings.store), asyncio.get_running_loop()
        until = loop.time() + TICK.total_seconds()
        while loop.time() < until and not stop.is_set():
            if not await asyncio.to_thread(teacher.read_some, model, AT_ONCE):
                return

    async def _follow(
        self, model: Model, policy: Policy, standing: Standing, now: datetime
    ) -> bool:
        """Put in force what somebody else taught or went back to; False where all is as it was."""
        live, last = standing.live, standing.last
        self.waiting = self._failed
        if last and last.outcome is Outcome.WAITING:
            self.waiting = last.why
        if live is None or live.heads == model.heads.id or live.number == self._lost:
            return False
        teacher = self.teacher(policy.settings.store)
        try:
            heads = await asyncio.to_thread(teacher.again, model, policy.teaching, live)
        except TriageError as exc:
            log.warning("labels_not_taught", number=live.number, error=str(exc))
            self._lost = live.number  # until another set is live
            return False
        accuracy = policy.settings.model.accuracy_when_sure
        again = Model(model.encoder, heads, accuracy)
        if heads.id != model.heads.id:
            await self._put_live(again, policy, live.number)
        if heads.id != live.heads:
            why = "made anew: prompts, encoder or labels are others"
            await asyncio.to_thread(teacher.keep, again, policy.teaching, now, why, live)
        return True

    def _due(self, standing: Standing) -> bool:
        """Say whether what there is to learn has waited long enough for more."""
        now, wanted = asyncio.get_running_loop().time(), _wanted(standing)
        new = standing.through > standing.tried or standing.withdrawn or standing.dropped
        if wanted == self._tried or not new or now < self._not_before:
            self._first = 0.0
            return False
        if not self._first:
            self._first = self._last = now
        if wanted != self._seen:
            self._seen, self._last = wanted, now
        return (
            now - self._last >= TOGETHER.total_seconds()
            or now - self._first >= PATIENCE.total_seconds()
        )

    async def _teach(self, model: Model, policy: Policy, standing: Standing, now: datetime) -> None:
        self._first = 0.0
        # Until it has gone through: a store that is busy or a disk that is full has its time too.
        self._not_before = asyncio.get_running_loop().time() + AGAIN.total_seconds()
        teacher = self.teacher(policy.settings.store)
        result = await asyncio.to_thread(teacher.teach, model, policy.teaching, now)
        self._tried, self._not_before = _wanted(standing), 0.0
        self.waiting = self._failed = ""
        if result is None:
            return
        taught = result.taught
        if taught.outcome is Outcome.LIVE:
            accuracy = policy.settings.model.accuracy_when_sure
            await self._put_live(
                Model(model.encoder, result.heads, accuracy), policy, taught.number
            )
        else:
            self.waiting = taught.why
            log.warning("heads_wait", number=taught.number, labels=taught.labels, why=taught.why)

    async def _put_live(self, model: Model, policy: Policy, number: int) -> None:
        if await self._force.learnt(model, policy.teaching.digest):
            log.info("heads_live", number=number, model=model.id)

    async def _look_for_overruled(self, policy: Policy, now: datetime) -> None:
        """Raise an alarm for each queue that people overrule, once a day."""
        path = policy.settings.store
        found = await asyncio.to_thread(_overruled_in, path, now)
        before: str | None = await self._in_store(self._store.setting, TOLD)
        told: dict[str, str] = json.loads(before or "{}")
        today = now.astimezone(policy.roster.hours.zone).date()
        for one in found:
            if told.get(one.queue) == today.isoformat():
                continue
            log.warning("queue_overruled", queue=one.queue, moved=one.moved, placed=one.placed)
            # Told first: a crash may repeat an alarm, never lose one.
            await self._alarm(one.queue, _in_words(one.said, one.words, rule_file(one, today)))
            told[one.queue] = today.isoformat()
            await self._in_store(self._store.keep, TOLD, json.dumps(told))


def _wanted(standing: Standing) -> tuple[int, int, int]:
    return (
        standing.through,
        standing.withdrawn + standing.dropped,
        standing.last.number if standing.last else 0,
    )


def _overruled_in(path: Path, now: datetime) -> tuple[Overruled, ...]:
    """Read a day's mail and count its words, by a connection of its own: nobody waits for that."""
    store = open_store(path, read_only=True)
    try:
        return overruled(store.placed_by_model(now - WITHIN))
    finally:
        store.close()


def _in_words(said: str, words: tuple[str, ...], rule: str) -> str:
    if not rule:
        return f"{said}. No words tell them from those that stayed."
    listed = ", ".join(words)
    return (
        f"{said}. Words they have in common: {listed}.\n\nUntil the model has learnt, a file such"
        f" as rules/90-overruled.yaml helps; read it before you use it:\n\n{rule}"
    )
