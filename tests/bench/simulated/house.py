"""The product under simulation: its own files, store and stages, at instants that it is told.

Nothing of it is played but the time, the scores, and what people do. Mail enters at the store,
and leaves by a relay on loopback.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.bench.simulated.plan import Person, Plan
from tests.bench.simulated.writing import SUPPORT, Scores
from tests.servers import SmtpSink, smtp_sink
from triage.config.load import Policy, load_policy
from triage.config.settings import RelaySettings, Security
from triage.config.shipped import shipped_rules
from triage.core.arrival import Arrival, Folder, Role, identity_of
from triage.core.outgoing import Readiness
from triage.core.switches import Switch, SwitchName
from triage.core.terms import Terms
from triage.core.ticket import TicketId
from triage.errors import RelayUnavailable
from triage.outbox.relay import Relay
from triage.pipeline.hour import Hour
from triage.pipeline.instore import StoreThread
from triage.pipeline.pauses import Pauses
from triage.pipeline.prepare import Prepare
from triage.pipeline.send import Send
from triage.pipeline.terms import terms_of
from triage.pipeline.triage import Judging, Triage
from triage.pipeline.watch import Watch
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore

INBOX = Folder("support", "INBOX", Role.INBOX)
SENT = Folder("support", "Sent", Role.SENT)
TICK = timedelta(seconds=1)
PROBE = timedelta(minutes=1)
"""How long a relay that is down is left alone."""

_FOR_EVER = timedelta(days=99)
_TOML = f"""
brand = "Tall Pines"
mode = "live"

[[mailbox]]
name = "support"
address = "{SUPPORT}"
host = "localhost"
security = "none"
authserv_id = "mx.northwind.test"

[relay]
host = "localhost"
security = "none"
"""


def write_desk(folder: Path, plan: Plan) -> Path:
    """Write the shipped desk with the agents of `plan`, and return its settings file."""
    rules = folder / "rules"
    rules.mkdir(parents=True)
    for path in shipped_rules().glob("*.yaml"):
        if not path.name.endswith(".test.yaml"):
            (rules / path.name).write_text(path.read_text())
    lines = ["version: 1", "timezone: Europe/London", 'open: {mon-fri: ["09:00-17:00"]}']
    lines += [f"holidays: [{', '.join(map(str, plan.free))}]", "agents:"]
    lines += map(_entry, plan.agents)
    lines.append("away:" if plan.away else "away: []")
    lines += [f"  - {{agent: {who}, from: {day}, to: {day}}}" for who, day in plan.away]
    (rules / "roster.yaml").write_text("\n".join([*lines, ""]))
    toml = folder / "triage.toml"
    toml.write_text(_TOML)
    return toml


def _entry(person: Person) -> str:
    hours = ", ".join(f"{days}: [{_shifts(shifts)}]" for days, shifts in person.shifts.items())
    return (
        f"  - {{id: {person.id}, name: {person.name}, mail: {person.id}@northwind.test,"
        f" speaks: [en], hours: {{{hours}}}, duty_manager: {str(person.duty_manager).lower()}}}"
    )


def _shifts(shifts: tuple[str, ...]) -> str:
    return ", ".join(f'"{shift}"' for shift in shifts)


@dataclass(slots=True)
class Clock:
    """The instant that everything of the product takes for the present."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class Breakable(Relay):
    """A relay that cannot be reached while it is `down`."""

    down = False

    async def open_envelope(self, sender: str, recipient: str, size: int = 0) -> None:
        if self.down:
            self.close()
            raise RelayUnavailable(self.name, "connecting", "it is down")
        await super().open_envelope(sender, recipient, size)


