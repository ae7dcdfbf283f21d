"""Messages → tickets and outbox: parse, judge, decide, commit.

One bad message never holds up the rest: its attempt is on disk before it is touched, and after
the third it is set aside where agents see it. The model works in a thread of its own, so the
loop and the mailboxes go on while it thinks; several messages go through it together.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import structlog

from triage import language
from triage.core.acknowledge import Reason
from triage.core.decide import decide
from triage.core.disposition import Disposition, Open
from triage.core.judgement import Judged
from triage.core.known import Received
from triage.core.terms import Terms
from triage.core.thread import question
from triage.errors import StoreBusy, TemporaryError
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.pipeline.read import Predictor, read
from triage.store.protocol import Store

log = structlog.get_logger()

BATCH = 8
TICK = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Judging:
    """What judges at this moment; swapped as one object when files or model change."""

    terms: Terms
    model: Predictor


class Triage:
    """The second stage. `policy` returns None while the model is still being made."""

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        policy: Callable[[], Judging | None],
        clock: Clock,
        *,
        settled: Callable[[], None],
        flooded: Callable[[str], Awaitable[None]],
    ) -> None:
        """Take from and commit to `store`.

        `settled` is called after each message; `flooded`, with the mailbox, after one whose
        acknowledgement the breaker holds.
        """
        self._store = store
        self._in_store = in_store
        self._policy = policy
        self._clock = clock
        self._settled = settled
        self._flooded = flooded
        self._secret = b""
        self.arrived = asyncio.Event()
        self.beat = clock()

    async def run(self, stop: asyncio.Event) -> None:
        """Triage whatever is stored, until `stop`."""
        secret: str | None = await self._in_store(self._store.setting, "secret")
        self._secret = bytes.fromhex(secret or "")
        with ThreadPoolExecutor(1, "model") as thread:
            thread.submit(language.load)  # while the model is still being made
            async for _ in ticks(TICK, stop, self.arrived):
                self.beat = self._clock()
                while not stop.is_set() and await self._turn(thread):
                    self.beat = self._clock()

    async def _turn(self, thread: ThreadPoolExecutor) -> bool:
        """Triage one batch; False, too, where the store cannot be asked now."""
        try:
            return await self._batch(thread)
        except StoreBusy as exc:
            log.warning("triage_put_off", error=str(exc))
            return False

    async def _batch(self, thread: ThreadPoolExecutor) -> bool:
        """Triage one batch; False where there is nothing (more) to do now."""
        policy = self._policy()
        if policy is None:
            return False
        now, fresh = self._clock(), policy.terms.service.acknowledge_within
        batch = await self._in_store(self._store.begin_triage, now, fresh, BATCH)
        if not batch:
            return False
        loop = asyncio.get_running_loop()
        try:
            judged = await loop.run_in_executor(thread, read, batch, policy.model, policy.terms)
        except TemporaryError as exc:
            await self._put_back(batch, exc)
            return False
        except Exception as exc:  # noqa: BLE001 - one bad mail must not hold up the rest
            return await self._one_by_one(batch, exc)
        return await self._settle_all(judged, policy.terms)

    async def _settle_all(self, batch: list[Judged], terms: Terms) -> bool:
        for number, judged in enumerate(batch):
            try:
                decision = await self._settle(judged, terms)
            except TemporaryError as exc:
                await self._put_back([later.received for later in batch[number:]], exc)
                return False
            except Exception:  # noqa: BLE001 - one bad mail must not hold up the rest
                await self._set_aside(judged.received)
                continue
            self._tell(judged, decision)
            if isinstance(decision, Open) and decision.acknowledgement.reason == Reason.BREAKER:
                await self._flooded(judged.received.mailbox)
        return True

    async def _settle(self, judged: Judged, terms: Terms) -> Disposition:
        now = self._clock()
        return await self._in_store(
            self._store.settle,
            question(judged, terms, self._secret, now),
            lambda around: decide(judged, around, terms, now),
        )

    async def _one_by_one(self, batch: tuple[Received, ...], exc: Exception) -> bool:
        """Read a failing batch again mail by mail; a mail that fails alone is set aside."""
        if len(batch) == 1:
            log.warning("mail_set_aside", message=batch[0].id, error=type(exc).__name__)
            await self._in_store(self._store.set_aside, batch[0].id, _trace(exc), self._clock())
            return True
        log.warning("batch_failed", size=len(batch), error=type(exc).__name__)
        return True  # their attempt was counted, so each now comes alone

    async def _set_aside(self, received: Received) -> None:
        # The traceback may quote the mail: it goes to the store, not to the log.
        error = traceback.format_exc()
        log.warning("mail_set_aside", message=received.id)
        await self._in_store(self._store.set_aside, received.id, error, self._clock())

    async def _put_back(self, batch: list[Received] | tuple[Received, ...], exc: Exception) -> None:
        log.warning("triage_put_off", messages=len(batch), error=str(exc))
        await self._in_store(self._store.put_back, [received.id for received in batch])

    def _tell(self, judged: Judged, decision: Disposition) -> None:
        facts: dict[str, object] = {"message": judged.received.id, "kind": judged.verdict.kind}
        if isinstance(decision, Open):
            facts |= {
                "ticket": decision.reference,
                "queue": decision.queue,
                "priority": decision.priority,
                "owner": decision.owner,
                "acknowledge": decision.acknowledgement.reason,
            }
        log.info("mail_settled", outcome=type(decision).__name__.lower(), **facts)
        self._settled()


def _trace(exc: Exception) -> str:
    return "".join(traceback.format_exception(exc))
