"""P3: two daemons facing each other exchange at most two mails, however much a relay takes off."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.facing import Crossings, Side, fall_silent, letter, relay, strips, write_side
from tests.e2e.posts import BOXES, Post
from tests.e2e.running import parts_of, running

ROUNDS = 200
PATIENCE = 240
BOX = dict(zip(Side, BOXES, strict=True))


async def test_p3_two_daemons_facing_each_other_exchange_at_most_two_mails_a_thread(
    post: Post, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def deliver(side: Side, raw: bytes) -> None:
        await post.deliver(raw, datetime.now(UTC), BOX[side])

    crossings = Crossings(deliver)
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        desks = {}
        for side, user in zip(Side, post.users, strict=True):
            port = await stack.enter_async_context(relay(side, crossings))
            toml = write_side(
                tmp_path / side,
                side,
                imap_port=post.port,
                smtp_port=port,
                user=user,
                rounds=ROUNDS,
            )
            desks[side] = await stack.enter_async_context(running(parts_of(toml)))
        for number in range(ROUNDS):
            await crossings.put(side_of(number), letter(number, side_of(number)))
        await fall_silent(desks, crossings)
    with capsys.disabled():
        sys.stdout.write(f"\n{told(crossings.rounds)}\n")
    assert sorted(crossings.rounds) == list(range(ROUNDS)), "every letter was acknowledged"
    assert max(crossings.rounds.values()) <= 2
    untouched = [number for number in range(ROUNDS) if not any(strips(s, number) for s in Side)]
    assert {crossings.rounds[number] for number in untouched} == {1}
    stripped = [number for number in range(ROUNDS) if all(strips(s, number) for s in Side)]
    assert {crossings.rounds[number] for number in stripped} == {2}, "only the thread ends it"


def side_of(number: int) -> Side:
    """Choose whom a round's letter is written to: each in turn, through each sort of relay."""
    return Side.A if number // 8 % 2 else Side.B


def told(rounds: Counter[int]) -> str:
    """Say how many mails crossed, as a table."""
    both = [number for number in rounds if all(strips(side, number) for side in Side)]
    lines = [f"{len(rounds)} rounds, {len(both)} of them through two relays that strip"]
    for name, numbers in (("all rounds", list(rounds)), ("both relays strip", both)):
        found = Counter(rounds[number] for number in numbers)
        histogram = ", ".join(f"{found[mails]} x {mails}" for mails in sorted(found))
        lines.append(f"{name}: most {max(found)}; rounds x mails that crossed: {histogram}")
    return "\n".join(lines)
