"""The product under simulation: its own files, store and stages, at instants that it is told.

Nothing of it is played but the time, the scores, and what people do. Mail enters at the store,
and leaves by a relay on loopback.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.bench.simulated.files import write_desk
from tests.bench.simulated.plan import Plan
from tests.bench.simulated.writing import Scores
from tests.servers import SmtpSink, smtp_sink
from triage.config.load import Policy, load_policy
from triage.config.settings import RelaySettings, Security
from triage.core.arrival import Arrival, Folder, Role, identity_of
from triage.core.disposition import Disposition
from triage.core.known import Question, Surroundings
from triage.core.outgoing import Outgoing, Readiness, Sort
from triage.core.reply import Refused
from triage.core.switches import Switch, SwitchName
from triage.core.ticket import TicketId
from triage.errors import RelayUnavailable
from triage.outbox.relay import Relay
from triage.pipeline.hour import Hour
from triage.pipeline.instore import StoreThread
from triage.pipeline.owners import Owners
from triage.pipeline.pauses import Pauses
from triage.pipeline.prepare import Prepare
from triage.pipeline.recount import Recount
from triage.pipeline.scoring import Scoring
from triage.pipeline.send import Send
from triage.pipeline.terms import terms_of
from triage.pipeline.triage import Judging, Triage
from triage.pipeline.watch import Watch
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore

INBOX = Folder("support", "INBOX", Role.INBOX)
SENT = Folder("support", "Sent", Role.SENT)
TICK = timedelta(seconds=1)
SCORED = timedelta(minutes=15)
PROBE = timedelta(minutes=1)
"""How long a relay that is down is left alone."""

_FOR_EVER = timedelta(days=99)


@dataclass(slots=True)
class Clock:
    """The instant that everything of the product takes for the present."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class Breakable(Relay):
    """A relay that cannot be reached while it is `down`."""

    down = False

    async def open_envelope(
        self,
        sender: str,
        recipient: str,
        size: int = 0,
        *,
        also: Sequence[str] = (),
        patient: bool = True,
    ) -> tuple[Refused, ...]:
        if self.down:
            self.close()
            raise RelayUnavailable(self.name, "connecting", "it is down")
        return await super().open_envelope(sender, recipient, size, also=also, patient=patient)


