"""Two desks that write to each other: each has a mailbox, and a relay that delivers into the other.

Every mail that crosses comes from an address that was never seen before, so that no counter, and
no earlier ticket of the same requester, can be what ends a round: only what the mail itself says.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.e2e.running import ROSTER, Running

MOST_CROSSINGS = 6
"""Mails of one round that are delivered; what is beyond is counted, and goes no further."""

_ADDRESS = re.compile(rb"support@c(\d+)\.r(\d+)\.([ab])\.test")
_HEADER = re.compile(rb"(?m)^([!-9;-~]+):[^\n]*\n(?:[ \t][^\n]*\n)*")


class Side(StrEnum):
    """One of the two desks."""

    A = "a"
    B = "b"

    @property
    def other(self) -> Side:
        """Whom this desk writes to."""
        return Side.B if self is Side.A else Side.A


def address(side: Side, number: int, crossing: int = 0) -> str:
    """Return the address that a desk bears in one crossing of one round."""
    return f"support@c{crossing}.r{number}.{side}.test"


def strips(side: Side, number: int) -> bool:
    """Say whether the relay of a desk strips in this round: both in half of all rounds."""
    return number % 8 >= 4 or number % 8 == {Side.A: 2, Side.B: 3}[side]


def letter(number: int, side: Side) -> bytes:
    """Write to a desk, by hand, as if the other one's mailbox had written it."""
    return (
        f"{passed(address(side.other, number))}"
        f"From: Sam Reed <{address(side.other, number)}>\r\nTo: {address(side, number)}\r\n"
        f"Subject: Table {number} arrived cracked\r\nMessage-ID: <{number}@mail.example.net>\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n"
        f"Hello, the top of table {number} is cracked. Could you send another one?\r\n"
    ).encode()


def passed(sender: str) -> str:
    """Say, as a receiving server does, that a sender is who they say."""
    return f"Authentication-Results: mx.test; dmarc=pass header.from={sender.split('@')[1]}\r\n"


@dataclass(slots=True)
class Crossings:
    """Counts what crosses in each round, at the relays, and says what arrived where."""

    deliver: Callable[[Side, bytes], Awaitable[None]]
    rounds: Counter[int] = field(default_factory=Counter)
    arrived: Counter[Side] = field(default_factory=Counter)

    async def put(self, side: Side, raw: bytes) -> None:
        """Deliver one mail into a desk's mailbox."""
        await self.deliver(side, raw)
        self.arrived[side] += 1

    async def cross(self, side: Side, envelope: Envelope) -> None:
        """Carry a mail of `side` to the other desk, as the relay of this round does."""
        (to,) = envelope.rcpt_tos
        named = _ADDRESS.fullmatch(to.encode())
        assert named is not None, to
        number = int(named[2])
        self.rounds[number] += 1
        crossing = self.rounds[number]
        if crossing > MOST_CROSSINGS:
            return
        sender = address(side, number, crossing)
        raw = bytes(envelope.original_content or b"").replace(b"\r\n", b"\n")
        head, _, body = raw.partition(b"\n\n")
        carried = _renamed(head + b"\n", sender)
        if strips(side, number):
            carried = _stripped(carried, f"<{number}.{crossing}@relay.example>")
        mail = passed(sender).encode() + (carried + b"\n" + body).replace(b"\n", b"\r\n")
        await self.put(side.other, mail)


def _renamed(head: bytes, sender: str) -> bytes:
    """Give a mail the sender of its round."""
    return re.sub(rb"(?m)^(From:.*<)[^<>]+(>)", rb"\1" + sender.encode() + rb"\2", head)


def _stripped(head: bytes, message_id: str) -> bytes:
    """Take off Auto-Submitted and every X- header, and put another Message-ID in place."""

    def kept(line: re.Match[bytes]) -> bytes:
        name = line[1].lower()
        if name == b"message-id":
            return f"Message-ID: {message_id}\n".encode()
        return b"" if name == b"auto-submitted" or name.startswith(b"x-") else line[0]

    return _HEADER.sub(kept, head)


@dataclass(frozen=True, slots=True)
class _Relay:
    side: Side
    crossings: Crossings

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks the hook up by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await self.crossings.cross(self.side, envelope)
        return "250 2.0.0 OK"


@asynccontextmanager
async def relay(side: Side, crossings: Crossings) -> AsyncIterator[int]:
    """Run the relay of one desk; yields its port."""
    loop = asyncio.get_running_loop()
    hook = _Relay(side, crossings)
    server = await loop.create_server(
        lambda: SMTP(hook, hostname=f"relay.{side}.test", loop=loop), "127.0.0.1", 0
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def write_side(
    folder: Path, side: Side, *, imap_port: int, smtp_port: int, user: str, rounds: int
) -> Path:
    """Write one desk, which bears every address of its rounds, and no limit that counts."""
    (folder / "rules").mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "rules"
    (folder / "rules" / "queues.yaml").write_text((shipped / "queues.yaml").read_text())
    (folder / "rules" / "roster.yaml").write_text(ROSTER.replace("northwind.test", f"{side}.test"))
    aliases = ", ".join(
        f'"{address(side, number, crossing)}"'
        for number in range(rounds)
        for crossing in range(MOST_CROSSINGS + 1)
    )
    toml = folder / "triage.toml"
    toml.write_text(
        f"""
brand = "Tall Pines"
mode = "live"
store = "triage.db"

[[mailbox]]
name = "support"
address = "support@{side}.test"
aliases = [{aliases}]
host = "127.0.0.1"
port = {imap_port}
security = "none"
user = "{user}"
authserv_id = "mx.test"
password = {{ variable = "IMAP_PASSWORD" }}

[relay]
host = "127.0.0.1"
port = {smtp_port}
security = "none"

[acknowledge]
per_sender_hour = 1000000
per_sender_day = 1000000
per_domain_hour = 1000000
per_freemail_hour = 1000000
breaker_hour = 1000000
"""
    )
    return toml


_ENDED = frozenset({"sent", "cancelled", "expired", "failed", "unknown"})


async def fall_silent(desks: dict[Side, Running], crossings: Crossings) -> None:
    """Wait until nothing is under way any more, on either side."""
    while not _silent(desks, crossings):  # noqa: ASYNC110 - a database sets no event
        await asyncio.sleep(0.1)


def _silent(desks: dict[Side, Running], crossings: Crossings) -> bool:
    """Say whether every mail that arrived is judged, and all that came of it has left.

    In this order: what is judged has left its rows in the outbox, and what has left has arrived.
    """
    routed = {side: desk.store.counts().messages for side, desk in desks.items()}
    if not all(desk.store.counts().outgoing.keys() <= _ENDED for desk in desks.values()):
        return False
    return all(routed[side] == {"routed": crossings.arrived[side]} for side in desks)