@dataclass(slots=True, kw_only=True)
class House:
    """A running desk. `left` is when each mail of the sink left, in their order."""

    store: SqliteStore
    path: Path
    policy: Policy
    terms: Terms
    clock: Clock
    scores: Scores
    sink: SmtpSink
    relay: Breakable
    triage: Triage
    send: Send
    watch: Watch
    hour: Hour
    thread: ThreadPoolExecutor
    secret: bytes
    left: list[datetime] = field(default_factory=list)
    _uids: dict[Folder, int] = field(default_factory=dict)
    _closed: datetime | None = None

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
        await self.hour.read()
        while received and await self.triage._batch(self.thread):
            pass
        await self._post()
        due = self.store.next_timer()
        if due is not None and due < self.clock.now:
            await self.watch._look()
            await self._post()

    async def _post(self) -> None:
        now = self.clock.now
        if self._closed is not None and now >= self._closed + PROBE:
            self._closed = None
            self.send.resume()
        while self._closed is None and self.store.due(now) and await self.send._turn(0, self.relay):
            pass
        if self._closed is None and self.send._closed():
            self._closed = now
        self.left += [now] * (len(self.sink.deliveries) - len(self.left))

    def prepare(self, recheck: Recheck) -> Readiness:
        """Make an outgoing mail ready, by the policy in force."""
        return Prepare(self.policy, self.terms, self.secret)(recheck, self.clock.now)

    def swap(self) -> None:
        """Work by the switches that hold now."""
        instance = self.store.setting("instance") or ""
        self.terms = terms_of(self.policy, instance, self.hour.switches)

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
        (waits,) = self.store._db.execute(
            "SELECT min(next_at) / 1000000.0 FROM outbox WHERE state = 'pending'"
        ).fetchone()
        if waits is not None:
            moments.append(datetime.fromtimestamp(waits, self.clock.now.tzinfo))
        if self._closed is not None:
            moments = [max(moment, self._closed + PROBE) for moment in moments]
        return max(min(moments), self.clock.now + TICK) if moments else None


Prepared = Callable[[Recheck, Readiness], Readiness]
"""What a policy makes of a mail that the product has made ready."""


@asynccontextmanager
async def open_house(folder: Path, plan: Plan, prepared: Prepared) -> AsyncIterator[House]:
    """Open the desk of `plan` in `folder`, an hour before its first day."""
    policy = load_policy(write_desk(folder, plan), today=plan.begins)
    clock, scores = Clock(plan.start - timedelta(hours=1)), Scores()
    path = folder / "triage.db"
    store, in_store = SqliteStore(path), StoreThread()
    store.start("simulated", os.getpid(), "boot", clock.now)
    for number, watched in enumerate((INBOX, SENT), 1):
        store.take_baseline(watched, number, [], clock.now)
    secret = bytes.fromhex(store.setting("secret") or "")
    terms = terms_of(policy, store.setting("instance") or "")

    async def never(why: str) -> None:
        raise RuntimeError(f"the desk stopped: {why}")

    def swapped() -> None:
        house.swap()

    with ThreadPoolExecutor(1, "model") as thread:
        async with smtp_sink() as sink:
            relay = Breakable(
                RelaySettings(host="127.0.0.1", port=sink.port, security=Security.NONE),
                local_name="desk.northwind.test",
            )
            triage = Triage(
                store,
                in_store,
                lambda: Judging(house.terms, scores),
                clock,
                settled=lambda: None,
                flooded=never,
                broken=never,
            )
            send = Send(
                store,
                in_store,
                [relay],
                lambda recheck: prepared(recheck, house.prepare(recheck)),
                clock,
                pauses=Pauses(unavailable=lambda _: _FOR_EVER, refused=lambda _: _FOR_EVER),
            )
            watch = Watch(store, in_store, lambda: house.terms, clock, lambda: None)
            hour = Hour(store, in_store, clock, swapped)
            triage._secret = watch._secret = secret
            house = House(
                store=store,
                path=path,
                policy=policy,
                terms=terms,
                clock=clock,
                scores=scores,
                sink=sink,
                relay=relay,
                triage=triage,
                send=send,
                watch=watch,
                hour=hour,
                thread=thread,
                secret=secret,
            )
            try:
                yield house
            finally:
                await relay.goodbye()
                relay.close()
                in_store.close()
                store.close()