class House:
    """A running desk: what `triage/daemon.py` runs, one look of each stage at a time.

    `left` is when each mail of the sink left, in their order.
    """

    def __init__(
        self,
        policy: Policy,
        store: SqliteStore,
        sink: SmtpSink,
        clock: Clock,
        mind: ThreadPoolExecutor,
    ) -> None:
        """Put the stages together; `mind` is the thread that judges."""
        self.policy, self.store, self.sink, self.clock = policy, store, sink, clock
        self.scores = Scores()
        self.left: list[datetime] = []
        self._mind = mind
        self._in_store = StoreThread()
        self._secret = bytes.fromhex(store.setting("secret") or "")
        self._instance = store.setting("instance") or ""
        self._hour = Hour(store, self._in_store, clock, self._in_force)
        self._in_force()
        self.relay = Breakable(
            RelaySettings(host="127.0.0.1", port=sink.port, security=Security.NONE),
            local_name="desk.northwind.test",
        )
        self._triage = Triage(
            store,
            self._in_store,
            lambda: Judging(self.terms, self.scores),
            clock,
            settled=lambda: None,
            flooded=_never,
            broken=_never,
        )
        self._send = Send(
            store,
            self._in_store,
            [self.relay],
            lambda recheck: self._prepare(recheck, clock.now),
            clock,
            pauses=Pauses(unavailable=lambda _: _FOR_EVER, refused=lambda _: _FOR_EVER),
        )
        self._watch = Watch(store, self._in_store, lambda: self.terms, clock, lambda: None)
        self._owners = Owners(store, self._in_store, lambda: self.terms, clock, lambda: None)
        self._recount = Recount(store, self._in_store, lambda: self.terms, clock)
        self._scoring = Scoring(store, self._in_store, lambda: self.terms, clock)
        for stage in (self._triage, self._watch, self._owners):
            stage._secret = self._secret
        self._stop = asyncio.Event()
        self._scored: datetime | None = None
        self._uids: dict[Folder, int] = {}
        self._closed: datetime | None = None

    def _in_force(self) -> None:
        """Work by the files, and by the switches that hold now."""
        self.terms = terms_of(self.policy, self._instance, self._hour.switches)
        self._prepare = Prepare(self.policy, self.terms, self._secret)

    async def close(self) -> None:
        """Hang up and close the store."""
        await self.relay.goodbye()
        self.relay.close()
        self._in_store.close()
        self.store.close()

    def receive(self, folder: Folder, raw: bytes, at: datetime) -> None:
        """Take one mail over that the server has kept since `at`."""
        uid = self._uids[folder] = self._uids.get(folder, 0) + 1
        found = Arrival(
            uid=uid,
            raw=raw,
            size=len(raw),
            identity=identity_of(b"%d" % uid, folder.path.encode(), b"", len(raw)),
            internal_date=at,
        )
        self.store.receive(folder, [found], self.clock.now)

    async def work(self, *, received: bool) -> None:
        """Let every stage do what there is to do now."""
        await self._hour.read()
        await self._recount.look(self._stop)
        while received and await self._triage._batch(self._mind):
            pass
        await self._owners.look(self._stop)
        await self._post()
        due = self.store.next_timer()
        if due is not None and due < self.clock.now:
            await self._watch._look()
            await self._post()
        if self._scored is None or self.clock.now - self._scored >= SCORED:
            self._scored = self.clock.now
            await self._scoring.look()

    async def _post(self) -> None:
        now = self.clock.now
        if self._closed is not None and now >= self._closed + PROBE:
            self._closed = None
            self._send.resume()
        while (
            self._closed is None and self.store.due(now) and await self._send._turn(0, self.relay)
        ):
            pass
        if self._closed is None and self._send._closed():
            self._closed = now
        self.left += [now] * (len(self.sink.deliveries) - len(self.left))

    def away(self, agent: str, until: datetime) -> None:
        """Say that an agent is not there, as `triage away` does."""
        now = self.clock.now
        self.store.switch_on(
            Switch(name=SwitchName.AWAY, about=agent, since=now, until=until, at=now, person=agent)
        )

    def last_mail(self, ticket: TicketId) -> str:
        """Return the Message-ID of the last mail that a requester wrote on a ticket."""
        (name,) = self.store._db.execute(
            "SELECT message_id FROM message WHERE ticket = ? AND role = 'inbox' AND kind = 'human'"
            " ORDER BY arrived DESC LIMIT 1",
            (ticket,),
        ).fetchone()
        return str(name)

    def next_moment(self) -> datetime | None:
        """Return when there is something to do by itself: a timer, or mail that was put off."""
        moments = []
        if (timer := self.store.next_timer()) is not None:
            moments.append(timer + TICK)
        if (telling := self.store.next_telling()) is not None:
            moments.append(telling)
        (waits,) = self.store._db.execute(
            "SELECT min(next_at) / 1000000.0 FROM outbox WHERE state = 'pending'"
        ).fetchone()
        if waits is not None:
            moments.append(datetime.fromtimestamp(waits, self.clock.now.tzinfo))
        if self._closed is not None:
            moments = [max(moment, self._closed + PROBE) for moment in moments]
        return max(min(moments), self.clock.now + TICK) if moments else None


class Unforeseeing(SqliteStore):
    """A store that says nothing of the load, so that everybody is told the target."""

    def settle(
        self, question: Question, decide: Callable[[Surroundings], Disposition]
    ) -> Disposition:
        return super().settle(question, lambda around: decide(replace(around, load=None)))

    def claim(
        self,
        now: datetime,
        prepare: Callable[[Recheck], Readiness],
        sorts: Collection[Sort] = tuple(Sort),
    ) -> Outgoing | None:
        return super().claim(now, lambda recheck: prepare(replace(recheck, load=None)), sorts)


@asynccontextmanager
async def open_house(
    folder: Path, plan: Plan, make_store: Callable[[Path], SqliteStore] = SqliteStore
) -> AsyncIterator[House]:
    """Open the desk of `plan` in `folder`, an hour before its first day."""
    policy = load_policy(write_desk(folder, plan), today=plan.begins)
    clock = Clock(plan.start - timedelta(hours=1))
    store = make_store(folder / "triage.db")
    store.start("simulated", os.getpid(), "boot", clock.now)
    for number, watched in enumerate((INBOX, SENT), 1):
        store.take_baseline(watched, number, [], clock.now)
    with ThreadPoolExecutor(1, "model") as mind:
        async with smtp_sink() as sink:
            house = House(policy, store, sink, clock, mind)
            try:
                yield house
            finally:
                await house.close()


async def _never(why: str) -> None:
    raise RuntimeError(f"the desk stopped: {why}")
