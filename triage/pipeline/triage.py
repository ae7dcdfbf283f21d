"""Messages → tickets and outbox: parse, judge, decide, commit.

One bad message never holds up the rest: its attempt is on disk before it is touched, it rests
between attempts, and after the third it is set aside where agents see it. Where it is the model
that fails, no message is to blame: all wait until it works again. The model has a thread of its
own, so the loop and the mailboxes go on while it thinks; several messages go through it together.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import structlog

from triage import language
from triage.core.acknowledge import Reason
from triage.core.cited import cited
from triage.core.decide import decide
from triage.core.disposition import Disposition, Open
from triage.core.judgement import Judged
from triage.core.known import Received
from triage.core.terms import Terms
from triage.core.thread import question
from triage.core.ticket import MessageId
from triage.errors import StoreBusy, TemporaryError, TriageError
from triage.model.reading import Text
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.pipeline.place import place_of
from triage.pipeline.read import Predictor, face_of, read
from triage.pipeline.resting import Pause, Resting, growing
from triage.pipeline.waves import OncePerText
from triage.store.protocol import Store
from triage.store.triaging import MOST_ATTEMPTS

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
        broken: Callable[[str], Awaitable[None]],
        pause: Pause = growing,
    ) -> None:
        """Take from and commit to `store`.

        `settled` is called after each message; `flooded`, with the mailbox, after one whose
        acknowledgement the breaker holds; `broken` once when the model begins to fail on any
        text. `pause` is how long a message, or the model, is left alone after it failed.
        """
        self._store = store
        self._in_store = in_store
        self._policy = policy
        self._clock = clock
        self._settled = settled
        self._flooded = flooded
        self._broken = broken
        self._pause = pause
        self._resting = Resting(pause)
        self._once = OncePerText()
        self._probes = 0
        self._closed_until = 0.0
        self.model_failures = 0
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
        loop = asyncio.get_running_loop()
        if policy is None or loop.time() < self._closed_until:
            return False
        now, fresh = self._clock(), policy.terms.service.acknowledge_within
        resting = self._resting.now()
        batch = await self._in_store(self._store.begin_triage, now, fresh, BATCH, resting)
        if not batch:
            return False
        try:
            sent = await self._sent(batch)
            judged = await loop.run_in_executor(
                thread, read, batch, self._once.over(policy.model), policy.terms, sent
            )
        except TemporaryError as exc:
            await self._put_back(batch, exc)
            return False
        except Exception as exc:  # noqa: BLE001 - one bad mail must not hold up the rest
            return await self._one_by_one(thread, batch, policy, exc)
        self.model_failures = 0
        return await self._settle_all(thread, judged, policy.terms)

    async def _sent(self, batch: Sequence[Received]) -> Mapping[MessageId, tuple[bytes, ...]]:
        """Look up what we sent before to whoever cites it; the store is asked once, if at all."""
        heads = ((received.id, cited(received.raw, self._secret)) for received in batch)
        asked = {message: found for message, found in heads if found is not None}
        return await self._in_store(self._store.sent_mails, asked) if asked else {}

    async def _one_by_one(
        self,
        thread: ThreadPoolExecutor,
        batch: Sequence[Received],
        policy: Judging,
        exc: Exception,
    ) -> bool:
        """Find out what a batch failed for: the model, or mails of it, which are read alone."""
        log.warning("batch_failed", size=len(batch), error=type(exc).__name__, at=place_of(exc))
        loop = asyncio.get_running_loop()
        if not await self._model_works(thread, policy.model):
            await self._put_back(batch, exc)
            return False
        if len(batch) == 1:
            await self._failed(thread, batch[0], exc)
            return True
        judged: list[Judged] = []
        for number, received in enumerate(batch):
            try:
                sent = await self._sent([received])
                judged += await loop.run_in_executor(
                    thread, read, [received], self._once.over(policy.model), policy.terms, sent
                )
            except TemporaryError as later:
                await self._put_back(batch[number:], later)
                break
            except Exception as alone:  # noqa: BLE001 - one bad mail must not hold up the rest
                await self._failed(thread, received, alone)
        return await self._settle_all(thread, judged, policy.terms)

    async def _model_works(self, thread: ThreadPoolExecutor, model: Predictor) -> bool:
        """Say whether the model reads a plain text, and tell where it begins not to."""
        self._probes += 1  # another text each time: one that it knows is not computed
        probe = Text("", f"Where is parcel {self._probes}? I ordered it a week ago.")
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(thread, model.predict, [probe])
        except Exception as exc:  # noqa: BLE001 - whatever it is, no mail is to blame
            self.model_failures += 1
            self._closed_until = loop.time() + self._pause(self.model_failures).total_seconds()
            error, at = type(exc).__name__, place_of(exc)
            log.critical("model_broken", error=error, at=at, times=self.model_failures)
            if self.model_failures == 1:
                await self._broken(f"the model fails on any text: {error}{at and f' at {at}'}")
            return False
        self.model_failures = 0
        return True

    async def _settle_all(
        self, thread: ThreadPoolExecutor, batch: list[Judged], terms: Terms
    ) -> bool:
        for number, judged in enumerate(batch):
            try:
                decision = await self._settle(judged, terms)
            except TemporaryError as exc:
                await self._put_back([later.received for later in batch[number:]], exc)
                return False
            except Exception as exc:  # noqa: BLE001 - one bad mail must not hold up the rest
                await self._failed(thread, judged.received, exc)
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

    async def _failed(self, thread: ThreadPoolExecutor, received: Received, exc: Exception) -> None:
        """Leave a mail that fails alone for a while, or set it aside after its last attempt."""
        # The traceback may quote the mail: it goes to the store, not to the log.
        facts = {"message": received.id, "error": type(exc).__name__, "at": place_of(exc)}
        if received.attempts < MOST_ATTEMPTS:
            log.warning("mail_not_triaged", attempts=received.attempts, **facts)
            self._resting.failed(received.id, received.attempts)
            return
        log.warning("mail_set_aside", **facts)
        loop = asyncio.get_running_loop()
        face = await loop.run_in_executor(thread, face_of, received.raw)
        await self._in_store(
            self._store.set_aside,
            received.id,
            "".join(traceback.format_exception(exc)),
            self._clock(),
            sender=face.sender,
            sender_name=face.sender_name,
            subject=face.subject,
        )

    async def _put_back(self, batch: Sequence[Received], exc: Exception) -> None:
        error = str(exc) if isinstance(exc, TriageError) else type(exc).__name__
        log.warning("triage_put_off", messages=len(batch), error=error)
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
